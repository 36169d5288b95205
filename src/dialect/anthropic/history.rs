//! What earlier answers left in an assistant message beyond text: thinking and the tools that
//! Anthropic ran itself.
//!
//! Claude verifies that its thinking comes back unchanged and in its place, so these blocks are sent
//! as they came. See [`response`](super::response) for how they got into the message.

use super::block::{Block, Known};
use crate::dialect::thought::{self, Thought};
use crate::openai::{ApiError, Message};
use crate::wire::json;
use crate::wire::object::{RawJson, object};
use crate::wire::text::Text;
use hashbrown::HashMap;
use serde::Deserialize;
use std::borrow::Cow;

object! {
    /// `provider_specific_fields`, as far as it is sent back. The names are LiteLLM's, but for
    /// `server_tool_use`: LiteLLM puts those calls among `tool_calls`.
    struct Fields {
        server_tool_use("server_tool_use"): Vec<RawJson>,
        web_search_results("web_search_results"): Vec<RawJson>,
        tool_results("tool_results"): Vec<RawJson>,
        compaction_blocks("compaction_blocks"): Vec<RawJson>,
    }
}

#[derive(Deserialize)]
struct Ids<'a> {
    #[serde(borrow)]
    id: Option<Text<'a>>,
    #[serde(borrow)]
    tool_use_id: Option<Text<'a>>,
}

/// The blocks of an earlier answer that the common format has no word for.
#[derive(Debug, Default)]
pub struct ServerSide {
    calls: Vec<RawJson>,
    compaction: Vec<RawJson>,
    /// By the id of the call.
    results: HashMap<String, RawJson>,
}

impl ServerSide {
    /// Reads what `message` carries.
    ///
    /// # Errors
    /// 400 with the path of what is wrong.
    pub fn of(message: &Message, index: usize) -> Result<Self, ApiError> {
        let Some(fields) = &message.provider_specific_fields else { return Ok(Self::default()) };
        let at = format!("messages[{index}].provider_specific_fields");
        let fields: Fields = json::read(fields.get(), &at).map_err(|error| {
            ApiError::invalid(format!("`{}` is wrong: {}.", error.path, error.reason))
                .with_param(error.path)
        })?;
        let with_id = |raw: RawJson| {
            let id = serde_json::from_str::<Ids<'_>>(raw.get()).ok()?.tool_use_id?.into_string();
            Some((id, raw))
        };
        Ok(Self {
            calls: fields.server_tool_use,
            compaction: fields.compaction_blocks,
            results: fields
                .web_search_results
                .into_iter()
                .chain(fields.tool_results)
                .filter_map(with_id)
                .collect(),
        })
    }

    /// The result of the call `id`.
    pub fn result(&self, id: &str) -> Option<&RawJson> {
        self.results.get(id)
    }

    /// Each call with its result behind it. A call without one would be refused, and is left out.
    fn calls<'a>(&self) -> impl Iterator<Item = [Block<'a>; 2]> {
        self.calls.iter().filter_map(|call| {
            let ids: Ids<'_> = serde_json::from_str(call.get()).ok()?;
            let result = self.result(ids.id?.as_str())?;
            Some([Block::Raw(Cow::Owned(call.clone())), Block::Raw(Cow::Owned(result.clone()))])
        })
    }

    /// Compaction first, then each thinking block with the server's calls that it led to. The common
    /// format does not keep the order among them; one call to a thought is how Claude writes it.
    pub fn lead<'a>(&self, thinking: Vec<Block<'a>>, blocks: &mut Vec<Block<'a>>) {
        blocks.extend(self.compaction.iter().cloned().map(|raw| Block::Raw(Cow::Owned(raw))));
        let mut calls = self.calls();
        for thought in thinking {
            blocks.push(thought);
            blocks.extend(calls.next().into_iter().flatten());
        }
        blocks.extend(calls.flatten());
    }
}

/// The thinking of an assistant message, ready to be verified again.
///
/// # Errors
/// 400 with the path of a member that is no thinking block.
pub fn thinking(message: &Message, index: usize) -> Result<Vec<Block<'_>>, ApiError> {
    let blocks = thought::read(message, index)?.into_iter().map(|thought| match thought {
        Thought::Signed { raw: Some(raw), .. } => Block::Raw(Cow::Borrowed(&**raw)),
        Thought::Signed { text, signature, .. } => {
            Block::Ours(Known::Thinking { thinking: text.into_owned(), signature })
        }
        Thought::Redacted { raw, .. } | Thought::Other(raw) => Block::Raw(Cow::Borrowed(&**raw)),
    });
    Ok(blocks.collect())
}
