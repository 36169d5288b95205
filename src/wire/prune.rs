//! JSON text without some of its members; everything else stays as it was written.
//!
//! What is to go is named by paths such as `messages[*].content[*].cache_control`. Only the objects
//! and arrays along a path are taken apart, so the cost is a scan per step of the path, and the
//! recursion is as deep as the path, never as deep as the input.

use super::text::Text;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;

/// Longest path that is accepted, in steps.
const MAX_STEPS: usize = 32;

/// Where a member is: `tools[*].function.strict`, `messages[0].name`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path(Vec<Step>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Member(String),
    Index(usize),
    Each,
}

impl std::fmt::Display for Path {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (position, step) in self.0.iter().enumerate() {
            match step {
                Step::Member(name) if position == 0 => f.write_str(name)?,
                Step::Member(name) => write!(f, ".{name}")?,
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Each => f.write_str("[*]")?,
            }
        }
        Ok(())
    }
}

impl Path {
    /// Reads a path, or `None` where it is not one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut steps = Vec::new();
        for piece in text.split('.') {
            let (name, mut rest) = match piece.find('[').and_then(|at| piece.split_at_checked(at)) {
                Some((name, rest)) => (name, rest),
                None => (piece, ""),
            };
            if name.is_empty() {
                return None;
            }
            steps.push(Step::Member(name.to_owned()));
            while !rest.is_empty() {
                let (index, tail) = rest.strip_prefix('[')?.split_once(']')?;
                steps.push(if index == "*" {
                    Step::Each
                } else {
                    Step::Index(index.parse().ok()?)
                });
                rest = tail;
            }
        }
        (steps.len() <= MAX_STEPS).then_some(Self(steps))
    }

    /// The top-level member this path starts at, and whether it names that member as a whole.
    #[must_use]
    pub fn root(&self) -> (&str, bool) {
        match self.0.first() {
            Some(Step::Member(name)) => (name, self.0.len() == 1),
            _ => ("", false),
        }
    }
}

/// `json`, the value of the top-level member where all of `paths` start, without what they name.
/// `cut` is told the position in `paths` of each one that named something. `None` when none did.
pub fn prune(json: &str, paths: &[&Path], mut cut: impl FnMut(usize)) -> Option<String> {
    let active: Vec<Active<'_>> = paths
        .iter()
        .enumerate()
        .filter_map(|(number, path)| Some((number, path.0.get(1..)?)))
        .filter(|(_, steps)| !steps.is_empty())
        .collect();
    let mut out = String::with_capacity(json.len());
    let mut any = false;
    write(&mut out, json, &active, &mut |number| {
        any = true;
        cut(number);
    });
    any.then_some(out)
}

/// A path's number, and the steps that are still to be taken.
type Active<'a> = (usize, &'a [Step]);

