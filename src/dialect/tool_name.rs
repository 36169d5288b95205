//! Tool names and call ids in the characters that a format allows.
//!
//! OpenAI-style clients send names such as `github.search` or `repo/list`, which not every format
//! takes. They are renamed for one exchange and renamed back in the answer.

use hashbrown::{HashMap, HashSet};
use std::borrow::Cow;

/// What a format takes beside ASCII letters, digits and `_`, which all take.
#[derive(Debug, Clone, Copy)]
pub struct Allowed {
    /// Longest name of a tool, characters.
    pub max_name: usize,
    /// What names may hold besides, `-` perhaps.
    pub name_marks: &'static [char],
    /// A name begins with a letter or `_`.
    pub letter_first: bool,
    /// Longest id of a call, characters.
    pub max_id: usize,
    /// What ids may hold besides, and `-`.
    pub id_marks: &'static [char],
}

impl Allowed {
    fn begins(&self, name: &str) -> bool {
        !self.letter_first || name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
    }

    /// Only ASCII comes out, so that every index is a character boundary.
    fn replaced(&self, name: &str) -> String {
        let fits = |c: char| is_plain(c) || (c.is_ascii() && self.name_marks.contains(&c));
        let name: String =
            name.chars().take(self.max_name).map(|c| if fits(c) { c } else { '_' }).collect();
        if self.begins(&name) && !name.is_empty() {
            return name;
        }
        std::iter::once('_').chain(name.chars()).take(self.max_name).collect()
    }
}

fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// The renamed tools of one exchange.
#[derive(Debug, Default)]
pub struct Names {
    /// From the client's name to the one that is sent.
    sent: HashMap<String, String>,
}

impl Names {
    /// Finds a free name for every name that is not allowed. Two tools never share one.
    pub fn new<'a>(names: impl Iterator<Item = &'a str> + Clone, allowed: &Allowed) -> Self {
        let max = allowed.max_name;
        let is_valid = |name: &str| {
            let fits = |c: char| is_plain(c) || allowed.name_marks.contains(&c);
            (1..=max).contains(&name.len()) && name.chars().all(fits) && allowed.begins(name)
        };
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
            let base = allowed.replaced(name);
            let mut free = base.clone();
            while taken.contains(&free) {
                let number = suffixes.entry(base.clone()).or_insert(1);
                *number = number.saturating_add(1);
                let suffix = format!("_{number}");
                let room = max.saturating_sub(suffix.len());
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

/// A call id in allowed characters; calls and results are rewritten alike, so they still match. One
/// that is too long ends in a hash of the whole.
#[must_use]
pub fn call_id<'a>(id: impl Into<Cow<'a, str>>, allowed: &Allowed) -> Cow<'a, str> {
    let id = id.into();
    let fits = |c: char| is_plain(c) || c == '-' || allowed.id_marks.contains(&c);
    if (1..=allowed.max_id).contains(&id.len()) && id.chars().all(fits) {
        return id;
    }
    let replaced = id.chars().map(|c| if fits(c) { c } else { '_' });
    if id.chars().count() > allowed.max_id {
        let hash = format!("_{:016x}", hash(&id));
        let room = allowed.max_id.saturating_sub(hash.len());
        return Cow::Owned(replaced.take(room).chain(hash.chars()).collect());
    }
    let id: String = replaced.collect();
    Cow::Owned(if id.is_empty() { "_".to_owned() } else { id })
}

/// FNV-1a, 64 bit: enough to keep the ids of one conversation apart.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALLOWED: Allowed = Allowed {
        max_name: 128,
        name_marks: &['-'],
        letter_first: false,
        max_id: 64,
        id_marks: &['.'],
    };

    #[test]
    fn names_that_are_not_allowed_are_renamed_without_clashes() {
        let names = Names::new(["a.b", "a_b", "a/b", "a.b"].into_iter(), &ALLOWED);
        assert_eq!(names.sent("a_b"), "a_b");
        assert_eq!(names.sent("a.b"), "a_b_2");
        assert_eq!(names.sent("a/b"), "a_b_3");
        let long = "é".repeat(200);
        let names = Names::new([long.as_str()].into_iter(), &ALLOWED);
        assert_eq!(names.sent(&long).len(), 128);
    }

    #[test]
    fn call_ids_keep_their_allowed_characters() {
        assert_eq!(call_id("call:1", &ALLOWED), "call_1");
        assert_eq!(call_id("toolu_0.1", &ALLOWED), "toolu_0.1");
    }

    #[test]
    fn call_ids_that_are_too_long_stay_apart() {
        let ids = ["a", "b"].map(|end| format!("call_{}{end}", "x".repeat(90)));
        let [one, other] = ids.each_ref().map(|id| call_id(id, &ALLOWED));
        assert!(one.len() == 64 && other.len() == 64 && one != other, "{one} {other}");
    }

    #[test]
    fn a_format_may_allow_more_marks_and_forbid_a_first_digit() {
        let allowed =
            Allowed { max_name: 8, name_marks: &['-', '.'], letter_first: true, ..ALLOWED };
        let names = Names::new(["a.b", "1st", "-x", "abcdefghij", "a/b"].into_iter(), &allowed);
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
