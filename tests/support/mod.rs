//! What several tests share: deployments as a configuration describes them, event streams read
//! without Dragoman's own reader, texts of a JSON value, golden files, and checks of the request
//! schemas of providers.
#![allow(dead_code, reason = "no test uses all of it")]

pub mod cohere_schema;
pub mod converse_schema;
pub mod frames;
pub mod gemini_schema;
pub mod messages_schema;
pub mod native;
pub mod new_members;
pub mod oci_schema;
pub mod ollama_schema;
pub mod replicate_schema;
mod schema;
pub mod streams;
pub mod tgi_schema;
pub mod triton_schema;

use dragoman::catalog;
use dragoman::config::{self, Severity};
use dragoman::dialect::{Id, Outgoing, Report, Target};
use dragoman::openai::{ApiError, ChatRequest};
use dragoman::translate;
use serde_json::{Map, Value, json};
use std::borrow::Borrow;

/// 2026-01-01T00:00:00Z.
pub const NOW: u64 = 1_767_225_600;

/// The deployment of `model` (`provider/model`) with these `litellm_params` besides.
pub fn deployment(model: &str, params: &Value) -> Result<Target, String> {
    let mut all = json!({"model": model, "api_key": "key"});
    let provider = model.split('/').next().unwrap_or_default();
    for setting in
        catalog::all().iter().filter(|row| row.name == provider).flat_map(|row| &row.settings)
    {
        // Without one that is required there is no deployment.
        let is_required =
            ["account_id", "aws_region_name", "oci_compartment_id", "tenant_id", "vertex_project"]
                .contains(&setting.name.as_str());
        if is_required && setting.default.is_none() {
            all[&setting.name] = json!("here-1");
        }
    }
    let members = params.as_object().cloned().unwrap_or_default();
    all.as_object_mut().into_iter().for_each(|all| all.extend(members.clone()));
    let document = json!({"model_list": [{"model_name": "group", "litellm_params": all}]});
    let reading = config::read(&document, &|_| None);
    match reading.problems.iter().find(|problem| problem.severity == Severity::Error) {
        Some(problem) => Err(problem.message.clone()),
        None => Ok(reading.config.deployments[0].target.clone()),
    }
}

/// An OpenAI request with one message and these members besides.
pub fn ask(members: impl Borrow<Value>) -> Value {
    let mut request = messages(json!([{"role": "user", "content": "Hi"}]));
    request.as_object_mut().unwrap().extend(self::members(members.borrow()));
    request
}

/// An OpenAI request with these messages.
pub fn messages(list: Value) -> Value {
    json!({"model": "m", "messages": list})
}

/// The provider's request for this OpenAI request.
pub fn send(request: &Value, target: &Target) -> Result<Outgoing, ApiError> {
    let request = ChatRequest::parse(request.to_string().into_bytes())?;
    translate::request(&request, target, NOW, "nonce")
}

/// What the provider's reference does not allow in this request, where there is a check of it.
pub fn problems(target: &Target, outgoing: &Outgoing) -> Vec<String> {
    let body = || serde_json::from_slice(&outgoing.body).unwrap_or_default();
    match target.provider.dialect {
        Id::Anthropic | Id::AnthropicAzure | Id::AnthropicBedrock | Id::AnthropicVertex => {
            messages_schema::problems(&body(), &outgoing.url())
        }
        Id::Cohere => cohere_schema::problems(&body()),
        Id::Oci | Id::OciCohere => oci_schema::problems(&body()),
        Id::Ollama => ollama_schema::problems(&body()),
        Id::Gemini => gemini_schema::problems(&body(), &target.model),
        Id::Converse => converse_schema::problems(&body()),
        Id::SageMaker => tgi_schema::problems(&body()),
        Id::Replicate => replicate_schema::problems(&body(), &target.model),
        Id::Triton => {
            triton_schema::problems(&body(), target.setting("triton_backend") == Some("vllm"))
        }
        _ => Vec::new(),
    }
}

