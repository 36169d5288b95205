//! Fallbacks between groups, and further names of groups.

use super::known::{self, ALIAS};
use super::model::{Alias, Config, Fallbacks, Routing};
use super::names::{listed, nearest};
use super::node::Node;
use hashbrown::HashMap;

/// The names of groups.
pub struct Names<'a> {
    pub config: &'a Config,
    /// Each `model_name`, those of wrong entries included: one error is enough.
    pub declared: Vec<&'a str>,
}

impl Names<'_> {
    fn has(&self, name: &str) -> bool {
        self.declared.contains(&name) || self.config.group(name).is_some()
    }

    /// The name itself is left out: it may have come from the environment.
    fn unknown(&self, name: &str) -> String {
        let known = || self.declared.iter().copied();
        let meant = nearest(name, known());
        let advice = meant.map(|name| format!(" Did you mean `{name}`?")).unwrap_or_default();
        format!("No model group has this name; there are {}.{advice}", listed(known()))
    }
}

/// `model_group_alias`.
pub fn read_aliases(router: Option<&Node<'_>>, names: &Names<'_>) -> HashMap<String, Alias> {
    let mut aliases = HashMap::new();
    let Some(node) = router.and_then(|router| router.get("model_group_alias")) else {
        return aliases;
    };
    if node.object().is_none() {
        return aliases;
    }
    for (name, target) in node.members() {
        let Some((alias, at)) = alias(&target) else { continue };
        if names.declared.contains(&name) {
            target.warn("A model group has this very name, so the alias has no effect.");
        } else if !names.has(&alias.group) {
            at.error(names.unknown(&alias.group));
        } else {
            aliases.insert(name.to_owned(), alias);
        }
    }
    aliases
}

/// `gpt-4: my-group`, or `gpt-4: {model: my-group, hidden: true}`; and where the name stands.
fn alias<'b>(target: &'b Node<'_>) -> Option<(Alias, Node<'b>)> {
    if target.value.is_string() {
        return Some((Alias { group: target.name()?.text.into_owned(), hidden: false }, *target));
    }
    if target.value.is_object() {
        known::check(target, &ALIAS);
        let Some(model) = target.get("model") else {
            target.missing("model", "`model` is missing: the group that the alias stands for.");
            return None;
        };
        let hidden = target.get("hidden").and_then(|node| node.flag()).unwrap_or(false);
        return Some((Alias { group: model.name()?.text.into_owned(), hidden }, model));
    }
    target.expected("the name of a model group, or a mapping with `model` and `hidden`");
    None
}

/// Reads all lists into `routing`. A list of `router_settings` comes before the one of
/// `litellm_settings`, unless it is empty.
pub fn read_all(
    router: Option<&Node<'_>>,
    litellm: Option<&Node<'_>>,
    names: &Names<'_>,
    routing: &mut Routing,
) {
    let lists = |name| {
        let [own, other] = [router, litellm]
            .map(|at| at.and_then(|at| at.get(name)).map(|node| read(&node, names)));
        own.filter(|own| !own.is_empty()).or(other).unwrap_or_default()
    };
    routing.fallbacks = lists("fallbacks");
    routing.context_window_fallbacks = lists("context_window_fallbacks");
    routing.content_policy_fallbacks = lists("content_policy_fallbacks");
    let [own, other] = [router, litellm].map(|at| {
        at.and_then(|at| at.get("default_fallbacks")).map(|node| groups(&node, None, names))
    });
    let for_all = routing.fallbacks.remove("*").unwrap_or_default();
    let named = own.filter(|own| !own.is_empty()).or(other);
    routing.default_fallbacks = named.filter(|named| !named.is_empty()).unwrap_or(for_all);
}

/// `[{"gpt-4": ["claude"]}, {"*": ["gpt-4"]}]`.
fn read(node: &Node<'_>, names: &Names<'_>) -> Fallbacks {
    const SHAPE: &str = "a mapping from one group to a list of groups, such as `gpt-4: [claude]`";
    let mut fallbacks = Fallbacks::new();
    if !node.value.is_array() {
        node.expected(&format!("a list, each item {SHAPE}"));
        return fallbacks;
    }
    for item in node.items() {
        if !item.value.is_object() {
            item.expected(SHAPE);
            continue;
        }
        for (from, targets) in item.members() {
            if from != "*" && !names.has(from) {
                targets.warn(format!("{} So this has no effect.", names.unknown(from)));
            }
            let targets_of = groups(&targets, Some(from), names);
            // The first list counts, as in LiteLLM.
            if fallbacks.contains_key(from) {
                targets.warn("This group has a list before this one; only the first counts.");
            } else {
                fallbacks.insert(from.to_owned(), targets_of);
            }
        }
    }
    fallbacks
}

/// A list of groups, or one group.
fn groups(node: &Node<'_>, from: Option<&str>, names: &Names<'_>) -> Vec<String> {
    let group = |node: &Node<'_>| {
        let name = node.name()?.text.into_owned();
        if from == Some(name.as_str()) {
            node.warn("A group cannot be its own fallback; `num_retries` tries it again.");
            return None;
        }
        if !names.has(&name) {
            node.error(names.unknown(&name));
            return None;
        }
        Some(name)
    };
    if node.value.is_string() {
        return group(node).into_iter().collect();
    }
    if !node.is_list("model groups") {
        return Vec::new();
    }
    node.items().filter_map(|item| group(&item)).collect()
}
