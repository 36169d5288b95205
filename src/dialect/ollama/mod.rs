//! Ollama's native chat API.
//!
//! Reference: <https://docs.ollama.com/api/chat> and
//! <https://github.com/ollama/ollama/blob/main/docs/api.md>. Its OpenAI-compatible endpoint is the
//! provider `ollama_openai`; the native one takes options that the other does not know, such as the
//! size of the context.
//!
//! Request: [`members`] reads every top-level member, [`message`] the conversation, [`think`] says
//! whether the model is to think, and [`request`] puts it together. Response: [`reply`] says what
//! comes, [`response`] and [`stream`] translate it.

mod error;
mod members;
mod message;
mod reply;
mod request;
mod response;
mod stream;
mod think;

use super::{Call, Dialect, Exchange, Outgoing, Output, StreamTranslator};
use crate::openai::ApiError;
use crate::wire::Framing;

/// Ollama's chat API.
#[derive(Debug, Clone, Copy, Default)]
pub struct Ollama;

impl Dialect for Ollama {
    fn request(&self, call: &Call<'_>) -> Result<Outgoing, ApiError> {
        request::write(call)
    }

    fn whole(&self, exchange: &Exchange, body: &[u8], out: &mut Output) -> Result<(), ApiError> {
        response::write(exchange, body, out)
    }

    fn framing(&self) -> Framing {
        Framing::JsonLines
    }

    fn stream(&self, exchange: &Exchange) -> Box<dyn StreamTranslator> {
        Box::new(stream::Stream::new(exchange))
    }

    fn error(&self, status: u16, body: &[u8]) -> ApiError {
        error::read(status, body)
    }
}
