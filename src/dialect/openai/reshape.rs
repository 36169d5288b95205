//! The two places where a provider's answer is changed for its readers.
//!
//! Reasoning that is called `reasoning` is also given as `reasoning_content`, the name under which
//! LiteLLM's users look for it; and content that is a list of parts (Mistral's reasoning models)
//! becomes the text that OpenAI's format has there. Everything else is copied as it came.

use super::read::{Answer, Said, says_something};
use serde::Deserialize;
use std::ops::Range;

/// Appends `text`, which `answer` was read from.
pub fn copy(out: &mut Vec<u8>, text: &str, answer: &Answer<'_>) {
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    for said in answer.choices().iter().flat_map(|choice| choice.said()) {
        edit(text, said, &mut edits);
    }
    edits.sort_by_key(|(range, _)| range.start);
    let mut from = 0;
    for (range, replacement) in &edits {
        out.extend_from_slice(text.get(from..range.start).unwrap_or_default().as_bytes());
        out.extend_from_slice(replacement.as_bytes());
        from = range.end;
    }
    out.extend_from_slice(text.get(from..).unwrap_or_default().as_bytes());
}

fn edit(text: &str, said: &Said<'_>, edits: &mut Vec<(Range<usize>, String)>) {
    let missing = said.reasoning_content.is_none_or(|raw| !says_something(raw.get()));
    let mut reasoning = said
        .reasoning
        .map(|raw| raw.get())
        .filter(|json| missing && json.starts_with('"') && says_something(json))
        .map(str::to_owned);
    let mut anchor = said.reasoning.map(|raw| range(text, raw.get()));

    if let Some(list) = said.content.map(|raw| raw.get()).filter(|json| json.starts_with('['))
        && let Some(parts) = Parts::read(list)
    {
        let place = range(text, list);
        edits.push((place.clone(), quote(&parts.text)));
        if missing && reasoning.is_none() && !parts.thinking.is_empty() {
            reasoning = Some(quote(&parts.thinking));
            anchor = Some(place);
        }
    }
    let (Some(reasoning), Some(anchor)) = (reasoning, anchor) else { return };
    match said.reasoning_content {
        Some(empty) => edits.push((range(text, empty.get()), reasoning)),
        // A member may follow any other member's value.
        None => edits.push((anchor.end..anchor.end, format!(",\"reasoning_content\":{reasoning}"))),
    }
}

/// Where `part`, a slice of `text`, stands in it.
fn range(text: &str, part: &str) -> Range<usize> {
    let start = (part.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
    start..start.saturating_add(part.len())
}

fn quote(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

/// Mistral's `[{"type": "thinking", "thinking": [{"type": "text", "text": …}]}, {"type": "text", …}]`.
struct Parts {
    text: String,
    thinking: String,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Part {
    Text { text: String },
    Thinking { thinking: Thinking },
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Thinking {
    Text(String),
    Parts(Vec<Part>),
}

impl Parts {
    /// `None` for parts of another type: what a text cannot hold stays as it is.
    fn read(list: &str) -> Option<Self> {
        let mut parts = Self { text: String::new(), thinking: String::new() };
        for part in serde_json::from_str::<Vec<Part>>(list).ok()? {
            match part {
                Part::Text { text } => parts.text.push_str(&text),
                Part::Thinking { thinking: Thinking::Text(text) } => parts.thinking.push_str(&text),
                Part::Thinking { thinking: Thinking::Parts(inner) } => {
                    for part in inner {
                        if let Part::Text { text } = part {
                            parts.thinking.push_str(&text);
                        }
                    }
                }
            }
        }
        Some(parts)
    }
}
