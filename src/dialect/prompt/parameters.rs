//! The parameters of a generation, as JSON.

use crate::wire::prune::write_key;
use std::borrow::Cow;

/// Names and values in their order, each name once.
#[derive(Debug, Default)]
pub struct Parameters<'a>(Vec<(Cow<'a, str>, Cow<'a, str>)>);

impl<'a> Parameters<'a> {
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(known, _)| known == name)
    }

    /// Sets a parameter, replacing one of that name.
    pub fn set(&mut self, name: impl Into<Cow<'a, str>>, json: impl Into<Cow<'a, str>>) {
        let name = name.into();
        self.0.retain(|(known, _)| *known != name);
        self.0.push((name, json.into()));
    }

    /// The same for a value that is not JSON yet.
    pub fn set_text(&mut self, name: impl Into<Cow<'a, str>>, text: &str) {
        self.set(name, serde_json::to_string(text).unwrap_or_default());
    }

    /// The most tokens to be written, `count` of the member `field`: the newer of OpenAI's two names comes
    /// before the older one.
    pub fn limit(&mut self, name: &'static str, field: &str, count: u64) {
        if field == "max_completion_tokens" || !self.has(name) {
            self.set(name, count.to_string());
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, json)| (name.as_ref(), json.as_ref()))
    }

    /// As a JSON object.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut json = String::from("{");
        for (name, value) in self.iter() {
            if json.len() > 1 {
                json.push(',');
            }
            write_key(&mut json, name);
            json.push_str(value);
        }
        json.push('}');
        json
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_stands_once_and_the_last_value_counts() {
        let mut parameters = Parameters::default();
        assert_eq!(parameters.to_json(), "{}");
        parameters.set("a", "1");
        parameters.set_text("b\"", "x\ny");
        parameters.set("a", "[2]");
        assert_eq!(parameters.to_json(), r#"{"b\"":"x\ny","a":[2]}"#);
    }

    #[test]
    fn the_newer_name_of_the_limit_comes_first_whatever_the_order() {
        let of = |fields: [(&str, u64); 2]| {
            let mut parameters = Parameters::default();
            for (field, count) in fields {
                parameters.limit("most", field, count);
            }
            parameters.to_json()
        };
        assert_eq!(of([("max_tokens", 1), ("max_completion_tokens", 2)]), r#"{"most":2}"#);
        assert_eq!(of([("max_completion_tokens", 2), ("max_tokens", 1)]), r#"{"most":2}"#);
    }
}
