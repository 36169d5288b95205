//! Which environment variables a configuration looks at.
//!
//! The plugin sees only those that its VM is told of by name, so that keys stay out of files and
//! everything else in Envoy's environment stays out of the VM.

use dragoman::config;
use serde_json::Value;
use std::cell::RefCell;
use std::collections::BTreeSet;

/// Marks a string that is the name of a variable, as LiteLLM writes it.
pub const MARK: &str = "os.environ/";

/// The names, sorted. `env` is the environment at hand.
#[must_use]
pub fn names(document: &Value, env: &dyn Fn(&str) -> Option<String>) -> Vec<String> {
    let found = RefCell::new(marked(document));
    // The providers' own variables are those that reading asks for. Of several the first that is
    // set wins, and elsewhere that may be another one: hence also as if none were set.
    let ask = |env: &dyn Fn(&str) -> Option<String>| {
        let _ = config::read(document, &|name| {
            found.borrow_mut().insert(name.to_owned());
            env(name)
        });
    };
    ask(env);
    ask(&|_| None);
    found.into_inner().into_iter().filter(|name| is_name(name)).collect()
}

/// The names that the document itself holds.
#[must_use]
pub fn marked(document: &Value) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    collect_marked(document, &mut names);
    names
}

fn collect_marked(value: &Value, names: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => names.extend(text.strip_prefix(MARK).map(str::to_owned)),
        Value::Array(items) => items.iter().for_each(|item| collect_marked(item, names)),
        Value::Object(members) => {
            members.values().for_each(|member| collect_marked(member, names));
        }
        _ => {}
    }
}

/// What can stand in YAML as it is; nothing else can be set in a shell either.
fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::names;
    use serde_json::json;

    #[test]
    fn variables_of_the_file_and_of_its_providers_are_found_set_or_not() {
        let document = json!({"model_list": [
            {"model_name": "a", "litellm_params": {"model": "openai/a"}},
            {"model_name": "b", "litellm_params": {"model": "azure/b", "api_key": "os.environ/MY_KEY",
                "api_base": "os.environ/MY_BASE", "api_version": "v1"}},
        ]});
        let found = names(&document, &|name| (name == "MY_KEY").then(|| "k".to_owned()));
        for name in ["MY_BASE", "MY_KEY", "OPENAI_API_KEY", "OPENAI_BASE_URL"] {
            assert!(found.iter().any(|found| found == name), "{name} in {found:?}");
        }
        assert!(!found.iter().any(|found| found == "ANTHROPIC_API_KEY"), "{found:?}");
    }
}
