//! Recorded provider traffic, translated: nothing of an answer may get lost, whatever pieces its
//! bytes come in, and every recorded request is either sent whole or refused by name.
//!
//! `make conformance` runs it and prints what was checked. Without recordings it says so and passes.
#![cfg(not(target_arch = "wasm32"))]

mod cohere;
mod converse;
mod corpus;
mod embeddings;
mod facts;
mod gemini;
mod messages;
mod requests;
#[path = "../support/mod.rs"]
mod support;
mod table;

use corpus::Record;
use dragoman::dialect::{Report, Target};
use dragoman::openai::ApiError;
use dragoman::translate::{Answer, Gate, ResponseTranslator};
use facts::{As, Choice, Facts};
use serde_json::{Value, json};
use support::events;
use table::Table;

/// Bytes at a time.
const SPLITS: [usize; 4] = [usize::MAX, 1, 7, 4096];

/// What the client gets.
struct Given {
    bytes: Vec<u8>,
    report: Report,
    failed: Option<ApiError>,
}

/// The formats that are recorded and spoken.
#[derive(Clone, Copy, PartialEq)]
enum Format {
    OpenAi,
    Messages,
    Converse,
    Cohere,
    Gemini,
}

/// The format and deployment to translate a record with, or why it is skipped.
fn route(record: &Record) -> Result<(Format, Target), String> {
    let format = match record.path.rsplit('/').next() {
        Some("completions") if record.path.ends_with("/chat/completions") => Format::OpenAi,
        Some("embeddings") => return Err("see `embeddings`".into()),
        Some("messages") if record.provider == "anthropic" => Format::Messages,
        Some("converse" | "converse-stream") => Format::Converse,
        Some("chat") if record.path.ends_with("/v2/chat") => Format::Cohere,
        Some(last) if last.contains("enerateContent") => Format::Gemini,
        Some(last) => return Err(format!("`{last}` is not an endpoint yet")),
        None => return Err("no path".into()),
    };
    let provider = match record.provider.replace('-', "_") {
        ollama if ollama == "ollama" && format == Format::OpenAi => "ollama_openai".into(),
        vertex if vertex == "vertex" => "vertex_ai".into(),
        other => other,
    };
    // At Bedrock and Google, the path names the model.
    let is_mark = |step: &str| matches!(step, "model" | "models");
    let named = record.path.split('/').skip_while(|step| !is_mark(step)).nth(1);
    let named = named.and_then(|name| name.split(':').next());
    let named = named.map(|name| name.replace("%3A", ":").replace("%2F", "/"));
    let model = record.request["model"].as_str().or(named.as_deref()).unwrap_or("model");
    let params = json!({"api_base": format!("https://{}", record.host)});
    Ok((format, support::deployment(&format!("{provider}/{model}"), &params)?))
}

/// Translates the response, `split` bytes at a time.
fn translate(record: &Record, target: &Target, split: usize, include_usage: bool) -> Given {
    let kind = &record.content_type;
    let stream = kind.contains("event-stream") || kind.contains("eventstream");
    let request = json!({"model": "m", "stream": stream, "messages": [{"role": "user", "content": "x"}],
        "stream_options": {"include_usage": include_usage}});
    let exchange = support::send(&request, target).unwrap().exchange;
    let answer = Answer { status: record.status, ..Answer::default() };
    let dialect = target.provider.dialect.dialect();
    let mut translator = ResponseTranslator::new(dialect, exchange, answer, 1 << 26);
    let mut bytes = Vec::new();
    for piece in record.response.chunks(split) {
        translator.push(piece);
        bytes.append(&mut translator.take());
    }
    translator.finish();
    bytes.append(&mut translator.take());
    let failed = match translator.gate() {
        Gate::Failed(error) => Some(error.clone()),
        _ => None,
    };
    Given { bytes, report: translator.report().clone(), failed }
}

