//! Anthropic's token counts as OpenAI's.
//!
//! Anthropic's `input_tokens` are those that no cache had a part in; OpenAI's `prompt_tokens` are
//! all. In a stream the counts come twice, at the start and cumulated at the end, and either may
//! leave some out. Source: <https://platform.claude.com/docs/en/api/messages>, "Usage".

use crate::openai::Usage;
use crate::openai::usage::{CacheCreationDetails, CompletionDetails, PromptDetails, ServerToolUse};
use crate::wire::text::Text;
use serde::{Deserialize, Deserializer};

/// `usage`, in tokens. `None` is "not said".
#[derive(Debug, Default, Deserialize)]
pub struct Reported<'a> {
    #[serde(default, deserialize_with = "count")]
    input_tokens: Option<u64>,
    #[serde(default, deserialize_with = "count")]
    output_tokens: Option<u64>,
    #[serde(default, deserialize_with = "count")]
    cache_read_input_tokens: Option<u64>,
    #[serde(default, deserialize_with = "count")]
    cache_creation_input_tokens: Option<u64>,
    cache_creation: Option<CacheCreationDetails>,
    output_tokens_details: Option<OutputDetails>,
    iterations: Option<Vec<Iteration<'a>>>,
    server_tool_use: Option<ServerToolUse>,
    /// `standard`, `priority` or `batch`.
    #[serde(borrow)]
    service_tier: Option<Text<'a>>,
}

#[derive(Debug, Deserialize)]
struct OutputDetails {
    #[serde(default, deserialize_with = "count")]
    thinking_tokens: Option<u64>,
}

/// One of the samplings that a response took. All of the model's own are in the totals; those that
/// compact the context are billed on top, and those of an advisor are another model's.
#[derive(Debug, Deserialize)]
struct Iteration<'a> {
    #[serde(rename = "type", borrow)]
    kind: Option<Text<'a>>,
    #[serde(default, deserialize_with = "count")]
    input_tokens: Option<u64>,
    #[serde(default, deserialize_with = "count")]
    output_tokens: Option<u64>,
}

impl Reported<'_> {
    /// The tier in OpenAI's words.
    #[must_use]
    pub fn service_tier(&self) -> Option<&str> {
        match self.service_tier.as_ref()?.as_str() {
            "standard" => Some("default"),
            other => Some(other),
        }
    }
}

/// What is known of a response's usage so far.
#[derive(Debug, Default, Clone, Copy)]
pub struct Counts {
    input: u64,
    output: u64,
    cache_read: u64,
    cache_write: u64,
    cache_write_details: CacheCreationDetails,
    thinking: u64,
    compaction_input: u64,
    compaction_output: u64,
    server_tools: ServerToolUse,
}

impl Counts {
    /// Takes what is said now; what is not said stays.
    pub fn merge(&mut self, reported: &Reported<'_>) {
        let take = |count: &mut u64, said: Option<u64>| *count = said.unwrap_or(*count);
        take(&mut self.input, reported.input_tokens);
        take(&mut self.output, reported.output_tokens);
        take(&mut self.cache_read, reported.cache_read_input_tokens);
        take(&mut self.cache_write, reported.cache_creation_input_tokens);
        self.cache_write_details = reported.cache_creation.unwrap_or(self.cache_write_details);
        let details = reported.output_tokens_details.as_ref();
        take(&mut self.thinking, details.and_then(|details| details.thinking_tokens));
        self.server_tools = reported.server_tool_use.unwrap_or(self.server_tools);
        if let Some(iterations) = &reported.iterations {
            let is_compaction = |kind: &Text<'_>| kind.as_str() == "compaction";
            let extra = iterations.iter().filter(|i| i.kind.as_ref().is_some_and(is_compaction));
            let sum = |total: u64, count: Option<u64>| total.saturating_add(count.unwrap_or(0));
            (self.compaction_input, self.compaction_output) = extra
                .fold((0, 0), |(i, o), it| (sum(i, it.input_tokens), sum(o, it.output_tokens)));
        }
    }

