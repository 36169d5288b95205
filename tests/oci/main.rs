//! Oracle's two formats from outside: golden files, every split of a stream, arbitrary bytes.
#![cfg(not(target_arch = "wasm32"))]

#[path = "../support/mod.rs"]
mod support;

use dragoman::dialect::oci::{Cohere, Generic};
use dragoman::dialect::{Dialect, Exchange, Outgoing, Output};
use dragoman::openai::ApiError;
use proptest::prelude::*;
use serde_json::{Value, json};
use support::oci_schema;
use support::streams::collected;

/// Models, of which the last has Cohere's format.
const LLAMA: &str = "oci/meta.llama-3.3-70b-instruct";
const COHERE: &str = "oci/cohere.command-r-08-2024";

/// An OpenAI request with one message and these members besides.
fn ask(members: Value) -> Value {
    let mut request = json!({"model": "m", "messages": [{"role": "user", "content": "Hi"}]});
    request.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    request
}

fn messages(list: Value) -> Value {
    json!({"model": "m", "messages": list})
}

fn send(model: &str, openai: &Value, params: Value) -> Result<Outgoing, ApiError> {
    support::send(openai, &support::deployment(model, &params).unwrap())
}

/// The request in its envelope, which the schema allows.
fn details(model: &str, openai: &Value) -> Value {
    let outgoing = send(model, openai, json!({})).unwrap();
    let body: Value = serde_json::from_slice(&outgoing.body).unwrap();
    assert_eq!(oci_schema::problems(&body), [""; 0], "{body:#}");
    body
}

fn body(model: &str, openai: &Value) -> Value {
    details(model, openai)["chatRequest"].take()
}

fn refused(model: &str, openai: &Value) -> String {
    let error = send(model, openai, json!({})).unwrap_err();
    assert_eq!(error.status, 400);
    error.param.unwrap_or(error.message)
}

fn exchange() -> Exchange {
    Exchange {
        include_usage: true,
        model: "m".into(),
        id: "chatcmpl-nonce".into(),
        created: 7,
        renamed_tools: vec![("weather_get".into(), "weather.get".into())],
        ..Exchange::default()
    }
}

fn stream(dialect: &dyn Dialect, bytes: &[u8], size: usize) -> Result<Output, ApiError> {
    support::streams::stream(dialect, bytes, size, &exchange())
}

fn whole(dialect: &dyn Dialect, body: &Value) -> Result<Value, ApiError> {
    let mut out = Output::default();
    dialect.whole(&exchange(), body.to_string().as_bytes(), &mut out)?;
    Ok(serde_json::from_slice(&out.bytes).unwrap())
}

mod golden;
mod request;
mod response;
mod robust;
