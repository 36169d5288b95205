//! Content blocks of the request, as Converse writes them: objects of one member, which says the kind.
//!
//! Source: `ContentBlock`, `SystemContentBlock` and `ToolResultContentBlock` in the API reference.

use super::model::Model;
use crate::dialect::Params;
use crate::wire::object::{RawJson, object};
use serde::Serialize;
use serde_json::value::RawValue;
use std::borrow::Cow;

/// One block.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Block<'a> {
    Text(&'a str),
    /// Of a tool's result.
    Json(&'a RawJson),
    Image(Media<'a>),
    Video(Media<'a>),
    Audio(Media<'a>),
    Document(Document<'a>),
    ToolUse(ToolUse<'a>),
    ToolResult(ToolResult<'a>),
    ReasoningContent(Reasoning<'a>),
    GuardContent(Guarded<'a>),
    CachePoint(CachePoint),
    /// A block that is in Converse's own shape already.
    #[serde(untagged)]
    Raw(Cow<'a, RawValue>),
}

#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Media<'a> {
    pub format: &'static str,
    pub source: Source<'a>,
}

/// Where content is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Source<'a> {
    /// Base64.
    Bytes(&'a str),
    S3Location {
        uri: &'a str,
    },
}

#[derive(Debug, Serialize)]
pub struct Document<'a> {
    pub format: &'static str,
    pub name: String,
    pub source: Source<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context: Option<&'a RawJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub citations: Option<&'a RawJson>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ToolUse<'a> {
    pub tool_use_id: Cow<'a, str>,
    pub name: &'a str,
    pub input: &'a RawValue,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ToolResult<'a> {
    pub tool_use_id: Cow<'a, str>,
    pub content: Vec<Block<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<&'static str>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Reasoning<'a> {
    ReasoningText {
        text: Cow<'a, str>,
        signature: Cow<'a, str>,
    },
    /// Base64.
    RedactedContent(String),
}

/// What the guardrail is to assess. Without any such block it assesses all.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Guarded<'a> {
    Text {
        text: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        qualifiers: Option<&'a RawJson>,
    },
}

/// Everything up to here is cached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct CachePoint {
    r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    ttl: Option<&'static str>,
}

object! {
    struct Mark {
        ttl("ttl"): Option<String>,
    }
}

impl CachePoint {
    /// The point that a `cache_control` mark asks for. Five minutes are what holds without a word.
    #[must_use]
    pub fn of(mark: &RawJson, model: &Model<'_>, params: &mut Params<'_>) -> Self {
        let mark: Mark = serde_json::from_str(mark.get()).unwrap_or_default();
        let ttl = match mark.ttl.as_deref() {
            Some("1h") if model.caches_for_an_hour() => Some("1h"),
            Some("5m") | None => None,
            Some(_) => {
                params.leave_out("cache_control.ttl");
                None
            }
        };
        Self { r#type: "default", ttl }
    }
}

impl Block<'_> {
    #[must_use]
    pub fn is_text(&self) -> bool {
        matches!(self, Self::Text(_))
    }

    #[must_use]
    pub fn is_document(&self) -> bool {
        matches!(self, Self::Document(_))
    }

    #[must_use]
    pub fn is_media(&self) -> bool {
        matches!(self, Self::Image(_) | Self::Video(_) | Self::Audio(_) | Self::Document(_))
    }

    #[must_use]
    pub fn is_cache_point(&self) -> bool {
        matches!(self, Self::CachePoint(_))
    }
}
