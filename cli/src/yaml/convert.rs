//! From the tree to JSON, with the place of every value.

use super::source::{Place, Source};
use super::tree::{Content, Node};
use super::{Finding, scalar};
use dragoman::config::{Path, Severity, is_secret, known};
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::rc::Rc;

/// Most values that a document may come to. Aliases of aliases can multiply a few lines to billions.
/// The largest configurations have some tens of thousands.
const MAX_VALUES: usize = 200_000;

/// The JSON, and the places of its values.
pub fn convert(
    root: &Rc<Node>,
    sources: &mut [Source],
    findings: &mut Vec<Finding>,
) -> (Value, HashMap<String, Place>) {
    let mut converter =
        Converter { sources, findings, positions: HashMap::new(), left: MAX_VALUES };
    let value = converter.value(root, &Path::ROOT, root.place, Shown::Section, 0);
    let Converter { positions, left, .. } = converter;
    if left == 0 {
        let message = format!("The aliases of this file multiply to over {MAX_VALUES} values.");
        findings.push(Finding::new(Severity::Error, String::new(), root.place, message));
        return (Value::Null, HashMap::new());
    }
    (value, positions)
}

struct Converter<'a> {
    sources: &'a mut [Source],
    findings: &'a mut Vec<Finding>,
    positions: HashMap<String, Place>,
    left: usize,
}

/// Whether values may be shown in a message. In doubt they may not: a misspelt `api_key` holds a key.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    /// A mapping whose members decide.
    Section,
    Public,
    Secret,
}

impl Shown {
    fn below(self, name: &str) -> Self {
        const SECTIONS: [&str; 9] = [
            "model_list",
            "litellm_params",
            "model_info",
            "credential_list",
            "router_settings",
            "litellm_settings",
            "general_settings",
            "dragoman",
            "limits",
        ];
        let is_used =
            || known::SECTIONS.iter().any(|section| section.used().any(|used| used == name));
        match self {
            Shown::Secret => Shown::Secret,
            _ if is_secret(name) => Shown::Secret,
            Shown::Public => Shown::Public,
            Shown::Section if SECTIONS.contains(&name) => Shown::Section,
            Shown::Section if is_used() => Shown::Public,
            Shown::Section => Shown::Secret,
        }
    }

    fn may_show(self, text: &str, value: &Value) -> bool {
        // A URL can carry a password or a key.
        let is_clean = !(text.contains("://") && text.contains(['@', '?']));
        let is_harmless = value.is_boolean() || text.starts_with("os.environ/");
        is_harmless || (self == Shown::Public && is_clean)
    }
}

impl Converter<'_> {
    fn value(
        &mut self,
        node: &Node,
        path: &Path<'_>,
        place: Place,
        shown: Shown,
        depth: usize,
    ) -> Value {
        /// Aliases can nest deeper than the text does.
        const MAX_DEPTH: usize = 120;
        self.left = if depth > MAX_DEPTH { 0 } else { self.left.saturating_sub(1) };
        if self.left == 0 {
            return Value::Null;
        }
        self.positions.insert(path.to_string(), place);
        match &node.content {
            Content::Scalar { text, is_plain } => {
                let value =
                    if *is_plain { scalar::plain(text) } else { Value::from(text.as_str()) };
                self.mark(node, shown.may_show(text, &value));
                value
            }
            Content::List(items) => {
                let item = |(index, item): (usize, &Rc<Node>)| {
                    self.value(item, &path.item(index), item.place, shown, depth + 1)
                };
                items.iter().enumerate().map(item).collect()
            }
            Content::Map(_) => {
                let mut members = Map::new();
                for (name, text, value) in self.members(node, path, depth) {
                    let path = path.member(&text);
                    let value =
                        self.value(&value, &path, name.place, shown.below(&text), depth + 1);
                    members.insert(text.clone(), value);
                }
                Value::Object(members)
            }
        }
    }

    fn mark(&mut self, node: &Node, is_public: bool) {
        if let Some(source) = self.sources.get_mut(node.place.file) {
            source.show(node.place, is_public);
        }
    }

    /// The members of a mapping, its own and then those merged into it by `<<`.
    fn members(
        &mut self,
        node: &Node,
        path: &Path<'_>,
        depth: usize,
    ) -> Vec<(Rc<Node>, String, Rc<Node>)> {
        let mut members: Vec<(Rc<Node>, String, Rc<Node>)> = Vec::new();
        let mut merged: Vec<Rc<Node>> = Vec::new();
        let Content::Map(own) = &node.content else { return members };
        let mut seen: HashMap<String, Place> = HashMap::new();
        for (name, value) in own {
            self.left = self.left.saturating_sub(1);
            let Some(text) = name.text().map(str::to_owned) else {
                let message = "The name of a member is a list or a mapping; it must be a string.";
                self.report(path, name.place, message.to_owned());
                continue;
            };
            self.mark(name, true);
            if text == "<<" && matches!(name.content, Content::Scalar { is_plain: true, .. }) {
                self.merge(value, path, &mut merged);
            } else if let Some(first) = seen.get(&text) {
                let message = format!(
                    "`{text}` stands twice in this mapping: in line {} and in line {}. Remove one.",
                    first.line, name.place.line
                );
                self.report(&path.member(&text), name.place, message);
            } else {
                seen.insert(text.clone(), name.place);
                members.push((Rc::clone(name), text, Rc::clone(value)));
            }
        }
        for map in merged {
            if self.left == 0 || depth > super::tree::MAX_DEPTH {
                break;
            }
            for (name, text, value) in self.members(&map, path, depth + 1) {
                if !seen.contains_key(&text) {
                    seen.insert(text.clone(), name.place);
                    members.push((name, text, value));
                }
            }
        }
        members
    }

    fn merge(&mut self, value: &Rc<Node>, path: &Path<'_>, merged: &mut Vec<Rc<Node>>) {
        match &value.content {
            Content::Map(_) => merged.push(Rc::clone(value)),
            Content::List(maps) if maps.iter().all(|m| matches!(m.content, Content::Map(_))) => {
                merged.extend(maps.iter().cloned());
            }
            _ => {
                let message = "`<<` merges a mapping or a list of mappings; this is none.";
                self.report(path, value.place, message.to_owned());
            }
        }
    }

    fn report(&mut self, path: &Path<'_>, place: Place, message: String) {
        let finding = Finding::new(Severity::Error, path.to_string(), place, message);
        // A mapping that is merged or aliased is met more than once.
        if !self.findings.contains(&finding) {
            self.findings.push(finding);
        }
    }
}
