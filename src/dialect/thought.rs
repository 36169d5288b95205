//! `thinking_blocks` of an assistant message: reasoning that its model can verify again.

use crate::openai::{ApiError, Message};
use crate::wire::object::RawJson;
use crate::wire::text::Text;
use serde::Deserialize;
use std::borrow::Cow;

/// One thought, whole.
#[derive(Debug)]
pub enum Thought<'a> {
    /// `raw` is the block it came in, where it was not put together from pieces.
    Signed { raw: Option<&'a RawJson>, text: Cow<'a, str>, signature: Cow<'a, str> },
    /// Encrypted.
    Redacted { raw: &'a RawJson, data: Cow<'a, str> },
    /// A block of a type that is not known.
    Other(&'a RawJson),
}

/// A member of `thinking_blocks`.
#[derive(Deserialize)]
struct Piece<'a> {
    #[serde(rename = "type", borrow)]
    kind: Text<'a>,
    #[serde(default, borrow)]
    thinking: Option<Text<'a>>,
    #[serde(default, borrow)]
    signature: Option<Text<'a>>,
    #[serde(default, borrow)]
    data: Option<Text<'a>>,
}

/// The thoughts of a message.
///
/// Streams hand thinking out in pieces of which the last carries the signature; a client that only
/// collected them sends them back in pieces, which are joined here. Thinking without a signature
/// (another provider's) cannot be verified and is left out.
///
/// # Errors
/// 400 with the path of a member that is no thinking block.
pub fn read(message: &Message, index: usize) -> Result<Vec<Thought<'_>>, ApiError> {
    let mut thoughts = Vec::new();
    let mut pending = String::new();
    for (place, raw) in message.thinking_blocks.iter().flatten().enumerate() {
        let piece: Piece<'_> = serde_json::from_str(raw.get()).map_err(|_| {
            let path = format!("messages[{index}].thinking_blocks[{place}]");
            ApiError::invalid(format!("`{path}` is no thinking block.")).with_param(path)
        })?;
        let signature = piece.signature.filter(|signature| !signature.is_empty());
        match (piece.kind.as_str(), signature) {
            ("thinking", Some(signature)) => {
                let text = piece.thinking.map_or(Cow::Borrowed(""), |text| text.0);
                let (raw, text) = if pending.is_empty() {
                    (Some(raw), text)
                } else {
                    pending.push_str(&text);
                    (None, Cow::Owned(std::mem::take(&mut pending)))
                };
                thoughts.push(Thought::Signed { raw, text, signature: signature.0 });
            }
            ("thinking", None) => {
                pending.push_str(piece.thinking.as_ref().map_or("", Text::as_str));
            }
            ("redacted_thinking", _) => {
                let data = piece.data.map_or(Cow::Borrowed(""), |data| data.0);
                thoughts.push(Thought::Redacted { raw, data });
            }
            _ => thoughts.push(Thought::Other(raw)),
        }
    }
    Ok(thoughts)
}
