//! What clients can ask for: one operation for each endpoint that leads to a provider.
//!
//! An operation is a request of its own ([`ClientRequest`], beside the common language in
//! `openai/`), a side of the providers' formats ([`crate::dialect::Side`]) and a row of facts here.
//! All else (routing, attempts, accounting) is the same for all of them and asks no further than
//! [`Request`]. So the next one is a folder for its request and its formats, and a line in each of
//! the two enums.

mod chat;
mod embeddings;
mod request;

pub(crate) use request::each;
pub use request::{ClientRequest, Request};

use crate::openai::ApiError;
use crate::openai::error::code;

/// What a client asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operation {
    Chat,
    Embeddings,
}

/// What is fixed about an operation.
struct Facts {
    /// OpenTelemetry's `gen_ai.operation.name`; also the tool's `--endpoint`.
    name: &'static str,
    /// Below `/v1`, which may be left out.
    path: &'static str,
    /// LiteLLM's `model_info.mode` of the models that are for it.
    mode: &'static str,
    /// What the client gets, for sentences.
    what: &'static str,
    /// The members without which there is no request, for sentences.
    needed: &'static str,
}

impl Operation {
    pub const ALL: [Self; 2] = [Self::Chat, Self::Embeddings];

    const fn facts(self) -> Facts {
        match self {
            Self::Chat => chat::FACTS,
            Self::Embeddings => embeddings::FACTS,
        }
    }

    /// The name in metrics, logs and the tool's `--endpoint`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.facts().name
    }

    /// Where clients find it, below `/v1`.
    #[must_use]
    pub const fn path(self) -> &'static str {
        self.facts().path
    }

    /// LiteLLM's `mode` of the models that are for it.
    #[must_use]
    pub const fn mode(self) -> &'static str {
        self.facts().mode
    }

    /// The members without which there is no request: "`model` and `messages`".
    #[must_use]
    pub const fn needed(self) -> &'static str {
        self.facts().needed
    }

    /// What the client gets, for sentences: "chat completions".
    #[must_use]
    pub const fn what(self) -> &'static str {
        self.facts().what
    }

    /// The operation whose `property` is `text`.
    #[must_use]
    pub fn find(property: impl Fn(Self) -> &'static str, text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|operation| property(*operation) == text)
    }

    /// 404: `who` (a provider, a model) does not do this. Another deployment may.
    #[must_use]
    pub fn not_served_by(self, who: &str) -> ApiError {
        let message = format!(
            "{who} has no {}. Ask for another model, or give this one a deployment that has.",
            self.what()
        );
        ApiError::new(404, message).with_code(code::UNSUPPORTED_OPERATION).with_param("model")
    }
}
