//! Tool names in the characters that a provider allows.
//!
//! OpenAI-style clients send names such as `github.search` or `repo/list`. Those that a provider would
//! refuse are renamed for one exchange and renamed back in the answer.

use crate::openai::Message;
use crate::openai::tool::Tool;
use hashbrown::{HashMap, HashSet};

/// What a provider allows in names. Only ASCII can be allowed, so that every index into a valid name
/// is a character boundary.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// Longest name, bytes.
    pub max: usize,
    /// Marks that are allowed beside letters, digits, `_` and `-`.
    pub marks: &'static str,
    /// The first character must be a letter or `_`.
    pub letter_first: bool,
}

impl Rule {
    fn allows(self, c: char) -> bool {
        c.is_ascii_alphanumeric() || matches!(c, '_' | '-') || self.marks.contains(c)
    }

    fn begins(self, name: &str) -> bool {
        !self.letter_first || name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
    }

    fn is_valid(self, name: &str) -> bool {
        (1..=self.max).contains(&name.len())
            && name.chars().all(|c| self.allows(c))
            && self.begins(name)
    }

    fn replaced(self, name: &str) -> String {
        let allowed = |c| if self.allows(c) { c } else { '_' };
        let name: String = name.chars().take(self.max).map(allowed).collect();
        match self.begins(&name) && !name.is_empty() {
            true => name,
            false => std::iter::once('_').chain(name.chars()).take(self.max).collect(),
        }
    }
}

/// The renamed tools of one exchange.
#[derive(Debug, Default)]
pub struct Names {
    /// From the client's name to the one that is sent.
    sent: HashMap<String, String>,
}

impl Names {
    /// Finds a free name for every name that is not allowed. Two tools never share one.
    pub fn new<'a>(names: impl Iterator<Item = &'a str> + Clone, rule: Rule) -> Self {
        let mut sent = HashMap::new();
        if names.clone().all(|name| rule.is_valid(name)) {
            return Self { sent };
        }
        let mut taken: HashSet<String> = names.clone().map(str::to_owned).collect();
        // The next suffix to try for a base: many names that collide must not cost a search each.
        let mut suffixes: HashMap<String, u32> = HashMap::new();
        for name in names.filter(|name| !rule.is_valid(name)) {
            if sent.contains_key(name) {
                continue;
            }
            let base = rule.replaced(name);
            let mut free = base.clone();
            while taken.contains(&free) {
                let number = suffixes.entry(base.clone()).or_insert(1);
                *number = number.saturating_add(1);
                let suffix = format!("_{number}");
                let room = rule.max.saturating_sub(suffix.len());
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

/// The names that need a provider's consent: of what is declared, and of what the history calls.
pub fn of<'a>(
    tools: &'a [&'a Tool],
    messages: &'a [Message],
) -> impl Iterator<Item = &'a str> + Clone {
    let declared = tools.iter().filter_map(|tool| Some(tool.function.as_ref()?.name.as_str()));
    declared.filter(|name| !name.is_empty()).chain(called(messages))
}

/// The names of what the history calls.
pub fn called(messages: &[Message]) -> impl Iterator<Item = &str> + Clone {
    messages.iter().flat_map(|message| {
        let functions = message.tool_calls.iter().filter_map(|call| call.function.as_ref());
        functions.chain(&message.function_call).filter_map(|call| call.name.as_deref())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: Rule = Rule { max: 128, marks: "", letter_first: false };

    #[test]
    fn names_that_are_not_allowed_are_renamed_without_clashes() {
        let names = Names::new(["a.b", "a_b", "a/b", "a.b"].into_iter(), RULE);
        assert_eq!(names.sent("a_b"), "a_b");
        assert_eq!(names.sent("a.b"), "a_b_2");
        assert_eq!(names.sent("a/b"), "a_b_3");
        let long = "é".repeat(200);
        let names = Names::new([long.as_str()].into_iter(), RULE);
        assert_eq!(names.sent(&long).len(), 128);
    }

    #[test]
    fn a_rule_may_allow_more_marks_and_forbid_a_first_digit() {
        let rule = Rule { max: 8, marks: ".", letter_first: true };
        let names = Names::new(["a.b", "1st", "-x", "abcdefghij", "a/b"].into_iter(), rule);
        for (name, sent) in [
            ("a.b", "a.b"),
            ("1st", "_1st"),
            ("-x", "_-x"),
            ("abcdefghij", "abcdefgh"),
            ("a/b", "a_b"),
        ] {
            assert_eq!(names.sent(name), sent);
        }
    }
}
