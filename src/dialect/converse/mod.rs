//! AWS Bedrock's Converse API.
//!
//! Reference: <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html> and
//! `…/API_runtime_ConverseStream.html`. One format for the models of many makers; what is a model's
//! own stands in `additionalModelRequestFields`, and [`model`] says which maker's it is. Where
//! OpenAI's format has no word for something, LiteLLM's word is used.
//!
//! Request: [`members`] reads every top-level member, [`message`], [`content`], [`media`] and
//! [`history`] translate the conversation, [`tool`], [`choice`], [`format`] and [`reasoning`] the
//! rest, and [`request`] puts it together. Response: [`reply`] and [`event`] say what comes,
//! [`response`] and [`stream`] translate it, with [`usage`] and [`error`].

mod additional;
mod block;
mod choice;
mod content;
mod error;
mod event;
mod format;
mod history;
mod media;
mod members;
mod message;
mod model;
mod reasoning;
mod reply;
mod request;
mod response;
mod stream;
mod tool;
mod usage;

use super::tool_name::Allowed;
use super::{Call, Dialect, Exchange, Outgoing, Output, StreamTranslator};
use crate::openai::ApiError;
use crate::wire::Framing;
use model::Model;

/// `ToolName` is `[a-zA-Z0-9_-]+` of at most 64 characters, `ToolUseId` `[a-zA-Z0-9_.:-]+` of as many.
const NAMES: Allowed = Allowed {
    max_name: 64,
    name_marks: &['-'],
    letter_first: false,
    max_id: 64,
    id_marks: &['.', ':'],
};

/// AWS Bedrock's Converse API.
#[derive(Debug, Clone, Copy, Default)]
pub struct Converse;

impl Dialect for Converse {
    fn request(&self, call: &Call<'_>) -> Result<Outgoing, ApiError> {
        request::write(call)
    }

    fn whole(&self, exchange: &Exchange, body: &[u8], out: &mut Output) -> Result<(), ApiError> {
        response::write(exchange, body, out)
    }

    fn framing(&self) -> Framing {
        Framing::EventStream
    }

    fn stream(&self, exchange: &Exchange) -> Box<dyn StreamTranslator> {
        Box::new(stream::Stream::new(exchange))
    }

    fn error(&self, status: u16, body: &[u8]) -> ApiError {
        error::read(status, "", body)
    }

    fn typed_error(&self, status: u16, kind: &str, body: &[u8]) -> ApiError {
        error::read(status, kind, body)
    }

    fn implied_settings<'a>(&self, model: &'a str) -> Result<Vec<(&'static str, &'a str)>, String> {
        Ok(Model::named(model)?.name.settings())
    }
}
