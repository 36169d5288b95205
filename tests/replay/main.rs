//! Whole requests, replayed from lists of events: what the client gets, what each provider is sent
//! and when, and what is counted. [`envoy`] stands in for Envoy, [`script`] for the providers.

#[cfg(all(target_family = "wasm", target_os = "unknown"))]
#[macro_use]
extern crate wasm32_test;

#[path = "../support/frames.rs"]
#[allow(dead_code, reason = "no frame is read here")]
mod frames;
#[path = "../support/new_members.rs"]
mod new_members;

mod answer;
mod bad_answer;
mod chain;
mod cooldown;
mod deadline;
mod embeddings;
mod envoy;
mod fallback;
mod format;
mod gone;
mod invariant;
mod model_name;
mod pieces;
mod retry;
mod script;
mod secret;
mod solo;
mod token;
mod told;
mod unknown;
mod world;

use serde_json::{Value, json};

/// An entry of `model_list` with an id, an address and a key of its own, and further members of
/// `litellm_params`.
fn entry(group: &str, id: &str, params: Value) -> Value {
    let mut entry = json!({
        "model_name": group,
        "litellm_params": {
            "model": "openai/gpt-4o",
            "api_base": format!("https://{id}.example/v1"),
            "api_key": format!("sk-{id}-secret"),
        },
        "model_info": {"id": id},
    });
    for (name, value) in params.as_object().unwrap() {
        entry["litellm_params"][name] = value.clone();
    }
    entry
}

/// Group `a` with one deployment and no retries, and group `b` as its fallback.
fn a_then_b() -> Value {
    json!({
        "model_list": [entry("a", "a", json!({})), entry("b", "b", json!({}))],
        "router_settings": {"num_retries": 0, "fallbacks": [{"a": ["b"]}]},
    })
}

/// Group `a` with one deployment, and these settings of the router.
fn only_a(router: Value) -> Value {
    json!({"model_list": [entry("a", "a", json!({}))], "router_settings": router})
}

/// A request to `model`.
fn ask(model: &str) -> String {
    json!({"model": model, "messages": [{"role": "user", "content": "hi"}]}).to_string()
}

/// A request for a stream to `model`.
fn ask_stream(model: &str) -> String {
    json!({"model": model, "stream": true, "messages": [{"role": "user", "content": "hi"}]})
        .to_string()
}