    #[must_use]
    pub fn usage(&self) -> Usage {
        let prompt_tokens = [self.input, self.cache_read, self.cache_write, self.compaction_input]
            .into_iter()
            .fold(0, u64::saturating_add);
        let completion_tokens = self.output.saturating_add(self.compaction_output);
        Usage {
            prompt_tokens_details: PromptDetails {
                cached_tokens: self.cache_read,
                cache_creation_tokens: self.cache_write,
                cache_creation_token_details: self.cache_write_details,
                ..PromptDetails::default()
            },
            completion_tokens_details: CompletionDetails {
                reasoning_tokens: self.thinking,
                ..CompletionDetails::default()
            },
            cache_creation_input_tokens: self.cache_write,
            cache_read_input_tokens: self.cache_read,
            server_tool_use: self.server_tools,
            ..Usage::of(prompt_tokens, completion_tokens)
        }
    }
}

/// Counts come as `null`, and from servers that only speak the format also as `12.0`.
fn count<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    let number = Option::<serde_json::Number>::deserialize(deserializer)?;
    // A float cast saturates: negative counts become 0.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    Ok(number.and_then(|n| n.as_u64().or_else(|| n.as_f64().map(|float| float as u64))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(reports: &[&str]) -> Usage {
        let mut counts = Counts::default();
        for report in reports {
            counts.merge(&serde_json::from_str(report).unwrap());
        }
        counts.usage()
    }

    #[test]
    fn the_prompt_is_input_and_cache_together() {
        let usage = counts(&[
            r#"{"input_tokens": 2, "cache_creation_input_tokens": 30, "cache_read_input_tokens": 500,
                "cache_creation": {"ephemeral_5m_input_tokens": 10, "ephemeral_1h_input_tokens": 20},
                "output_tokens": 7, "output_tokens_details": {"thinking_tokens": 3}}"#,
        ]);
        assert_eq!(
            (usage.prompt_tokens, usage.completion_tokens, usage.total_tokens),
            (532, 7, 539)
        );
        assert_eq!(usage.prompt_tokens_details.cached_tokens, 500);
        assert_eq!(usage.prompt_tokens_details.cache_creation_tokens, 30);
        let details = usage.prompt_tokens_details.cache_creation_token_details;
        assert_eq!(
            (details.ephemeral_5m_input_tokens, details.ephemeral_1h_input_tokens),
            (10, 20)
        );
        assert_eq!(usage.completion_tokens_details.reasoning_tokens, 3);
    }

    #[test]
    fn the_end_of_a_stream_overrides_its_start_only_in_what_it_says() {
        let usage = counts(&[
            r#"{"input_tokens": 9, "cache_read_input_tokens": 100, "output_tokens": 1}"#,
            r#"{"output_tokens": 50, "cache_read_input_tokens": null}"#,
        ]);
        assert_eq!((usage.prompt_tokens, usage.completion_tokens), (109, 50));
    }

    #[test]
    fn searches_are_counted() {
        let usage = counts(&[
            r#"{"input_tokens": 1, "output_tokens": 1, "server_tool_use": null}"#,
            r#"{"output_tokens": 2, "server_tool_use": {"web_search_requests": 3}}"#,
        ]);
        assert_eq!(usage.server_tool_use.web_search_requests, 3);
        let json = serde_json::to_value(usage).unwrap();
        assert_eq!(json["server_tool_use"]["web_search_requests"], 3);
    }

    #[test]
    fn compaction_is_billed_on_top_and_an_advisor_is_not() {
        let usage = counts(&[r#"{"input_tokens": 10, "output_tokens": 5, "iterations": [
                {"type": "compaction", "input_tokens": 1000, "output_tokens": 70},
                {"type": "message", "input_tokens": 10, "output_tokens": 5},
                {"type": "advisor_message", "input_tokens": 3, "output_tokens": 3}]}"#]);
        assert_eq!((usage.prompt_tokens, usage.completion_tokens), (1010, 75));
    }
}
