//! Gemini's `:embedContent` for one input and `:batchEmbedContents` for several.
//!
//! Source: <https://ai.google.dev/api/embeddings>. What is written as a data URL goes as a part of its
//! own kind, for the multimodal models.

use super::Embedder;
use super::answer::{self, Said};
use super::draft::{self, Draft, Fate};
use crate::dialect::segment::segment;
use crate::dialect::{Call, Exchange, Outgoing, Output, Target};
use crate::openai::embeddings::list;
use crate::openai::{ApiError, EmbeddingRequest};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

/// Most requests of a batch.
const MAX_INPUTS: usize = 100;

/// The Gemini API.
#[derive(Debug, Clone, Copy)]
pub struct Gemini;

impl Embedder for Gemini {
    fn request(&self, call: &Call<'_, EmbeddingRequest>) -> Result<Outgoing, ApiError> {
        let mut draft = Draft::new(call)?;
        let texts = draft.texts()?;
        let name = call.target.model.strip_prefix("models/").unwrap_or(&call.target.model);
        let model = format!("models/{name}");
        let mut shared = std::mem::take(&mut draft.body);
        shared.put("model", &model);
        draft.options_into(&mut shared, fate)?;
        let with_content = |text: &str| {
            let mut request = shared.clone();
            request.put("content", &content(text));
            request
        };
        let method = if let [text] = texts.as_slice() {
            draft.body = with_content(text);
            "embedContent"
        } else {
            let list: Vec<String> = texts.iter().map(|text| with_content(text).finish()).collect();
            draft.body.raw("requests", &format!("[{}]", list.join(",")));
            "batchEmbedContents"
        };
        let endpoint = &call.target.endpoint;
        let versioned = endpoint.base_path().rsplit('/').next().is_some_and(is_version);
        let version = if versioned { "" } else { "/v1beta" };
        let path = endpoint.join(&format!("{version}/models/{}:{method}", segment(name)?));
        Ok(draft.outgoing(path, texts.len()))
    }

    fn most_inputs(&self, _: &Target) -> Option<usize> {
        Some(MAX_INPUTS)
    }

    fn whole(&self, exchange: &Exchange, body: &[u8], out: &mut Output) -> Result<(), ApiError> {
        read(exchange, body, out)
    }
}

/// An answer to one or to several.
///
/// # Errors
/// 502 for what is none.
pub fn read(exchange: &Exchange, body: &[u8], out: &mut Output) -> Result<(), ApiError> {
    let is_answer = |a: &Answer<'_>| a.embedding.is_some() || a.embeddings.is_some();
    let answer: Answer<'_> = answer::read(body, is_answer)?;
    let vectors = answer.embedding.into_iter().chain(answer.embeddings.into_iter().flatten());
    let counted = answer.usage_metadata.and_then(|usage| usage.prompt_token_count);
    let said = Said { model: None, usage: counted.map(list::usage) };
    answer::write(exchange, vectors.map(|vector| vector.values), &said, body, out)
}

/// What becomes of an option: Google's names, and those under which LiteLLM's users know them.
pub fn fate(name: &str) -> Option<Fate> {
    Some(match name {
        "dimensions" | "outputDimensionality" | "output_dimensionality" => {
            Fate::Send("outputDimensionality")
        }
        "task_type" | "taskType" | "input_type" => Fate::Send("taskType"),
        "title" => Fate::Send("title"),
        "user" => Fate::LeaveOut,
        _ => return None,
    })
}

/// One input.
#[must_use]
pub fn content(text: &str) -> Value {
    let part = match draft::data_url(text) {
        Some((media, data)) => json!({"inlineData": {"mimeType": media, "data": data}}),
        None => json!({"text": text}),
    };
    json!({"parts": [part]})
}

/// `v1beta`, `v1`.
fn is_version(piece: &str) -> bool {
    piece.strip_prefix('v').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer<'a> {
    #[serde(borrow)]
    embedding: Option<Vector<'a>>,
    #[serde(borrow)]
    embeddings: Option<Vec<Vector<'a>>>,
    usage_metadata: Option<UsageMetadata>,
}

#[derive(Deserialize)]
struct Vector<'a> {
    #[serde(borrow)]
    values: &'a RawValue,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UsageMetadata {
    prompt_token_count: Option<u64>,
}
