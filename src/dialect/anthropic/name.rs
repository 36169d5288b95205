//! Tool names and call ids in the characters that Anthropic allows.
//!
//! Names must match `^[a-zA-Z0-9_-]{1,128}$` and ids `^[a-zA-Z0-9_-]+$`
//! (<https://platform.claude.com/docs/en/api/messages>); OpenAI-style clients send names such as
//! `github.search` or `repo/list`. They are renamed for one exchange and renamed back in the answer.

use hashbrown::{HashMap, HashSet};
use std::borrow::Cow;

const MAX_NAME: usize = 128;

fn is_allowed(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-')
}

fn is_valid(name: &str) -> bool {
    (1..=MAX_NAME).contains(&name.len()) && name.chars().all(is_allowed)
}

/// The renamed tools of one exchange.
#[derive(Debug, Default)]
pub struct Names {
    /// From the client's name to the one that is sent.
    sent: HashMap<String, String>,
}

impl Names {
    /// Finds a free name for every name that is not allowed. Two tools never share one.
    pub fn new<'a>(names: impl Iterator<Item = &'a str> + Clone) -> Self {
        let mut sent = HashMap::new();
        if names.clone().all(is_valid) {
            return Self { sent };
        }
        let mut taken: HashSet<String> = names.clone().map(str::to_owned).collect();
        // The next suffix to try for a base: many names that collide must not cost a search each.
        let mut suffixes: HashMap<String, u32> = HashMap::new();
        for name in names.filter(|name| !is_valid(name)) {
            if sent.contains_key(name) {
                continue;
            }
            let base = replaced(name);
            let mut free = base.clone();
            while taken.contains(&free) {
                let number = suffixes.entry(base.clone()).or_insert(1);
                *number = number.saturating_add(1);
                let suffix = format!("_{number}");
                let room = MAX_NAME.saturating_sub(suffix.len());
                free = format!("{}{suffix}", base.get(..room).unwrap_or(&base));
            }
            taken.insert(free.clone());
            sent.insert(name.to_owned(), free);
        }
        Self { sent }
    }

    /// The name to send for the client's `name`.
    #[must_use]
    pub fn sent<'a>(&'a self, name: &'a str) -> &'a str {
        self.sent.get(name).map_or(name, String::as_str)
    }

    /// For [`Exchange::renamed_tools`](crate::dialect::Exchange): the name that was sent, the client's.
    #[must_use]
    pub fn into_renamed(self) -> Vec<(String, String)> {
        self.sent.into_iter().map(|(original, sent)| (sent, original)).collect()
    }
}

/// Only ASCII comes out, so that every index is a character boundary.
fn replaced(name: &str) -> String {
    let name: String =
        name.chars().take(MAX_NAME).map(|c| if is_allowed(c) { c } else { '_' }).collect();
    if name.is_empty() { "_".to_owned() } else { name }
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
    fn names_that_are_not_allowed_are_renamed_without_clashes() {
        let names = Names::new(["a.b", "a_b", "a/b", "a.b"].into_iter());
        assert_eq!(names.sent("a_b"), "a_b");
        assert_eq!(names.sent("a.b"), "a_b_2");
        assert_eq!(names.sent("a/b"), "a_b_3");
        let long = "é".repeat(200);
        let names = Names::new([long.as_str()].into_iter());
        assert_eq!(names.sent(&long).len(), 128);
    }

    #[test]
    fn call_ids_keep_their_allowed_characters() {
        assert_eq!(call_id("call:1"), "call_1");
        assert_eq!(call_id("toolu_01"), "toolu_01");
    }
}
