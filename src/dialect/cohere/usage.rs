//! Cohere's token counts as OpenAI's.
//!
//! `tokens` are what the model read and wrote, `billed_units` leave out what Cohere adds to the prompt
//! itself. LiteLLM counts and bills `tokens`, so that is the usage here too; the billed units are
//! handed on beside it.

use crate::openai::Usage;
use crate::openai::usage::{PromptDetails, count};
use serde::Deserialize;
use serde_json::value::RawValue;

/// `usage`.
#[derive(Debug, Deserialize)]
pub struct Reported<'a> {
    tokens: Option<Counts>,
    #[serde(borrow)]
    pub billed_units: Option<&'a RawValue>,
    #[serde(default, deserialize_with = "count")]
    cached_tokens: u64,
}

#[derive(Debug, Deserialize)]
struct Counts {
    #[serde(default, deserialize_with = "count")]
    input_tokens: u64,
    #[serde(default, deserialize_with = "count")]
    output_tokens: u64,
}

impl Reported<'_> {
    /// `None` where it counts no tokens.
    #[must_use]
    pub fn usage(&self) -> Option<Usage> {
        let billed = || self.billed_units.and_then(|raw| serde_json::from_str(raw.get()).ok());
        let counts: Counts = match &self.tokens {
            Some(Counts { input_tokens, output_tokens }) => {
                Counts { input_tokens: *input_tokens, output_tokens: *output_tokens }
            }
            None => billed()?,
        };
        Some(Usage {
            prompt_tokens_details: PromptDetails {
                cached_tokens: self.cached_tokens,
                ..PromptDetails::default()
            },
            ..Usage::of(counts.input_tokens, counts.output_tokens)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usage(json: &str) -> Option<(u64, u64, u64)> {
        let usage = serde_json::from_str::<Reported<'_>>(json).unwrap().usage()?;
        let cached = usage.prompt_tokens_details.cached_tokens;
        Some((usage.prompt_tokens, usage.completion_tokens, cached))
    }

    #[test]
    fn tokens_count_before_billed_units() {
        let both = r#"{"billed_units": {"input_tokens": 9, "output_tokens": 2}, "cached_tokens": 144,
            "tokens": {"input_tokens": 1452.0, "output_tokens": 33}}"#;
        assert_eq!(usage(both), Some((1452, 33, 144)));
        let billed = r#"{"billed_units": {"input_tokens": 9, "output_tokens": 2}, "tokens": null}"#;
        assert_eq!(usage(billed), Some((9, 2, 0)));
        assert_eq!(usage("{}"), None);
    }
}
