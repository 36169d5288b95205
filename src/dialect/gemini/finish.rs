//! Why Gemini stopped.
//!
//! Source: <https://ai.google.dev/api/generate-content#FinishReason>; Vertex AI adds `MODEL_ARMOR`.

use super::reply::{Candidate, PromptFeedback};
use crate::openai::completion::FinishReason;
use crate::wire::text::Text;
use serde_json::{Map, Value};

/// The end of one candidate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finish {
    pub reason: FinishReason,
    /// What was filtered, in Google's words.
    pub refusal: Option<String>,
    /// What OpenAI's word leaves out: `native_finish_reason` (LiteLLM's name), `finish_message`.
    pub specific: Map<String, Value>,
}

impl Finish {
    /// Of a candidate that made `calls` calls, if it has ended.
    #[must_use]
    pub fn of(candidate: &Candidate<'_>, calls: u32) -> Option<Self> {
        let native = candidate.finish_reason.as_ref()?.as_str();
        let reason = match reason(native) {
            FinishReason::Stop if calls > 0 => FinishReason::ToolCalls,
            reason => reason,
        };
        let message = candidate.finish_message.as_ref().map(Text::as_str);
        Some(Self::new(reason, native, message))
    }

    /// Of a prompt that got no candidate.
    #[must_use]
    pub fn blocked(feedback: &PromptFeedback<'_>) -> Option<Self> {
        let native = feedback.block_reason.as_ref()?.as_str();
        let message = feedback.block_reason_message.as_ref().map(Text::as_str);
        let message = message.map_or_else(
            || format!("The prompt was blocked: {native}."),
            std::borrow::ToOwned::to_owned,
        );
        let mut finish = Self::new(FinishReason::ContentFilter, native, Some(&message));
        finish.specific.insert("block_reason".into(), native.into());
        Some(finish)
    }

    fn new(reason: FinishReason, native: &str, message: Option<&str>) -> Self {
        let mut specific = Map::new();
        if !matches!(native, "STOP" | "MAX_TOKENS") {
            specific.insert("native_finish_reason".into(), native.into());
            if let Some(message) = message {
                specific.insert("finish_message".into(), message.into());
            }
        }
        let filtered = reason == FinishReason::ContentFilter;
        let refusal = message.filter(|_| filtered).map(str::to_owned);
        Self { reason, refusal, specific }
    }
}

/// OpenAI's word. Reasons that are yet to come end a turn like any other.
fn reason(native: &str) -> FinishReason {
    match native {
        "MAX_TOKENS" | "CONTINUATION" => FinishReason::Length,
        "SAFETY" | "RECITATION" | "LANGUAGE" | "OTHER" | "BLOCKLIST" | "PROHIBITED_CONTENT"
        | "SPII" | "MODEL_ARMOR" | "ESCALATION" | "NO_IMAGE" => FinishReason::ContentFilter,
        _ if native.starts_with("IMAGE_") => FinishReason::ContentFilter,
        _ => FinishReason::Stop,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finish(json: &str, calls: u32) -> Finish {
        Finish::of(&serde_json::from_str(json).unwrap(), calls).unwrap()
    }

    #[test]
    fn every_reason_has_openais_word() {
        for (native, expected) in [
            ("STOP", FinishReason::Stop),
            ("MAX_TOKENS", FinishReason::Length),
            ("SAFETY", FinishReason::ContentFilter),
            ("RECITATION", FinishReason::ContentFilter),
            ("BLOCKLIST", FinishReason::ContentFilter),
            ("PROHIBITED_CONTENT", FinishReason::ContentFilter),
            ("SPII", FinishReason::ContentFilter),
            ("IMAGE_SAFETY", FinishReason::ContentFilter),
            ("IMAGE_RECITATION", FinishReason::ContentFilter),
            ("LANGUAGE", FinishReason::ContentFilter),
            ("MODEL_ARMOR", FinishReason::ContentFilter),
            ("MALFORMED_FUNCTION_CALL", FinishReason::Stop),
            ("UNEXPECTED_TOOL_CALL", FinishReason::Stop),
            ("YET_TO_COME", FinishReason::Stop),
        ] {
            let finish = finish(&format!(r#"{{"finishReason": "{native}"}}"#), 0);
            assert_eq!(finish.reason, expected, "{native}");
            let told = !matches!(native, "STOP" | "MAX_TOKENS");
            assert_eq!(finish.specific.contains_key("native_finish_reason"), told, "{native}");
        }
        assert_eq!(finish(r#"{"finishReason": "STOP"}"#, 1).reason, FinishReason::ToolCalls);
        assert_eq!(finish(r#"{"finishReason": "MAX_TOKENS"}"#, 1).reason, FinishReason::Length);
        assert!(Finish::of(&Candidate::default(), 1).is_none());
    }

    #[test]
    fn a_blocked_prompt_is_a_matter_of_content_policy() {
        let feedback = serde_json::from_str(r#"{"blockReason": "SAFETY"}"#).unwrap();
        let finish = Finish::blocked(&feedback).unwrap();
        assert_eq!(finish.reason, FinishReason::ContentFilter);
        assert_eq!(finish.refusal.as_deref(), Some("The prompt was blocked: SAFETY."));
    }
}
