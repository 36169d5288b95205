//! Tool names and call ids in the characters that Anthropic allows.
//!
//! Names must match `^[a-zA-Z0-9_-]{1,128}$` and ids `^[a-zA-Z0-9_-]+$`
//! (<https://platform.claude.com/docs/en/api/messages>).

use crate::dialect::names::Rule;
use std::borrow::Cow;

pub const RULE: Rule = Rule { max: 128, marks: "", letter_first: false };

fn is_allowed(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-')
}

/// A call id in allowed characters; calls and results are rewritten alike, so they still match.
#[must_use]
pub fn call_id(id: &str) -> Cow<'_, str> {
    if !id.is_empty() && id.chars().all(is_allowed) {
        return Cow::Borrowed(id);
    }
    let id: String = id.chars().map(|c| if is_allowed(c) { c } else { '_' }).collect();
    Cow::Owned(if id.is_empty() { "_".to_owned() } else { id })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn call_ids_keep_their_allowed_characters() {
        assert_eq!(call_id("call:1"), "call_1");
        assert_eq!(call_id("toolu_01"), "toolu_01");
    }
}
