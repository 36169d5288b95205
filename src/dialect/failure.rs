//! Reading failures: what every provider's error says, whatever shape it came in.
//!
//! Shapes seen: `{"error": {"message", "type", "code", "param"}}` (OpenAI and most others),
//! `{"error": "text"}` (Ollama, xAI), `{"detail": "text"}` and `{"detail": [{"loc", "msg"}]}`
//! (FastAPI servers, Mistral), `{"message": "text"}` (Cohere, AWS), `{"message": {"detail": […]}}`
//! (Mistral), `{"object": "error", "message"}` (vLLM), `[{"error": {…}}]` (Google), an
//! `innererror` with the real code (Azure), a `metadata.raw` with the real message (OpenRouter),
//! plain text, HTML of a load balancer, and nothing at all.

use crate::openai::ApiError;
use crate::openai::error::{code, kind_of};
use serde_json::Value;

mod phrases;

/// Longest message that is handed on, in characters. Some providers echo the whole request.
const MAX_MESSAGE_CHARS: usize = 4_000;

/// Longest excerpt of a body that is not JSON, in characters.
const MAX_EXCERPT_CHARS: usize = 300;

/// The status of a failure whose own one is not known: the provider did not do its part.
const BAD_GATEWAY: u16 = 502;

/// An error response with this status (400 to 599), or the data of an error event.
#[must_use]
pub fn api_error(status: u16, body: &[u8]) -> ApiError {
    let found = Found::read(body);
    let status = if is_error(u64::from(status)) { status } else { found.status_or_guess() };
    found.into_error(status, body)
}

/// A failure that came under a 2xx status: in a whole body, or as an event of a stream. Its status
/// is the one it states, else the one that its type implies, else 502.
#[must_use]
pub fn hidden(body: &[u8]) -> ApiError {
    let found = Found::read(body);
    let status = found.status_or_guess();
    found.into_error(status, body)
}

/// 502: `body` was to be an answer, and is not one.
#[must_use]
pub fn not_an_answer(body: &[u8]) -> ApiError {
    let what = describe(body, "an answer");
    ApiError::new(BAD_GATEWAY, what).with_code(code::PROVIDER_ERROR)
}

/// 502: an answer that was one of the provider's, and does not go on as one.
#[must_use]
pub fn malformed(whose: &str, what: &str) -> ApiError {
    ApiError::new(BAD_GATEWAY, format!("{whose} answer cannot be read: {what}."))
        .with_code(code::PROVIDER_ERROR)
}

/// What a failure says about itself.
#[derive(Debug, Default)]
struct Found {
    message: Option<String>,
    kind: Option<String>,
    code: Option<String>,
    param: Option<String>,
    status: Option<u16>,
    /// Azure's `innererror.code`, or another code beside the main one.
    inner_code: Option<String>,
}

impl Found {
    fn read(body: &[u8]) -> Self {
        let mut found = Self::default();
        if let Ok(value) = serde_json::from_slice::<Value>(body) {
            found.take(&value, 0);
        }
        found
    }

    /// Fills what is not known yet from `value`. The innermost error object is asked first, for
    /// outer members only repeat it.
    fn take(&mut self, value: &Value, depth: u8) {
        const MAX_DEPTH: u8 = 6;
        if depth > MAX_DEPTH {
            return;
        }
        match value {
            Value::String(text) if !text.trim().is_empty() => {
                self.message.get_or_insert_with(|| text.clone());
            }
            Value::Array(items) => self.take_list(items, depth),
            Value::Object(object) => {
                let member = |name: &str| object.get(name).filter(|value| !value.is_null());
                // An object that only wraps the failure.
                for name in ["error", "errors"] {
                    if let Some(inner @ (Value::Object(_) | Value::Array(_))) = member(name) {
                        self.take(inner, depth + 1);
                    }
                }
                for name in ["message", "detail", "error", "msg", "error_message", "Message"] {
                    if self.message.is_some() {
                        break;
                    }
                    if let Some(inner) = member(name) {
                        self.take(inner, depth + 1);
                    }
                }
                self.take_details(object);
            }
            _ => {}
        }
    }

    /// FastAPI's `[{"loc": ["body", "seed"], "msg": "…"}]` becomes `body.seed: …`; of any other
    /// list the first element speaks.
    fn take_list(&mut self, items: &[Value], depth: u8) {
        let lines: Vec<String> = items
            .iter()
            .filter_map(|item| {
                let text = item.get("msg")?.as_str()?;
                let place: Vec<String> = item
                    .get("loc")
                    .and_then(Value::as_array)
                    .into_iter()
                    .flatten()
                    .map(|step| step.as_str().map_or_else(|| step.to_string(), str::to_owned))
                    .collect();
                let place = place.join(".");
                Some(if place.is_empty() { text.to_owned() } else { format!("{place}: {text}") })
            })
            .collect();
        if lines.is_empty() {
            if let Some(first) = items.first() {
                self.take(first, depth + 1);
            }
        } else {
            self.message.get_or_insert_with(|| lines.join("; "));
        }
    }