/// The provider's request, which its reference allows.
pub fn allowed(request: &Value, target: &Target) -> Result<Outgoing, ApiError> {
    let outgoing = send(request, target)?;
    assert_eq!(problems(target, &outgoing), [""; 0], "{}", String::from_utf8_lossy(&outgoing.body));
    Ok(outgoing)
}

/// The body that is sent, which the reference allows.
pub fn body(request: &Value, target: &Target) -> Value {
    serde_json::from_slice(&allowed(request, target).unwrap().body).unwrap()
}

/// What the refusal of a request names.
pub fn refused(sent: Result<Outgoing, ApiError>) -> String {
    let error = sent.unwrap_err();
    assert_eq!(error.status, 400);
    error.param.unwrap_or(error.message)
}

/// Whether a request with this member besides is sent as JSON, where it is sent at all.
pub fn stays_json(name: &str, json: &str, target: &Target) -> bool {
    let text =
        format!(r#"{{"model":"m","messages":[{{"role":"user","content":"x"}}],"{name}":{json}}}"#);
    let sent = ChatRequest::parse(text.into_bytes())
        .and_then(|request| translate::request(&request, target, NOW, "nonce"));
    sent.map_or(true, |outgoing| serde_json::from_slice::<Value>(&outgoing.body).is_ok())
}

/// What the client gets of a whole response, `split` bytes at a time.
pub fn answer(
    outgoing: &Outgoing,
    target: &Target,
    status: u16,
    bytes: &[u8],
    split: usize,
) -> Result<(Vec<u8>, Report), ApiError> {
    let answer = translate::Answer { status, ..translate::Answer::default() };
    let dialect = target.provider.dialect.dialect();
    let exchange = outgoing.exchange.clone();
    let mut translator = translate::ResponseTranslator::new(dialect, exchange, answer, 1 << 26);
    let mut given = Vec::new();
    for piece in bytes.chunks(split) {
        translator.push(piece);
        given.append(&mut translator.take());
    }
    translator.finish();
    given.append(&mut translator.take());
    match translator.gate() {
        translate::Gate::Failed(error) => Err(error.clone()),
        _ => Ok((given, translator.report().clone())),
    }
}

/// The data of every event, in order. Not the reader under test: it knows whole streams only.
pub fn events(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes).replace("\r\n", "\n").replace('\r', "\n");
    text.split("\n\n")
        .filter_map(|block| {
            let data: Vec<&str> =
                block.lines().filter_map(|line| line.strip_prefix("data:")).map(trim).collect();
            (!data.is_empty()).then(|| data.join("\n"))
        })
        .collect()
}

fn trim(line: &str) -> &str {
    line.strip_prefix(' ').unwrap_or(line)
}

/// Every text of the messages' content: strings, and the `text` of parts.
pub fn texts(messages: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for message in messages.as_array().into_iter().flatten() {
        match &message["content"] {
            Value::String(text) => found.push(text.clone()),
            Value::Array(parts) => {
                found.extend(parts.iter().filter_map(|part| part["text"].as_str()).map(Into::into));
            }
            _ => {}
        }
    }
    found.retain(|text| !text.trim().is_empty());
    found
}

/// Every string anywhere in a value, names of members apart.
pub fn leaves(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(items) => items.iter().flat_map(leaves).collect(),
        Value::Object(members) => members.values().flat_map(leaves).collect(),
        _ => Vec::new(),
    }
}

/// Whether `text` stands in `body`: in some string, or as the value that it spells.
pub fn holds(body: &Value, text: &str) -> bool {
    let spelled = serde_json::from_str::<Value>(text).ok().filter(Value::is_object);
    leaves(body).iter().any(|sent| sent.contains(text))
        || spelled.is_some_and(|value| holds_value(body, &value))
}

fn holds_value(body: &Value, value: &Value) -> bool {
    body == value
        || match body {
            Value::Array(items) => items.iter().any(|item| holds_value(item, value)),
            Value::Object(members) => members.values().any(|item| holds_value(item, value)),
            _ => false,
        }
}

/// The members of an object, none for anything else.
pub fn members(value: &Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}
