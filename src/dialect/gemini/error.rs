//! Google's errors in OpenAI's shape.
//!
//! [`failure`] reads `{"error": {"code", "message", "status", "details"}}`, alone or in a list, as it
//! reads every provider's; here stands what only Google's statuses and details tell. Source:
//! <https://cloud.google.com/apis/design/errors>.

use crate::dialect::failure;
use crate::openai::ApiError;
use crate::openai::error::code;
use serde_json::Value;

/// Reads an error body or the data of an error event. `status` is the response's; one that is no
/// error (an event in a 200 stream) gives way to the one that the error states.
#[must_use]
pub fn read(status: u16, body: &[u8]) -> ApiError {
    let mut error = failure::api_error(status, body);
    let value: Value = serde_json::from_slice(body).unwrap_or_default();
    let first = value.get(0).unwrap_or(&value);
    let inner = first.get("error").unwrap_or(first);
    let word = inner.get("status").and_then(Value::as_str).unwrap_or_default();
    let details = inner.get("details").and_then(Value::as_array);
    let details = || details.into_iter().flatten();
    // An invalid key comes as 400, although it is no fault of the request: another deployment can
    // answer it.
    let is_key = |detail: &Value| detail.get("reason").is_some_and(|r| r == "API_KEY_INVALID");
    if error.status == 400 && (details().any(is_key) || error.message.contains("API key not valid"))
    {
        error.status = 401;
    }
    if error.code.is_none() {
        error.code = match (word, error.status) {
            (_, 401) => Some("invalid_api_key"),
            ("RESOURCE_EXHAUSTED", _) | (_, 429) => Some("rate_limit_exceeded"),
            ("NOT_FOUND", _) if error.message.contains("odel") => Some(code::MODEL_NOT_FOUND),
            ("DEADLINE_EXCEEDED", _) => Some(code::TIMEOUT),
            ("UNAVAILABLE", _) => Some("overloaded_error"),
            _ => None,
        }
        .map(Into::into);
    }
    error.kind = crate::openai::error::kind_of(error.status).into();
    let delay = details().find_map(|detail| seconds(detail.get("retryDelay")?.as_str()?));
    if error.retry_after.is_none() {
        error.retry_after = delay.map(|seconds| seconds.to_string());
    }
    error
}

/// `34.07s` in whole seconds, rounded up: `Retry-After` has no fractions.
fn seconds(delay: &str) -> Option<u64> {
    let delay = delay.strip_suffix('s')?;
    let (whole, fraction) = delay.split_once('.').unwrap_or((delay, ""));
    let more = u64::from(fraction.bytes().any(|digit| digit != b'0'));
    whole.parse::<u64>().ok()?.checked_add(more)
}

/// 502: what came is not Gemini's format.
#[must_use]
pub fn malformed(what: &str) -> ApiError {
    failure::malformed("Gemini's", what)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn google(status: u16, code: u16, word: &str, message: &str) -> ApiError {
        let body = serde_json::json!({"error": {"code": code, "message": message, "status": word}});
        let alone = read(status, body.to_string().as_bytes());
        let listed = read(status, serde_json::json!([body]).to_string().as_bytes());
        assert_eq!(alone, listed);
        alone
    }

    #[test]
    fn statuses_become_status_and_code() {
        const CONTEXT: &str = "The input token count (2000000) exceeds the maximum number of tokens allowed (1048576).";
        for (status, code, word, message, expected) in [
            (400, 400, "INVALID_ARGUMENT", "Invalid value", (400, None)),
            (400, 400, "INVALID_ARGUMENT", CONTEXT, (400, Some(code::CONTEXT_LENGTH))),
            (
                400,
                400,
                "INVALID_ARGUMENT",
                "API key not valid. Please pass a valid API key.",
                (401, Some("invalid_api_key")),
            ),
            (
                401,
                401,
                "UNAUTHENTICATED",
                "Request had invalid authentication",
                (401, Some("invalid_api_key")),
            ),
            (403, 403, "PERMISSION_DENIED", "Permission denied", (403, None)),
            (
                404,
                404,
                "NOT_FOUND",
                "models/gemini-9 is not found for API version v1beta",
                (404, Some(code::MODEL_NOT_FOUND)),
            ),
            (429, 429, "RESOURCE_EXHAUSTED", "Quota exceeded", (429, Some("rate_limit_exceeded"))),
            (500, 500, "INTERNAL", "An internal error has occurred.", (500, None)),
            (503, 503, "UNAVAILABLE", "The model is overloaded.", (503, Some("overloaded_error"))),
            (504, 504, "DEADLINE_EXCEEDED", "Deadline expired", (504, Some(code::TIMEOUT))),
            // in a stream of status 200
            (200, 503, "UNAVAILABLE", "The model is overloaded.", (503, Some("overloaded_error"))),
        ] {
            let error = google(status, code, word, message);
            assert_eq!((error.status, error.code.as_deref()), expected, "{word}: {message}");
            assert_eq!(error.message, message);
        }
    }

    #[test]
    fn the_delay_that_google_asks_for_is_handed_on_in_whole_seconds() {
        for (delay, seconds) in
            [("34s", Some("34")), ("34.07s", Some("35")), ("0.0s", Some("0")), ("x", None)]
        {
            let body = serde_json::json!({"error": {"code": 429, "message": "m", "status": "RESOURCE_EXHAUSTED",
                "details": [{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": delay}]}});
            let error = read(429, body.to_string().as_bytes());
            assert_eq!(error.retry_after.as_deref(), seconds, "{delay}");
        }
    }

    #[test]
    fn bodies_that_are_not_googles_are_told_in_a_sentence() {
        let page = read(502, b"<html><head><title>502 Bad Gateway</title></head>");
        assert!(page.message.contains("502 Bad Gateway") && !page.message.contains('<'));
        assert_eq!(read(418, b"\xff\xfe").status, 418);
        assert_eq!(read(500, b"[]").status, 500);
    }
}
