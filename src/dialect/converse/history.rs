//! What earlier answers left in an assistant message beyond text: reasoning, and the tools that
//! Bedrock ran itself. See [`response`](super::response) for how they got into the message.

use super::block::{Block, Reasoning};
use super::content::Notes;
use crate::dialect::thought::{self, Thought};
use crate::openai::{ApiError, Content, Message, Part};
use crate::wire::json;
use crate::wire::object::{RawJson, object};
use crate::wire::text::Text;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hashbrown::HashMap;
use serde::Deserialize;
use std::borrow::Cow;

object! {
    /// `provider_specific_fields`, as far as it is sent back.
    struct Fields {
        server_tool_use("server_tool_use"): Vec<RawJson>,
        tool_results("tool_results"): Vec<RawJson>,
    }
}

/// A block of either list, in Converse's shape. Those of other providers have neither member.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ServerBlock {
    tool_use: Option<Ids>,
    tool_result: Option<Ids>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Ids {
    tool_use_id: String,
}

/// Appends the reasoning that the model can verify again. A model of another maker could not, and
/// reasoning without a signature never can be.
///
/// # Errors
/// 400 with the path of a member that is no thinking block.
pub fn thinking<'a>(
    message: &'a Message,
    index: usize,
    blocks: &mut Vec<Block<'a>>,
    notes: &mut Notes<'_, '_, '_>,
) -> Result<(), ApiError> {
    if is_inline(&message.content) {
        return Ok(());
    }
    for thought in thought::read(message, index)? {
        let reasoning = match thought {
            Thought::Signed { text, signature, .. } => Reasoning::ReasoningText { text, signature },
            Thought::Redacted { data, .. } => Reasoning::RedactedContent(wrapped(&data)),
            Thought::Other(_) => {
                notes.params.leave_out("messages[].thinking_blocks");
                continue;
            }
        };
        if notes.model.is_claude() {
            blocks.push(Block::ReasoningContent(reasoning));
        } else {
            notes.params.leave_out("messages[].thinking_blocks");
        }
    }
    Ok(())
}

/// Whether reasoning stands among the parts, and so in its place already.
fn is_inline(content: &Content) -> bool {
    let is_thinking = |part: &Part| matches!(part.kind.as_str(), "thinking" | "redacted_thinking");
    matches!(content, Content::Parts(parts) if parts.iter().any(is_thinking))
}

/// Such a part as a block; `None` where it cannot be verified.
pub fn inline(part: &Part) -> Option<Reasoning<'_>> {
    let text = |name: &str| {
        let (_, json) = part.extra.iter().find(|(known, _)| known == name)?;
        serde_json::from_str::<Text<'_>>(json.get()).ok().filter(|text| !text.is_empty())
    };
    if part.kind == "redacted_thinking" {
        return Some(Reasoning::RedactedContent(wrapped(text("data")?.as_str())));
    }
    let signature = text("signature")?.0;
    let text = text("thinking").map_or(Cow::Borrowed(""), |text| text.0);
    Some(Reasoning::ReasoningText { text, signature })
}

/// Appends the calls of tools that Bedrock ran itself, each with its result. A call without one would
/// be refused, and is left out.
///
/// # Errors
/// 400 with the path of what is wrong.
pub fn server_side(
    message: &Message,
    index: usize,
    blocks: &mut Vec<Block<'_>>,
) -> Result<(), ApiError> {
    let Some(fields) = &message.provider_specific_fields else { return Ok(()) };
    let at = format!("messages[{index}].provider_specific_fields");
    let fields: Fields = json::read(fields.get(), &at).map_err(|error| {
        ApiError::invalid(format!("`{}` is wrong: {}.", error.path, error.reason))
            .with_param(error.path)
    })?;
    let read = |raw: &RawJson| serde_json::from_str::<ServerBlock>(raw.get()).ok();
    let results: HashMap<String, RawJson> = fields
        .tool_results
        .into_iter()
        .filter_map(|raw| Some((read(&raw)?.tool_result?.tool_use_id, raw)))
        .collect();
    for call in fields.server_tool_use {
        let id = read(&call).and_then(|block| block.tool_use);
        if let Some(result) = id.and_then(|ids| results.get(&ids.tool_use_id)) {
            blocks.push(Block::Raw(Cow::Owned(call)));
            blocks.push(Block::Raw(Cow::Owned(result.clone())));
        }
    }
    Ok(())
}

/// Claude's own `data` of a redacted thinking block out of Converse's base64 of it, so that the block
/// can also go to Anthropic. What does not decode to base64 once more is another model's, and stays.
#[must_use]
pub fn unwrapped(redacted: String) -> String {
    let inner = STANDARD.decode(&redacted).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    inner.filter(|inner| STANDARD.decode(inner).is_ok()).unwrap_or(redacted)
}

/// The way back.
fn wrapped(data: &str) -> String {
    STANDARD.encode(data)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redacted_thinking_is_claudes_own_outside_of_bedrock() {
        let claude = STANDARD.encode([0x12, 0xd9, 0x04, 0xff]);
        assert_eq!(unwrapped(wrapped(&claude)), claude);
        assert_eq!(unwrapped(claude.clone()), claude);
        assert_eq!(unwrapped("not base64!".into()), "not base64!");
    }
}
