//! NVIDIA's Triton Inference Server: its generate extension, and its inference protocol for models that
//! are not asked by it.
//!
//! Reference: <https://github.com/triton-inference-server/server/blob/main/docs/protocol/extension_generate.md>,
//! and <https://kserve.github.io/website/docs/concepts/architecture/data-plane/v2-protocol>. Parameters are
//! the model's own; here they have the names that the backends for TensorRT-LLM and vLLM give them.
//!
//! Request: [`place`] says what is asked, [`members`] reads every top-level member, [`tensor`] writes a
//! parameter as an input of the inference protocol, and [`request`] puts it together. Response: [`reply`]
//! says what comes, [`response`] and [`stream`] translate it.

mod members;
mod place;
mod reply;
mod request;
mod response;
mod stream;
mod tensor;

use super::{Call, Dialect, Exchange, Outgoing, Output, StreamTranslator, failure};
use crate::openai::ApiError;

/// Triton's generation of text.
#[derive(Debug, Clone, Copy)]
pub struct Triton;

impl Dialect for Triton {
    fn request(&self, call: &Call<'_>) -> Result<Outgoing, ApiError> {
        request::write(call)
    }

    fn whole(&self, exchange: &Exchange, body: &[u8], out: &mut Output) -> Result<(), ApiError> {
        response::write(exchange, body, out)
    }

    fn stream(&self, exchange: &Exchange) -> Box<dyn StreamTranslator> {
        Box::new(stream::Stream::new(exchange))
    }

    fn error(&self, status: u16, body: &[u8]) -> ApiError {
        failure::api_error(status, body)
    }
}
