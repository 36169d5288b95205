//! A whole generated text as an OpenAI completion.

use crate::dialect::output::BYTES_PER_TOKEN;
use crate::dialect::{Exchange, Output, failure};
use crate::openai::completion::{AssistantMessage, Choice, Completion, FinishReason};
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
        let id = id.unwrap_or_else(|| exchange.id.clone());
        let model = model.unwrap_or_else(|| exchange.model.clone());
        let report = &mut out.report;
        report.content = true;
        report.finished = true;
        report.finish_reason = Some(finish_reason);
        report.usage = usage;
        if usage.is_none() {
            report.deltas =
                written.unwrap_or_else(|| (text.len() as u64).div_ceil(BYTES_PER_TOKEN));
        }
        report.id = Some(id.clone());
        report.model = Some(model.clone());
        let message = AssistantMessage { content: Some(text), ..AssistantMessage::default() };
        let completion = Completion {
            id,
            object: Completion::OBJECT,
            created: exchange.created,
            model,
            choices: vec![Choice { index: 0, message, finish_reason, logprobs: None }],
            usage,
            system_fingerprint: None,
            service_tier: None,
        };
        serde_json::to_writer(&mut out.bytes, &completion).map_err(|_| failure::not_an_answer(body))
    }
}
