//! Lists of OpenAI's format: handed on as they came, read once for the report.
//!
//! Changed is only what clients would stumble over: vectors in another encoding than they asked for,
//! and a model or a usage that is not there.

use super::super::{Wanted, answer};
use crate::dialect::openai::{present, usage};
use crate::dialect::{Exchange, Output, failure};
use crate::openai::embeddings::{Encoding, list, vector};
use crate::openai::{ApiError, Usage};
use crate::wire::edit::{self, Edits, range};
use crate::wire::text::Text;
use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    data: Option<Vec<Item<'a>>>,
    #[serde(borrow, default, deserialize_with = "present")]
    model: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    usage: Option<&'a RawValue>,
    #[serde(borrow)]
    error: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Item<'a> {
    /// Absent where a provider has vectors of several kinds: they pass as they are.
    #[serde(borrow)]
    embedding: Option<&'a RawValue>,
}

/// See [`super::Embedder::whole`].
pub fn read(exchange: &Exchange, body: &[u8], out: &mut Output) -> Result<(), ApiError> {
    let bad = || answer::failed(body);
    let text = std::str::from_utf8(body).map_err(|_| failure::not_an_answer(body))?.trim();
    let answer: Answer<'_> = serde_json::from_str(text).map_err(|_| bad())?;
    let data = answer.data.filter(|data| !data.is_empty()).ok_or_else(bad)?;
    let vectors: Vec<&str> =
        data.iter().filter_map(|item| item.embedding).map(RawValue::get).collect();
    if answer.error.is_some() && vectors.is_empty() {
        return Err(bad());
    }
    let mut edits = convert(text, &vectors, &exchange.embeddings).ok_or_else(bad)?;
    let model = answer.model.and_then(|raw| serde_json::from_str::<Text<'_>>(raw.get()).ok());
    let model = model.map(Text::into_string).filter(|model| !model.is_empty());
    if model.is_none() {
        fill("model", json!(exchange.model).to_string(), text, answer.model, &mut edits);
    }
    let counted = note_usage(text, answer.usage, &mut edits);
    if answer.usage.is_none_or(|raw| raw.get() == "null") {
        fill("usage", estimated(exchange), text, answer.usage, &mut edits);
    }
    edit::copy(&mut out.bytes, text, edits);
    let report = &mut out.report;
    report.estimated = counted.is_none();
    let (usage, cost) = counted.unwrap_or((list::usage(exchange.embeddings.estimate), None));
    report.usage = Some(usage);
    report.cost = cost;
    report.model = Some(model.unwrap_or_else(|| exchange.model.clone()));
    Ok(())
}

/// Says what the provider left out, or gives as nothing.
fn fill(name: &str, json: String, text: &str, empty: Option<&RawValue>, edits: &mut Edits) {
    match empty {
        Some(empty) => edits.push((range(text, empty.get()), json)),
        // An object with `data` has a member that this one can stand before.
        None => edits.push((1..1, format!("\"{name}\":{json},"))),
    }
}

/// Vectors in another encoding than the client's. Providers give all of them in one.
fn convert(text: &str, vectors: &[&str], wanted: &Wanted) -> Option<Edits> {
    let Some(encoding) = wanted.encoding else { return Some(Edits::new()) };
    let as_wanted = |json: &str| vector::is(json, encoding);
    if vectors.first().is_none_or(|first| as_wanted(first) || !is_convertible(first)) {
        return Some(Edits::new());
    }
    vectors
        .iter()
        .map(|json| {
            let mut bytes = Vec::new();
            vector::write(&mut bytes, json, Some(encoding))?;
            Some((range(text, json), String::from_utf8(bytes).ok()?))
        })
        .collect()
}

fn is_convertible(json: &str) -> bool {
    [Encoding::Float, Encoding::Base64].iter().any(|encoding| vector::is(json, *encoding))
}

/// Reads what was counted. Voyage and Jina have a total alone, which is that of the prompt.
fn note_usage(
    text: &str,
    raw: Option<&RawValue>,
    edits: &mut Edits,
) -> Option<(Usage, Option<f64>)> {
    let json = raw?.get();
    let (usage, cost) = usage::read(json);
    let mut usage = usage?;
    if usage.prompt_tokens == 0 {
        usage.prompt_tokens = usage.total_tokens.saturating_sub(usage.completion_tokens);
        if memchr::memmem::find(json.as_bytes(), b"\"prompt_tokens\"").is_none() {
            let after = range(text, json).start.saturating_add(1);
            edits.push((after..after, format!("\"prompt_tokens\":{},", usage.prompt_tokens)));
        }
    }
    Some((usage, cost))
}

fn estimated(exchange: &Exchange) -> String {
    let tokens = exchange.embeddings.estimate;
    json!({"prompt_tokens": tokens, "total_tokens": tokens}).to_string()
}
