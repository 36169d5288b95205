//! Anthropic's Messages API.
//!
//! Reference: <https://platform.claude.com/docs/en/api/messages> and, for streams,
//! <https://platform.claude.com/docs/en/build-with-claude/streaming>. Where OpenAI's format has no
//! word for something, LiteLLM's word is used, so that its users' code goes on working.
//!
//! Request: [`members`] reads every top-level member, [`message`], [`content`] and [`history`]
//! translate the conversation, [`tool`], [`choice`], [`format`] and [`thinking`] the rest, and
//! [`request`] puts it together; [`host`] says what is other where somebody else serves it. Response:
//! [`reply`] says what comes, [`response`] and [`stream`] translate it, with [`usage`] and [`error`].

pub(super) mod beta;
mod block;
pub(super) mod choice;
mod content;
pub(super) mod context;
mod error;
pub(super) mod format;
mod framed;
mod history;
pub(super) mod host;
mod members;
mod message;
pub(super) mod model;
pub(super) mod reply;
mod request;
mod response;
pub(super) mod sampling;
pub(super) mod schema;
mod source;
mod stream;
pub(super) mod thinking;
pub(super) mod tool;
mod usage;

use super::bedrock_name::BedrockName;
use super::tool_name::Allowed;
use super::{Call, Dialect, Exchange, Outgoing, Output, StreamTranslator};
use crate::openai::ApiError;
use crate::wire::Framing;
use host::Host;

/// The Messages API, wherever it is served.
#[derive(Debug, Clone, Copy)]
pub struct Messages(&'static Host);

/// Names must match `^[a-zA-Z0-9_-]{1,128}$` and ids `^[a-zA-Z0-9_-]+$`.
const NAMES: Allowed = Allowed {
    max_name: 128,
    name_marks: &['-'],
    letter_first: false,
    max_id: usize::MAX,
    id_marks: &[],
};

/// Anthropic itself, and servers that speak its format.
pub static ANTHROPIC: Messages = Messages(&host::ANTHROPIC);
/// Claude on Azure AI (Microsoft Foundry).
pub static AZURE: Messages = Messages(&host::AZURE);
/// Claude on Bedrock, by `InvokeModel`.
pub static BEDROCK: Messages = Messages(&host::BEDROCK);
/// Claude on Vertex AI.
pub static VERTEX: Messages = Messages(&host::VERTEX);

impl Dialect for Messages {
    fn request(&self, call: &Call<'_>) -> Result<Outgoing, ApiError> {
        request::write(call, self.0)
    }

    fn whole(&self, exchange: &Exchange, body: &[u8], out: &mut Output) -> Result<(), ApiError> {
        response::write(exchange, body, out)
    }

    fn framing(&self) -> Framing {
        if self.0.framed { Framing::EventStream } else { Framing::Sse }
    }

    fn stream(&self, exchange: &Exchange) -> Box<dyn StreamTranslator> {
        if self.0.framed {
            Box::new(framed::Framed::new(exchange))
        } else {
            Box::new(stream::Stream::new(exchange))
        }
    }

    fn error(&self, status: u16, body: &[u8]) -> ApiError {
        error::read(status, body)
    }

    fn model_id<'a>(&self, name: &'a str) -> &'a str {
        if self.0.bedrock_names { BedrockName::read(name).id } else { name }
    }

    fn implied_settings<'a>(&self, model: &'a str) -> Result<Vec<(&'static str, &'a str)>, String> {
        let name = BedrockName::read(model);
        Ok(if self.0.bedrock_names { name.settings() } else { Vec::new() })
    }
}
