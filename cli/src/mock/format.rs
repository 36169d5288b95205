//! What a provider's wire format has to say for the mock to speak it.

use std::borrow::Cow;

use hyper::{HeaderMap, StatusCode, header, http::request::Parts};
use serde_json::Value;

use super::{
    answer::Answer,
    anthropic::Anthropic,
    azure::Azure,
    claude,
    cohere::Cohere,
    conversation::Conversation,
    converse::Converse,
    embeddings::{self, Embeddings},
    gemini::Gemini,
    head::Head,
    oci::Oci,
    ollama::Ollama,
    openai::OpenAi,
    replicate::Replicate,
    sagemaker,
    settings::Extra,
    stream::Stream,
    triton::Triton,
};

/// In order: the first format that serves a path gets the request.
pub const FORMATS: &[&dyn Format] = &[
    &Azure,
    &claude::Azure,
    &claude::Bedrock,
    &claude::Vertex,
    &sagemaker::Chat,
    &sagemaker::Generation,
    &Anthropic,
    &Converse,
    &Cohere,
    &Gemini,
    &Oci,
    &Ollama,
    &Replicate,
    &Triton,
    &OpenAi,
    &embeddings::OPENAI,
    &embeddings::COHERE,
    &embeddings::OCI,
    &embeddings::OLLAMA,
    &embeddings::GEMINI,
    &embeddings::GEMINI_BATCH,
];

/// One provider's wire format. Everything it says is in the provider's own words, so that a
/// gateway that recognizes errors by their text is tested on the real texts.
pub trait Format: Sync {
    /// The provider's name, as the answers give it.
    fn name(&self) -> &'static str;

    /// Whether this format is spoken at a path (without its query).
    fn serves(&self, path: &str) -> bool;

    /// Headers that come with every answer.
    fn headers(&self) -> &'static [(&'static str, &'static str)] {
        &[]
    }

    /// Judges everything but the body. Some ask for no key, and signatures are not checked.
    fn authenticate(&self, _request: &Parts) -> Result<(), ProviderError> {
        Ok(())
    }

    /// The model as it was asked for, settings included.
    fn model<'a>(&self, _request: &'a Parts, head: &Head<'a>) -> Option<Cow<'a, str>> {
        head.get::<String>("model").map(Cow::Owned)
    }

    /// Judges the body's top level.
    fn validate(&self, head: &Head<'_>, extra: Extra) -> Result<(), ProviderError>;

    fn wants_stream(&self, _request: &Parts, head: &Head<'_>) -> bool {
        head.is_true("stream")
    }

    /// What makes the whole answer of a request's body and model, where this is no format of
    /// conversations.
    fn embedder(&self) -> Option<&Embeddings> {
        None
    }

    fn read(&self, body: &Value) -> Conversation;

    fn whole(&self, answer: &Answer) -> Vec<u8>;

    fn stream(&self, answer: &Answer, head: &Head<'_>, out: &mut Stream);

    fn stream_content_type(&self) -> &'static str {
        "text/event-stream; charset=utf-8"
    }

    fn error(&self, cause: Cause<'_>) -> ProviderError;

    /// The event that ends a stream with an error.
    fn stream_error(&self, out: &mut Stream);

    /// An event of the usual kind whose JSON is broken off.
    fn malformed_event(&self, out: &mut Stream);
}

/// Why an error is wanted, where every provider has its own words for it.
#[derive(Debug)]
pub enum Cause<'a> {
    Status(u16),
    NotJson(&'a serde_json::Error),
    ContextWindow,
    ContentPolicy,
    /// Not the provider's fault: a mock setting that makes no sense, a body that is too large.
    Invalid(&'a str),
}

/// An error answer's status and JSON body.
#[derive(Debug)]
pub struct ProviderError {
    pub status: StatusCode,
    /// A header that says what kind of error it is, for providers whose bodies do not.
    pub header: Option<(&'static str, &'static str)>,
    pub body: String,
}

impl ProviderError {
    /// Statuses come from tables and from settings that were checked; one that is none is a 500.
    pub fn new(status: u16, body: String) -> Self {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self { status, header: None, body }
    }
}

/// The token of an `Authorization: Bearer` header, if there is a token.
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    Some(token.trim()).filter(|token| scheme.eq_ignore_ascii_case("bearer") && !token.is_empty())
}

/// Whether a header is there and says something.
pub fn filled(headers: &HeaderMap, name: &str) -> bool {
    headers.get(name).is_some_and(|value| !value.is_empty())
}

/// A JSON string literal.
pub fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// A model name's `?` and `=` can only arrive in a path as `%3F` and `%3D`.
pub fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = after
            .get(..2)
            .filter(|_| *first == b'%')
            .and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok());
        bytes.push(code.unwrap_or(*first));
        rest = if code.is_some() { after.get(2..).unwrap_or_default() } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
