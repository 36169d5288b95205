//! A request as it leaves for a provider.

use super::{Endpoint, Exchange};
use crate::wire::headers::{HeaderText, Headers};
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
