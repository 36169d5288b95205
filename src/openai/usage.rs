//! Token usage, as OpenAI counts it.
//!
//! `prompt_tokens` holds everything that was read, cached or not; `completion_tokens` everything that
//! was written, reasoning included. Dialects whose providers count otherwise add up.

use serde::{Deserialize, Serialize};

/// Tokens of one response.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    #[serde(default, deserialize_with = "count")]
    pub prompt_tokens: u64,
    #[serde(default, deserialize_with = "count")]
    pub completion_tokens: u64,
    #[serde(default, deserialize_with = "count")]
    pub total_tokens: u64,
    #[serde(default, deserialize_with = "details")]
    pub prompt_tokens_details: PromptDetails,
    #[serde(default, deserialize_with = "details")]
    pub completion_tokens_details: CompletionDetails,
    /// Anthropic's name for cache writes, which LiteLLM's users read.
    #[serde(default, deserialize_with = "count")]
    pub cache_creation_input_tokens: u64,
    /// Anthropic's name for cache reads.
    #[serde(default, deserialize_with = "count")]
    pub cache_read_input_tokens: u64,
    /// Anthropic's count of what its own tools did.
    #[serde(default, deserialize_with = "details", skip_serializing_if = "ServerToolUse::is_none")]
    pub server_tool_use: ServerToolUse,
}

impl Usage {
    /// These counts, and their sum.
    #[must_use]
    pub fn of(prompt_tokens: u64, completion_tokens: u64) -> Self {
        let total_tokens = prompt_tokens.saturating_add(completion_tokens);
        Self { prompt_tokens, completion_tokens, total_tokens, ..Self::default() }
    }
}

/// Calls of tools that the provider runs, and bills by the call.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerToolUse {
    #[serde(default, deserialize_with = "count")]
    pub web_search_requests: u64,
    #[serde(default, deserialize_with = "count", skip_serializing_if = "is_zero")]
    pub web_fetch_requests: u64,
}

impl ServerToolUse {
    fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

/// What the prompt was made of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromptDetails {
    /// Read from a cache.
    #[serde(default, deserialize_with = "count")]
    pub cached_tokens: u64,
    #[serde(default, deserialize_with = "count", skip_serializing_if = "is_zero")]
    pub audio_tokens: u64,
    #[serde(default, deserialize_with = "count", skip_serializing_if = "is_zero")]
    pub image_tokens: u64,
    /// Written to a cache, all lifetimes together.
    #[serde(
        default,
        alias = "cache_write_tokens",
        deserialize_with = "count",
        skip_serializing_if = "is_zero"
    )]
    pub cache_creation_tokens: u64,
    /// Of these, how many for how long.
    #[serde(
        default,
        deserialize_with = "details",
        skip_serializing_if = "CacheCreationDetails::is_none"
    )]
    pub cache_creation_token_details: CacheCreationDetails,
}

/// Cache writes by lifetime, in Anthropic's words: those for an hour cost more than those for five
/// minutes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CacheCreationDetails {
    #[serde(default, deserialize_with = "count")]
    pub ephemeral_5m_input_tokens: u64,
    #[serde(default, deserialize_with = "count")]
    pub ephemeral_1h_input_tokens: u64,
}

impl CacheCreationDetails {
    fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

/// What the completion was made of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompletionDetails {
    #[serde(default, deserialize_with = "count")]
    pub reasoning_tokens: u64,
    #[serde(default, deserialize_with = "count", skip_serializing_if = "is_zero")]
    pub audio_tokens: u64,
    #[serde(default, deserialize_with = "count", skip_serializing_if = "is_zero")]
    pub image_tokens: u64,
    #[serde(default, deserialize_with = "count", skip_serializing_if = "is_zero")]
    pub accepted_prediction_tokens: u64,
    #[serde(default, deserialize_with = "count", skip_serializing_if = "is_zero")]
    pub rejected_prediction_tokens: u64,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // the signature serde asks for
fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// Providers write absent counts as `null`, and some write whole numbers as `12.0`.
pub(crate) fn count<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let number = Option::<serde_json::Number>::deserialize(deserializer)?;
    Ok(number.map_or(0, |n| {
        // A float cast saturates: negative counts become 0.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        n.as_u64().unwrap_or_else(|| n.as_f64().unwrap_or(0.0) as u64)
    }))
}

fn details<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::<T>::deserialize(deserializer)?.unwrap_or_default())
}