/// What is wrong with the translation of one record; empty where nothing is.
fn complaints(record: &Record, format: Format, target: &Target) -> Vec<String> {
    let given = translate(record, target, usize::MAX, true);
    let mut wrong = Vec::new();
    for split in SPLITS {
        let again = translate(record, target, split, true);
        if again.bytes != given.bytes
            || again.report != given.report
            || again.failed != given.failed
        {
            wrong.push(format!("another output at splits of {split}"));
        }
    }
    if record.status >= 400 {
        wrong.extend(failure(record, &given));
        return wrong;
    }
    if let Some(error) = &given.failed {
        wrong.push(format!("refused with {}: {}", error.status, error.message));
        return wrong;
    }
    let mut provider = match format {
        Format::OpenAi => Facts::openai(&record.response, As::Provider),
        Format::Messages => Facts::messages(&record.response),
        Format::Converse => Facts::converse(&record.response),
        Format::Cohere => Facts::cohere(&record.response, &target.model),
        Format::Gemini => Facts::gemini(&record.response),
    };
    let client = Facts::openai(&given.bytes, As::Client);
    if format == Format::Gemini {
        provider.take_ids_from(&client);
    }
    wrong.extend(differences(&provider, &client));
    wrong.extend(accounting(&provider, &given.report));
    if format == Format::OpenAi {
        wrong.extend(untouched(record, &given.bytes));
    }
    let quiet = translate(record, target, usize::MAX, false);
    wrong.extend(without_usage_chunk(&given, &quiet));
    wrong
}

fn failure(record: &Record, given: &Given) -> Vec<String> {
    let Some(error) = &given.failed else { return vec!["an error became an answer".into()] };
    let body: Value = serde_json::from_slice(&record.response).unwrap_or_default();
    let said = body["error"]["message"].as_str().or(body["message"].as_str()).unwrap_or_default();
    let mut wrong = Vec::new();
    if error.status != record.status {
        wrong.push(format!("status {} became {}", record.status, error.status));
    }
    if !error.message.contains(said) {
        wrong.push(format!("{said:?} became {:?}", error.message));
    }
    let shown: Value = serde_json::from_slice(&error.body()).unwrap();
    if !shown["error"]["type"].is_string() || shown["error"]["message"] != error.message {
        wrong.push(format!("no OpenAI error: {shown}"));
    }
    wrong
}

fn differences(provider: &Facts, client: &Facts) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut compare = |what: &str, provider: String, client: String| {
        if provider != client {
            wrong.push(format!("{what}: {provider} became {client}"));
        }
    };
    for (what, said, heard) in
        [("id", &provider.id, &client.id), ("model", &provider.model, &client.model)]
    {
        // What a provider leaves empty (Snowflake, its ids) is filled in.
        let said = if said.is_empty() && !heard.is_empty() { heard } else { said };
        compare(what, said.clone(), heard.clone());
    }
    if provider.error.is_none() {
        compare("usage", format!("{:?}", provider.usage), format!("{:?}", client.usage));
        compare("a proper end", provider.done.to_string(), client.done.to_string());
    } else {
        compare("a proper end", "false".into(), client.done.to_string());
    }
    let (said, heard) = (provider.error.clone().unwrap_or_default(), client.error.clone());
    let heard = heard.unwrap_or_default();
    if !heard.contains(&said) || (said.is_empty() != heard.is_empty()) {
        compare("error", said, heard);
    }
    compare("choices", format!("{}", provider.choices.len()), format!("{}", client.choices.len()));
    for (choice, heard) in provider.choices.values().zip(client.choices.values()) {
        let said = with_finish(choice, heard);
        for (what, said, heard) in [
            ("content", format!("{:?}", said.content), format!("{:?}", heard.content)),
            ("reasoning", format!("{:?}", said.reasoning), format!("{:?}", heard.reasoning)),
            ("plan", format!("{:?}", said.plan), format!("{:?}", heard.plan)),
            ("refusal", format!("{:?}", said.refusal), format!("{:?}", heard.refusal)),
            ("calls", format!("{:?}", said.calls), format!("{:?}", heard.calls)),
            ("signatures", format!("{:?}", said.signatures), format!("{:?}", heard.signatures)),
            ("citations", format!("{:?}", said.cited), format!("{:?}", heard.cited)),
            ("server's tools", sorted(&said.server_side), sorted(&heard.server_side)),
            ("finish", said.finish, heard.finish.clone()),
        ] {
            compare(what, said, heard);
        }
    }
    wrong
}

/// Calls and results of the provider's own tools stand in two lists of the common format.
fn sorted(ids: &[String]) -> String {
    let mut ids = ids.to_vec();
    ids.sort();
    format!("{ids:?}")
}

/// A provider that finishes without a word (Snowflake) is finished all the same.
fn with_finish(said: &Choice, heard: &Choice) -> Choice {
    let mut said = said.clone();
    if said.finish.is_empty() && !heard.finish.is_empty() {
        said.finish = if said.calls.is_empty() { "stop" } else { "tool_calls" }.into();
    }
    said
}

