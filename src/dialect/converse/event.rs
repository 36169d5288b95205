//! Events of a stream's content blocks.
//!
//! Source: `ContentBlockStartEvent` and `ContentBlockDeltaEvent` in the API reference.

use super::reply::Reasoning;
use crate::wire::text::Text;
use serde::Deserialize;
use serde_json::value::RawValue;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BlockEvent<'a> {
    #[serde(default)]
    pub content_block_index: u64,
    #[serde(borrow)]
    pub start: Option<Start<'a>>,
    #[serde(borrow)]
    pub delta: Option<BlockDelta<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Start<'a> {
    #[serde(borrow)]
    pub tool_use: Option<&'a RawValue>,
    #[serde(borrow)]
    pub tool_result: Option<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BlockDelta<'a> {
    #[serde(borrow)]
    pub text: Option<Text<'a>>,
    #[serde(borrow)]
    pub tool_use: Option<Input<'a>>,
    #[serde(borrow)]
    pub tool_result: Option<Vec<&'a RawValue>>,
    #[serde(borrow)]
    pub reasoning_content: Option<Reasoning<'a>>,
    #[serde(borrow)]
    pub citation: Option<&'a RawValue>,
}

/// An event of a block that is of no known kind.
#[derive(Deserialize)]
pub struct NewBlock<'a> {
    #[serde(borrow)]
    pub start: Option<&'a RawValue>,
    #[serde(borrow)]
    pub delta: Option<&'a RawValue>,
}

impl Start<'_> {
    /// Whether it is of a kind that is yet to come.
    #[must_use]
    pub fn is_new(&self) -> bool {
        self.tool_use.is_none() && self.tool_result.is_none()
    }
}

impl BlockDelta<'_> {
    /// Whether it is of a kind that is yet to come.
    #[must_use]
    pub fn is_new(&self) -> bool {
        self.text.is_none()
            && self.tool_use.is_none()
            && self.tool_result.is_none()
            && self.reasoning_content.is_none()
            && self.citation.is_none()
    }
}

#[derive(Deserialize)]
pub struct Input<'a> {
    #[serde(default, borrow)]
    pub input: Text<'a>,
}
