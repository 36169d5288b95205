//! Recorded OpenAI requests on their way to every provider.

use crate::corpus;
use crate::support::messages_schema;
use crate::support::{deployment, leaves, send, texts};
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
    let sent = leaves(&body);
    let lost = |text: &String| !sent.iter().any(|sent| sent.contains(text.trim()));
    let mut wrong: Vec<String> = texts(&request["messages"])
        .into_iter()
        .filter(lost)
        .map(|text| format!("{model} would not get the text {text:?}"))
        .collect();
    if model.starts_with("anthropic/") {
        wrong.extend(messages_schema::problems(&body).into_iter().map(|p| format!("{model}: {p}")));
    }
    wrong
}

/// Every provider, with a model of its own where its models differ.
fn deployments() -> Vec<(String, Value)> {
    let claude = CLAUDE.iter().map(|model| (format!("anthropic/{model}"), json!({})));
    let gpt = ["gpt-4o", "o3", "gpt-5"].iter().map(|model| (format!("openai/{model}"), json!({})));
    let rows =
        catalog::all().iter().filter(|row| row.name != "anthropic" && row.dialect != Id::None);
    let rows = rows.map(|row| {
        let base = row.base_url.clone().unwrap_or_else(|| "https://example.com/v1".into());
        (format!("{}/model", row.name), json!({"api_base": base}))
    });
    claude.chain(gpt).chain(rows).collect()
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
