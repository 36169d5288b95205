//! Recorded OpenAI requests on their way to every provider.

use crate::corpus;
use crate::support::{converse_schema, deployment, holds, problems, send, texts};
use crate::table::Table;
use dragoman::catalog;
use dragoman::dialect::Id;
use serde_json::{Value, json};

/// Old and new Claude models: each takes other forms of thinking and of structured output.
const CLAUDE: [&str; 5] = [
    "claude-3-5-haiku-20241022",
    "claude-sonnet-4-20250514",
    "claude-sonnet-4-5",
    "claude-opus-4-6",
    "claude-opus-4-8",
];

/// Models of several makers at Bedrock, each with members of its own.
const BEDROCK: [&str; 6] = [
    "us.anthropic.claude-sonnet-4-20250514-v1:0",
    "us-west-2/anthropic.claude-sonnet-4-5-20250929-v1:0",
    "global.anthropic.claude-opus-4-8",
    "us.amazon.nova-2-lite-v1:0",
    "us.meta.llama3-3-70b-instruct-v1:0",
    "openai.gpt-oss-20b-1:0",
];

/// Old and new Gemini models: they differ in thinking, schemas, ids and signatures.
const GEMINI: [&str; 6] = [
    "gemini-1.5-pro",
    "gemini-2.0-flash",
    "gemini-2.5-flash",
    "gemini-2.5-pro",
    "gemini-3-flash-preview",
    "gemini-3-pro-preview",
];

/// Models at Replicate, whose makers each have inputs of their own.
const REPLICATE: [&str; 6] = [
    "anthropic/claude-4-sonnet",
    "google/gemini-2.5-flash",
    "meta/llama-2-70b-chat",
    "meta/meta-llama-3-70b-instruct",
    "openai/gpt-4o",
    "openai/gpt-5-mini",
];

/// What is wrong with this request's translation for this deployment.
fn complaints(request: &Value, model: &str, params: &Value) -> Vec<String> {
    let target = match deployment(model, params) {
        Ok(target) => target,
        Err(message) => return vec![format!("{model} is no deployment: {message}")],
    };
    let outgoing = match send(request, &target) {
        Ok(outgoing) => outgoing,
        Err(error) if error.status == 400 && error.param.is_some() => return Vec::new(),
        Err(error) => return vec![format!("{model} refuses without a name: {}", error.message)],
    };
    let Ok(body) = serde_json::from_slice::<Value>(&outgoing.body) else {
        return vec![format!("{model} would get what is not JSON")];
    };
    let lost = |text: &String| !holds(&body, text.trim());
    let mut wrong: Vec<String> = texts(&request["messages"])
        .into_iter()
        .filter(lost)
        .map(|text| format!("{model} would not get the text {text:?}"))
        .collect();
    let problems = problems(&target, &outgoing);
    wrong.extend(problems.into_iter().map(|problem| format!("{model}: {problem}")));
    wrong
}

/// Every provider, with a model of its own where its models differ.
fn deployments() -> Vec<(String, Value)> {
    let named = |provider: &'static str, models: &'static [&'static str]| {
        models.iter().map(move |model| (format!("{provider}/{model}"), json!({})))
    };
    let chatting = |row: &&catalog::Provider| row.name != "anthropic" && row.dialect != Id::None;
    let rows = catalog::all().iter().filter(chatting).map(|row| {
        let params = match row.base_url {
            Some(_) => json!({}),
            None => json!({"api_base": "https://example.com/v1"}),
        };
        let model = row.models.first().map_or("model", String::as_str);
        (format!("{}/{model}", row.name), params)
    });
    named("anthropic", &CLAUDE)
        .chain(named("bedrock", &BEDROCK))
        .chain(named("cohere", &["command-r-08-2024", "command-a-reasoning-08-2025"]))
        .chain(named("gemini", &GEMINI))
        .chain(named("oci", &["openai.gpt-5", "cohere.command-r-08-2024"]))
        .chain(named("ollama", &["gpt-oss"]))
        .chain(named("openai", &["gpt-4o", "o3", "gpt-5"]))
        .chain(named("replicate", &REPLICATE))
        .chain(named("sagemaker", &["meta-llama-3-8b-instruct"]))
        .chain(named("vertex_ai", &GEMINI))
        .chain(rows)
        .collect()
}

#[test]
fn the_schema_of_converse_takes_what_bedrock_took() {
    let taken =
        |record: &&corpus::Record| record.path.contains("/converse") && record.status == 200;
    for record in corpus::records().iter().flatten().filter(taken) {
        assert_eq!(converse_schema::problems(&record.request), [""; 0], "{}", record.place);
    }
}

#[test]
fn recorded_requests_are_sent_whole_or_refused_by_name() {
    let Some(records) = corpus::records() else {
        println!("No recordings in ../shared/corpus: nothing to check.");
        return;
    };
    let deployments = deployments();
    let mut table = Table::default();
    let mut wrong = Vec::new();
    for record in records.iter().filter(|record| record.path.ends_with("/chat/completions")) {
        if record.request["messages"].as_array().is_none_or(Vec::is_empty) {
            table.skipped(&record.provider, "no messages: the provider refused it, too".into());
            continue;
        }
        let found: Vec<String> = deployments
            .iter()
            .flat_map(|(model, params)| complaints(&record.request, model, params))
            .collect();
        table.checked(&record.provider, found.len());
        wrong.extend(found.into_iter().map(|found| format!("{}: {found}", record.place)));
    }
    println!("Requests, each to {} deployments:\n{table}", deployments.len());
    assert!(wrong.is_empty(), "{} faults:\n{}", wrong.len(), wrong.join("\n"));
}
