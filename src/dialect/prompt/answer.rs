//! A whole generated text as an OpenAI completion.

use crate::dialect::output::BYTES_PER_TOKEN;
use crate::dialect::whole::Whole;
use crate::dialect::{Exchange, Output, failure};
use crate::openai::completion::{AssistantMessage, Choice, FinishReason};
use crate::openai::{ApiError, Usage};

/// What the provider said.
#[derive(Debug, Default)]
pub struct Said {
    pub text: String,
    pub finish_reason: FinishReason,
    /// Absent where it did not count both sides: half a count would be billed as if it were the whole.
    pub usage: Option<Usage>,
    /// The tokens of the text, where only those were counted.
    pub written: Option<u64>,
    /// Its own id and model, where it names them.
    pub id: Option<String>,
    pub model: Option<String>,
}

impl Said {
    /// Writes the completion, read from `body`.
    ///
    /// # Errors
    /// See [`crate::dialect::Dialect::whole`].
    pub fn write(self, exchange: &Exchange, body: &[u8], out: &mut Output) -> Result<(), ApiError> {
        let Self { text, finish_reason, usage, written, id, model } = self;
        if usage.is_none() {
            out.report.deltas =
                written.unwrap_or_else(|| (text.len() as u64).div_ceil(BYTES_PER_TOKEN));
        }
        let message = AssistantMessage { content: Some(text), ..AssistantMessage::default() };
        let choices = vec![Choice { index: 0, message, finish_reason, logprobs: None }];
        let whole = Whole { id, model, choices, usage, ..Whole::default() };
        whole.write(exchange, out).map_err(|_| failure::not_an_answer(body))
    }
}
