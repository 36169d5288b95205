//! Cohere's `/v2/embed`, and the same body on Bedrock.
//!
//! Source: <https://docs.cohere.com/reference/embed>. What is written as a data URL is an image, as
//! LiteLLM's users write one.

use super::Embedder;
use super::answer::{self, Said};
use super::draft::{Draft, Fate, data_url};
use crate::dialect::{Call, Exchange, Outgoing, Output, Target, failure};
use crate::openai::embeddings::list::{self, ListWriter};
use crate::openai::{ApiError, EmbeddingRequest, Usage};
use crate::wire::prune::Entries;
use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;
use std::borrow::Cow;

/// Most texts of a request.
pub const MAX_INPUTS: usize = 96;

/// What texts are embedded for where the client does not say: Cohere wants to know, and this is
/// LiteLLM's choice.
const DEFAULT_INPUT_TYPE: &str = "search_document";

/// Cohere's own API.
#[derive(Debug, Clone, Copy)]
pub struct Cohere;

impl Embedder for Cohere {
    fn request(&self, call: &Call<'_, EmbeddingRequest>) -> Result<Outgoing, ApiError> {
        let mut draft = Draft::new(call)?;
        draft.body.put("model", &call.target.model);
        let inputs = write(&mut draft, &call.target.model)?;
        // The base address may be that of the chat format, or of another version.
        let endpoint = &call.target.endpoint;
        let endings = ["/v2/embed", "/v1/embed", "/v2/chat", "/v2", "/v1", "/compatibility/v1"];
        Ok(draft.outgoing(endpoint.beside(&endings, "/v2/embed"), inputs))
    }

    fn most_inputs(&self, _: &Target) -> Option<usize> {
        Some(MAX_INPUTS)
    }

    fn whole(&self, exchange: &Exchange, body: &[u8], out: &mut Output) -> Result<(), ApiError> {
        read(exchange, body, out)
    }
}

/// Writes all but the model's name; how many inputs there are.
///
/// `images` is documented to hold one, and `inputs` is what models since Embed 4 have for more.
///
/// # Errors
/// 400 naming what cannot be sent.
pub fn write(draft: &mut Draft<'_>, model: &str) -> Result<usize, ApiError> {
    let texts = draft.texts()?;
    let images = texts.iter().filter(|text| data_url(text).is_some()).count();
    let mut input_type = DEFAULT_INPUT_TYPE;
    if images == 0 {
        draft.body.put("texts", &texts);
    } else if images == texts.len() && (images == 1 || model.contains("v3")) {
        draft.body.put("images", &texts);
        input_type = "image";
    } else {
        let contents: Vec<_> = texts.iter().map(|text| json!({"content": [part(text)]})).collect();
        draft.body.put("inputs", &contents);
    }
    match draft.option("input_type")? {
        Some(json) => draft.body.raw("input_type", json),
        None => draft.body.put("input_type", input_type),
    }
    match draft.option("embedding_types")? {
        Some(json) => draft.body.raw("embedding_types", json),
        None => draft.body.put("embedding_types", &["float"]),
    }
    draft.options(|name| {
        Some(match name {
            "dimensions" | "output_dimension" => Fate::Send("output_dimension"),
            "truncate" => Fate::Send("truncate"),
            "max_tokens" => Fate::Send("max_tokens"),
            "priority" => Fate::Send("priority"),
            "input_type" | "embedding_types" => Fate::Placed,
            "user" => Fate::LeaveOut,
            _ => return None,
        })
    })?;
    Ok(texts.len())
}

fn part(text: &str) -> serde_json::Value {
    match data_url(text) {
        Some(_) => json!({"type": "image_url", "image_url": {"url": text}}),
        None => json!({"type": "text", "text": text}),
    }
}

/// An answer of either version: lists by their type, or floats alone.
///
/// # Errors
/// 502 for what is none.
pub fn read(exchange: &Exchange, body: &[u8], out: &mut Output) -> Result<(), ApiError> {
    let answer: Answer<'_> = answer::read(body, |answer: &Answer<'_>| answer.embeddings.is_some())?;
    let bad = || failure::not_an_answer(body);
    let json = answer.embeddings.map_or("null", RawValue::get);
    let said = Said { model: None, usage: answer.meta.as_ref().and_then(Meta::usage) };
    let kinds: Vec<(Cow<'_, str>, &RawValue)> = if json.starts_with('{') {
        let Entries(entries) = serde_json::from_str(json).map_err(|_| bad())?;
        entries.into_iter().filter(|(_, list)| list.get().starts_with('[')).collect()
    } else {
        vec![("float".into(), answer.embeddings.ok_or_else(bad)?)]
    };
    if let [(kind, list)] = kinds.as_slice()
        && kind == "float"
    {
        let vectors: Vec<&RawValue> = serde_json::from_str(list.get()).map_err(|_| bad())?;
        return answer::write(exchange, vectors, &said, body, out);
    }
    let mut list = ListWriter::new(&mut out.bytes, exchange.embeddings.encoding);
    for (kind, vectors) in &kinds {
        let vectors: Vec<&RawValue> = serde_json::from_str(vectors.get()).map_err(|_| bad())?;
        if exchange.embeddings.inputs.is_some_and(|inputs| inputs != vectors.len()) {
            return Err(bad());
        }
        for (index, vector) in vectors.iter().enumerate() {
            list.push_typed(index, vector.get(), kind).map_err(|_| bad())?;
        }
    }
    if list.is_empty() {
        return Err(bad());
    }
    answer::finish(exchange, list, &said, &mut out.report);
    Ok(())
}

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    embeddings: Option<&'a RawValue>,
    meta: Option<Meta>,
}

#[derive(Deserialize)]
struct Meta {
    billed_units: Option<BilledUnits>,
}

#[derive(Deserialize)]
struct BilledUnits {
    input_tokens: Option<f64>,
    image_tokens: Option<f64>,
}

impl Meta {
    fn usage(&self) -> Option<Usage> {
        let units = self.billed_units.as_ref()?;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // the cast saturates
        let count = |tokens: Option<f64>| tokens.map(|tokens| tokens as u64);
        let (texts, images) = (count(units.input_tokens), count(units.image_tokens));
        texts.or(images)?;
        let images = images.unwrap_or(0);
        let mut usage = list::usage(texts.unwrap_or(0).saturating_add(images));
        usage.prompt_tokens_details.image_tokens = images;
        Some(usage)
    }
}
