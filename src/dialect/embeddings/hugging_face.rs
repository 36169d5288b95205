//! Hugging Face's feature extraction: its inference provider, endpoints of one's own, and
//! text-embeddings-inference servers.
//!
//! Source: <https://huggingface.co/docs/inference-providers/tasks/feature-extraction>. It counts no
//! tokens.

use super::Embedder;
use super::answer::{self, Said};
use super::draft::{Draft, Fate};
use crate::dialect::segment::segment;
use crate::dialect::{Call, Exchange, Outgoing, Output};
use crate::openai::{ApiError, EmbeddingRequest};
use serde_json::value::RawValue;

/// The host that routes by the model's name; anywhere else the address is the model's own.
const ROUTER: &str = "router.huggingface.co";

/// Hugging Face.
#[derive(Debug, Clone, Copy)]
pub struct HuggingFace;

/// A repository's name as it stands in a path: `owner/name`, or one of the old ones without an owner.
fn repository(model: &str) -> Result<String, ApiError> {
    match model.split_once('/') {
        Some((owner, name)) => Ok(format!("{}/{}", segment(owner)?, segment(name)?)),
        None => segment(model),
    }
}

impl Embedder for HuggingFace {
    fn request(&self, call: &Call<'_, EmbeddingRequest>) -> Result<Outgoing, ApiError> {
        let mut draft = Draft::new(call)?;
        let inputs = draft.texts()?.len();
        draft.body.raw("inputs", call.request.input());
        draft.options(|name| {
            Some(match name {
                "normalize" => Fate::Send("normalize"),
                "prompt_name" => Fate::Send("prompt_name"),
                "truncate" => Fate::Send("truncate"),
                "truncation_direction" => Fate::Send("truncation_direction"),
                "parameters" => Fate::Send("parameters"),
                "dimensions" => Fate::Refuse("its vectors are as long as the model makes them"),
                "user" => Fate::LeaveOut,
                _ => return None,
            })
        })?;
        let endpoint = &call.target.endpoint;
        let path = if endpoint.host() == ROUTER {
            let model = repository(&call.target.model)?;
            let own = format!("/hf-inference/models/{model}/pipeline/feature-extraction");
            endpoint.beside(&["/v1"], &own)
        } else if endpoint.base_path().is_empty() {
            endpoint.join("/")
        } else {
            endpoint.join("")
        };
        Ok(draft.outgoing(path, inputs))
    }

    /// A list of vectors; a single text may have its vector alone.
    fn whole(&self, exchange: &Exchange, body: &[u8], out: &mut Output) -> Result<(), ApiError> {
        let answer: &RawValue = answer::read(body, |_| true)?;
        let is_list = |json: &str| json.starts_with('[');
        if !is_list(answer.get()) {
            return Err(answer::failed(body));
        }
        let items: Vec<&RawValue> = answer::read(body, |_| true)?;
        let said = Said::default();
        match items.first() {
            Some(first) if is_list(first.get()) => answer::write(exchange, items, &said, body, out),
            _ => answer::write(exchange, [answer], &said, body, out),
        }
    }
}
