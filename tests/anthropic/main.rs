//! The Anthropic dialect from outside: golden files, every split of a stream, arbitrary bytes.
#![cfg(not(target_arch = "wasm32"))]

use dragoman::catalog;
use dragoman::dialect::anthropic::ANTHROPIC;
use dragoman::dialect::{
    Call, Credential, Dialect, Endpoint, Exchange, Outgoing, Output, ParamPolicy, Target,
};
use dragoman::openai::{ApiError, ChatRequest};
use dragoman::wire::sse::Decoder;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::path::Path;

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

/// An OpenAI request with one message and these members besides.
fn ask(members: Value) -> Value {
    let mut request = json!({"model": "m", "messages": [{"role": "user", "content": "Hi"}]});
    request.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    request
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

fn messages(list: Value) -> Value {
    json!({"model": "m", "messages": list})
}

const NEW: &str = "claude-sonnet-4-5";
const OLD: &str = "claude-sonnet-4-20250514";

/// The stream's chunks, as the client gets them, and what was learned, feeding `size` bytes at a time.
fn stream(bytes: &[u8], size: usize, exchange: &Exchange) -> Result<Output, ApiError> {
    let mut translator = ANTHROPIC.stream(exchange);
    let mut out = Output::default();
    let mut failure = None;
    let mut decoder = Decoder::default();
    let mut feed = |event: dragoman::wire::Event<'_>| {
        if failure.is_none() {
            failure = translator.event(event, &mut out).err();
        }
    };
    for chunk in bytes.chunks(size.max(1)) {
        decoder.push(chunk, &mut feed).unwrap();
    }
    decoder.finish(&mut feed).unwrap();
    match failure {
        Some(error) => Err(error),
        None => {
            translator.end(&mut out);
            Ok(out)
        }
    }
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

/// The deltas of a stream put together again, as a client does it.
fn collected(sse: &[u8]) -> Value {
    let text = std::str::from_utf8(sse).unwrap();
    let (mut content, mut reasoning, mut finish) = (String::new(), String::new(), Value::Null);
    let (mut calls, mut usage) = (Vec::<Value>::new(), Value::Null);
    for line in text.lines().filter_map(|line| line.strip_prefix("data: ")) {
        let Ok(chunk) = serde_json::from_str::<Value>(line) else { continue };
        if chunk["usage"].is_object() {
            usage = chunk["usage"].clone();
        }
        let Some(choice) = chunk["choices"].get(0) else { continue };
        let delta = &choice["delta"];
        content.push_str(delta["content"].as_str().unwrap_or_default());
        reasoning.push_str(delta["reasoning_content"].as_str().unwrap_or_default());
        for call in delta["tool_calls"].as_array().into_iter().flatten() {
            let index = usize::try_from(call["index"].as_u64().unwrap()).unwrap();
            if index == calls.len() {
                calls.push(
                    json!({"id": call["id"], "name": call["function"]["name"], "arguments": ""}),
                );
            }
            let all = calls[index]["arguments"].as_str().unwrap().to_owned()
                + call["function"]["arguments"].as_str().unwrap_or_default();
            calls[index]["arguments"] = all.into();
        }
        if !choice["finish_reason"].is_null() {
            finish = choice["finish_reason"].clone();
        }
    }
    json!({"content": content, "reasoning": reasoning, "calls": calls, "finish": finish, "usage": usage})
}

mod golden;
mod hosts;
mod request;
mod response;
mod robust;
#[path = "../support/mod.rs"]
mod support;
