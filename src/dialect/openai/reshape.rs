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
//! - Usage that stands elsewhere (Groq, Moonshot) is also given at its place to clients who ask for it.
//!
//! - A tool call without its `type` (Mistral) gets it.
//!
//! Everything else is copied as it came.

use super::read::{Answer, Choice, Said, says_something};
use super::usage;
use crate::dialect::Exchange;
use crate::openai::{Chunk, Completion};
use crate::wire::edit::{self, Edits, range};
use serde::Deserialize;
use serde_json::value::RawValue;

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
    if (whole || exchange.include_usage)
        && let Some(edit) = usage_at_its_place(text, answer)
    {
        edits.push(edit);
    }
    edit::copy(out, text, edits);
}

fn said(text: &str, said: &Said<'_>, edits: &mut Edits) {
    if let Some(calls) = said.tool_calls.map(|raw| raw.get()) {
        types(text, calls, edits);
    }
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

/// Calls are of the type `function`; the later pieces of a streamed call, which have no id, need not
/// say so.
fn types(text: &str, calls: &str, edits: &mut Edits) {
    #[derive(Deserialize)]
    struct Call<'a> {
        #[serde(borrow)]
        id: Option<&'a RawValue>,
    }
    // In a string the quotes are escaped, so this finds the member and nothing else.
    if memchr::memmem::find(calls.as_bytes(), b"\"type\"").is_some() {
        return;
    }
    for call in serde_json::from_str::<Vec<&RawValue>>(calls).unwrap_or_default() {
        let read = serde_json::from_str::<Call<'_>>(call.get());
        if read.is_ok_and(|call| call.id.is_some_and(|id| says_something(id.get()))) {
            // Behind the opening brace; a call has members, for it has an id.
            let at = range(text, call.get()).start.saturating_add(1);
            edits.push((at..at, "\"type\":\"function\",".to_owned()));
        }
    }
}

fn finish(text: &str, choice: &Choice<'_>, whole: bool, edits: &mut Edits) {
    if let Some((written, reason)) = choice.finish_in_other_words(whole) {
        edits.push((range(text, written), serde_json::to_string(&reason).unwrap_or_default()));
    }
}

/// Usage that the provider gives elsewhere (Groq's `x_groq`, Moonshot's choices), as the member that
/// clients look for. Where there is a `null` in its place already, things stay as they are: a member
/// must not stand twice.
fn usage_at_its_place(text: &str, answer: &Answer<'_>) -> Option<(std::ops::Range<usize>, String)> {
    let usage = answer.usage().filter(|_| answer.usage.is_none())?;
    let at = text.find('{')?.saturating_add(1);
    let taken = memchr::memmem::find(text.as_bytes(), b"\"usage\":null").is_some();
    (!taken).then(|| (at..at, format!("\"usage\":{},", usage.get())))
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

/// Mistral's `[{"type": "thinking", "thinking": [{"type": "text", "text": …}]}, {"type": "text", …}]`,
/// or Databricks' `[{"type": "reasoning", "summary": [{"type": "summary_text", "text": …}]}, …]`.
struct Parts {
    text: String,
    thinking: String,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Part {
    Text {
        text: String,
    },
    Thinking {
        thinking: Thinking,
    },
    /// Databricks.
    Reasoning {
        summary: Vec<Summary>,
    },
}

#[derive(Deserialize)]
struct Summary {
    text: String,
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
                Part::Reasoning { summary } => {
                    parts.thinking.extend(summary.into_iter().map(|one| one.text));
                }
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
