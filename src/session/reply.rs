//! Answers that Dragoman gives itself.

use super::headers::{HeaderText, Headers};
use crate::openai::ApiError;

/// A whole response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    pub status: u16,
    /// Without `:status` and `content-length`.
    pub headers: Headers,
    pub body: Vec<u8>,
}

impl Reply {
    /// A JSON document.
    #[must_use]
    pub fn json(status: u16, body: Vec<u8>) -> Self {
        Self { status, headers: vec![("content-type".into(), "application/json".into())], body }
    }

    #[must_use]
    pub fn with_header(mut self, name: &'static str, value: impl Into<HeaderText>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }
}

impl From<&ApiError> for Reply {
    fn from(error: &ApiError) -> Self {
        let reply = Self::json(error.status, error.body());
        match &error.retry_after {
            Some(after) => reply.with_header("retry-after", super::headers::safe_value(after)),
            None => reply,
        }
    }
}
