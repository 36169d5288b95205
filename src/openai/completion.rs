//! A whole chat completion, as dialects of other formats build it.
//!
//! Responses of OpenAI-compatible providers never pass through these types: they are handed on as
//! they came, so that members Dragoman has not heard of survive.

use super::Usage;
use crate::wire::object::RawJson;
use serde::Serialize;

/// `{"object": "chat.completion", …}`.
#[derive(Debug, Clone, Serialize)]
pub struct Completion {
    pub id: String,
    pub object: &'static str,
    /// Unix time, seconds.
    pub created: u64,
    /// The model as the provider names it.
    pub model: String,
    pub choices: Vec<Choice>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usage: Option<Usage>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system_fingerprint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_tier: Option<String>,
}

impl Completion {
    /// The only `object` value there is.
    pub const OBJECT: &'static str = "chat.completion";
}

#[derive(Debug, Clone, Default, Serialize)]
pub struct Choice {
    pub index: u32,
    pub message: AssistantMessage,
    pub finish_reason: FinishReason,
    pub logprobs: Option<RawJson>,
}

/// Why the model stopped.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FinishReason {
    #[default]
    Stop,
    Length,
    ToolCalls,
    ContentFilter,
}

#[derive(Debug, Clone, Default, Serialize)]
pub struct AssistantMessage {
    pub role: AssistantRole,
    /// `null` where the model only called tools.
    pub content: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reasoning_content: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thinking_blocks: Option<Vec<ThinkingBlock>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tool_calls: Option<Vec<ToolCall>>,
    /// Images that the model made: LiteLLM's list of `image_url` parts with `data:` URLs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub images: Option<Vec<serde_json::Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audio: Option<Audio>,
    /// Sources that the model cites, in OpenAI's `url_citation` shape where they fit it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub annotations: Option<Vec<serde_json::Value>>,
    /// What the common format has no word for, under the provider's own names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider_specific_fields: Option<serde_json::Map<String, serde_json::Value>>,
}

/// Speech.
#[derive(Debug, Clone, Serialize)]
pub struct Audio {
    pub id: String,
    /// Base64; in streams, the next piece.
    pub data: String,
    /// Unix time, seconds.
    pub expires_at: u64,
    pub transcript: String,
}

/// The only role a completion has.
#[derive(Debug, Clone, Copy, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AssistantRole {
    #[default]
    Assistant,
}

/// Reasoning with the signature that lets it be sent back, in Anthropic's shape (as LiteLLM does).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ThinkingBlock {
    Thinking { thinking: String, signature: Option<String> },
    RedactedThinking { data: String },
}

#[derive(Debug, Clone, Serialize)]
pub struct ToolCall {
    /// Position among the calls of this message; present in streams, absent in whole messages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub index: Option<u32>,
    /// Present in whole messages and in the first delta of a call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<&'static str>,
    pub function: FunctionCall,
    /// What the common format has no word for, such as Gemini's thought signature.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider_specific_fields: Option<serde_json::Map<String, serde_json::Value>>,
}

#[derive(Debug, Clone, Default, Serialize)]
pub struct FunctionCall {
    /// Absent in the later deltas of a streamed call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// JSON text; in streams, the next piece of it.
    pub arguments: String,
}

impl ToolCall {
    /// A whole call, as it stands in a message.
    #[must_use]
    pub fn whole(id: String, name: String, arguments: String) -> Self {
        Self {
            index: None,
            id: Some(id),
            kind: Some("function"),
            function: FunctionCall { name: Some(name), arguments },
            provider_specific_fields: None,
        }
    }

    /// The first delta of a streamed call.
    #[must_use]
    pub fn start(index: u32, id: String, name: String) -> Self {
        Self { index: Some(index), ..Self::whole(id, name, String::new()) }
    }

    /// A later delta.
    #[must_use]
    pub fn piece(index: u32, arguments: String) -> Self {
        Self {
            index: Some(index),
            id: None,
            kind: None,
            function: FunctionCall { name: None, arguments },
            provider_specific_fields: None,
        }
    }
}
