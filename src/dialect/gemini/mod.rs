//! Google's Gemini API, as AI Studio and Vertex AI serve it.
//!
//! Reference: <https://ai.google.dev/api/generate-content> and
//! <https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference>. Where OpenAI's
//! format has no word for something, LiteLLM's word is used, so that its users' code goes on working.
//!
//! Request: [`members`] and [`native`] read every top-level member; [`conversation`], [`content`],
//! [`media`], [`call`] and [`signature`] translate the messages; [`tool`], [`google_tool`],
//! [`choice`], [`format`], [`thinking`] and [`speech`] the rest; [`request`] puts it together and
//! [`address`] says where it goes. Response: [`reply`] says what comes, [`said`] reads its parts,
//! [`response`] and [`stream`] translate it, with [`grounding`], [`logprobs`], [`finish`], [`usage`]
//! and [`error`].

mod address;
mod call;
mod choice;
mod content;
mod conversation;
mod error;
mod finish;
mod format;
mod google_tool;
mod grounding;
mod logprobs;
mod media;
mod members;
mod model;
mod native;
mod part;
mod reply;
mod request;
mod response;
mod said;
mod schema;
mod signature;
mod speech;
mod stream;
mod thinking;
mod tool;
mod usage;

use super::{Call, Dialect, Exchange, Outgoing, Output, StreamTranslator};
use crate::openai::ApiError;

/// The Gemini API.
#[derive(Debug, Clone, Copy, Default)]
pub struct Gemini;

impl Dialect for Gemini {
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
