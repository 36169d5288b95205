//! Cohere's errors, `{"message"}` or `{"id", "message"}`, in OpenAI's shape.
//!
//! Source: <https://docs.cohere.com/reference/errors>.

use crate::dialect::failure;
use crate::openai::ApiError;
use crate::openai::error::{code, kind};

/// Cohere's status for a prompt or an answer that holds what its deny lists name.
const BLOCKED: u16 = 498;

/// Reads an error body, or what came in a 200 instead of an answer.
#[must_use]
pub fn read(status: u16, body: &[u8]) -> ApiError {
    let mut error = failure::api_error(status, body);
    if error.status == BLOCKED {
        error.status = 400;
        error.kind = kind::INVALID_REQUEST.into();
        error.code.get_or_insert(code::CONTENT_POLICY.into());
    }
    if error.code.is_none() {
        error.code = match error.status {
            401 => Some("invalid_api_key"),
            402 => Some("insufficient_quota"),
            404 if error.message.contains("model") => Some(code::MODEL_NOT_FOUND),
            429 => Some("rate_limit_exceeded"),
            408 | 504 => Some(code::TIMEOUT),
            _ => None,
        }
        .map(Into::into);
    }
    error
}

/// A generation that Cohere gave up: `finish_reason` is `ERROR` or `TIMEOUT`. It ends the answer as
/// an error, so that another provider can give a whole one.
#[must_use]
pub fn broken_off(finish_reason: &str, said: Option<&str>) -> Option<ApiError> {
    let (status, code, what) = match finish_reason {
        "ERROR" => (502, code::PROVIDER_ERROR, "failed"),
        "TIMEOUT" => (504, code::TIMEOUT, "took too long"),
        _ => return None,
    };
    let message = match said {
        Some(said) if !said.is_empty() => format!("The generation {what}: {said}"),
        _ => format!("The generation {what} at the provider."),
    };
    Some(ApiError::new(status, message).with_code(code))
}

/// 502: the answer is not what Cohere's API answers with.
#[must_use]
pub fn malformed(why: &str) -> ApiError {
    failure::malformed("Cohere's", why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_keep_their_words_and_get_openais_codes() {
        for (status, body, code, seen) in [
            (401, r#"{"id":"a","message":"invalid api token"}"#, "invalid_api_key", 401),
            (404, r#"{"message":"model 'x' not found"}"#, code::MODEL_NOT_FOUND, 404),
            (429, r#"{"message":"trial key"}"#, "rate_limit_exceeded", 429),
            (498, r#"{"message":"blocked"}"#, code::CONTENT_POLICY, 400),
            (
                400,
                r#"{"message":"too many tokens: size limit exceeded by 9 tokens"}"#,
                code::CONTEXT_LENGTH,
                400,
            ),
        ] {
            let error = read(status, body.as_bytes());
            assert_eq!((error.status, error.code.as_deref()), (seen, Some(code)), "{body}");
            assert!(body.contains(&error.message));
        }
    }
}
