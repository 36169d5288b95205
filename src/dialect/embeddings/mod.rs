//! Provider formats for embeddings: one file each, one [`Embedder`] each, one line each in [`Id`].
//!
//! Which of them a provider speaks, and how it differs from others of that format, says its row
//! ([`crate::catalog::Embeddings`]); by default it is that of its chat completions, where that has
//! one. [`draft`] holds what all of them share.

mod answer;
mod azure;
mod bedrock;
mod cohere;
mod draft;
mod gemini;
mod hugging_face;
mod oci;
mod ollama;
mod openai;
mod vertex;

use super::{Call, Exchange, Outgoing, Output, Target, failure};
use crate::catalog::Provider;
use crate::dialect;
use crate::openai::embeddings::Encoding;
use crate::openai::{ApiError, EmbeddingRequest};
use serde::{Deserialize, Serialize};

/// One provider format for embeddings. Answers are never streamed.
pub trait Embedder: Sync {
    /// Writes the provider's request, like [`super::Dialect::request`].
    ///
    /// # Errors
    /// 400, naming what this format cannot express; 404 where this model makes no embeddings.
    fn request(&self, call: &Call<'_, EmbeddingRequest>) -> Result<Outgoing, ApiError>;

    /// Writes OpenAI's list for a whole 2xx response body to `out.bytes`, and its usage and model
    /// to `out.report`.
    ///
    /// # Errors
    /// 502 for a body that is not this format; the provider's own error where a 200 carries one.
    fn whole(&self, exchange: &Exchange, body: &[u8], out: &mut Output) -> Result<(), ApiError>;

    /// Most inputs that go into one request; absent where the provider itself says when it is
    /// enough.
    fn most_inputs(&self, _target: &Target) -> Option<usize> {
        None
    }

    /// Reads an error response (status 400 to 599).
    fn error(&self, status: u16, body: &[u8]) -> ApiError {
        failure::api_error(status, body)
    }
}

/// What the client wants, for the answer's translation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// How its vectors are to be written; absent where that is not known, or is a word of the
    /// provider's: as it gives them.
    pub encoding: Option<Encoding>,
    /// How many inputs there are, where they were counted: as many vectors must come.
    pub inputs: Option<usize>,
    /// A guess of the tokens in them, for providers that count none.
    pub estimate: u64,
    /// What a header of the answer counts, where its body does not (Bedrock).
    pub counted: Option<u64>,
}

/// The formats there are, as the provider catalogue names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Id {
    OpenAi,
    Azure,
    Bedrock,
    Cohere,
    Gemini,
    HuggingFace,
    Oci,
    Ollama,
    Vertex,
}

impl Id {
    /// The format of that name.
    #[must_use]
    pub fn embedder(self) -> &'static dyn Embedder {
        match self {
            Self::OpenAi => &openai::OpenAi,
            Self::Azure => &azure::Azure,
            Self::Bedrock => &bedrock::Bedrock,
            Self::Cohere => &cohere::Cohere,
            Self::Gemini => &gemini::Gemini,
            Self::HuggingFace => &hugging_face::HuggingFace,
            Self::Oci => &oci::Oci,
            Self::Ollama => &ollama::Ollama,
            Self::Vertex => &vertex::Vertex,
        }
    }
}

/// The provider's format for embeddings; `None` where it makes none.
#[must_use]
pub fn of(provider: &Provider) -> Option<&'static dyn Embedder> {
    let by_dialect = match provider.dialect {
        dialect::Id::OpenAi => Some(Id::OpenAi),
        dialect::Id::Azure => Some(Id::Azure),
        _ => None,
    };
    provider.embeddings.format.or(by_dialect).map(Id::embedder)
}
