//! Anthropic's errors in OpenAI's shape.
//!
//! [`failure`] reads `{"type": "error", "error": {"type", "message"}}` as it reads every provider's;
//! here stands what only Anthropic's error types (<https://platform.claude.com/docs/en/api/errors>)
//! tell.

use crate::dialect::failure;
use crate::openai::ApiError;
use crate::openai::error::code;

/// Reads an error body or the data of an error event. `status` is the response's; one that is no
/// error (an event in a 200 stream) gives way to the one that the error's type stands for.
#[must_use]
pub fn read(status: u16, body: &[u8]) -> ApiError {
    let mut error = failure::api_error(status, body);
    // Not a fault of the request, although it comes as 400: another deployment can answer it.
    let out_of_credit =
        error.kind == "billing_error" || error.message.contains("credit balance is too low");
    if out_of_credit && !(401..500).contains(&error.status) {
        error.status = 402;
    }
    if error.code.is_none() {
        error.code = match &*error.kind {
            _ if out_of_credit => Some("insufficient_quota"),
            "authentication_error" => Some("invalid_api_key"),
            "rate_limit_error" => Some("rate_limit_exceeded"),
            "not_found_error" if error.message.contains("model") => Some(code::MODEL_NOT_FOUND),
            "timeout_error" => Some(code::TIMEOUT),
            "request_too_large" => Some("request_too_large"),
            "overloaded_error" => Some("overloaded_error"),
            _ => None,
        }
        .map(Into::into);
    }
    error
}

/// 502: what came is not Anthropic's format.
#[must_use]
pub fn malformed(what: &str) -> ApiError {
    failure::malformed("Anthropic's", what)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn anthropic(status: u16, kind: &str, message: &str) -> ApiError {
        let body =
            serde_json::json!({"type": "error", "error": {"type": kind, "message": message}});
        read(status, body.to_string().as_bytes())
    }

    #[test]
    fn types_become_status_and_code() {
        const INVALID: &str = "invalid_request_error";
        for (status, kind, message, expected) in [
            (400, INVALID, "max_tokens: …", (400, None)),
            (400, INVALID, "prompt is too long: 3 > 2", (400, Some(code::CONTEXT_LENGTH))),
            (
                400,
                INVALID,
                "input length and `max_tokens` exceed context limit: 1 + 2 > 2",
                (400, Some(code::CONTEXT_LENGTH)),
            ),
            (
                400,
                INVALID,
                "Output blocked by content filtering policy",
                (400, Some(code::CONTENT_POLICY)),
            ),
            (400, INVALID, "Your credit balance is too low", (402, Some("insufficient_quota"))),
            (200, "billing_error", "Pay", (402, Some("insufficient_quota"))),
            (401, "authentication_error", "invalid x-api-key", (401, Some("invalid_api_key"))),
            (404, "not_found_error", "model: claude-9", (404, Some(code::MODEL_NOT_FOUND))),
            (413, "request_too_large", "Request exceeds", (413, Some("request_too_large"))),
            (429, "rate_limit_error", "slow down", (429, Some("rate_limit_exceeded"))),
            (529, "overloaded_error", "Overloaded", (529, Some("overloaded_error"))),
            // in a stream of status 200
            (200, "overloaded_error", "Overloaded", (529, Some("overloaded_error"))),
            (200, "api_error", "Internal server error", (500, None)),
        ] {
            let error = anthropic(status, kind, message);
            assert_eq!((error.status, error.code.as_deref()), expected, "{kind}: {message}");
            assert_eq!(error.message, message);
        }
    }

    #[test]
    fn bodies_that_are_not_anthropics_are_told_in_a_sentence() {
        let page = read(502, b"<html><head><title>502 Bad Gateway</title></head>");
        assert!(page.message.contains("502 Bad Gateway") && !page.message.contains('<'));
        assert!(read(503, b"").message.contains("empty body"));
        assert_eq!(read(418, b"\xff\xfe").status, 418);
    }
}
