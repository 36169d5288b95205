//! Ollama's `/api/embed`.
//!
//! Source: <https://github.com/ollama/ollama/blob/main/docs/api.md#generate-embeddings>. It takes any
//! number of texts, and counts the tokens of all of them.

use super::Embedder;
use super::answer::{self, Said};
use super::draft::{Draft, Fate};
use crate::dialect::{Call, Exchange, Outgoing, Output};
use crate::openai::embeddings::list;
use crate::openai::{ApiError, EmbeddingRequest};
use crate::wire::text::Text;
use serde::Deserialize;
use serde_json::value::RawValue;

/// Ollama servers.
#[derive(Debug, Clone, Copy)]
pub struct Ollama;

impl Embedder for Ollama {
    fn request(&self, call: &Call<'_, EmbeddingRequest>) -> Result<Outgoing, ApiError> {
        let mut draft = Draft::new(call)?;
        let inputs = draft.texts()?.len();
        draft.body.put("model", &call.target.model);
        draft.body.raw("input", call.request.input());
        draft.options(|name| {
            Some(match name {
                "dimensions" => Fate::Send("dimensions"),
                "truncate" => Fate::Send("truncate"),
                "options" => Fate::Send("options"),
                "keep_alive" => Fate::Send("keep_alive"),
                "user" => Fate::LeaveOut,
                _ => return None,
            })
        })?;
        // The base address may be that of Ollama's OpenAI-compatible side.
        let endpoint = &call.target.endpoint;
        let path = endpoint.beside(&["/api/embed", "/v1", "/api"], "/api/embed");
        Ok(draft.outgoing(path, inputs))
    }

    fn whole(&self, exchange: &Exchange, body: &[u8], out: &mut Output) -> Result<(), ApiError> {
        let answer: Answer<'_> =
            answer::read(body, |answer: &Answer<'_>| answer.embeddings.is_some())?;
        let said = Said {
            model: answer.model.as_ref().map(Text::as_str),
            usage: answer.prompt_eval_count.map(list::usage),
        };
        answer::write(exchange, answer.embeddings.into_iter().flatten(), &said, body, out)
    }
}

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    model: Option<Text<'a>>,
    #[serde(borrow)]
    embeddings: Option<Vec<&'a RawValue>>,
    prompt_eval_count: Option<u64>,
}
