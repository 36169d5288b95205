//! Cohere's Chat API, version 2.
//!
//! Reference: <https://docs.cohere.com/reference/chat>, `…/chat-stream` and
//! <https://docs.cohere.com/v2/docs/streaming>. Where OpenAI's format has no word for something,
//! LiteLLM's word is used: the plan before tool calls is `provider_specific_fields.tool_plan`,
//! citations stand in `provider_specific_fields.citations` and, where they are of documents, among
//! the `annotations`.
//!
//! Request: [`members`] reads every top-level member, [`message`] the conversation, [`thinking`] and
//! [`format`](mod@format) what their names say, and [`request`] puts it together. Response: [`reply`]
//! says what comes, [`response`] and [`stream`] translate it.

mod error;
mod format;
mod members;
mod message;
mod reply;
mod request;
mod response;
mod stream;
mod thinking;
mod usage;

use super::{Call, Dialect, Exchange, Outgoing, Output, StreamTranslator};
use crate::openai::ApiError;

// Other hosts of Cohere's models end their answers in the same words.
pub(super) use error::broken_off;
pub(super) use reply::finish_reason;

/// Cohere's Chat API.
#[derive(Debug, Clone, Copy, Default)]
pub struct Cohere;

impl Dialect for Cohere {
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
        error::read(status, body)
    }
}
