//! Converse's token counts as OpenAI's.
//!
//! `inputTokens` are those that no cache had a part in; OpenAI's `prompt_tokens` are all. Source:
//! `TokenUsage` and `CacheDetail` in the API reference.

use crate::openai::Usage;
use crate::openai::usage::{CacheCreationDetails, CompletionDetails, PromptDetails};
use crate::wire::text::Text;
use serde::Deserialize;

/// `usage`, in tokens.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Reported<'a> {
    input_tokens: Option<u64>,
    output_tokens: Option<u64>,
    cache_read_input_tokens: Option<u64>,
    cache_write_input_tokens: Option<u64>,
    #[serde(borrow)]
    cache_details: Option<Vec<CacheDetail<'a>>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct CacheDetail<'a> {
    #[serde(borrow)]
    ttl: Text<'a>,
    input_tokens: Option<u64>,
}

/// `additionalModelResponseFields`, as far as the request asks for it unasked.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Additional {
    usage: Option<ClaudesUsage>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ClaudesUsage {
    output_tokens_details: Option<OutputDetails>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct OutputDetails {
    thinking_tokens: Option<u64>,
}

impl Additional {
    /// How many of the answer's tokens were reasoning, where the model says so.
    #[must_use]
    pub fn thinking_tokens(&self) -> Option<u64> {
        self.usage.as_ref()?.output_tokens_details.as_ref()?.thinking_tokens
    }
}

impl Reported<'_> {
    #[must_use]
    pub fn usage(&self, thinking_tokens: Option<u64>) -> Usage {
        let count = |count: Option<u64>| count.unwrap_or(0);
        let (read, written) =
            (count(self.cache_read_input_tokens), count(self.cache_write_input_tokens));
        let prompt_tokens = count(self.input_tokens).saturating_add(read).saturating_add(written);
        let completion_tokens = count(self.output_tokens);
        Usage {
            prompt_tokens_details: PromptDetails {
                cached_tokens: read,
                cache_creation_tokens: written,
                cache_creation_token_details: self.by_lifetime(written),
                ..PromptDetails::default()
            },
            completion_tokens_details: CompletionDetails {
                reasoning_tokens: count(thinking_tokens).min(completion_tokens),
                ..CompletionDetails::default()
            },
            cache_creation_input_tokens: written,
            cache_read_input_tokens: read,
            ..Usage::of(prompt_tokens, completion_tokens)
        }
    }

    /// Cache writes by lifetime, if they account for all: a part alone would make the price wrong.
    fn by_lifetime(&self, written: u64) -> CacheCreationDetails {
        let sum = |ttl: &str| {
            let details = self.cache_details.iter().flatten();
            let own = details.filter(|detail| detail.ttl.as_str() == ttl);
            own.filter_map(|detail| detail.input_tokens).fold(0, u64::saturating_add)
        };
        let (short, long) = (sum("5m"), sum("1h"));
        if short.saturating_add(long) != written {
            return CacheCreationDetails::default();
        }
        CacheCreationDetails { ephemeral_5m_input_tokens: short, ephemeral_1h_input_tokens: long }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_prompt_is_input_and_cache_together() {
        let json = r#"{"inputTokens": 3, "outputTokens": 7, "totalTokens": 540, "cacheReadInputTokens": 500,
            "cacheWriteInputTokens": 30, "cacheDetails": [{"ttl": "5m", "inputTokens": 10}, {"ttl": "1h", "inputTokens": 20}]}"#;
        let reported: Reported<'_> = serde_json::from_str(json).unwrap();
        let usage = reported.usage(Some(5));
        assert_eq!(
            (usage.prompt_tokens, usage.completion_tokens, usage.total_tokens),
            (533, 7, 540)
        );
        assert_eq!(usage.prompt_tokens_details.cached_tokens, 500);
        let by_lifetime = usage.prompt_tokens_details.cache_creation_token_details;
        assert_eq!(
            (by_lifetime.ephemeral_5m_input_tokens, by_lifetime.ephemeral_1h_input_tokens),
            (10, 20)
        );
        assert_eq!(usage.completion_tokens_details.reasoning_tokens, 5);
    }

    #[test]
    fn lifetimes_that_do_not_account_for_all_writes_are_left_out() {
        let json =
            r#"{"cacheWriteInputTokens": 30, "cacheDetails": [{"ttl": "2h", "inputTokens": 30}]}"#;
        let reported: Reported<'_> = serde_json::from_str(json).unwrap();
        let details = reported.usage(None).prompt_tokens_details;
        assert_eq!(details.cache_creation_tokens, 30);
        assert_eq!(details.cache_creation_token_details, CacheCreationDetails::default());
    }
}
