//! What several tests share: deployments as a configuration describes them, event streams read
//! without Dragoman's own reader, texts of a JSON value, and checks of other formats' request schemas.
#![allow(dead_code, reason = "no test uses all of it")]

pub mod gemini_schema;
pub mod messages_schema;

use dragoman::config::{self, Severity};
use dragoman::dialect::{Outgoing, Target};
use dragoman::openai::{ApiError, ChatRequest};
use dragoman::translate;
use serde_json::{Map, Value, json};

/// 2026-01-01T00:00:00Z.
pub const NOW: u64 = 1_767_225_600;

/// The deployment of `model` (`provider/model`) with these `litellm_params` besides.
pub fn deployment(model: &str, params: &Value) -> Result<Target, String> {
    let mut all = json!({"model": model, "api_key": "key"});
    let members = params.as_object().cloned().unwrap_or_default();
    all.as_object_mut().into_iter().for_each(|all| all.extend(members.clone()));
    let document = json!({"model_list": [{"model_name": "group", "litellm_params": all}]});
    let reading = config::read(&document, &|_| None);
    match reading.problems.iter().find(|problem| problem.severity == Severity::Error) {
        Some(problem) => Err(problem.message.clone()),
        None => Ok(reading.config.deployments[0].target.clone()),
    }
}

/// The provider's request for this OpenAI request.
pub fn send(request: &Value, target: &Target) -> Result<Outgoing, ApiError> {
    let request = ChatRequest::parse(request.to_string().into_bytes())?;
    translate::request(&request, target, NOW, "nonce")
}

/// The data of every event, in order. Not the reader under test: it knows whole streams only.
pub fn events(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes).replace("\r\n", "\n").replace('\r', "\n");
    text.split("\n\n")
        .filter_map(|block| {
            let data: Vec<&str> =
                block.lines().filter_map(|line| line.strip_prefix("data:")).map(trim).collect();
            (!data.is_empty()).then(|| data.join("\n"))
        })
        .collect()
}

fn trim(line: &str) -> &str {
    line.strip_prefix(' ').unwrap_or(line)
}

/// Every text of the messages' content: strings, and the `text` of parts.
pub fn texts(messages: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for message in messages.as_array().into_iter().flatten() {
        match &message["content"] {
            Value::String(text) => found.push(text.clone()),
            Value::Array(parts) => {
                found.extend(parts.iter().filter_map(|part| part["text"].as_str()).map(Into::into));
            }
            _ => {}
        }
    }
    found.retain(|text| !text.trim().is_empty());
    found
}

/// Every string anywhere in a value, names of members apart.
pub fn leaves(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(items) => items.iter().flat_map(leaves).collect(),
        Value::Object(members) => members.values().flat_map(leaves).collect(),
        _ => Vec::new(),
    }
}

/// Whether `text` stands in `body`: in some string, or as the value that it spells.
pub fn holds(body: &Value, text: &str) -> bool {
    let spelled = serde_json::from_str::<Value>(text).ok().filter(Value::is_object);
    leaves(body).iter().any(|sent| sent.contains(text))
        || spelled.is_some_and(|value| holds_value(body, &value))
}

fn holds_value(body: &Value, value: &Value) -> bool {
    body == value
        || match body {
            Value::Array(items) => items.iter().any(|item| holds_value(item, value)),
            Value::Object(members) => members.values().any(|item| holds_value(item, value)),
            _ => false,
        }
}

/// What the reference of the model's own API says against `body`.
pub fn problems(model: &str, body: &Value) -> Vec<String> {
    match model.split('/').next() {
        Some("anthropic") => messages_schema::problems(body),
        Some("gemini" | "vertex_ai") => gemini_schema::problems(body, model),
        _ => Vec::new(),
    }
}

/// The members of an object, none for anything else.
pub fn members(value: &Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}
