//! Embeddings for every provider format: what is sent, and what becomes of the answer.
#![cfg(not(target_arch = "wasm32"))]

mod answer;
mod any;
mod golden;
mod request;
#[path = "../support/mod.rs"]
mod support;

use dragoman::dialect::{Outgoing, Report, Side, Target};
use dragoman::openai::{ApiError, EmbeddingRequest};
use dragoman::operation::Operation;
use dragoman::translate::{self, Answer, Gate, ResponseTranslator};
use serde_json::{Value, json};

/// What a provider's project, region or address has to be said for.
fn params() -> Value {
    json!({"vertex_project": "p", "aws_region_name": "eu-west-1"})
}

fn target(model: &str) -> Target {
    target_with(model, json!({}))
}

fn target_with(model: &str, more: Value) -> Target {
    let mut params = params();
    params.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let needs_base = ["azure/", "databricks/", "hosted_vllm/"];
    if needs_base.iter().any(|provider| model.starts_with(provider)) && params["api_base"].is_null()
    {
        params["api_base"] = json!("https://own.example");
    }
    support::deployment(model, &params).unwrap_or_else(|error| panic!("{model}: {error}"))
}

/// An embeddings request with these members besides the model.
fn ask(members: Value) -> Value {
    let mut request = json!({"model": "group"});
    request.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    request
}

fn send(members: Value, target: &Target) -> Result<Outgoing, ApiError> {
    let request = EmbeddingRequest::parse(ask(members).to_string().into_bytes())?;
    translate::request(&request, target, support::NOW, "nonce")
}

/// The body that goes out.
fn sent(members: Value, model: &str) -> Value {
    let outgoing = send(members, &target(model)).unwrap();
    serde_json::from_slice(&outgoing.body).unwrap()
}

/// What the client gets for a provider's answer to `members`, fed `split` bytes at a time.
fn given(
    members: Value,
    target: &Target,
    status: u16,
    body: &[u8],
    split: usize,
) -> Result<(Vec<u8>, Report), ApiError> {
    let exchange = send(members, target)?.exchange;
    let side = Side::of(Operation::Embeddings, target.provider).unwrap();
    let answer = Answer { status, ..Answer::default() };
    let mut translator = ResponseTranslator::new(side, exchange, answer, 1 << 26);
    for piece in body.chunks(split) {
        translator.push(piece);
        assert!(translator.take().is_empty(), "nothing leaves before all is there");
    }
    translator.finish();
    let bytes = translator.take();
    match translator.gate() {
        Gate::Failed(error) => Err(error.clone()),
        _ => Ok((bytes, translator.report().clone())),
    }
}

fn answered(members: Value, model: &str, body: &Value) -> Result<(Value, Report), ApiError> {
    let (bytes, report) =
        given(members, &target(model), 200, body.to_string().as_bytes(), usize::MAX)?;
    Ok((serde_json::from_slice(&bytes).unwrap(), report))
}
