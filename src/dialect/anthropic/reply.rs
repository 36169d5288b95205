//! What Anthropic answers with, as far as it is looked into.

use super::usage::Reported;
use crate::openai::completion::FinishReason;
pub use crate::wire::object::value;
use crate::wire::text::Text;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

/// Members of the common format's `provider_specific_fields`.
pub type Specific = Map<String, Value>;

/// A whole message, and the `message` of a stream's first event.
#[derive(Debug, Deserialize)]
pub struct Message<'a> {
    #[serde(borrow)]
    pub id: Option<Text<'a>>,
    #[serde(borrow)]
    pub model: Option<Text<'a>>,
    #[serde(borrow)]
    pub content: Option<Vec<&'a RawValue>>,
    #[serde(borrow)]
    pub usage: Option<Reported<'a>>,
    #[serde(borrow)]
    pub stop_reason: Option<Text<'a>>,
    #[serde(borrow)]
    pub stop_sequence: Option<Text<'a>>,
    #[serde(borrow)]
    pub stop_details: Option<&'a RawValue>,
    #[serde(borrow)]
    pub container: Option<&'a RawValue>,
    #[serde(borrow)]
    pub context_management: Option<&'a RawValue>,
    /// A failure that comes with status 200.
    #[serde(borrow)]
    pub error: Option<&'a RawValue>,
}

/// A content block, whole or at its start.
#[derive(Debug, Default, Deserialize)]
pub struct Block<'a> {
    #[serde(rename = "type", borrow)]
    pub kind: Text<'a>,
    #[serde(borrow)]
    pub text: Option<Text<'a>>,
    #[serde(borrow)]
    pub thinking: Option<Text<'a>>,
    #[serde(borrow)]
    pub signature: Option<Text<'a>>,
    /// Of a `redacted_thinking` block.
    #[serde(borrow)]
    pub data: Option<Text<'a>>,
    #[serde(borrow)]
    pub id: Option<Text<'a>>,
    #[serde(borrow)]
    pub name: Option<Text<'a>>,
    #[serde(borrow)]
    pub input: Option<&'a RawValue>,
    #[serde(borrow)]
    pub citations: Option<Vec<&'a RawValue>>,
}

impl<'a> Block<'a> {
    /// Reads a block. One whose members are of other types than known today is of no known kind, and
    /// is handed on as it came.
    #[must_use]
    pub fn read(raw: &'a RawValue) -> Self {
        serde_json::from_str(raw.get()).unwrap_or_default()
    }
}

/// The delta of a stream's `content_block_delta` and `message_delta`.
#[derive(Debug, Default, Deserialize)]
pub struct Delta<'a> {
    #[serde(rename = "type", default, borrow)]
    pub kind: Option<Text<'a>>,
    #[serde(borrow)]
    pub text: Option<Text<'a>>,
    #[serde(borrow)]
    pub thinking: Option<Text<'a>>,
    #[serde(borrow)]
    pub signature: Option<Text<'a>>,
    #[serde(borrow)]
    pub partial_json: Option<Text<'a>>,
    #[serde(borrow)]
    pub citation: Option<&'a RawValue>,
    /// Of a `compaction_delta`.
    #[serde(borrow)]
    pub content: Option<&'a RawValue>,
    #[serde(borrow)]
    pub stop_reason: Option<Text<'a>>,
    #[serde(borrow)]
    pub stop_sequence: Option<Text<'a>>,
    #[serde(borrow)]
    pub stop_details: Option<&'a RawValue>,
    #[serde(borrow)]
    pub container: Option<&'a RawValue>,
}

/// OpenAI's word for why the model stopped. Reasons that are yet to come end a turn like any other.
/// Source: <https://platform.claude.com/docs/en/build-with-claude/handling-stop-reasons>.
#[must_use]
pub fn finish_reason(stop_reason: &str) -> FinishReason {
    match stop_reason {
        "max_tokens" | "model_context_window_exceeded" => FinishReason::Length,
        "tool_use" => FinishReason::ToolCalls,
        "refusal" => FinishReason::ContentFilter,
        _ => FinishReason::Stop,
    }
}

/// Whether OpenAI's word for a stop reason leaves out what a client must know: a paused turn is to
/// be sent back to go on, and a reason that is yet to come is known to nobody here.
#[must_use]
pub fn needs_its_own_word(stop_reason: &str) -> bool {
    !matches!(
        stop_reason,
        "end_turn" | "max_tokens" | "stop_sequence" | "tool_use" | "refusal" | ""
    )
}

/// Where a block stands that the common format has no word for. LiteLLM's names, but for
/// `server_tool_use`: among `tool_calls`, where LiteLLM puts them, clients would run such calls
/// themselves.
#[must_use]
pub fn specific_field(kind: &str) -> &'static str {
    match kind {
        "server_tool_use" | "mcp_tool_use" => "server_tool_use",
        "web_search_tool_result" | "web_fetch_tool_result" => "web_search_results",
        "compaction" => "compaction_blocks",
        _ if kind.ends_with("_tool_result") => "tool_results",
        _ => "content_blocks",
    }
}

/// Appends to a list among the free fields.
pub fn push(specific: &mut Specific, field: &str, item: Value) {
    match specific.entry(field).or_insert_with(|| Value::Array(Vec::new())) {
        Value::Array(list) => list.push(item),
        other => *other = item,
    }
}

/// OpenAI's `url_citation` for a citation that has an address. `start` and `end` are characters of
/// the content.
#[must_use]
pub fn annotation(citation: &Value, start: usize, end: usize) -> Option<Value> {
    let url = citation.get("url").or_else(|| citation.get("source"))?.as_str()?;
    let title = citation.get("title").and_then(Value::as_str).unwrap_or_default();
    (url.starts_with("http")).then(|| {
        serde_json::json!({"type": "url_citation", "url_citation": {
            "start_index": start, "end_index": end, "url": url, "title": title}})
    })
}
