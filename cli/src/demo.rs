//! The configuration that is used where none is named.

use serde_json::{Value, json};
use std::net::SocketAddr;

/// As people read it.
pub const TEXT: &str = include_str!("../../envoy/demo.yaml");

/// Where the demo's providers are, in the order of [`TEXT`].
pub const PROVIDERS: [&str; 3] = ["127.0.0.1:9001", "127.0.0.1:9002", "127.0.0.1:9003"];

/// Tokens a second that the demo's providers stream: slow enough to be seen.
pub const TOKENS_PER_SECOND: u32 = 25;

/// The text with the providers elsewhere.
#[must_use]
pub fn with_providers_at(addresses: &[String]) -> String {
    let moves = PROVIDERS.iter().zip(addresses);
    moves.fold(TEXT.to_owned(), |text, (from, to)| text.replace(from, to))
}

/// The providers' addresses as sockets.
#[must_use]
pub fn provider_sockets() -> Vec<SocketAddr> {
    PROVIDERS.iter().filter_map(|address| address.parse().ok()).collect()
}

/// Adds every real provider that has a key in the environment, under `PROVIDER/MODEL`.
pub fn add_real_providers(document: &mut Value, env: &dyn Fn(&str) -> Option<String>) {
    let is_set = |name: &String| env(name).is_some_and(|value| !value.trim().is_empty());
    let with_key = dragoman::catalog::all().iter().filter(|provider| {
        let has_base = provider.base_url.is_some() || provider.base_env.iter().any(is_set);
        has_base && provider.key_env.iter().any(is_set)
    });
    let entries = with_key.map(|provider| {
        let any = format!("{}/*", provider.name);
        json!({"model_name": any, "litellm_params": {"model": any}})
    });
    if let Some(list) = document.get_mut("model_list").and_then(Value::as_array_mut) {
        list.extend(entries);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_provider_can_be_moved() {
        let text = with_providers_at(&["a:1".into(), "b:2".into(), "c:3".into()]);
        let entries = text.split_once("model_list").unwrap().1;
        assert!(!entries.contains("127.0.0.1:90"), "{text}");
        assert!(entries.contains("http://b:2\n"), "{text}");
        assert_eq!(provider_sockets().len(), PROVIDERS.len());
    }

    #[test]
    fn real_providers_are_added_where_their_key_is_set() {
        let mut document = json!({"model_list": []});
        add_real_providers(&mut document, &|name| {
            (name == "OPENAI_API_KEY").then(|| "sk".to_owned())
        });
        assert_eq!(document["model_list"].as_array().map(Vec::len), Some(1));
        assert_eq!(document["model_list"][0]["model_name"], "openai/*");
    }
}
