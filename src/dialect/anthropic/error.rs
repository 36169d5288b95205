//! Anthropic's errors in OpenAI's shape.
//!
//! `{"type": "error", "error": {"type", "message"}, "request_id"}`; the types are listed at
//! <https://platform.claude.com/docs/en/api/errors>. Proxies in front of it answer in HTML or not at
//! all.

use crate::dialect::Text;
use crate::openai::ApiError;
use crate::openai::error::code;
use serde::Deserialize;
use serde_json::value::RawValue;

/// Longest piece of a body that is no JSON which a message quotes, in characters.
const MAX_QUOTE: usize = 200;

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow)]
    error: Option<&'a RawValue>,
    /// Gateways' forms.
    #[serde(borrow)]
    message: Option<Text<'a>>,
    #[serde(borrow)]
    detail: Option<Text<'a>>,
}

#[derive(Deserialize)]
struct Inner<'a> {
    #[serde(rename = "type", borrow)]
    kind: Option<Text<'a>>,
    #[serde(borrow)]
    message: Option<Text<'a>>,
}

/// Reads an error body or the data of an error event. `status` is the response's; a status that is
/// no error (an event in a 200 stream) gives way to the one that the error's type stands for.
#[must_use]
pub fn read(status: u16, body: &[u8]) -> ApiError {
    let Ok(envelope) = serde_json::from_slice::<Envelope<'_>>(body) else {
        return other(status, body);
    };
    let inner = envelope.error.map(RawValue::get);
    match inner.map(|json| (json, serde_json::from_str::<Inner<'_>>(json))) {
        Some((_, Ok(Inner { kind, message: Some(message) }))) => {
            typed(status, kind.as_ref().map_or("", Text::as_str), message.into_string())
        }
        // {"error": "…"}
        Some((json, _)) => match serde_json::from_str::<String>(json) {
            Ok(message) => typed(status, "", message),
            Err(_) => typed(status, "", json.to_owned()),
        },
        None => match envelope.message.or(envelope.detail) {
            Some(message) => typed(status, "", message.into_string()),
            None => other(status, body),
        },
    }
}

/// The status that an error type stands for.
fn status_of(kind: &str) -> Option<u16> {
    Some(match kind {
        "invalid_request_error" => 400,
        "authentication_error" => 401,
        "billing_error" => 402,
        "permission_error" => 403,
        "not_found_error" => 404,
        "conflict_error" => 409,
        "request_too_large" => 413,
        "rate_limit_error" => 429,
        "api_error" => 500,
        "timeout_error" => 504,
        "overloaded_error" => 529,
        _ => return None,
    })
}

fn typed(status: u16, kind: &str, message: String) -> ApiError {
    let has = |patterns: &[&str]| {
        let message = message.to_ascii_lowercase();
        patterns.iter().any(|pattern| message.contains(pattern))
    };
    // Not a fault of the request, although it comes as 400: another deployment can answer it.
    let out_of_credit = kind == "billing_error" || has(&["credit balance is too low"]);
    let status = match status {
        400 if out_of_credit => 402,
        400..=599 => status,
        _ => status_of(kind).unwrap_or(500),
    };
    let code = if has(&[
        "prompt is too long",
        "prompt: length",
        "exceed context limit",
        "exceeds the context window",
        "context window exceeded",
    ]) {
        Some(code::CONTEXT_LENGTH)
    } else if has(&["content filtering policy", "content policy"]) {
        Some(code::CONTENT_POLICY)
    } else if out_of_credit {
        Some("insufficient_quota")
    } else {
        match kind {
            "authentication_error" => Some("invalid_api_key"),
            "rate_limit_error" => Some("rate_limit_exceeded"),
            "not_found_error" if has(&["model"]) => Some(code::MODEL_NOT_FOUND),
            "timeout_error" => Some(code::TIMEOUT),
            "request_too_large" => Some("request_too_large"),
            "overloaded_error" => Some("overloaded_error"),
            _ => None,
        }
    };
    let error = ApiError::new(status, message);
    match code {
        Some(code) => error.with_code(code),
        None => error,
    }
}

/// A body that is not Anthropic's: what it says of itself, in one sentence.
fn other(status: u16, body: &[u8]) -> ApiError {
    let status = if (400..=599).contains(&status) { status } else { 502 };
    let text = String::from_utf8_lossy(body);
    let title = text.split_once("<title>").and_then(|(_, rest)| rest.split_once("</title>"));
    let message = match title {
        _ if text.trim().is_empty() => {
            format!("Anthropic answered with status {status} and an empty body.")
        }
        Some((title, _)) => {
            format!("Anthropic answered with status {status} and a web page: {}.", quote(title))
        }
        None => format!("Anthropic answered with status {status}: {}", quote(&text)),
    };
    ApiError::new(status, message).with_code(code::PROVIDER_ERROR)
}

fn quote(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(MAX_QUOTE).collect()
}

/// 502: what came is not Anthropic's format.
#[must_use]
pub fn malformed(what: &str) -> ApiError {
    ApiError::new(502, format!("Anthropic's answer cannot be read: {what}."))
        .with_code(code::PROVIDER_ERROR)
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
    fn types_become_status_type_and_code() {
        for (status, kind, message, expected) in [
            (400, "invalid_request_error", "max_tokens: …", (400, "invalid_request_error", None)),
            (
                400,
                "invalid_request_error",
                "prompt is too long: 3 > 2",
                (400, "invalid_request_error", Some(code::CONTEXT_LENGTH)),
            ),
            (
                400,
                "invalid_request_error",
                "Output blocked by content filtering policy",
                (400, "invalid_request_error", Some(code::CONTENT_POLICY)),
            ),
            (
                400,
                "invalid_request_error",
                "Your credit balance is too low",
                (402, "invalid_request_error", Some("insufficient_quota")),
            ),
            (
                401,
                "authentication_error",
                "invalid x-api-key",
                (401, "authentication_error", Some("invalid_api_key")),
            ),
            (
                404,
                "not_found_error",
                "model: claude-9",
                (404, "not_found_error", Some(code::MODEL_NOT_FOUND)),
            ),
            (
                413,
                "request_too_large",
                "Request exceeds",
                (413, "invalid_request_error", Some("request_too_large")),
            ),
            (
                429,
                "rate_limit_error",
                "slow down",
                (429, "rate_limit_error", Some("rate_limit_exceeded")),
            ),
            (
                529,
                "overloaded_error",
                "Overloaded",
                (529, "overloaded_error", Some("overloaded_error")),
            ),
            // in a stream of status 200
            (
                200,
                "overloaded_error",
                "Overloaded",
                (529, "overloaded_error", Some("overloaded_error")),
            ),
            (200, "api_error", "Internal server error", (500, "server_error", None)),
        ] {
            let error = anthropic(status, kind, message);
            let seen = (error.status, &*error.kind, error.code.as_deref());
            assert_eq!(seen, expected, "{kind}: {message}");
            assert_eq!(error.message, message);
        }
    }

    #[test]
    fn bodies_that_are_not_anthropics_are_told_in_a_sentence() {
        let page = read(502, b"<html><head><title>502 Bad  Gateway</title></head>");
        assert_eq!(
            page.message,
            "Anthropic answered with status 502 and a web page: 502 Bad Gateway."
        );
        assert!(read(503, b"").message.contains("empty body"));
        assert_eq!(read(500, br#"{"error": "boom"}"#).message, "boom");
        assert_eq!(read(403, br#"{"message": "Forbidden"}"#).message, "Forbidden");
        assert_eq!(read(418, b"\xff\xfe").status, 418);
    }
}
