//! What a configuration means, and what is said of one that is wrong.

mod deployment;
mod documentation;
mod fallback;
mod key;
mod number;
mod property;
mod region;
mod routing;
mod settings;
mod tool;
mod wildcard;

use dragoman::config::{Config, Problem, Reading, Severity, read};
use serde_json::{Value, json};

/// The environment of most tests.
const ENVIRONMENT: [(&str, &str); 4] = [
    ("OPENAI_API_KEY", "sk-openai-from-env"),
    ("ANTHROPIC_API_KEY", "sk-ant-from-env"),
    ("TEAM_KEY", "sk-team-from-env"),
    ("TIMEOUT", "12.5"),
];

fn env(name: &str) -> Option<String> {
    let found = ENVIRONMENT.iter().find(|(known, _)| *known == name);
    found.map(|(_, value)| (*value).to_owned())
}

fn reading(document: &Value) -> Reading {
    read(document, &env)
}

/// Reads a configuration that must have nothing wrong with it.
#[track_caller]
fn good(document: &Value) -> Config {
    let reading = reading(document);
    assert_eq!(reading.problems, [], "{document:#}");
    reading.config
}

/// The one problem of that severity at `path`.
#[track_caller]
fn problem(document: &Value, severity: Severity, path: &str) -> String {
    let problems = reading(document).problems;
    let here: Vec<&Problem> =
        problems.iter().filter(|p| p.severity == severity && p.path == path).collect();
    match here[..] {
        [one] => one.message.clone(),
        _ => panic!("expected one {} at {path}, found {problems:#?}", severity.name()),
    }
}

#[track_caller]
fn error(document: &Value, path: &str) -> String {
    problem(document, Severity::Error, path)
}

#[track_caller]
fn warning(document: &Value, path: &str) -> String {
    problem(document, Severity::Warning, path)
}

/// One deployment `gpt` with these further members of `litellm_params`.
fn with_params(params: Value) -> Value {
    let mut document = json!({"model_list": [
        {"model_name": "gpt", "litellm_params": {"model": "openai/gpt-4.1", "api_key": "sk-1"}}
    ]});
    let own = document.pointer_mut("/model_list/0/litellm_params").unwrap();
    for (name, value) in params.as_object().unwrap() {
        own[name] = value.clone();
    }
    document
}

/// Groups `a`, `b` and `c`, and these sections.
fn with_sections(sections: Value) -> Value {
    let entry = |name: &str| json!({"model_name": name, "litellm_params": {"model": "openai/x"}});
    let mut document = json!({"model_list": [entry("a"), entry("b"), entry("c")]});
    for (name, value) in sections.as_object().unwrap() {
        document[name] = value.clone();
    }
    document
}