    fn take_details(&mut self, object: &serde_json::Map<String, Value>) {
        let text = |name: &str| match object.get(name) {
            Some(Value::String(text)) if !text.is_empty() => Some(text.clone()),
            _ => None,
        };
        for name in ["status_code", "statusCode", "status", "code"] {
            let stated = object.get(name).and_then(|value| match value {
                Value::Number(number) => number.as_u64(),
                Value::String(text) => text.parse().ok(),
                _ => None,
            });
            if let Some(stated) = stated.filter(|stated| is_error(*stated)) {
                self.status = self.status.or_else(|| u16::try_from(stated).ok());
            }
        }
        // A code that is only the status again says nothing.
        let status = |code: &String| code.parse::<u64>().is_ok_and(is_error);
        let numeric = object.get("code").and_then(Value::as_i64).map(|code| code.to_string());
        let code = text("code").or(numeric).filter(|code| !status(code));
        self.code = self.code.take().or(code);
        // vLLM's `{"object": "error"}` and Anthropic's outer `{"type": "error"}` are no types.
        let kind = text("type").filter(|kind| kind != "error");
        self.kind = self.kind.take().or(kind);
        self.param = self.param.take().or_else(|| text("param"));
        if let Some(inner) = object.get("innererror").and_then(|inner| inner.get("code")) {
            self.inner_code = inner.as_str().map(str::to_owned);
        }
        // OpenRouter's own message is "Provider returned error"; what it returned is here.
        let raw = object.get("metadata").and_then(|metadata| metadata.get("raw"));
        if let (Some(raw), Some(message)) = (raw.and_then(Value::as_str), &mut self.message)
            && !raw.trim().is_empty()
        {
            message.push_str(": ");
            message.push_str(raw);
        }
    }

    fn status_or_guess(&self) -> u16 {
        self.status.unwrap_or_else(|| {
            [&self.code, &self.kind]
                .into_iter()
                .flatten()
                .find_map(|word| status_of(word))
                .unwrap_or(BAD_GATEWAY)
        })
    }

    fn into_error(self, status: u16, body: &[u8]) -> ApiError {
        let said = self.message.as_deref().unwrap_or_default();
        let codes = [self.code.as_deref(), self.inner_code.as_deref(), self.kind.as_deref()];
        let known = if phrases::is_content_policy(&codes, said) {
            Some(code::CONTENT_POLICY)
        } else if phrases::is_context_window(&codes, said, status) {
            Some(code::CONTEXT_LENGTH)
        } else {
            None
        };
        let message = match self.message {
            Some(message) => shorten(&message, MAX_MESSAGE_CHARS),
            None => describe(body, "an error"),
        };
        let mut error = ApiError::new(status, message);
        error.kind = self.kind.map_or_else(|| kind_of(status).into(), Into::into);
        error.code = known.map(Into::into).or_else(|| self.code.map(Into::into));
        error.param = self.param;
        error
    }
}

fn is_error(status: u64) -> bool {
    (400..600).contains(&status)
}

/// The HTTP status that goes with an error type or code, where a stream states no number.
fn status_of(word: &str) -> Option<u16> {
    Some(match word {
        "invalid_request_error"
        | "invalid_prompt"
        | "context_length_exceeded"
        | "BadRequestError"
        | "content_filter"
        | "tool_use_failed" => 400,
        "authentication_error" | "invalid_api_key" => 401,
        "permission_error" | "permission_denied" => 403,
        "not_found_error" | "model_not_found" | "NotFoundError" => 404,
        "timeout_error" | "timeout" => 408,
        "request_too_large" => 413,
        "rate_limit_error"
        | "rate_limit_exceeded"
        | "insufficient_quota"
        | "requests"
        | "tokens" => 429,
        "server_error" | "api_error" | "internal_server_error" | "InternalServerError" => 500,
        "service_unavailable" => 503,
        "overloaded_error" => 529,
        _ => return None,
    })
}

/// A sentence about a body that no message could be read from.
fn describe(body: &[u8], wanted: &str) -> String {
    // A character may take four bytes; what lies beyond the excerpt is not looked at.
    let head = body.get(..MAX_EXCERPT_CHARS * 8).unwrap_or(body);
    let text = String::from_utf8_lossy(head);
    let text = text.trim();
    if text.is_empty() {
        return format!("The provider sent {wanted} with an empty body.");
    }
    if text.starts_with('<') {
        let title = text.split_once("<title>").and_then(|(_, rest)| rest.split_once("</title>"));
        return match title {
            Some((title, _)) if !title.trim().is_empty() => format!(
                "The provider sent a web page instead of {wanted}: {}",
                shorten(title.trim(), MAX_EXCERPT_CHARS)
            ),
            _ => format!("The provider sent a web page instead of {wanted}."),
        };
    }
    format!("The provider sent {wanted} of an unknown shape: {}", shorten(text, MAX_EXCERPT_CHARS))
}

/// At most `limit` characters, without control characters other than line ends and tabs.
fn shorten(text: &str, limit: usize) -> String {
    let plain = |c: &char| !c.is_control() || matches!(c, '\n' | '\t');
    let mut out: String = text.chars().take(limit).filter(plain).collect();
    if text.chars().nth(limit).is_some() {
        out.push('…');
    }
    out
}

#[cfg(test)]
mod tests;
