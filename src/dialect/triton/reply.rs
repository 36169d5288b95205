//! What Triton answers with, as far as it is looked into: whole, and each event of a stream.
//!
//! ```text
//! {"model_name": "ensemble", "model_version": "1", "text_output": " a"}
//! {"model_name": "m", "outputs": [{"name": "text_output", "datatype": "BYTES", "shape": [1], "data": [" a"]}]}
//! ```
//!
//! A tensor of one element stands as that element in the first form. Finish and counts come where the
//! request asks for them (`return_finish_reason`, `return_num_input_tokens`, `return_num_output_tokens`).

use crate::openai::Usage;
use crate::openai::completion::FinishReason;
use crate::wire::text::Text;
use serde::Deserialize;
use serde_json::value::RawValue;

#[derive(Debug, Deserialize)]
pub struct Reply<'a> {
    #[serde(borrow)]
    pub model_name: Option<Text<'a>>,
    #[serde(borrow)]
    text_output: Option<&'a RawValue>,
    #[serde(borrow)]
    finish_reason: Option<&'a RawValue>,
    #[serde(borrow)]
    num_input_tokens: Option<&'a RawValue>,
    #[serde(borrow)]
    num_output_tokens: Option<&'a RawValue>,
    #[serde(borrow, default)]
    outputs: Vec<Tensor<'a>>,
    #[serde(borrow)]
    pub error: Option<&'a RawValue>,
}

#[derive(Debug, Deserialize)]
struct Tensor<'a> {
    #[serde(borrow)]
    name: Text<'a>,
    #[serde(borrow)]
    datatype: Option<Text<'a>>,
    #[serde(borrow)]
    data: Option<&'a RawValue>,
}

impl<'a> Reply<'a> {
    /// An output, wherever it stands.
    fn output(&self, own: Option<&'a RawValue>, name: &str) -> Option<&'a RawValue> {
        let tensor = || self.outputs.iter().find(|tensor| tensor.name.as_str() == name);
        own.or_else(|| tensor()?.data)
    }

    /// The text: what is called so, else the first text there is. `None` where there is none.
    #[must_use]
    pub fn text(&self) -> Option<String> {
        let is_text = |tensor: &&Tensor<'_>| {
            tensor.datatype.as_ref().is_some_and(|datatype| datatype.as_str() == "BYTES")
        };
        let first = || self.outputs.iter().find(is_text)?.data;
        one(self.output(self.text_output, "text_output").or_else(first)?)
    }

    #[must_use]
    pub fn finish_reason(&self) -> Option<FinishReason> {
        let reason: String = one(self.output(self.finish_reason, "finish_reason")?)?;
        match reason.as_str() {
            // Python's word for nothing, in vLLM's streams.
            "" | "None" => None,
            "length" => Some(FinishReason::Length),
            _ => Some(FinishReason::Stop),
        }
    }

    /// Whether a stream of such replies says in the last one why it ends.
    #[must_use]
    pub fn gives_reasons(&self) -> bool {
        self.finish_reason.is_some()
    }

    /// Tokens of the prompt, and of the text in this reply.
    #[must_use]
    pub fn counts(&self) -> Option<(u64, u64)> {
        let count = |own, name| one(self.output(own, name)?);
        Some((
            count(self.num_input_tokens, "num_input_tokens")?,
            count(self.num_output_tokens, "num_output_tokens")?,
        ))
    }
}

/// A value, or the only element of a list.
fn one<T: serde::de::DeserializeOwned>(raw: &RawValue) -> Option<T> {
    serde_json::from_str(raw.get())
        .ok()
        .or_else(|| serde_json::from_str::<[T; 1]>(raw.get()).ok().map(|[only]| only))
}

#[must_use]
pub fn usage((prompt_tokens, completion_tokens): (u64, u64)) -> Usage {
    Usage::of(prompt_tokens, completion_tokens)
}
