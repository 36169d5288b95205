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

/// Whether `text` (valid JSON) nests deeper than [`MAX_DEPTH`].
pub fn too_deep(text: &[u8]) -> bool {
    let (mut depth, mut in_string, mut escaped) = (0usize, false, false);
    for &byte in text {
        if in_string {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_string = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => in_string = true,
            b'{' | b'[' => {
                depth += 1;
                if depth > MAX_DEPTH {
                    return true;
                }
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    false
}
