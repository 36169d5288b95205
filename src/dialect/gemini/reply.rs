//! What Gemini answers with, as far as it is looked into.
//!
//! Source: <https://ai.google.dev/api/generate-content#v1beta.GenerateContentResponse>. A stream's
//! events are of the same type, each with what is new.

use super::usage::Reported;
use crate::wire::text::Text;
use serde::Deserialize;
use serde_json::value::RawValue;

/// A whole answer, or an event.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reply<'a> {
    #[serde(borrow)]
    pub candidates: Option<Vec<Candidate<'a>>>,
    #[serde(borrow)]
    pub prompt_feedback: Option<PromptFeedback<'a>>,
    #[serde(borrow)]
    pub usage_metadata: Option<Reported<'a>>,
    #[serde(borrow)]
    pub model_version: Option<Text<'a>>,
    #[serde(borrow)]
    pub response_id: Option<Text<'a>>,
    /// A failure that comes with status 200.
    #[serde(borrow)]
    pub error: Option<&'a RawValue>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Candidate<'a> {
    pub index: Option<u32>,
    #[serde(borrow)]
    pub content: Option<Content<'a>>,
    #[serde(borrow)]
    pub finish_reason: Option<Text<'a>>,
    #[serde(borrow)]
    pub finish_message: Option<Text<'a>>,
    #[serde(borrow)]
    pub grounding_metadata: Option<&'a RawValue>,
    #[serde(borrow)]
    pub url_context_metadata: Option<&'a RawValue>,
    #[serde(borrow)]
    pub citation_metadata: Option<&'a RawValue>,
    #[serde(borrow)]
    pub safety_ratings: Option<&'a RawValue>,
    #[serde(borrow)]
    pub logprobs_result: Option<&'a RawValue>,
}

#[derive(Debug, Default, Deserialize)]
pub struct Content<'a> {
    #[serde(borrow)]
    pub parts: Option<Vec<&'a RawValue>>,
}

/// Why there are no candidates.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PromptFeedback<'a> {
    #[serde(borrow)]
    pub block_reason: Option<Text<'a>>,
    #[serde(borrow)]
    pub block_reason_message: Option<Text<'a>>,
}

/// A part, of which one of the members that hold something is there.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Part<'a> {
    #[serde(borrow)]
    pub text: Option<Text<'a>>,
    pub thought: Option<bool>,
    #[serde(borrow)]
    pub thought_signature: Option<Text<'a>>,
    #[serde(borrow)]
    pub function_call: Option<FunctionCall<'a>>,
    #[serde(borrow)]
    pub inline_data: Option<InlineData<'a>>,
    #[serde(borrow)]
    pub executable_code: Option<&'a RawValue>,
    #[serde(borrow)]
    pub code_execution_result: Option<&'a RawValue>,
    #[serde(borrow)]
    pub tool_call: Option<&'a RawValue>,
    #[serde(borrow)]
    pub tool_response: Option<&'a RawValue>,
}

#[derive(Debug, Deserialize)]
pub struct FunctionCall<'a> {
    #[serde(borrow)]
    pub id: Option<Text<'a>>,
    #[serde(borrow, default)]
    pub name: Text<'a>,
    #[serde(borrow)]
    pub args: Option<&'a RawValue>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InlineData<'a> {
    #[serde(borrow, default)]
    pub mime_type: Text<'a>,
    #[serde(borrow, default)]
    pub data: Text<'a>,
}
