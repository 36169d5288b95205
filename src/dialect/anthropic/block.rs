//! Content blocks of the request, as Anthropic writes them.
//!
//! Source: <https://platform.claude.com/docs/en/api/messages>, "ContentBlockParam".

use super::source::Source;
use crate::openai::Part;
use crate::wire::object::RawJson;
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::value::RawValue;
use std::borrow::Cow;

/// One block.
#[derive(Debug, serde::Serialize)]
#[serde(untagged)]
pub enum Block<'a> {
    Ours(Known<'a>),
    /// A part that is in Anthropic's own shape already.
    Part(NativePart<'a>),
    /// A block from an earlier answer, sent back as it came.
    Raw(Cow<'a, RawValue>),
}

type Mark<'a> = Option<&'a RawJson>;

/// The blocks that OpenAI's parts and messages become.
#[derive(Debug, serde::Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Known<'a> {
    Text {
        text: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        citations: Option<&'a RawJson>,
        #[serde(skip_serializing_if = "Option::is_none")]
        cache_control: Mark<'a>,
    },
    Thinking {
        thinking: String,
        signature: Cow<'a, str>,
    },
    Image {
        source: Source<'a>,
        #[serde(skip_serializing_if = "Option::is_none")]
        cache_control: Mark<'a>,
    },
    Document {
        source: Source<'a>,
        #[serde(skip_serializing_if = "Option::is_none")]
        title: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        cache_control: Mark<'a>,
    },
    ContainerUpload {
        file_id: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        cache_control: Mark<'a>,
    },
    ToolUse {
        id: Cow<'a, str>,
        name: &'a str,
        input: &'a RawValue,
        #[serde(skip_serializing_if = "Option::is_none")]
        cache_control: Mark<'a>,
    },
    /// A call of a tool that Anthropic runs itself, with its result behind it.
    ServerToolUse {
        id: Cow<'a, str>,
        name: &'a str,
        input: &'a RawValue,
    },
    ToolResult {
        tool_use_id: Cow<'a, str>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        content: Vec<Block<'a>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        is_error: Option<&'a RawJson>,
        #[serde(skip_serializing_if = "Option::is_none")]
        cache_control: Mark<'a>,
    },
}

impl<'a> Block<'a> {
    #[must_use]
    pub fn text(text: &'a str) -> Self {
        Self::Ours(Known::Text { text, citations: None, cache_control: None })
    }

    #[must_use]
    pub fn is_tool_result(&self) -> bool {
        match self {
            Self::Ours(Known::ToolResult { .. }) => true,
            Self::Part(part) => part.0.kind == "tool_result",
            _ => false,
        }
    }

    /// Sets the caching mark where the block has none and can have one.
    pub fn mark(&mut self, mark: &'a RawJson) {
        if let Self::Ours(
            Known::Text { cache_control, .. }
            | Known::Image { cache_control, .. }
            | Known::Document { cache_control, .. }
            | Known::ContainerUpload { cache_control, .. }
            | Known::ToolUse { cache_control, .. }
            | Known::ToolResult { cache_control, .. },
        ) = self
        {
            cache_control.get_or_insert(mark);
        }
    }
}

/// A part of a type that is Anthropic's own.
#[derive(Debug)]
pub struct NativePart<'a>(pub &'a Part);

/// The types of such parts. Results of tools that Anthropic runs (`…_tool_result`) are among them.
const NATIVE: [&str; 12] = [
    "image",
    "document",
    "search_result",
    "thinking",
    "redacted_thinking",
    "tool_use",
    "server_tool_use",
    "mcp_tool_use",
    "container_upload",
    "compaction",
    "tool_reference",
    "tool_result",
];

impl NativePart<'_> {
    #[must_use]
    pub fn is_known(kind: &str) -> bool {
        NATIVE.contains(&kind) || kind.ends_with("_tool_result")
    }
}

impl Serialize for NativePart<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let part = self.0;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("type", &part.kind)?;
        if let Some(text) = &part.text {
            map.serialize_entry("text", text)?;
        }
        for (name, value) in &part.extra {
            map.serialize_entry(name, value)?;
        }
        if let Some(mark) = &part.cache_control {
            map.serialize_entry("cache_control", mark)?;
        }
        map.end()
    }
}
