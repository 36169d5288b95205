//! How a provider deviates from OpenAI's format, as data: the member `quirks` of its row.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Deviations of an OpenAI-compatible provider from OpenAI.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Quirks {
    /// Request members it calls otherwise: `[["max_completion_tokens", "max_tokens"]]`.
    pub rename: Vec<(String, String)>,
    /// The same for members whose value is a text (watsonx: `tool_choice_option`).
    pub rename_text: Vec<(String, String)>,
    /// Values that it calls otherwise: `[["tool_choice", "required", "any"]]`.
    pub rename_values: Vec<(String, String, String)>,
    /// `stop` must be a list.
    pub stop_list: bool,
    /// Ids of tool calls must be nine letters and digits.
    pub short_call_ids: bool,
    /// Files are parts of the type `document_url` or, by their id, `file` with a `file_id`; audio is a
    /// string (Mistral).
    pub document_parts: bool,
    /// It refuses an assistant's message that says nothing.
    pub no_empty_answers: bool,
    /// OpenAI parameters that it refuses, or ignores without a word.
    pub unsupported: Vec<String>,
    /// Parameters of which it takes some values only: a text itself, or the `type` of an object.
    pub only: BTreeMap<String, Vec<String>>,
    /// Its switch of reasoning is `thinking`, `enabled` or `disabled`, beside `reasoning_effort`, which
    /// knows no `none`.
    pub thinking_switch: bool,
    /// It refuses `stream_options`; usage comes in its last chunk anyway.
    pub no_stream_options: bool,
    /// It refuses members of messages that it does not know, and nulls there.
    pub strict_messages: bool,
    /// The content of a message is one text to it: a list of texts must be joined.
    pub text_content: bool,
    /// Members that it refuses and that say nothing to it, as paths (`messages[*].name`).
    pub cut: Vec<String>,
    /// It runs without a key.
    pub key_optional: bool,
    /// Its models are OpenAI's own, so their names tell which parameters they take.
    pub openai_models: bool,
    /// The address names the model, and the body holds an empty name.
    pub blank_model: bool,
    /// What stands in that name's place, where a request has it: its member of this name.
    pub model_member: Option<String>,
    /// In the body the model stands without its version (`mistral-large@2411`).
    pub unversioned_model: bool,
    /// The path of its API, for a base address that stops before it (`http://localhost:11434`).
    pub bare_base_path: Option<String>,
    /// Its own name of a model, where that has parts.
    pub model_parts: Option<ModelParts>,
    /// Settings of the provider that belong into the body (watsonx: `project_id`).
    pub body_settings: Vec<String>,
    /// Headers that it demands, lower-case names.
    pub headers: Vec<(String, String)>,
}

/// A model's name that is made of parts, and what becomes of them.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ModelParts {
    pub separator: String,
    /// How many parts it must have; another name is the provider's own already.
    pub count: usize,
    /// The name in the body, with `{0}`, `{1}`, … for the parts. Empty: it does not stand there.
    pub name: String,
}

impl Quirks {
    /// The parts of `model`, where it has as many as are asked for.
    #[must_use]
    pub fn parts<'m>(&self, model: &'m str) -> Option<Vec<&'m str>> {
        let rule = self.model_parts.as_ref()?;
        let parts: Vec<&str> = model.split(rule.separator.as_str()).collect();
        (parts.len() == rule.count && parts.iter().all(|part| !part.is_empty())).then_some(parts)
    }

    /// The provider's own name of `model`; `None` where none stands in the body.
    #[must_use]
    pub fn model_name<'m>(&self, model: &'m str) -> Option<std::borrow::Cow<'m, str>> {
        match (&self.model_parts, self.parts(model)) {
            (Some(rule), Some(_)) if rule.name.is_empty() => None,
            (Some(rule), Some(parts)) => Some(fill(&rule.name, &parts).into()),
            _ => Some(model.into()),
        }
    }
}

/// `template` with its `{0}`, `{1}`, … replaced by `parts`.
#[must_use]
pub fn fill<T: AsRef<str>>(template: &str, parts: &[T]) -> String {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let place = after.split_once('}');
        let part = place.and_then(|(number, _)| parts.get(number.parse::<usize>().ok()?));
        match (place, part) {
            (Some((_, tail)), Some(part)) => {
                out.push_str(part.as_ref());
                rest = tail;
            }
            _ => {
                out.push('{');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;

    #[test]
    fn a_model_is_sent_under_the_providers_own_name() {
        for (provider, model, expected) in [
            ("fireworks_ai", "llama-v3p1-8b", Some("accounts/fireworks/models/llama-v3p1-8b")),
            ("fireworks_ai", "accounts/me/deployments/x", Some("accounts/me/deployments/x")),
            ("clarifai", "openai.chat.gpt", Some("https://clarifai.com/openai/chat/models/gpt")),
            ("huggingface", "together/org/model", Some("org/model:together")),
            ("huggingface", "org/model", Some("org/model")),
            ("ragflow", "chat/c1/m", Some("m")),
            ("watsonx", "deployment/d1", None),
            ("watsonx", "ibm/granite", Some("ibm/granite")),
        ] {
            let quirks = &catalog::row(provider, model).unwrap().quirks;
            assert_eq!(quirks.model_name(model).as_deref(), expected, "{provider}/{model}");
        }
    }

    #[test]
    fn a_template_is_filled_once_whatever_the_parts_hold() {
        assert_eq!(fill("/{1}/{0}", &["{1}", "b"]), "/b/{1}");
        assert_eq!(fill("a{9}{", &["x"]), "a{9}{");
    }
}
