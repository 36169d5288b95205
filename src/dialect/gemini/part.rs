//! Parts of the request's turns, as Gemini writes them.
//!
//! Source: <https://ai.google.dev/api/caching#Part>.

use crate::wire::object::RawJson;
use serde::Serialize;
use serde_json::value::RawValue;
use std::borrow::Cow;

/// One part.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Part<'a> {
    #[serde(flatten)]
    pub data: Held<'a>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub thought: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thought_signature: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub video_metadata: Option<VideoMetadata>,
}

/// What a part holds.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Held<'a> {
    Text(Cow<'a, str>),
    InlineData(Blob<'a>),
    FileData(FileData<'a>),
    FunctionCall(FunctionCall<'a>),
    FunctionResponse(FunctionResponse<'a>),
    /// From earlier answers, sent back as they came.
    ExecutableCode(RawJson),
    CodeExecutionResult(RawJson),
    ToolCall(serde_json::Value),
    ToolResponse(serde_json::Value),
}

#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Blob<'a> {
    pub mime_type: Cow<'a, str>,
    pub data: Cow<'a, str>,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FileData<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mime_type: Option<Cow<'a, str>>,
    pub file_uri: Cow<'a, str>,
}

#[derive(Debug, Serialize)]
pub struct FunctionCall<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<&'a str>,
    pub name: &'a str,
    pub args: &'a RawValue,
}

#[derive(Debug, Serialize)]
pub struct FunctionResponse<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<&'a str>,
    pub name: &'a str,
    pub response: Answer<'a>,
    /// Media among the result.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Part<'a>>,
}

/// A function's result, which must be an object. Google's reference names `output` and `error` for
/// results that are none.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Answer<'a> {
    Written(&'a RawValue),
    Output { output: Cow<'a, str> },
    Error { error: Cow<'a, str> },
}

/// Which part of a video to look at, and how often.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct VideoMetadata {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fps: Option<RawJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_offset: Option<RawJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_offset: Option<RawJson>,
}

impl<'a> From<Held<'a>> for Part<'a> {
    fn from(data: Held<'a>) -> Self {
        Self { data, thought: false, thought_signature: None, video_metadata: None }
    }
}

impl<'a> Part<'a> {
    #[must_use]
    pub fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Held::Text(text.into()).into()
    }

    #[must_use]
    pub fn is_media(&self) -> bool {
        matches!(self.data, Held::InlineData(_) | Held::FileData(_))
    }
}
