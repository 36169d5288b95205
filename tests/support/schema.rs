//! What the checks of request schemas are made of.

use serde_json::{Map, Value};

/// Collects what is wrong, each with its path.
#[derive(Default)]
pub struct Check {
    pub problems: Vec<String>,
}

impl Check {
    pub fn say(&mut self, path: &str, what: impl std::fmt::Display) {
        self.problems.push(format!("{path}: {what}"));
    }

    pub fn require(&mut self, holds: bool, path: &str, what: &str) {
        if !holds {
            self.say(path, what);
        }
    }

    pub fn object<'v>(&mut self, value: &'v Value, path: &str) -> &'v Map<String, Value> {
        static EMPTY: std::sync::LazyLock<Map<String, Value>> = std::sync::LazyLock::new(Map::new);
        value.as_object().unwrap_or_else(|| {
            self.say(path, format_args!("is no object: {value}"));
            &EMPTY
        })
    }

    /// No member but these, and none of them null.
    pub fn only(&mut self, object: &Map<String, Value>, names: &[&str], path: &str) {
        for (name, value) in object {
            self.require(names.contains(&name.as_str()), path, &format!("unknown member `{name}`"));
            self.require(!value.is_null(), path, &format!("`{name}` is null"));
        }
    }

    pub fn text(&mut self, object: &Map<String, Value>, name: &str, path: &str) {
        let full = object.get(name).and_then(Value::as_str).is_some_and(|text| !text.is_empty());
        self.require(full, path, &format!("`{name}` must be a string that is not empty"));
    }
}
