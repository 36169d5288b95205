//! `model: "*"`: whatever the client asks for, at whichever provider its name tells.
//!
//! LiteLLM finds the provider when the request comes. Here an entry with its own address and key
//! stands for each provider that has a key in the environment, so that a client cannot lead a request
//! to an address that the file does not imply.

use super::names::listed;
use super::node::Node;
use crate::catalog::{self, Provider};
use serde_json::Value;

/// Whether the entry is one that names no provider.
pub fn is(entry: &Node<'_>) -> bool {
    entry.get("litellm_params").is_some_and(|params| {
        params.value.get("model").and_then(Value::as_str) == Some("*")
            && params.get("custom_llm_provider").is_none()
    })
}

/// The entries that it stands for: `anthropic/*`, and `claude*` for names without a provider; not
/// where the list has an entry of that name.
pub fn expand(entry: &Node<'_>, entries: &[Node<'_>]) -> Vec<Value> {
    let Some(params) = entry.get("litellm_params") else { return Vec::new() };
    let model = params.path.member("model");
    let report = |severity, message: String| entry.reader.report(severity, &model, message);
    if entry.value.get("model_name").and_then(Value::as_str) != Some("*") {
        let message = "`*` names no provider. Write `provider/*`, or give the entry the \
                       `model_name` `*` as well.";
        report(super::Severity::Error, message.to_owned());
        return Vec::new();
    }
    for name in ["api_key", "api_base", "base_url"] {
        if let Some(node) = params.get(name) {
            node.error("It would hold for every provider. Name one: `model: openai/*`.");
            return Vec::new();
        }
    }
    let environment = &entry.reader.environment;
    let usable: Vec<&Provider> = catalog::all()
        .iter()
        .filter(|provider| {
            let has_key = environment.first(provider.key_env.iter().map(String::as_str)).is_some();
            let has_base =
                environment.first(provider.base_env.iter().map(String::as_str)).is_some();
            // Its rows for some models are found by their names.
            let whole = provider.models.is_empty();
            whole && has_key && (has_base || provider.base_url.is_some())
        })
        .collect();
    let names = usable.iter().map(|provider| provider.name.as_str());
    let message = if usable.is_empty() {
        "`*` stands for the providers whose key is in the environment, and there is none."
            .to_owned()
    } else {
        format!(
            "`*` stands for the providers whose key is in the environment: {}. A new key counts \
             after a restart.",
            listed(names.clone())
        )
    };
    report(super::Severity::Warning, message);
    let prefixed = names.map(|name| (format!("{name}/*"), format!("{name}/*")));
    let bare = catalog::BEGINNINGS
        .iter()
        .filter(|(_, name)| usable.iter().any(|provider| provider.name == *name))
        .map(|(beginning, name)| (format!("{beginning}*"), format!("{name}/{beginning}*")));
    let is_free = |group: &str| {
        let own =
            |entry: &Node<'_>| entry.value.get("model_name").and_then(Value::as_str) == Some(group);
        !entries.iter().any(own)
    };
    prefixed
        .chain(bare)
        .filter(|(group, _)| is_free(group))
        .map(|(group, model)| with_names(entry.value, &group, &model))
        .collect()
}

fn with_names(entry: &Value, group: &str, model: &str) -> Value {
    let mut entry = entry.clone();
    if let Some(name) = entry.get_mut("model_name") {
        *name = Value::from(group);
    }
    if let Some(name) = entry.pointer_mut("/litellm_params/model") {
        *name = Value::from(model);
    }
    entry
}
