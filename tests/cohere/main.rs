//! The Cohere dialect from outside: golden files, every split of a stream, arbitrary bytes.
#![cfg(not(target_arch = "wasm32"))]

#[path = "../support/mod.rs"]
mod support;

use dragoman::dialect::cohere::Cohere;
use dragoman::dialect::{Dialect, Exchange, Outgoing, Output};
use dragoman::openai::ApiError;
use proptest::prelude::*;
use serde_json::{Value, json};
use support::cohere_schema;
use support::streams::collected;

/// An OpenAI request with one message and these members besides.
fn ask(members: Value) -> Value {
    let mut request = json!({"model": "m", "messages": [{"role": "user", "content": "Hi"}]});
    request.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    request
}

fn messages(list: Value) -> Value {
    json!({"model": "m", "messages": list})
}

fn send(openai: &Value, params: Value) -> Result<Outgoing, ApiError> {
    support::send(
        openai,
        &support::deployment("cohere/command-a-reasoning-08-2025", &params).unwrap(),
    )
}

/// The body that is sent, which Cohere's schema allows.
fn body(openai: &Value) -> Value {
    let body: Value = serde_json::from_slice(&send(openai, json!({})).unwrap().body).unwrap();
    assert_eq!(cohere_schema::problems(&body), [""; 0], "{body:#}");
    body
}

fn refused(openai: &Value) -> String {
    let error = send(openai, json!({})).unwrap_err();
    assert_eq!(error.status, 400);
    error.param.unwrap_or(error.message)
}

fn exchange() -> Exchange {
    Exchange {
        include_usage: true,
        model: "command-a-03-2025".into(),
        id: "chatcmpl-nonce".into(),
        created: 7,
        ..Exchange::default()
    }
}

fn stream(bytes: &[u8], size: usize) -> Result<Output, ApiError> {
    support::streams::stream(&Cohere, bytes, size, &exchange())
}

fn whole(body: &Value) -> Result<Value, ApiError> {
    let mut out = Output::default();
    Cohere.whole(&exchange(), body.to_string().as_bytes(), &mut out)?;
    Ok(serde_json::from_slice(&out.bytes).unwrap())
}

mod golden;
mod request;
mod response;
mod robust;
