//! The format of providers without chat completions: those that only make embeddings, and those
//! whose chat format is not spoken here.

use super::{Call, Dialect, Exchange, Outgoing, Output, StreamTranslator, failure};
use crate::openai::ApiError;
use crate::operation::Operation;
use crate::wire::Event;

/// Refuses every request.
#[derive(Debug, Clone, Copy)]
pub struct NoChat;

impl Dialect for NoChat {
    fn request(&self, call: &Call<'_>) -> Result<Outgoing, ApiError> {
        Err(Operation::Chat.not_served_by(&call.target.provider.name))
    }

    fn whole(&self, _: &Exchange, body: &[u8], _: &mut Output) -> Result<(), ApiError> {
        Err(failure::not_an_answer(body))
    }

    fn stream(&self, _: &Exchange) -> Box<dyn StreamTranslator> {
        Box::new(NoStream)
    }

    fn error(&self, status: u16, body: &[u8]) -> ApiError {
        failure::api_error(status, body)
    }
}

/// The stream of a format that has none.
#[derive(Debug)]
pub struct NoStream;

impl StreamTranslator for NoStream {
    fn event(&mut self, event: Event<'_>, _: &mut Output) -> Result<(), ApiError> {
        Err(failure::not_an_answer(event.data))
    }

    fn end(&mut self, _: &mut Output) {}
}
