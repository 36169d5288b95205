//! Thought signatures: what Gemini wants back to go on thinking where it stopped.
//!
//! Source: <https://ai.google.dev/gemini-api/docs/thought-signatures>. LiteLLM hands them out in
//! `provider_specific_fields` and, for clients that send nothing back but OpenAI's members, at the end
//! of the call's id; Google's own OpenAI-compatible endpoint in `extra_content`.

use crate::openai::message::{FunctionCall, ToolCall};
use crate::wire::object::{Extra, RawJson, object};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};

/// What stands between a call's id and its signature.
const SEPARATOR: &str = "__thought__";

/// Where a history has no signature and the model demands one: the words
/// `skip_thought_signature_validator`, which Google names for that, in base64 as every signature.
pub const NONE: &str = "c2tpcF90aG91Z2h0X3NpZ25hdHVyZV92YWxpZGF0b3I=";

object! {
    struct Fields {
        thought_signature("thought_signature"): Option<String>,
        /// `extra_content`'s.
        google("google"): Option<Google>,
    }
}
object! {
    struct Google {
        thought_signature("thought_signature"): Option<String>,
    }
}

/// The id that the call had before a signature was added to it.
#[must_use]
pub fn plain_id(id: &str) -> &str {
    id.split_once(SEPARATOR).map_or(id, |(id, _)| id)
}

/// A call's id with its signature.
#[must_use]
pub fn signed_id(id: &str, signature: &str) -> String {
    [id, SEPARATOR, signature].concat()
}

/// The signature that came with a call, wherever the client kept it.
#[must_use]
pub fn of_call(call: &ToolCall) -> Option<String> {
    let own = call.provider_specific_fields.as_ref().and_then(read);
    let function = || call.function.as_ref().and_then(of_function);
    let googles = || named(&call.extra, "extra_content").and_then(read);
    let in_id = || call.id.as_deref()?.split_once(SEPARATOR).map(|(_, it)| it.to_owned());
    own.or_else(function).or_else(googles).or_else(in_id).filter(|it| !it.is_empty())
}

/// The signature among a function's own fields.
#[must_use]
pub fn of_function(function: &FunctionCall) -> Option<String> {
    named(&function.extra, "provider_specific_fields").and_then(read)
}

fn named<'a>(extra: &'a Extra, name: &str) -> Option<&'a RawJson> {
    extra.iter().find(|(known, _)| known == name).map(|(_, json)| json)
}

/// The signature in a member of such fields.
pub fn read(json: &RawJson) -> Option<String> {
    let fields: Fields = serde_json::from_str(json.get()).ok()?;
    let google = || fields.google.and_then(|google| google.thought_signature);
    fields.thought_signature.or_else(google).filter(|it| !it.is_empty())
}

/// Whether a thinking block's signature is Claude's, which Gemini would refuse. Both are protocol
/// buffers of one kind; seen in recorded traffic, Claude's innermost message begins with a version
/// number (`08`), Gemini's with a sealed one (`01`).
#[must_use]
pub fn is_claudes(signature: &str) -> bool {
    // The beginning is enough. Base64 is read four characters at a time.
    let head = signature.get(..32).unwrap_or(signature);
    let Ok(bytes) = STANDARD.decode(head).or_else(|_| STANDARD_NO_PAD.decode(head)) else {
        return false;
    };
    let inner = field(&bytes, 0x12).and_then(|inner| field(inner, 0x0a));
    inner.is_some_and(|inner| inner.first() == Some(&0x08))
}

/// What follows the tag and the length of a protocol buffer's first field.
fn field(bytes: &[u8], tag: u8) -> Option<&[u8]> {
    let (first, rest) = bytes.split_first()?;
    let length = rest.iter().position(|byte| byte & 0x80 == 0)?.checked_add(1)?;
    (*first == tag).then(|| rest.get(length..)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(json: &str) -> ToolCall {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn a_calls_signature_is_found_wherever_it_was_kept() {
        for json in [
            r#"{"id": "a", "provider_specific_fields": {"thought_signature": "s"}}"#,
            r#"{"id": "a", "function": {"name": "f", "provider_specific_fields": {"thought_signature": "s"}}}"#,
            r#"{"id": "a", "extra_content": {"google": {"thought_signature": "s"}}}"#,
            r#"{"id": "a__thought__s"}"#,
        ] {
            assert_eq!(of_call(&call(json)).as_deref(), Some("s"), "{json}");
        }
        assert_eq!(of_call(&call(r#"{"id": "a", "provider_specific_fields": {}}"#)), None);
        assert_eq!((plain_id("a__thought__s"), plain_id("a")), ("a", "a"));
        assert_eq!(signed_id("a", "s"), "a__thought__s");
    }

    #[test]
    fn the_placeholder_is_the_documented_one() {
        assert_eq!(STANDARD.decode(NONE).unwrap(), b"skip_thought_signature_validator");
    }

    #[test]
    fn claudes_signatures_are_told_from_geminis() {
        assert!(is_claudes("ErUBCkYIARgCIkDxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"));
        for own in [
            "EsoGCscGAdHtim8BiA2RWeAHXSQEMSCeBE4jhIcM99v8",
            "CuYGAY89a18+eUObJVgl7RZuHt4rdqGz",
            NONE,
            "",
            "?",
        ] {
            assert!(!is_claudes(own), "{own}");
        }
    }
}
