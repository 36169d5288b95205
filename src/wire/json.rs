//! Helpers over JSON text: where an error is, and typed reads that say which member was wrong.

use serde::de::DeserializeOwned;

/// Deepest nesting that is accepted, in arrays and objects. serde_json refuses more than 127 when it
/// builds values; the same bound is applied to what is passed on unread, for the next parser's sake.
pub const MAX_DEPTH: usize = 127;

/// Reads `text` as a `T`.
///
/// # Errors
/// A sentence without its subject, such as "messages[0].content: invalid type: …", where `at` is the
/// path of `text` in the whole document.
pub fn read<T: DeserializeOwned>(text: &str, at: &str) -> Result<T, JsonError> {
    if let Ok(value) = serde_json::from_str(text) {
        return Ok(value);
    }
    // Only a failure pays for the tracking of paths.
    let deserializer = &mut serde_json::Deserializer::from_str(text);
    serde_path_to_error::deserialize(deserializer).map_err(|error| {
        let inner = error.path().to_string();
        let path = match (at, inner.as_str()) {
            (at, ".") => at.to_owned(),
            ("", inner) => inner.to_owned(),
            (at, inner) if inner.starts_with('[') => format!("{at}{inner}"),
            (at, inner) => format!("{at}.{inner}"),
        };
        JsonError { path, reason: without_position(&error.into_inner().to_string()) }
    })
}

/// A value that is not what its place asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonError {
    /// Such as `messages[0].content`.
    pub path: String,
    /// Such as "invalid type: integer `5`, expected a string or an array of content parts".
    pub reason: String,
}

/// serde_json appends " at line 1 column 9", counted from the start of the member: misleading here.
fn without_position(message: &str) -> String {
    message.rsplit_once(" at line ").map_or(message, |(head, _)| head).to_owned()
}

/// Whether `text` nests deeper than [`MAX_DEPTH`].
///
/// Most requests hold fewer brackets than that in all, which a search for bytes tells much faster
/// than a look at each of them.
#[must_use]
pub fn too_deep(text: &[u8]) -> bool {
    if memchr::memchr2_iter(b'{', b'[', text).nth(MAX_DEPTH).is_none() {
        return false;
    }
    let mut depth = 0usize;
    let mut rest = text;
    while let Some((&byte, tail)) = rest.split_first() {
        rest = match byte {
            b'"' => after_string(tail),
            _ => tail,
        };
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_DEPTH {
            return true;
        }
    }
    false
}

/// What follows the string that `text` is inside of.
fn after_string(mut text: &[u8]) -> &[u8] {
    while let Some(at) = memchr::memchr2(b'"', b'\\', text) {
        let escape = text.get(at) == Some(&b'\\');
        let skipped = at.saturating_add(if escape { 2 } else { 1 });
        text = text.get(skipped..).unwrap_or_default();
        if !escape {
            return text;
        }
    }
    &[]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_counts_brackets_outside_of_strings() {
        let nested = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
        assert!(!too_deep(nested(MAX_DEPTH).as_bytes()));
        assert!(too_deep(nested(MAX_DEPTH + 1).as_bytes()));
        let wide = format!("[{}]", "[1],".repeat(1_000));
        assert!(!too_deep(wide.as_bytes()));
        let text = format!("[\"{}\\\"[\"]", "[".repeat(200));
        assert!(!too_deep(text.as_bytes()), "brackets in a string nest nothing");
        let tricky = format!("[\"a\\\\\",{}", nested(MAX_DEPTH));
        assert!(too_deep(tricky.as_bytes()), "an escaped backslash does not hide the string's end");
    }
}
