//! Provider formats. One folder each, one [`Dialect`] each, one line each in [`Id::dialect`].
//!
//! A dialect turns a common request into the bytes its provider wants, and the provider's answer
//! (whole, streamed, or an error) into OpenAI's shape. It knows no clock, no network and no retry:
//! those are the session's.

mod address;
mod answer;
pub mod anthropic;
mod aws;
pub mod azure;
pub(crate) mod bedrock_name;
mod calls;
mod chunks;
pub mod cohere;
pub mod converse;
mod data_url;
mod defaults;
pub mod embeddings;
mod exchange;
mod failure;
mod fields;
#[cfg(test)]
pub(crate) mod fixture;
mod function_tools;
pub mod gemini;
mod history;
mod members;
pub mod none;
pub mod oci;
pub mod ollama;
pub mod openai;
mod outgoing;
mod output;
mod params;
mod place;
mod prompt;
pub mod replicate;
pub mod sagemaker;
mod segment;
mod side;
mod system;
mod target;
mod thought;
mod tool_name;
pub mod triton;
mod whole;

pub use crate::auth::{Credential, Secret};
pub use chunks::ChunkWriter;
pub use exchange::Exchange;
pub use outgoing::Outgoing;
pub use output::{BYTES_PER_TOKEN, Output, Report};
pub use params::{ParamPolicy, Params};
pub use side::Side;
pub use target::{Endpoint, Target};

use crate::openai::{ApiError, ChatRequest};
use crate::wire::{Event, Framing};
use serde::{Deserialize, Serialize};

/// What a dialect needs to write a request.
#[derive(Debug)]
pub struct Call<'a, Request = ChatRequest> {
    pub request: &'a Request,
    pub target: &'a Target,
    /// Unix time, seconds.
    pub now: u64,
    /// For the id of a completion whose provider gives none: 24 or so letters and digits.
    pub nonce: &'a str,
}

// Derived, these would ask the same of the request.
impl<Request> Clone for Call<'_, Request> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<Request> Copy for Call<'_, Request> {}

impl<'a, Request> Call<'a, Request> {
    /// For the fate of its parameters.
    fn params(&self) -> Params<'a> {
        Params::new(&self.target.policy, &self.target.provider.name)
    }
}

impl Call<'_> {
    /// What every format's answer needs to know; `model` as the provider is asked for it.
    fn exchange(&self, model: &str) -> Exchange {
        Exchange {
            stream: self.request.stream,
            include_usage: self.request.include_usage,
            model: model.to_owned(),
            created: self.now,
            id: format!("chatcmpl-{}", self.nonce),
            ..Exchange::default()
        }
    }

    /// The request as a POST of JSON that asks for `model`. `dropped`: what it leaves out.
    fn post(&self, model: &str, path: String, body: Vec<u8>, dropped: Vec<String>) -> Outgoing {
        let endpoint = self.target.endpoint.clone();
        Outgoing { dropped, ..Outgoing::json(endpoint, path, body, self.exchange(model)) }
    }
}

/// One provider format.
pub trait Dialect: Sync {
    /// Writes the provider's request: path, body and the headers that belong to the format.
    /// Credentials are added by [`crate::auth`].
    ///
    /// # Errors
    /// 400, naming a parameter that this format cannot express and that nobody allowed to drop, or
    /// a part of the request that is wrong.
    fn request(&self, call: &Call<'_>) -> Result<Outgoing, ApiError>;

    /// Writes the client's JSON for a whole 2xx response body to `out.bytes` and its usage, finish
    /// and ids to `out.report`.
    ///
    /// # Errors
    /// 502 for a body that is not this format; the provider's own error where a 200 carries one.
    fn whole(&self, exchange: &Exchange, body: &[u8], out: &mut Output) -> Result<(), ApiError>;

    /// How its streams are cut into events.
    fn framing(&self) -> Framing {
        Framing::Sse
    }

    /// State for one streamed response.
    fn stream(&self, exchange: &Exchange) -> Box<dyn StreamTranslator>;

    /// Reads an error response (status 400 to 599) or the data of an error event.
    fn error(&self, status: u16, body: &[u8]) -> ApiError;

    /// The same for an error whose type stands in a header, `x-amzn-errortype`.
    fn typed_error(&self, status: u16, _kind: &str, body: &[u8]) -> ApiError {
        self.error(status, body)
    }

    /// The part of a model's name that the provider is asked for: a name at Bedrock may hold more.
    fn model_id<'a>(&self, name: &'a str) -> &'a str {
        name
    }

    /// What a model's name, without the row's route, says of the provider's settings, above the settings
    /// themselves: a name at Bedrock may hold a region.
    ///
    /// # Errors
    /// A sentence, where the name asks for what this format is not.
    fn implied_settings<'a>(
        &self,
        _model: &'a str,
    ) -> Result<Vec<(&'static str, &'a str)>, String> {
        Ok(Vec::new())
    }
}

