//! Oracle's two formats from outside: golden files, every split of a stream, arbitrary bytes.
#![cfg(not(target_arch = "wasm32"))]

#[path = "../support/mod.rs"]
mod support;

use dragoman::dialect::oci::{Cohere, Generic};
use dragoman::dialect::{Dialect, Exchange, Outgoing, Output};
use dragoman::openai::ApiError;
use proptest::prelude::*;
use serde_json::{Value, json};
use support::streams::collected;
use support::{ask, messages};

/// Models, of which the last has Cohere's format.
const LLAMA: &str = "oci/meta.llama-3.3-70b-instruct";
const COHERE: &str = "oci/cohere.command-r-08-2024";

fn send(model: &str, openai: &Value, params: Value) -> Result<Outgoing, ApiError> {
    support::send(openai, &support::deployment(model, &params).unwrap())
}

/// The request in its envelope, which the schema allows.
fn details(model: &str, openai: &Value) -> Value {
    support::body(openai, &support::deployment(model, &json!({})).unwrap())
}

fn body(model: &str, openai: &Value) -> Value {
    details(model, openai)["chatRequest"].take()
}

fn refused(model: &str, openai: &Value) -> String {
    support::refused(send(model, openai, json!({})))
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