/// The report, which metrics and cost are made of.
fn accounting(provider: &Facts, report: &Report) -> Vec<String> {
    let said = provider.usage.map(|u| (u.prompt, u.completion, u.cached, u.reasoning));
    let noted = report.usage.map(|u| {
        let (prompt, completion) = (u.prompt_tokens_details, u.completion_tokens_details);
        (u.prompt_tokens, u.completion_tokens, prompt.cached_tokens, completion.reasoning_tokens)
    });
    let mut wrong = Vec::new();
    if said != noted {
        wrong.push(format!("usage {said:?} was noted as {noted:?}"));
    }
    if report.error.is_some() != provider.error.is_some() {
        wrong.push(format!("error {:?} was noted as {:?}", provider.error, report.error));
    }
    if !report.content || (provider.error.is_none() && !report.finished) {
        wrong.push("the answer was not noted as one".into());
    }
    wrong
}

/// What a provider of OpenAI's format wrote arrives member for member.
fn untouched(record: &Record, bytes: &[u8]) -> Vec<String> {
    let read = |text: &String| serde_json::from_str::<Value>(text).ok();
    let chunks = |bytes: &[u8]| -> Vec<Value> {
        match serde_json::from_slice(bytes) {
            Ok(whole) => vec![whole],
            Err(_) => events(bytes).iter().filter_map(read).collect(),
        }
    };
    let is_answer = |chunk: &Value| chunk["error"].is_null();
    let said: Vec<Value> = chunks(&record.response).into_iter().filter(is_answer).collect();
    let given: Vec<Value> = chunks(bytes).into_iter().filter(is_answer).collect();
    let mut lost = Vec::new();
    if given.len() < said.len() {
        lost.push(format!("{} of {} chunks", said.len() - given.len(), said.len()));
    }
    said.iter().zip(&given).for_each(|(said, given)| missing(said, given, "", &mut lost));
    lost.into_iter().map(|path| format!("lost: {path}")).collect()
}

fn missing(said: &Value, given: &Value, path: &str, lost: &mut Vec<String>) {
    match (said, given) {
        (Value::Object(said), Value::Object(given)) => {
            for (name, value) in said {
                let path = format!("{path}.{name}");
                match given.get(name) {
                    Some(given) => missing(value, given, &path, lost),
                    None => lost.push(path),
                }
            }
        }
        (Value::Array(said), Value::Array(given)) if said.len() == given.len() => {
            for (index, (said, given)) in said.iter().zip(given).enumerate() {
                missing(said, given, &format!("{path}[{index}]"), lost);
            }
        }
        _ if said == given => {}
        // Compared as facts: these have OpenAI's form now.
        _ if ["content", "reasoning_content", "finish_reason", ".id", ".created"]
            .iter()
            .any(|n| path.ends_with(n)) => {}
        _ => lost.push(format!("{path}: {said}")),
    }
}

/// A client that did not ask for the usage chunk sees all else, and its usage is noted.
fn without_usage_chunk(asked: &Given, quiet: &Given) -> Vec<String> {
    let chunks = |given: &Given| -> Vec<Value> {
        events(&given.bytes).iter().filter_map(|data| serde_json::from_str(data).ok()).collect()
    };
    let is_usage = |chunk: &Value| {
        chunk["choices"].as_array().is_some_and(Vec::is_empty) && chunk["usage"].is_object()
    };
    let expected: Vec<Value> = chunks(asked).into_iter().filter(|chunk| !is_usage(chunk)).collect();
    let mut wrong = Vec::new();
    if chunks(quiet) != expected {
        wrong.push("without `include_usage` more than the usage chunk is missing".into());
    }
    if quiet.report != asked.report {
        wrong.push("without `include_usage` something else is noted".into());
    }
    wrong
}

#[test]
fn recorded_answers_lose_nothing() {
    let Some(records) = corpus::records() else {
        println!("No recordings in ../shared/corpus: nothing to check.");
        return;
    };
    let mut table = Table::default();
    let mut wrong = Vec::new();
    for record in &records {
        match route(record) {
            Ok((format, target)) => {
                let found = complaints(record, format, &target);
                table.checked(&record.provider, found.len());
                let place = &record.place;
                wrong.extend(
                    found.iter().map(|found| format!("{place} ({}): {found}", record.path)),
                );
            }
            Err(why) => table.skipped(&record.provider, why),
        }
    }
    println!("{table}");
    assert!(wrong.is_empty(), "{} faults:\n{}", wrong.len(), wrong.join("\n"));
    assert!(table.total() > 0, "the recordings hold nothing that could be checked");
}
