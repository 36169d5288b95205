//! The Converse dialect from outside: golden files, every split of a stream, arbitrary bytes.
#![cfg(not(target_arch = "wasm32"))]

#[path = "../support/mod.rs"]
mod support;

use dragoman::dialect::converse::Converse;
use dragoman::dialect::{Call, Dialect, Exchange, Output, Target};
use dragoman::openai::{ApiError, ChatRequest};
use dragoman::wire::Decoder;
use proptest::prelude::*;
use serde_json::{Value, json};
use support::{converse_schema, frames};

const CLAUDE: &str = "bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0";
const OLD_CLAUDE: &str = "bedrock/anthropic.claude-sonnet-4-20250514-v1:0";
const NOVA: &str = "bedrock/amazon.nova-2-lite-v1:0";
const LLAMA: &str = "bedrock/us.meta.llama3-3-70b-instruct-v1:0";

fn target(model: &str) -> Target {
    support::deployment(model, &json!({})).unwrap()
}

/// An OpenAI request with one message and these members besides.
fn ask(members: Value) -> Value {
    let mut request = json!({"model": "m", "messages": [{"role": "user", "content": "Hi"}]});
    request.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    request
}

fn messages(list: Value) -> Value {
    json!({"model": "m", "messages": list})
}

/// The body that is sent, which Bedrock would take.
fn body(openai: &Value, model: &str) -> Value {
    let outgoing = support::send(openai, &target(model)).unwrap();
    let body: Value = serde_json::from_slice(&outgoing.body).unwrap();
    assert_eq!(converse_schema::problems(&body), [""; 0], "{body:#}");
    body
}

/// The parameter that a refusal names.
fn refused(openai: &Value, model: &str) -> String {
    let error = support::send(openai, &target(model)).unwrap_err();
    assert_eq!(error.status, 400);
    error.param.unwrap_or(error.message)
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
    let mut translator = Converse.stream(exchange);
    let mut out = Output::default();
    let mut failure = None;
    let mut decoder = Decoder::new(Converse.framing());
    let mut feed = |event: dragoman::wire::Event<'_>| {
        if failure.is_none() {
            failure = translator.event(event, &mut out).err();
        }
    };
    let broken = |error: dragoman::wire::FrameError| ApiError::new(502, error.to_string());
    for chunk in bytes.chunks(size.max(1)) {
        decoder.push(chunk, &mut feed).map_err(broken)?;
    }
    decoder.finish(&mut feed).map_err(broken)?;
    match failure {
        Some(error) => Err(error),
        None => {
            translator.end(&mut out);
            Ok(out)
        }
    }
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
