//! The Gemini dialect from outside: golden files, every split of a stream, arbitrary bytes.
#![cfg(not(target_arch = "wasm32"))]

#[path = "../support/mod.rs"]
mod support;

use dragoman::dialect::gemini::Gemini;
use dragoman::dialect::{Dialect, Exchange, Outgoing, Output, Target};
use dragoman::openai::ApiError;
use proptest::prelude::*;
use serde_json::{Value, json};
use support::{ask, messages};

const OLD: &str = "gemini/gemini-1.5-pro";
const SECOND: &str = "gemini/gemini-2.5-flash";
const THIRD: &str = "gemini/gemini-3-flash-preview";
const VERTEX: &str = "vertex_ai/gemini-3-flash-preview";

fn target(model: &str) -> Target {
    let params = match model.starts_with("vertex_ai/") {
        true => json!({"vertex_project": "project-1", "vertex_location": "global"}),
        false => json!({}),
    };
    support::deployment(model, &params).unwrap()
}

fn send(openai: &Value, model: &str) -> Outgoing {
    support::send(openai, &target(model)).unwrap()
}

/// The body, which the reference must allow.
fn body(openai: &Value, model: &str) -> Value {
    support::body(openai, &target(model))
}

/// What the refusal names.
fn refused(openai: &Value, model: &str) -> String {
    support::refused(support::send(openai, &target(model)))
}

/// What was left out, where `drop_params` allows it.
fn dropped(openai: &Value, model: &str) -> Vec<String> {
    let mut target = target(model);
    target.policy.drop_params = true;
    support::send(openai, &target).unwrap().dropped
}

fn exchange() -> Exchange {
    Exchange {
        stream: false,
        include_usage: true,
        model: "gemini-2.5-flash".into(),
        id: "chatcmpl-nonce".into(),
        created: 7,
        ..Exchange::default()
    }
}

/// The client's completion for a whole answer.
fn whole(body: &Value) -> Value {
    let mut out = Output::default();
    Gemini.whole(&exchange(), body.to_string().as_bytes(), &mut out).unwrap();
    serde_json::from_slice(&out.bytes).unwrap()
}

/// The stream's chunks, as the client gets them, feeding `size` bytes at a time.
fn stream(bytes: &[u8], size: usize) -> Result<Output, ApiError> {
    support::streams::stream(&Gemini, bytes, size, &exchange())
}

/// These events as a stream, and what the client gets of them.
fn streamed(events: &[Value]) -> (Vec<Value>, Output) {
    let bytes: String = events.iter().map(|event| format!("data: {event}\r\n\r\n")).collect();
    let out = stream(bytes.as_bytes(), 5).unwrap();
    let chunks = support::events(&out.bytes);
    (chunks.iter().filter_map(|data| serde_json::from_str(data).ok()).collect(), out)
}

mod golden;
mod history;
mod request;
mod response;
mod robust;
