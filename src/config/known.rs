//! Every setting that LiteLLM or Dragoman knows, and what becomes of it here.
//!
//! The tables are data: a setting that gets supported moves from one row to another. LiteLLM's names
//! are those of its 1.106 (`types/router.py`, `Router.__init__`, `ConfigGeneralSettings`, what its
//! proxy reads of `litellm_settings`).

mod dragoman;
mod general;
mod litellm;
mod model;
mod root;
mod router;

use super::names::nearest;
use super::node::Node;
use serde_json::Value;

/// What becomes of a setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Support {
    /// It is read.
    Used,
    /// LiteLLM knows it and it restricts nobody. What happens instead, as a sentence.
    Inert(&'static str),
    /// LiteLLM restricts requests by it and Dragoman does not. What that means, as a sentence.
    Unenforced(&'static str),
}

/// Settings that share a fate. A name that ends in `*` stands for all that begin so.
#[derive(Debug)]
pub struct Known {
    pub names: &'static [&'static str],
    pub support: Support,
}

/// One mapping of the configuration.
#[derive(Debug)]
pub struct Section {
    /// Such as `model_list[].litellm_params`.
    pub name: &'static str,
    pub known: &'static [Known],
}

impl Section {
    /// What becomes of `name`; `None` if nobody knows it.
    #[must_use]
    pub fn support(&self, name: &str) -> Option<Support> {
        let fits = |known: &str| match known.strip_suffix('*') {
            Some(beginning) => name.starts_with(beginning),
            None => known == name,
        };
        self.known.iter().find(|row| row.names.iter().any(|known| fits(known))).map(|r| r.support)
    }

    /// The settings that are read.
    pub fn used(&self) -> impl Iterator<Item = &'static str> {
        let used = self.known.iter().filter(|row| row.support == Support::Used);
        used.flat_map(|row| row.names.iter().copied())
    }

    /// The known name that `name` may be a slip of.
    #[must_use]
    pub fn nearest(&self, name: &str) -> Option<&'static str> {
        let used = nearest(name, self.used());
        used.or_else(|| nearest(name, self.known.iter().flat_map(|r| r.names.iter().copied())))
            .filter(|name| !name.ends_with('*'))
    }
}

pub use dragoman::{DRAGOMAN, LIMITS};
pub use general::GENERAL;
pub use litellm::LITELLM;
pub use model::{ALIAS, CREDENTIAL, ENTRY, INFO, PARAMS};
pub use root::ROOT;
pub use router::ROUTER;

/// Every section, in the order of the documentation.
pub const SECTIONS: [&Section; 11] = [
    &ROOT,
    &ENTRY,
    &PARAMS,
    &INFO,
    &CREDENTIAL,
    &ROUTER,
    &ALIAS,
    &LITELLM,
    &GENERAL,
    &DRAGOMAN,
    &LIMITS,
];

/// Sections in which a misplaced setting may belong.
const HOMES: [&Section; 4] = [&ROUTER, &LITELLM, &GENERAL, &DRAGOMAN];

/// Warns of every member of `node` that is not read. Returns false if `node` is no mapping.
pub fn check(node: &Node<'_>, section: &Section) -> bool {
    if node.object().is_none() {
        return false;
    }
    for (name, member) in node.members() {
        check_member(name, &member, section);
    }
    true
}

/// Warns if the setting `name` is not read.
pub fn check_member(name: &str, member: &Node<'_>, section: &Section) {
    match section.support(name) {
        Some(Support::Used) => {}
        // `cache: false` asks for what happens anyway.
        Some(_) if is_off(member.value) => {}
        Some(Support::Inert(instead)) => {
            member.warn(format!("Dragoman does not support `{name}` yet. {instead}"));
        }
        Some(Support::Unenforced(meaning)) => member.warn(format!(
            "Dragoman does not support `{name}` yet: requests are NOT restricted by it. {meaning}"
        )),
        None => member.warn(unknown(name, section)),
    }
}

fn unknown(name: &str, section: &Section) -> String {
    let advice = match section.nearest(name) {
        Some(nearest) => format!("Did you mean `{nearest}`?"),
        None => match HOMES.iter().find(|home| home.used().any(|used| used == name)) {
            Some(home) => format!("It belongs under `{}`.", home.name),
            None => "Remove it, or check its spelling.".to_owned(),
        },
    };
    format!("`{name}` is not a setting that is known here, so it has no effect. {advice}")
}

/// Whether a setting is switched off or empty, so that leaving it out would be the same.
fn is_off(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_setting_stands_in_two_rows_of_a_section() {
        for section in SECTIONS {
            let mut names: Vec<_> = section.known.iter().flat_map(|row| row.names).collect();
            let count = names.len();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), count, "{}", section.name);
        }
    }

    #[test]
    fn every_reason_is_a_sentence() {
        for row in SECTIONS.iter().flat_map(|section| section.known) {
            if let Support::Inert(reason) | Support::Unenforced(reason) = row.support {
                assert!(reason.ends_with('.'), "{reason}");
            }
        }
    }
}
