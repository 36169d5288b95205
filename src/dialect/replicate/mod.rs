//! Replicate's predictions: any model with inputs of its own, language models among them.
//!
//! Reference: <https://replicate.com/docs/reference/http>. A request waits until the prediction is done
//! (`prefer: wait`), so that its answer comes in the same exchange; Replicate's own streams are at an
//! address that only the answer names, which an attempt cannot call. A client that wants a stream gets
//! the whole answer as one.
//!
//! Request: [`place`] says where a model is asked, [`family`] what its inputs are called, [`members`] reads
//! every top-level member, and [`request`] puts it together. Response: [`response`].

mod family;
mod members;
mod place;
mod request;
mod response;

use super::none::NoStream;
use super::{Call, Dialect, Exchange, Outgoing, Output, StreamTranslator, failure};
use crate::openai::ApiError;

/// Replicate's predictions.
#[derive(Debug, Clone, Copy)]
pub struct Replicate;

impl Dialect for Replicate {
    fn request(&self, call: &Call<'_>) -> Result<Outgoing, ApiError> {
        request::write(call)
    }

    fn whole(&self, exchange: &Exchange, body: &[u8], out: &mut Output) -> Result<(), ApiError> {
        response::write(exchange, body, out)
    }

    fn stream(&self, _: &Exchange) -> Box<dyn StreamTranslator> {
        Box::new(NoStream)
    }

    fn error(&self, status: u16, body: &[u8]) -> ApiError {
        failure::api_error(status, body)
    }
}