/// One streamed response on its way from the provider's events to OpenAI chunks.
///
/// Every event must be answered in constant time: no work that grows with the stream.
pub trait StreamTranslator {
    /// Takes the next event; appends what the client gets now to `out.bytes` as SSE.
    ///
    /// # Errors
    /// The provider's error event in OpenAI's shape, or 502 for an event that is not this format.
    /// The stream is over then.
    fn event(&mut self, event: Event<'_>, out: &mut Output) -> Result<(), ApiError>;

    /// No more bytes come: takes what only that completes. Before [`StreamTranslator::end`], which is
    /// called only where the provider finished.
    ///
    /// # Errors
    /// As of [`StreamTranslator::event`].
    fn last(&mut self, _out: &mut Output) -> Result<(), ApiError> {
        Ok(())
    }

    /// The provider's stream has ended. Writes what is owed at the end (the usage chunk,
    /// `[DONE]`) when the provider finished; `out.report.finished` says whether it did.
    fn end(&mut self, out: &mut Output);
}

/// The dialects there are, as the provider catalogue names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Id {
    OpenAi,
    Azure,
    AzureAi,
    Anthropic,
    AnthropicAzure,
    AnthropicBedrock,
    AnthropicVertex,
    #[serde(rename = "sagemaker")]
    SageMaker,
    #[serde(rename = "sagemaker-chat")]
    SageMakerChat,
    Converse,
    Cohere,
    Ollama,
    Gemini,
    Replicate,
    Triton,
    Oci,
    OciCohere,
    /// The provider has no chat completions, or none that are spoken here.
    None,
}

impl Id {
    /// Whether it sees itself to a configured `anthropic-beta`.
    #[must_use]
    pub fn takes_betas(self) -> bool {
        matches!(
            self,
            Self::Anthropic
                | Self::AnthropicAzure
                | Self::AnthropicBedrock
                | Self::AnthropicVertex
                | Self::Converse
        )
    }

    /// The dialect of that name.
    #[must_use]
    pub fn dialect(self) -> &'static dyn Dialect {
        match self {
            Self::OpenAi => &openai::OpenAi,
            Self::Azure => &azure::Azure,
            Self::AzureAi => &azure::Foundry,
            Self::Anthropic => &anthropic::ANTHROPIC,
            Self::AnthropicAzure => &anthropic::AZURE,
            Self::AnthropicBedrock => &anthropic::BEDROCK,
            Self::AnthropicVertex => &anthropic::VERTEX,
            Self::SageMaker => &sagemaker::Generation,
            Self::SageMakerChat => &sagemaker::Chat,
            Self::Converse => &converse::Converse,
            Self::Cohere => &cohere::Cohere,
            Self::Ollama => &ollama::Ollama,
            Self::Gemini => &gemini::Gemini,
            Self::Replicate => &replicate::Replicate,
            Self::Triton => &triton::Triton,
            Self::Oci => &oci::Generic,
            Self::OciCohere => &oci::Cohere,
            Self::None => &none::NoChat,
        }
    }
}
