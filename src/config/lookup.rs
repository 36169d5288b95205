//! From the model that a client asks for to the group that answers.

use super::model::{Config, Group};
use hashbrown::HashMap;
use std::sync::OnceLock;

/// The groups of a [`Config`] by name, built at the first question. The groups must not change after.
#[derive(Debug, Default)]
pub struct Lookup(OnceLock<Tables>);

#[derive(Debug)]
struct Tables {
    exact: HashMap<String, usize>,
    /// Groups whose name holds a `*`, the longest name first.
    wildcards: Vec<Wildcard>,
}

#[derive(Debug)]
struct Wildcard {
    before: String,
    after: String,
    group: usize,
}

impl Wildcard {
    /// What `*` stands for in `model`: at least one character.
    fn matched<'m>(&self, model: &'m str) -> Option<&'m str> {
        let rest = model.strip_prefix(self.before.as_str())?;
        rest.strip_suffix(self.after.as_str()).filter(|star| !star.is_empty())
    }
}

impl Tables {
    fn new(groups: &[Group]) -> Self {
        let mut tables = Self { exact: HashMap::new(), wildcards: Vec::new() };
        for (group, Group { name, .. }) in groups.iter().enumerate() {
            match name.split_once('*') {
                Some((before, after)) => tables.wildcards.push(Wildcard {
                    before: before.to_owned(),
                    after: after.to_owned(),
                    group,
                }),
                None => {
                    tables.exact.insert(name.clone(), group);
                }
            }
        }
        let length =
            |wildcard: &Wildcard| wildcard.before.len().saturating_add(wildcard.after.len());
        tables.wildcards.sort_by_key(|wildcard| std::cmp::Reverse(length(wildcard)));
        tables
    }
}

impl Config {
    /// The group that answers for `model`, and what its `*` stands for: a group of that very name,
    /// else the one an alias leads to, else the wildcard group with the longest name that fits
    /// (LiteLLM's rule).
    #[must_use]
    pub fn group<'a>(&'a self, model: &'a str) -> Option<(&'a Group, Option<&'a str>)> {
        let tables = self.lookup.0.get_or_init(|| Tables::new(&self.groups));
        if let Some(group) = tables.exact.get(model) {
            return Some((self.groups.get(*group)?, None));
        }
        let model = self.aliases.get(model).map_or(model, |alias| alias.group.as_str());
        if let Some(group) = tables.exact.get(model) {
            return Some((self.groups.get(*group)?, None));
        }
        let mut wildcards = tables.wildcards.iter();
        wildcards.find_map(|wildcard| {
            let star = wildcard.matched(model)?;
            Some((self.groups.get(wildcard.group)?, Some(star)))
        })
    }
}
