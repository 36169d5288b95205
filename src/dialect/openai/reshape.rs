//! The few places where a provider's answer is changed for its readers.
//!
//! - Reasoning that is called `reasoning` is also given as `reasoning_content`, the name under which
//!   LiteLLM's users look for it.
//! - So is reasoning that comes as `reasoning_details` alone (Snowflake).
//! - Content that is a list of parts (Mistral's reasoning models) becomes the text that OpenAI's
//!   format has there.
//! - A finish reason in the provider's own words (`model_length`, `eos`) is said in OpenAI's, and a
//!   whole answer without one (Snowflake) gets one.
//! - `id`, `object`, `created` and `model` that the provider left empty are filled in.
//! - Cached tokens that are counted under another name (DeepSeek, Mistral) are also given under
//!   OpenAI's.
//!
//! Everything else is copied as it came.

use super::read::{Answer, Choice, Said, says_something};
use super::usage;
use crate::dialect::Exchange;
use crate::openai::{Chunk, Completion};
use crate::wire::edit::{self, Edits, range};
use serde::Deserialize;

/// Appends `text`, which `answer` was read from. `whole`: it is no chunk of a stream.
pub fn copy(out: &mut Vec<u8>, text: &str, answer: &Answer<'_>, exchange: &Exchange, whole: bool) {
    let mut edits = Edits::new();
    for (name, empty) in answer.unsaid() {
        let value = match name {
            "id" => quote(&exchange.id),
            "model" => quote(&exchange.model),
            "object" => quote(if whole { Completion::OBJECT } else { Chunk::OBJECT }),
            _ => exchange.created.to_string(),
        };
        edits.push((range(text, empty.get()), value));
    }
    for choice in answer.choices() {
        choice.said().for_each(|one| said(text, one, &mut edits));
        finish(text, choice, whole, &mut edits);
    }
    if let Some(json) = answer.usage.map(|raw| raw.get())
        && let Some((place, insertion)) = usage::cached_under_openais_name(json)
    {
        let at = range(text, json).start.saturating_add(place);
        edits.push((at..at, insertion));
    }
    edit::copy(out, text, edits);
}

fn said(text: &str, said: &Said<'_>, edits: &mut Edits) {
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
    // Snowflake gives reasoning in this form alone.
    if missing
        && reasoning.is_none()
        && let Some(list) = said.reasoning_details.map(|raw| raw.get())
        && let Some(text_of_details) = details(list)
    {
        reasoning = Some(quote(&text_of_details));
        anchor = Some(range(text, list));
    }
    let (Some(reasoning), Some(anchor)) = (reasoning, anchor) else { return };
    match said.reasoning_content {
        Some(empty) => edits.push((range(text, empty.get()), reasoning)),
        // A member may follow any other member's value.
        None => edits.push((anchor.end..anchor.end, format!(",\"reasoning_content\":{reasoning}"))),
    }
}

fn finish(text: &str, choice: &Choice<'_>, whole: bool, edits: &mut Edits) {
    if let Some((written, reason)) = choice.finish_in_other_words(whole) {
        edits.push((range(text, written), serde_json::to_string(&reason).unwrap_or_default()));
    }
}

fn quote(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

/// The text in OpenRouter's `[{"type": "reasoning.text", "text": …}, {"type": "reasoning.summary",
/// "summary": …}]`.
fn details(list: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Detail {
        text: Option<String>,
        summary: Option<String>,
    }
    let list: Vec<Detail> = serde_json::from_str(list).ok()?;
    let text: String = list.into_iter().filter_map(|one| one.text.or(one.summary)).collect();
    (!text.is_empty()).then_some(text)
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