fn write(out: &mut String, json: &str, paths: &[Active<'_>], cut: &mut dyn FnMut(usize)) {
    if !paths.is_empty() {
        match json.as_bytes().first() {
            Some(b'{') => {
                if let Ok(Entries(entries)) = serde_json::from_str(json) {
                    return write_object(out, &entries, paths, cut);
                }
            }
            Some(b'[') => {
                if let Ok(items) = serde_json::from_str::<Vec<&RawValue>>(json) {
                    return write_array(out, &items, paths, cut);
                }
            }
            _ => {}
        }
    }
    out.push_str(json);
}

fn write_object(
    out: &mut String,
    entries: &[(Cow<'_, str>, &RawValue)],
    paths: &[Active<'_>],
    cut: &mut dyn FnMut(usize),
) {
    out.push('{');
    let mut first = true;
    for (name, value) in entries {
        let here = |step: &Step| matches!(step, Step::Member(member) if member == name);
        let Some(below) = follow(paths, here, cut) else { continue };
        if !std::mem::take(&mut first) {
            out.push(',');
        }
        write_key(out, name);
        write(out, value.get(), &below, cut);
    }
    out.push('}');
}

fn write_array(
    out: &mut String,
    items: &[&RawValue],
    paths: &[Active<'_>],
    cut: &mut dyn FnMut(usize),
) {
    out.push('[');
    let mut first = true;
    for (index, item) in items.iter().enumerate() {
        let here = |step: &Step| match step {
            Step::Each => true,
            Step::Index(wanted) => *wanted == index,
            Step::Member(_) => false,
        };
        let Some(below) = follow(paths, here, cut) else { continue };
        if !std::mem::take(&mut first) {
            out.push(',');
        }
        write(out, item.get(), &below, cut);
    }
    out.push(']');
}

/// The paths that go on below a child, or `None` when one of them ends at it.
fn follow<'p>(
    paths: &[Active<'p>],
    here: impl Fn(&Step) -> bool,
    cut: &mut dyn FnMut(usize),
) -> Option<Vec<Active<'p>>> {
    let mut below = Vec::new();
    for (number, steps) in paths {
        match steps.split_first() {
            Some((step, [])) if here(step) => {
                cut(*number);
                return None;
            }
            Some((step, rest)) if here(step) => below.push((*number, rest)),
            _ => {}
        }
    }
    Some(below)
}

/// Writes `"name":`.
pub fn write_key(out: &mut String, name: &str) {
    // Nearly every name is free of what JSON escapes.
    if name.bytes().any(|byte| byte < b' ' || matches!(byte, b'"' | b'\\')) {
        out.push_str(&serde_json::to_string(name).unwrap_or_default());
    } else {
        out.push('"');
        out.push_str(name);
        out.push('"');
    }
    out.push(':');
}

/// The members of an object in their order, values as they were written.
pub struct Entries<'a>(pub Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de> Deserialize<'de> for Entries<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct EntriesVisitor;
        impl<'de> Visitor<'de> for EntriesVisitor {
            type Value = Entries<'de>;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries<'de>, A::Error> {
                let mut entries = Vec::new();
                while let Some((key, value)) = map.next_entry::<Text<'de>, &'de RawValue>()? {
                    entries.push((key.0, value));
                }
                Ok(Entries(entries))
            }
        }
        deserializer.deserialize_map(EntriesVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pruned(json: &str, paths: &[&str]) -> Option<String> {
        let paths: Vec<Path> = paths.iter().map(|path| Path::parse(path).unwrap()).collect();
        prune(json, &paths.iter().collect::<Vec<_>>(), |_| {})
    }

    #[test]
    fn named_members_go_and_the_rest_stays_as_written() {
        let tools =
            r#"[ {"function":{"strict":true,"n":1e400, "k\"\u00e9":"\u00e9"}}, 5, {"x":1}]"#;
        assert_eq!(
            pruned(tools, &["tools[*].function.strict"]).unwrap(),
            r#"[{"function":{"n":1e400,"k\"é":"\u00e9"}},5,{"x":1}]"#
        );
        assert_eq!(pruned("[1,2,3]", &["a[1]"]).unwrap(), "[1,3]");
        assert_eq!(pruned(r#"{"b":1,"b":2}"#, &["a.b"]).unwrap(), "{}");
    }

    #[test]
    fn nothing_to_cut_is_told_apart() {
        assert_eq!(pruned(r#"[{"x":1}]"#, &["tools[*].y", "tools[*].x.z", "tools"]), None);
        assert_eq!(pruned("5", &["tools[*].y"]), None);
    }

    #[test]
    fn what_is_no_path_is_refused() {
        for bad in ["", "a.", "a[", "a[x]", "a[*", ".a", "a]b["] {
            assert_eq!(Path::parse(bad), None, "{bad}");
        }
        assert_eq!(Path::parse("a[*].b").unwrap().root(), ("a", false));
        assert_eq!(Path::parse("a").unwrap().root(), ("a", true));
    }
}
