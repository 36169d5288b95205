//! A request as it leaves for a provider.

use super::{Endpoint, Exchange};
use crate::openai::{ApiError, ChatRequest};
use crate::wire::headers::{HeaderText, Headers};
use serde::Serialize;
use std::sync::Arc;

/// Method, address, headers and body, and what the answer's translation will need.
#[derive(Debug, Clone)]
pub struct Outgoing {
    pub method: &'static str,
    pub endpoint: Arc<Endpoint>,
    /// Absolute path with query.
    pub path: String,
    /// Lower-case names. `content-type` is among them; `content-length` and `host` are not.
    pub headers: Headers,
    pub body: Vec<u8>,
    pub exchange: Exchange,
    /// What was left out: parameters where the configuration allows it, and what says nothing to the
    /// provider.
    pub dropped: Vec<String>,
}

impl Outgoing {
    /// A POST of JSON.
    #[must_use]
    pub fn json(endpoint: Arc<Endpoint>, path: String, body: Vec<u8>, exchange: Exchange) -> Self {
        Self {
            method: "POST",
            endpoint,
            path,
            headers: vec![("content-type".into(), "application/json".into())],
            body,
            exchange,
            dropped: Vec::new(),
        }
    }

    /// Sets a header, replacing one of that name. `name` in lower case.
    pub fn set_header(&mut self, name: impl Into<HeaderText>, value: impl Into<HeaderText>) {
        let name = name.into();
        self.headers.retain(|(known, _)| *known != name);
        self.headers.push((name, value.into()));
    }

    /// `https://api.anthropic.com/v1/messages`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("{}://{}{}", self.endpoint.scheme(), self.endpoint.authority(), self.path)
    }
}

/// A body in a format of the provider's own, for this request of OpenAI's, about whose length it has.
///
/// # Errors
/// 500 for a value that is no JSON.
pub fn to_bytes(body: &impl Serialize, request: &ChatRequest) -> Result<Vec<u8>, ApiError> {
    let mut bytes = Vec::with_capacity(request.body().len().saturating_add(512));
    serde_json::to_writer(&mut bytes, body).map_err(unwritable)?;
    Ok(bytes)
}

/// 500: a part of the request that is no JSON.
#[must_use]
#[allow(clippy::needless_pass_by_value)] // the signature `map_err` asks for
pub fn unwritable(error: serde_json::Error) -> ApiError {
    ApiError::new(500, format!("The request could not be written: {error}."))
}
