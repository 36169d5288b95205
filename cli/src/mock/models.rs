//! `GET /v1/models` (and under any base path), in OpenAI's shape or, to a client that sends
//! `anthropic-version`, in Anthropic's.

use serde_json::{Value, json};

/// The mock answers to any model name; these are only what it lists.
const NAMES: &[&str] = &["mock-fast", "mock-large"];

pub fn serves(path: &str) -> bool {
    path.ends_with("/models")
}

pub fn list(anthropic: bool) -> Value {
    let models = NAMES.iter().map(|name| match anthropic {
        true => json!({
            "type": "model",
            "id": name,
            "display_name": name,
            "created_at": "2026-01-01T00:00:00Z",
        }),
        false => {
            json!({ "id": name, "object": "model", "created": 1767225600, "owned_by": "mock" })
        }
    });
    let models: Vec<Value> = models.collect();
    match anthropic {
        true => json!({
            "data": models,
            "has_more": false,
            "first_id": NAMES.first(),
            "last_id": NAMES.last(),
        }),
        false => json!({ "object": "list", "data": models }),
    }
}
