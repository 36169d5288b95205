//! Anthropic's Messages API.
//!
//! Reference: <https://platform.claude.com/docs/en/api/messages> and, for streams,
//! <https://platform.claude.com/docs/en/build-with-claude/streaming>. Where OpenAI's format has no
//! word for something, LiteLLM's word is used, so that its users' code goes on working.
//!
//! Request: [`members`] reads every top-level member, [`message`], [`content`] and [`history`]
//! translate the conversation, [`tool`], [`choice`], [`format`] and [`thinking`] the rest, and
//! [`request`] puts it together. Response: [`reply`] says what comes, [`response`] and [`stream`]
//! translate it, with [`usage`] and [`error`].

mod beta;
mod block;
mod choice;
mod content;
mod context;
mod error;
mod format;
mod history;
mod members;
mod message;
mod model;
mod name;
mod reply;
mod request;
mod response;
mod schema;
mod source;
mod stream;
mod thinking;
mod tool;
mod usage;

use super::{Call, Dialect, Exchange, Outgoing, Output, StreamTranslator};
use crate::openai::ApiError;

/// Anthropic's Messages API.
#[derive(Debug, Clone, Copy, Default)]
pub struct Anthropic;

impl Dialect for Anthropic {
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
