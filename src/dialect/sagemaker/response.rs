//! A whole generation as an OpenAI completion.
//!
//! Containers write it as `[{"generated_text", "details"}]` (TGI), without the list (LMI), or under
//! another name (`generation`: JumpStart's Llama; `outputs`: older LMI).

use crate::dialect::prompt::Said;
use crate::dialect::{Exchange, Output, failure};
use crate::openai::completion::FinishReason;
use crate::openai::{ApiError, Usage};
use crate::wire::text::Text;
use serde::Deserialize;
use serde_json::Value;

/// What a generation says about its end.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Details<'a> {
    #[serde(borrow)]
    finish_reason: Option<Text<'a>>,
    generated_tokens: Option<u64>,
    /// In streams of newer containers.
    input_length: Option<u64>,
    /// The prompt's tokens, where they were asked for.
    #[serde(borrow)]
    prefill: Vec<&'a serde_json::value::RawValue>,
}

impl Details<'_> {
    #[must_use]
    pub fn finish_reason(&self) -> Option<FinishReason> {
        // "eos_token" and "stop_sequence" are a stop.
        let reason = self.finish_reason.as_ref()?.as_str();
        Some(if reason == "length" { FinishReason::Length } else { FinishReason::Stop })
    }

    /// Only where both sides were counted: half a count would be billed as if it were the whole.
    #[must_use]
    pub fn usage(&self) -> Option<Usage> {
        let counted = (!self.prefill.is_empty()).then_some(self.prefill.len() as u64);
        let (prompt_tokens, completion_tokens) =
            (self.input_length.or(counted)?, self.generated_tokens?);
        Some(Usage::of(prompt_tokens, completion_tokens))
    }
}

/// Writes the completion.
///
/// # Errors
/// See [`crate::dialect::Dialect::whole`].
pub fn write(exchange: &Exchange, body: &[u8], out: &mut Output) -> Result<(), ApiError> {
    let value: Value = serde_json::from_slice(body).map_err(|_| failure::not_an_answer(body))?;
    let generation = value.get(0).unwrap_or(&value);
    if generation.get("error").is_some_and(|error| !error.is_null()) {
        return Err(failure::hidden(generation.to_string().as_bytes()));
    }
    let Some(text) = said(generation) else { return Err(failure::not_an_answer(body)) };
    let details = generation.get("details").map(ToString::to_string).unwrap_or_default();
    let details: Details<'_> = serde_json::from_str(&details).unwrap_or_default();
    let finish_reason = details.finish_reason().unwrap_or_default();
    let (usage, written) = (details.usage(), details.generated_tokens);
    Said { text, finish_reason, usage, written, ..Said::default() }.write(exchange, body, out)
}

fn said(generation: &Value) -> Option<String> {
    let text = ["generated_text", "generation", "outputs"]
        .iter()
        .find_map(|name| generation.get(*name))
        .filter(|value| !value.is_null())?;
    match text {
        Value::String(text) => Some(text.clone()),
        Value::Array(pieces) => pieces.iter().map(|piece| piece.as_str()).collect(),
        // JumpStart's older Llama: a message.
        Value::Object(message) => message.get("content")?.as_str().map(str::to_owned),
        _ => None,
    }
}
