//! Errors in OpenAI's shape, whoever made them.
//!
//! Source: <https://platform.openai.com/docs/guides/error-codes/api-errors>.

use super::body::MAX_FIELDS;
use crate::wire::json::JsonError;
use serde::Serialize;
use std::borrow::Cow;

/// The error `type` member.
pub mod kind {
    pub const INVALID_REQUEST: &str = "invalid_request_error";
    pub const AUTHENTICATION: &str = "authentication_error";
    pub const PERMISSION: &str = "permission_error";
    pub const NOT_FOUND: &str = "not_found_error";
    pub const RATE_LIMIT: &str = "rate_limit_error";
    pub const TIMEOUT: &str = "timeout_error";
    pub const OVERLOADED: &str = "overloaded_error";
    pub const SERVER: &str = "server_error";
}

/// The `code` values that callers and routing tell apart.
pub mod code {
    pub const CONTEXT_LENGTH: &str = "context_length_exceeded";
    pub const CONTENT_POLICY: &str = "content_policy_violation";
    pub const UNSUPPORTED_PARAMETER: &str = "unsupported_parameter";
    pub const INVALID_JSON: &str = "invalid_json";
    pub const MODEL_NOT_FOUND: &str = "model_not_found";
    pub const TIMEOUT: &str = "timeout";
    pub const PROVIDER_ERROR: &str = "provider_error";
    pub const STREAM_INTERRUPTED: &str = "stream_interrupted";
    pub const NO_UPSTREAM: &str = "upstream_unavailable";
    /// The model or its provider does not do what the endpoint is for.
    pub const UNSUPPORTED_OPERATION: &str = "unsupported_operation";
}

/// What went wrong with a request, ready to be sent to a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiError {
    /// HTTP status, 400 to 599.
    pub status: u16,
    /// A value of [`kind`].
    pub kind: Cow<'static, str>,
    /// A value of [`code`], or the provider's own.
    pub code: Option<Cow<'static, str>>,
    /// The request member at fault, such as `messages[0].content`.
    pub param: Option<String>,
    /// Whole sentences: what is wrong, what to do.
    pub message: String,
    /// The provider's `Retry-After`, passed on as it came.
    pub retry_after: Option<String>,
}

impl ApiError {
    /// An error whose `type` follows from the status.
    #[must_use]
    pub fn new(status: u16, message: impl Into<String>) -> Self {
        Self {
            status,
            kind: kind_of(status).into(),
            code: None,
            param: None,
            message: message.into(),
            retry_after: None,
        }
    }

    /// 400: the request itself is wrong.
    #[must_use]
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(400, message)
    }

    /// 400: the target cannot take this parameter.
    #[must_use]
    pub fn unsupported(param: impl Into<String>, message: impl Into<String>) -> Self {
        Self::invalid(message).with_code(code::UNSUPPORTED_PARAMETER).with_param(param)
    }

    /// 400: a member that has to be there is not; `param` is its path.
    #[must_use]
    pub fn missing(param: impl Into<String>) -> Self {
        let path = param.into();
        Self::invalid(format!("`{path}` is missing.")).with_param(path)
    }

    #[must_use]
    pub fn with_code(mut self, code: impl Into<Cow<'static, str>>) -> Self {
        self.code = Some(code.into());
        self
    }

    #[must_use]
    pub fn with_param(mut self, param: impl Into<String>) -> Self {
        self.param = Some(param.into());
        self
    }

    #[must_use]
    pub fn with_retry_after(mut self, retry_after: Option<String>) -> Self {
        self.retry_after = retry_after;
        self
    }

    #[must_use]
    pub fn has_code(&self, code: &str) -> bool {
        self.code.as_deref() == Some(code)
    }

    /// `{"error": {"message", "type", "param", "code"}}`.
    #[must_use]
    pub fn body(&self) -> Vec<u8> {
        #[derive(Serialize)]
        struct Envelope<'a> {
            error: Inner<'a>,
        }
        #[derive(Serialize)]
        struct Inner<'a> {
            message: &'a str,
            r#type: &'a str,
            param: Option<&'a str>,
            code: Option<&'a str>,
        }
        let envelope = Envelope {
            error: Inner {
                message: &self.message,
                r#type: &self.kind,
                param: self.param.as_deref(),
                code: self.code.as_deref(),
            },
        };
        serde_json::to_vec(&envelope).unwrap_or_default()
    }
}

impl From<JsonError> for ApiError {
    /// 400: a member of the request is not what its place asks for.
    fn from(error: JsonError) -> Self {
        Self::invalid(format!("`{}` is wrong: {}.", error.path, error.reason))
            .with_param(error.path)
    }
}

/// 400: a member of `extra_body` that is decided by what the client wrote at the top level.
#[must_use]
pub fn reserved_in_extra_body(name: &str) -> ApiError {
    let path = format!("extra_body.{name}");
    ApiError::invalid(format!("`{path}` is not allowed; set `{name}` itself.")).with_param(path)
}

/// 400: an `extra_body` with more members than a whole request may have.
#[must_use]
pub fn extra_body_too_long() -> ApiError {
    let message = format!("`extra_body` has more than {MAX_FIELDS} members.");
    ApiError::invalid(message).with_param("extra_body")
}

/// OpenAI's error type for a status.
#[must_use]
pub fn kind_of(status: u16) -> &'static str {
    match status {
        401 => kind::AUTHENTICATION,
        403 => kind::PERMISSION,
        404 => kind::NOT_FOUND,
        408 | 504 => kind::TIMEOUT,
        429 => kind::RATE_LIMIT,
        529 => kind::OVERLOADED,
        400..=499 => kind::INVALID_REQUEST,
        _ => kind::SERVER,
    }
}
