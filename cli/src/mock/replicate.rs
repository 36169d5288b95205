//! Replicate's predictions, as an official language model makes them: done within the request, with a
//! count of tokens. Its streams are at another address, so the answer is always whole.

use std::borrow::Cow;

use hyper::http::request::Parts;
use serde_json::{Value, json};

use super::{
    answer::{Answer, Content, tokens},
    conversation::{Conversation, items, text_of},
    format::{Cause, Format, ProviderError, bearer, percent_decoded},
    head::Head,
    settings::Extra,
    stream::{Part, Stream},
};

pub struct Replicate;

/// What Replicate calls the most tokens, by the models' makers.
const LIMITS: [&str; 4] =
    ["max_tokens", "max_new_tokens", "max_completion_tokens", "max_output_tokens"];

/// The model that a path names, if it is one of predictions.
fn place(path: &str) -> Option<String> {
    let named = path.strip_prefix("/v1/")?.strip_suffix("predictions")?;
    let name = named.strip_prefix("models/").or_else(|| named.strip_prefix("deployments/"));
    match name.map(|name| name.trim_end_matches('/')) {
        Some(name) if name.split('/').count() == 2 => Some(percent_decoded(name)),
        None if named.is_empty() => Some(String::new()),
        _ => None,
    }
}

impl Format for Replicate {
    fn name(&self) -> &'static str {
        "replicate"
    }

    fn serves(&self, path: &str) -> bool {
        place(path).is_some()
    }

    fn authenticate(&self, request: &Parts) -> Result<(), ProviderError> {
        match bearer(&request.headers) {
            Some(_) => Ok(()),
            None => {
                Err(error(401, "Unauthenticated", "You did not pass a valid authentication token"))
            }
        }
    }

    fn model<'a>(&self, request: &'a Parts, head: &Head<'a>) -> Option<Cow<'a, str>> {
        let named = place(request.uri.path()).filter(|name| !name.is_empty()).map(Cow::Owned);
        named.or_else(|| head.get::<String>("version").map(Cow::Owned))
    }

    fn validate(&self, head: &Head<'_>, extra: Extra) -> Result<(), ProviderError> {
        let input = head.get::<Value>("input").unwrap_or_default();
        if !input.is_object() {
            return Err(invalid("- input is required\n"));
        }
        if input["prompt"].is_null() && input["messages"].is_null() {
            return Err(invalid("- input: prompt is required\n"));
        }
        if input["top_p"].as_f64().is_some_and(|top_p| top_p > 1.0) {
            return Err(invalid("- input.top_p: Must be less than or equal to 1\n"));
        }
        match head.unknown_field(&["input", "version", "webhook", "webhook_events_filter"]) {
            Some(name) if extra == Extra::Reject => {
                Err(invalid(&format!("- {name}: unknown field\n")))
            }
            _ => Ok(()),
        }
    }

    fn wants_stream(&self, _request: &Parts, _head: &Head<'_>) -> bool {
        false
    }

    fn read(&self, body: &Value) -> Conversation {
        let input = body.get("input").unwrap_or(&Value::Null);
        let mut conversation = Conversation {
            last_user_text: text_of(input.get("prompt").unwrap_or(&Value::Null)),
            max_tokens: LIMITS.iter().find_map(|name| input.get(name)?.as_u64()),
            ..Conversation::default()
        };
        for name in ["prompt", "system_prompt"] {
            conversation.prompt.count(input.get(name).unwrap_or(&Value::Null));
        }
        for message in items(input, "messages") {
            let content = message.get("content").unwrap_or(&Value::Null);
            conversation.prompt.count(content);
            if message.get("role").is_some_and(|role| role == "user") {
                conversation.last_user_text = text_of(content);
            }
        }
        conversation
    }

    fn whole(&self, answer: &Answer) -> Vec<u8> {
        let output: Vec<&str> = tokens(said(answer)).collect();
        prediction(answer, "succeeded", &json!(output)).to_string().into_bytes()
    }

    /// The stream at the other address, for `wrong-type:sse`.
    fn stream(&self, answer: &Answer, _head: &Head<'_>, out: &mut Stream) {
        for token in tokens(said(answer)) {
            let line = token.replace(['\r', '\n'], " ");
            out.sse(Part::Token, Some("output"), |bytes| bytes.extend_from_slice(line.as_bytes()));
        }
        out.sse(Part::Frame, Some("done"), |bytes| bytes.extend_from_slice(b"{}"));
    }

    fn error(&self, cause: Cause<'_>) -> ProviderError {
        match cause {
            Cause::Status(429) => error(
                429,
                "Too Many Requests",
                "Request was throttled. Your rate limit resets in ~1s.",
            ),
            Cause::Status(status) if status < 500 => {
                error(status, "Refused", "The request was refused.")
            }
            Cause::Status(status) => {
                error(status, "Internal Server Error", "An unexpected error occurred.")
            }
            Cause::NotJson(why) => error(400, "Bad Request", &why.to_string()),
            // What a model complains of fails the prediction, not the request for it.
            Cause::ContextWindow => failed(
                "This model's maximum context length is 8192 tokens. However, you requested 9000 tokens.",
            ),
            Cause::ContentPolicy => failed(
                "The input or output was flagged as sensitive. Please try again with different \
                 inputs. (E005)",
            ),
            Cause::Invalid(message) => invalid(message),
        }
    }

    fn stream_error(&self, out: &mut Stream) {
        let data = br#"{"detail":"Prediction failed"}"#;
        out.sse(Part::Frame, Some("error"), |bytes| bytes.extend_from_slice(data));
    }

    fn malformed_event(&self, out: &mut Stream) {
        out.raw(Part::Token, br#"{"id":"mock","status":"succ"#);
    }
}

fn said(answer: &Answer) -> &str {
    match &answer.content {
        Content::Text(text) | Content::ToolCall { arguments: text, .. } => text,
    }
}

fn prediction(answer: &Answer, status: &str, output: &Value) -> Value {
    json!({ "id": format!("mock{}", answer.serial), "model": answer.model, "version": "hidden",
        "input": {}, "output": output, "error": null, "logs": "", "status": status,
        "created_at": "2026-01-01T00:00:00Z", "completed_at": "2026-01-01T00:00:01Z",
        "metrics": { "input_token_count": answer.usage.input,
            "output_token_count": answer.usage.output, "predict_time": 0.9, "total_time": 1.0 },
        "urls": { "get": "https://api.replicate.com/v1/predictions/mock" } })
}

fn failed(message: &str) -> ProviderError {
    let body = json!({ "id": "mock", "status": "failed", "error": message, "output": null });
    ProviderError::new(201, body.to_string())
}

fn invalid(detail: &str) -> ProviderError {
    error(422, "Input validation failed", detail)
}

fn error(status: u16, title: &str, detail: &str) -> ProviderError {
    let body = json!({ "title": title, "detail": detail, "status": status });
    ProviderError::new(status, body.to_string())
}
