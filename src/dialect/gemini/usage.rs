//! Google's token counts as OpenAI's.
//!
//! Thoughts are counted beside the candidates, and what Google's own tools read beside the prompt.
//! Source: <https://ai.google.dev/api/generate-content#UsageMetadata>.

use crate::openai::Usage;
use crate::openai::usage::{self, CompletionDetails, PromptDetails, ServerToolUse};
use crate::wire::text::Text;
use serde::Deserialize;

/// `usageMetadata`, in tokens.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Reported<'a> {
    #[serde(deserialize_with = "usage::count")]
    prompt_token_count: u64,
    #[serde(deserialize_with = "usage::count")]
    candidates_token_count: u64,
    #[serde(deserialize_with = "usage::count")]
    thoughts_token_count: u64,
    #[serde(deserialize_with = "usage::count")]
    tool_use_prompt_token_count: u64,
    #[serde(deserialize_with = "usage::count")]
    cached_content_token_count: u64,
    #[serde(deserialize_with = "usage::count")]
    total_token_count: u64,
    #[serde(borrow)]
    prompt_tokens_details: Option<Vec<ModalityCount<'a>>>,
    #[serde(borrow)]
    candidates_tokens_details: Option<Vec<ModalityCount<'a>>>,
    /// AI Studio's: `standard`, `flex` or `priority`.
    #[serde(borrow)]
    service_tier: Option<Text<'a>>,
    /// Vertex AI's: `ON_DEMAND`, `ON_DEMAND_FLEX`, `ON_DEMAND_PRIORITY`, `PROVISIONED_THROUGHPUT`.
    #[serde(borrow)]
    traffic_type: Option<Text<'a>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ModalityCount<'a> {
    #[serde(borrow, default)]
    modality: Text<'a>,
    #[serde(default, deserialize_with = "usage::count")]
    token_count: u64,
}

/// What searches cost and spare.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Searches {
    /// Different queries that Google was asked.
    pub queries: u64,
    /// Something was looked up that is billed by the query, and so not by the token.
    pub billed: bool,
}

impl Reported<'_> {
    /// Whether it counts anything yet: Vertex AI's streams begin with the traffic type alone.
    #[must_use]
    pub fn counts(&self) -> bool {
        self.prompt_token_count > 0 || self.total_token_count > 0
    }

    /// The tier in OpenAI's words, as far as it has one.
    #[must_use]
    pub fn service_tier(&self) -> Option<&'static str> {
        let tier = self.service_tier.as_ref().or(self.traffic_type.as_ref())?;
        match tier.as_str().to_ascii_uppercase().as_str() {
            "STANDARD" | "ON_DEMAND" => Some("default"),
            "FLEX" | "ON_DEMAND_FLEX" => Some("flex"),
            "PRIORITY" | "ON_DEMAND_PRIORITY" => Some("priority"),
            _ => None,
        }
    }

    /// Some models count their thoughts among the candidates' tokens; the total tells.
    fn thoughts_are_candidates(&self) -> bool {
        let without = [
            self.prompt_token_count,
            self.candidates_token_count,
            self.tool_use_prompt_token_count,
        ];
        without.into_iter().fold(0, u64::saturating_add) == self.total_token_count
    }

    /// The counts as OpenAI's. What a search or a map read is billed by the query alone
    /// (<https://ai.google.dev/gemini-api/docs/pricing>) and does not count as prompt.
    #[must_use]
    pub fn usage(&self, searches: Searches) -> Usage {
        let tools = if searches.billed { 0 } else { self.tool_use_prompt_token_count };
        let thoughts = if self.thoughts_are_candidates() { 0 } else { self.thoughts_token_count };
        let prompt_tokens = self.prompt_token_count.saturating_add(tools);
        let completion_tokens = self.candidates_token_count.saturating_add(thoughts);
        let of = |details: &Option<Vec<ModalityCount<'_>>>, modality: &str| {
            let counts = details.iter().flatten().filter(|c| c.modality.as_str() == modality);
            counts.fold(0u64, |sum, count| sum.saturating_add(count.token_count))
        };
        Usage {
            prompt_tokens_details: PromptDetails {
                cached_tokens: self.cached_content_token_count,
                audio_tokens: of(&self.prompt_tokens_details, "AUDIO"),
                image_tokens: of(&self.prompt_tokens_details, "IMAGE"),
                ..PromptDetails::default()
            },
            completion_tokens_details: CompletionDetails {
                reasoning_tokens: self.thoughts_token_count,
                audio_tokens: of(&self.candidates_tokens_details, "AUDIO"),
                image_tokens: of(&self.candidates_tokens_details, "IMAGE"),
                ..CompletionDetails::default()
            },
            cache_read_input_tokens: self.cached_content_token_count,
            server_tool_use: ServerToolUse {
                web_search_requests: searches.queries,
                ..ServerToolUse::default()
            },
            ..Usage::of(prompt_tokens, completion_tokens)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usage(json: &str, searches: Searches) -> Usage {
        serde_json::from_str::<Reported<'_>>(json).unwrap().usage(searches)
    }

    const NONE: Searches = Searches { queries: 0, billed: false };

    #[test]
    fn thoughts_and_tools_are_added_and_modalities_told() {
        let usage = usage(
            r#"{"promptTokenCount": 100, "candidatesTokenCount": 20, "thoughtsTokenCount": 7,
                "toolUsePromptTokenCount": 30, "cachedContentTokenCount": 40, "totalTokenCount": 157,
                "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 60},
                    {"modality": "AUDIO", "tokenCount": 25}, {"modality": "IMAGE", "tokenCount": 15}],
                "candidatesTokensDetails": [{"modality": "IMAGE", "tokenCount": 11}]}"#,
            NONE,
        );
        assert_eq!(
            (usage.prompt_tokens, usage.completion_tokens, usage.total_tokens),
            (130, 27, 157)
        );
        let prompt = usage.prompt_tokens_details;
        assert_eq!((prompt.cached_tokens, prompt.audio_tokens, prompt.image_tokens), (40, 25, 15));
        let completion = usage.completion_tokens_details;
        assert_eq!((completion.reasoning_tokens, completion.image_tokens), (7, 11));
        assert_eq!(usage.cache_read_input_tokens, 40);
    }

    #[test]
    fn thoughts_that_are_among_the_candidates_are_not_counted_twice() {
        let usage = usage(
            r#"{"promptTokenCount": 10, "candidatesTokenCount": 20, "thoughtsTokenCount": 7,
                "totalTokenCount": 30}"#,
            NONE,
        );
        assert_eq!(usage.completion_tokens, 20);
        assert_eq!(usage.completion_tokens_details.reasoning_tokens, 7);
    }

    #[test]
    fn what_a_search_read_is_billed_by_the_query() {
        let usage = usage(
            r#"{"promptTokenCount": 10, "candidatesTokenCount": 2, "toolUsePromptTokenCount": 900}"#,
            Searches { queries: 2, billed: true },
        );
        assert_eq!((usage.prompt_tokens, usage.server_tool_use.web_search_requests), (10, 2));
    }

    #[test]
    fn tiers_are_openais_words() {
        for (json, tier) in [
            (r#"{"serviceTier": "standard"}"#, Some("default")),
            (r#"{"trafficType": "ON_DEMAND_FLEX"}"#, Some("flex")),
            (r#"{"trafficType": "PROVISIONED_THROUGHPUT"}"#, None),
            ("{}", None),
        ] {
            let reported: Reported<'_> = serde_json::from_str(json).unwrap();
            assert_eq!(reported.service_tier(), tier, "{json}");
            assert!(!reported.counts());
        }
    }
}
