//! A whole answer as it is put together from a provider's blocks.

use crate::openai::completion::{AssistantMessage, Choice, FinishReason, ThinkingBlock, ToolCall};
use serde_json::{Map, Value};

/// The message as its blocks come in.
#[derive(Debug, Default)]
pub struct Answer {
    pub text: String,
    /// The arguments of the tool that stands for `response_format`.
    pub json: Option<String>,
    pub reasoning: String,
    pub thinking: Vec<ThinkingBlock>,
    pub calls: Vec<ToolCall>,
    pub annotations: Vec<Value>,
    pub refusal: Option<String>,
    /// Members of `provider_specific_fields`.
    pub specific: Map<String, Value>,
}

impl Answer {
    /// A call of the JSON tool alone is an answer, not a call.
    fn finish_reason(&self, said: FinishReason) -> FinishReason {
        match said {
            FinishReason::ToolCalls if self.json.is_some() && self.calls.is_empty() => {
                FinishReason::Stop
            }
            reason => reason,
        }
    }

    /// The one choice, of a model that stopped as `said`.
    #[must_use]
    pub fn into_choice(self, said: FinishReason) -> Choice {
        let finish_reason = self.finish_reason(said);
        Choice { index: 0, message: self.into_message(), finish_reason, logprobs: None }
    }

    fn into_message(mut self) -> AssistantMessage {
        let content = match self.json {
            Some(json) => {
                // Clients read the content as JSON: what was said besides must not spoil it.
                if !self.text.is_empty() {
                    self.specific.insert("preamble".into(), Value::String(self.text));
                }
                Some(json)
            }
            None if self.text.is_empty() && !self.calls.is_empty() => None,
            None => Some(self.text),
        };
        AssistantMessage {
            content,
            refusal: self.refusal,
            reasoning_content: (!self.reasoning.is_empty()).then_some(self.reasoning),
            thinking_blocks: (!self.thinking.is_empty()).then_some(self.thinking),
            tool_calls: (!self.calls.is_empty()).then_some(self.calls),
            annotations: (!self.annotations.is_empty()).then_some(self.annotations),
            provider_specific_fields: (!self.specific.is_empty()).then_some(self.specific),
            ..AssistantMessage::default()
        }
    }
}
