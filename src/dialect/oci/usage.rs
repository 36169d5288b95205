//! Oracle's token counts as OpenAI's: the same in other words.

use crate::openai::Usage;
use crate::openai::usage::{CompletionDetails, PromptDetails, count};
use serde::Deserialize;

/// `usage`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reported {
    #[serde(default, deserialize_with = "count")]
    prompt_tokens: u64,
    /// Absent where thinking has used up all that was allowed.
    #[serde(default, deserialize_with = "count")]
    completion_tokens: u64,
    #[serde(default, deserialize_with = "count")]
    total_tokens: u64,
    prompt_tokens_details: Option<OfPrompt>,
    completion_tokens_details: Option<OfCompletion>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct OfPrompt {
    #[serde(default, deserialize_with = "count")]
    cached_tokens: u64,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct OfCompletion {
    #[serde(default, deserialize_with = "count")]
    reasoning_tokens: u64,
    #[serde(default, deserialize_with = "count")]
    accepted_prediction_tokens: u64,
    #[serde(default, deserialize_with = "count")]
    rejected_prediction_tokens: u64,
}

impl From<Reported> for Usage {
    fn from(reported: Reported) -> Self {
        let Reported { prompt_tokens, completion_tokens, total_tokens, .. } = reported;
        let prompt = reported.prompt_tokens_details.unwrap_or_default();
        let completion = reported.completion_tokens_details.unwrap_or_default();
        let completion_tokens = match completion_tokens {
            0 => total_tokens.saturating_sub(prompt_tokens),
            said => said,
        };
        Self {
            prompt_tokens,
            completion_tokens,
            total_tokens: total_tokens.max(prompt_tokens.saturating_add(completion_tokens)),
            prompt_tokens_details: PromptDetails {
                cached_tokens: prompt.cached_tokens,
                ..PromptDetails::default()
            },
            completion_tokens_details: CompletionDetails {
                reasoning_tokens: completion.reasoning_tokens,
                accepted_prediction_tokens: completion.accepted_prediction_tokens,
                rejected_prediction_tokens: completion.rejected_prediction_tokens,
                ..CompletionDetails::default()
            },
            ..Self::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usage(json: &str) -> Usage {
        serde_json::from_str::<Reported>(json).unwrap().into()
    }

    #[test]
    fn counts_are_the_same_in_other_words() {
        let seen = usage(
            r#"{"promptTokens": 9, "completionTokens": 5, "totalTokens": 14,
                "promptTokensDetails": {"cachedTokens": 4},
                "completionTokensDetails": {"reasoningTokens": 3, "acceptedPredictionTokens": null}}"#,
        );
        assert_eq!((seen.prompt_tokens, seen.completion_tokens, seen.total_tokens), (9, 5, 14));
        assert_eq!(seen.prompt_tokens_details.cached_tokens, 4);
        assert_eq!(seen.completion_tokens_details.reasoning_tokens, 3);
    }

    #[test]
    fn an_answer_that_was_all_thinking_is_counted() {
        let seen = usage(r#"{"promptTokens": 9, "totalTokens": 29, "completionTokens": null}"#);
        assert_eq!(seen.completion_tokens, 20);
        assert_eq!(usage("{}"), Usage::default());
    }
}
