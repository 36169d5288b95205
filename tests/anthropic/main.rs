//! The Anthropic dialect from outside: golden files, every split of a stream, arbitrary bytes.
#![cfg(not(target_arch = "wasm32"))]

#[path = "../support/mod.rs"]
mod support;

use dragoman::catalog;
use dragoman::dialect::anthropic::ANTHROPIC;
use dragoman::dialect::{
    Credential, Dialect, Endpoint, Exchange, Outgoing, Output, ParamPolicy, Target,
};
use dragoman::openai::{ApiError, ChatRequest};
use proptest::prelude::*;
use serde_json::{Value, json};
use support::streams::collected;
use support::{ask, messages};

fn target(model: &str, policy: ParamPolicy) -> Target {
    Target {
        provider: catalog::find("anthropic").unwrap(),
        model: model.into(),
        endpoint: Endpoint::parse("https://api.anthropic.com").unwrap().into(),
        credential: Credential::None,
        settings: Vec::new(),
        api_version: None,
        organization: None,
        extra_headers: Vec::new(),
        defaults: Vec::new(),
        policy,
        default_max_tokens: 4096,
    }
}

fn send(openai: &Value, target: &Target) -> Result<Outgoing, ApiError> {
    let request = ChatRequest::parse(openai.to_string().into_bytes())?;
    dragoman::translate::request(&request, target, 1_767_225_600, "nonce")
}

fn body_with(openai: &Value, model: &str, policy: ParamPolicy) -> Result<Value, ApiError> {
    let outgoing = send(openai, &target(model, policy))?;
    Ok(serde_json::from_slice(&outgoing.body).unwrap())
}

fn body(openai: &Value, model: &str) -> Value {
    body_with(openai, model, ParamPolicy::default()).unwrap()
}

fn refused(openai: &Value, model: &str) -> String {
    let error = body_with(openai, model, ParamPolicy::default()).unwrap_err();
    assert_eq!(error.status, 400);
    error.param.unwrap_or(error.message)
}

const NEW: &str = "claude-sonnet-4-5";
const OLD: &str = "claude-sonnet-4-20250514";

/// The stream's chunks, as the client gets them, and what was learned, feeding `size` bytes at a time.
fn stream(bytes: &[u8], size: usize, exchange: &Exchange) -> Result<Output, ApiError> {
    support::streams::stream(&ANTHROPIC, bytes, size, exchange)
}

fn exchange() -> Exchange {
    Exchange {
        include_usage: true,
        model: NEW.into(),
        id: "chatcmpl-nonce".into(),
        created: 7,
        ..Exchange::default()
    }
}

mod golden;
mod hosts;
mod request;
mod response;
mod robust;
