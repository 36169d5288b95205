//! What Converse answers with, as far as it is looked into.

use super::usage::{Additional, Reported};
use crate::dialect::anthropic::reply::value;
use crate::openai::completion::FinishReason;
use crate::wire::text::Text;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

/// A whole answer. A stream tells the same in two events, `messageStop` and `metadata`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Answer<'a> {
    #[serde(borrow)]
    pub output: Option<Output<'a>>,
    #[serde(borrow)]
    pub stop_reason: Option<Text<'a>>,
    #[serde(borrow)]
    pub usage: Option<Reported<'a>>,
    #[serde(borrow)]
    pub additional_model_response_fields: Option<&'a RawValue>,
    #[serde(borrow)]
    pub metrics: Option<&'a RawValue>,
    /// Of guardrails and prompt routers.
    #[serde(borrow)]
    pub trace: Option<&'a RawValue>,
    #[serde(borrow)]
    pub performance_config: Option<&'a RawValue>,
    #[serde(borrow)]
    pub service_tier: Option<ServiceTier<'a>>,
}

#[derive(Debug, Deserialize)]
pub struct Output<'a> {
    #[serde(borrow)]
    pub message: Option<Message<'a>>,
}

#[derive(Debug, Deserialize)]
pub struct Message<'a> {
    #[serde(borrow)]
    pub content: Option<Vec<&'a RawValue>>,
}

#[derive(Debug, Deserialize)]
pub struct ServiceTier<'a> {
    #[serde(rename = "type", borrow)]
    pub kind: Option<Text<'a>>,
}

impl Answer<'_> {
    #[must_use]
    pub fn stop_reason(&self) -> &str {
        self.stop_reason.as_ref().map_or("", Text::as_str)
    }

    /// Adds what the common format has no word for, under Converse's names.
    pub fn specific(&self, specific: &mut Map<String, Value>) {
        if needs_its_own_word(self.stop_reason()) {
            specific.insert("stop_reason".into(), self.stop_reason().into());
        }
        let all = [
            ("additionalModelResponseFields", self.additional_model_response_fields),
            ("metrics", self.metrics),
            ("trace", self.trace),
            ("performanceConfig", self.performance_config),
        ];
        for (name, raw) in all {
            if let Some(raw) = raw {
                specific.insert(name.into(), value(raw));
            }
        }
    }

    /// How many of the answer's tokens were reasoning, where the model says so.
    #[must_use]
    pub fn thinking_tokens(&self) -> Option<u64> {
        let raw = self.additional_model_response_fields?;
        serde_json::from_str::<Additional>(raw.get()).ok()?.thinking_tokens()
    }

    #[must_use]
    pub fn tier(&self) -> Option<&str> {
        Some(self.service_tier.as_ref()?.kind.as_ref()?.as_str())
    }
}

/// A content block, whole. One of its members is there; one of a kind that is not known has none.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Block<'a> {
    #[serde(borrow)]
    pub text: Option<Text<'a>>,
    #[serde(borrow)]
    pub tool_use: Option<ToolUse<'a>>,
    #[serde(borrow)]
    pub tool_result: Option<&'a RawValue>,
    #[serde(borrow)]
    pub reasoning_content: Option<Reasoning<'a>>,
    #[serde(borrow)]
    pub citations_content: Option<Citations<'a>>,
}

impl<'a> Block<'a> {
    /// Reads a block. One whose members are of other types than known today is of no known kind, and
    /// is handed on as it came.
    #[must_use]
    pub fn read(raw: &'a RawValue) -> Self {
        serde_json::from_str(raw.get()).unwrap_or_default()
    }
}

/// A call, whole or at its start.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ToolUse<'a> {
    #[serde(borrow)]
    pub tool_use_id: Text<'a>,
    #[serde(borrow)]
    pub name: Text<'a>,
    #[serde(borrow)]
    pub input: Option<&'a RawValue>,
    #[serde(rename = "type", borrow)]
    pub kind: Option<Text<'a>>,
}

impl ToolUse<'_> {
    /// Whether Bedrock runs the tool itself.
    #[must_use]
    pub fn is_server_side(&self) -> bool {
        self.kind.as_ref().is_some_and(|kind| kind.as_str() == "server_tool_use")
    }
}

/// `reasoningContent`, whole and in pieces.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Reasoning<'a> {
    #[serde(borrow)]
    pub reasoning_text: Option<ReasoningText<'a>>,
    #[serde(borrow)]
    pub redacted_content: Option<Text<'a>>,
    /// Of a stream's delta.
    #[serde(borrow)]
    pub text: Option<Text<'a>>,
    #[serde(borrow)]
    pub signature: Option<Text<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ReasoningText<'a> {
    #[serde(borrow)]
    pub text: Text<'a>,
    #[serde(borrow)]
    pub signature: Option<Text<'a>>,
}

/// `citationsContent`: a text and what it is based on.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Citations<'a> {
    #[serde(borrow)]
    pub content: Vec<CitedText<'a>>,
    #[serde(borrow)]
    pub citations: Vec<&'a RawValue>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct CitedText<'a> {
    #[serde(borrow)]
    pub text: Text<'a>,
}

/// OpenAI's word for why the model stopped. Reasons that are yet to come end a turn like any other.
#[must_use]
pub fn finish_reason(stop_reason: &str) -> FinishReason {
    match stop_reason {
        "max_tokens" | "model_context_window_exceeded" => FinishReason::Length,
        "tool_use" => FinishReason::ToolCalls,
        "guardrail_intervened" | "content_filtered" => FinishReason::ContentFilter,
        _ => FinishReason::Stop,
    }
}

/// Whether OpenAI's word for a stop reason leaves out what a client may want to know.
fn needs_its_own_word(stop_reason: &str) -> bool {
    !matches!(stop_reason, "end_turn" | "tool_use" | "max_tokens" | "stop_sequence" | "")
}

/// OpenAI's `url_citation` for a citation that has an address. `start` and `end` are characters of
/// the content.
#[must_use]
pub fn annotation(citation: &Value, start: usize, end: usize) -> Option<Value> {
    let source = || citation.get("source").and_then(Value::as_str);
    let web = citation.pointer("/location/web/url").and_then(Value::as_str);
    let url = web.or_else(source).filter(|url| url.starts_with("http"))?;
    let title = citation.get("title").and_then(Value::as_str).unwrap_or_default();
    Some(json!({"type": "url_citation", "url_citation": {
        "start_index": start, "end_index": end, "url": url, "title": title}}))
}
