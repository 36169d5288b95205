//! The Converse dialect from outside: golden files, every split of a stream, arbitrary bytes.
#![cfg(not(target_arch = "wasm32"))]

#[path = "../support/mod.rs"]
mod support;

use dragoman::dialect::converse::Converse;
use dragoman::dialect::{Dialect, Exchange, Output, Target};
use dragoman::openai::ApiError;
use proptest::prelude::*;
use serde_json::{Value, json};
use support::{ask, converse_schema, frames, messages};

const CLAUDE: &str = "bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0";
const OLD_CLAUDE: &str = "bedrock/anthropic.claude-sonnet-4-20250514-v1:0";
const NOVA: &str = "bedrock/amazon.nova-2-lite-v1:0";
const LLAMA: &str = "bedrock/us.meta.llama3-3-70b-instruct-v1:0";

fn target(model: &str) -> Target {
    support::deployment(model, &json!({})).unwrap()
}

/// The body that is sent, which Bedrock would take.
fn body(openai: &Value, model: &str) -> Value {
    support::body(openai, &target(model))
}

/// The parameter that a refusal names.
fn refused(openai: &Value, model: &str) -> String {
    support::refused(support::send(openai, &target(model)))
}

/// What was left out of a request that was sent.
fn dropped(openai: &Value, model: &str) -> Vec<String> {
    support::send(openai, &target(model)).unwrap().dropped
}

fn exchange() -> Exchange {
    Exchange {
        include_usage: true,
        model: "anthropic.claude".into(),
        id: "chatcmpl-nonce".into(),
        created: 7,
        ..Exchange::default()
    }
}

/// The stream as the client gets it, and what was learned, feeding `size` bytes at a time.
fn stream(bytes: &[u8], size: usize, exchange: &Exchange) -> Result<Output, ApiError> {
    support::streams::stream(&Converse, bytes, size, exchange)
}

/// Every delta of a stream, and its last chunk.
fn deltas(out: &Output) -> Vec<Value> {
    let chunks = support::events(&out.bytes);
    let chunks = chunks.iter().filter_map(|data| serde_json::from_str::<Value>(data).ok());
    chunks.filter_map(|chunk| Some(chunk["choices"].get(0)?["delta"].clone())).collect()
}

mod golden;
mod request;
mod response;
mod robust;
