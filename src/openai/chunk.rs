//! A chunk of a streamed completion, as dialects of other formats build it.

use super::Usage;
use super::completion::{AssistantRole, FinishReason, ThinkingBlock, ToolCall};
use serde::Serialize;

/// `{"object": "chat.completion.chunk", …}`, borrowed from the stream that it belongs to.
#[derive(Debug, Serialize)]
pub struct Chunk<'a> {
    pub id: &'a str,
    pub object: &'static str,
    /// Unix time, seconds; the same in every chunk.
    pub created: u64,
    pub model: &'a str,
    pub choices: &'a [ChunkChoice],
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_tier: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usage: Option<Usage>,
}

impl Chunk<'_> {
    /// The only `object` value there is.
    pub const OBJECT: &'static str = "chat.completion.chunk";
}

#[derive(Debug, Serialize)]
pub struct ChunkChoice {
    pub index: u32,
    pub delta: Delta,
    pub finish_reason: Option<FinishReason>,
    pub logprobs: Option<crate::wire::object::RawJson>,
}

/// What is new in a chunk. Every member is optional; an empty delta goes with a finish reason.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Delta {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<AssistantRole>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reasoning_content: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thinking_blocks: Option<Vec<ThinkingBlock>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tool_calls: Option<Vec<ToolCall>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub annotations: Option<Vec<serde_json::Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider_specific_fields: Option<serde_json::Map<String, serde_json::Value>>,
}

impl Delta {
    /// Whether a reader would see anything: the moment from which there is no way back to another
    /// provider.
    #[must_use]
    pub fn is_content(&self) -> bool {
        let some = |text: &Option<String>| text.as_ref().is_some_and(|text| !text.is_empty());
        some(&self.content)
            || some(&self.refusal)
            || some(&self.reasoning_content)
            || self.thinking_blocks.is_some()
            || self.tool_calls.is_some()
            || self.annotations.is_some()
            || self.provider_specific_fields.is_some()
    }
}
