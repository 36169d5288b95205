//! Fallbacks between groups, and further names of groups.

use super::known::{self, ALIAS};
use super::model::{Alias, Config, Fallbacks};
use super::names::{listed, nearest};
use super::node::Node;
use hashbrown::HashMap;

/// `model_group_alias`, to be called when the groups are there.
pub fn read_aliases(router: Option<&Node<'_>>, config: &Config) -> HashMap<String, Alias> {
    let mut aliases = HashMap::new();
    let Some(node) = router.and_then(|router| router.get("model_group_alias")) else {
        return aliases;
    };
    if node.object().is_none() {
        return aliases;
    }
    for (name, target) in node.members() {
        let Some((alias, at)) = alias(&target) else { continue };
        if config.groups.iter().any(|group| group.name == name) {
            target.warn("A model group has this very name, so the alias has no effect.");
        } else if config.group(&alias.group).is_none() {
            at.error(unknown_group(&alias.group, config));
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

/// Reads all lists into `config.routing`. A list of `router_settings` comes before the one of
/// `litellm_settings`, unless it is empty.
pub fn read_all(router: Option<&Node<'_>>, litellm: Option<&Node<'_>>, config: &mut Config) {
    let lists = |name| {
        let [own, other] = [router, litellm]
            .map(|at| at.and_then(|at| at.get(name)).map(|node| read(&node, config)));
        own.filter(|own| !own.is_empty()).or(other).unwrap_or_default()
    };
    let mut fallbacks = lists("fallbacks");
    let context_window_fallbacks = lists("context_window_fallbacks");
    let content_policy_fallbacks = lists("content_policy_fallbacks");
    let [own, other] = [router, litellm].map(|at| {
        at.and_then(|at| at.get("default_fallbacks")).map(|node| groups(&node, None, config))
    });
    let named = own.filter(|own| !own.is_empty()).or(other);
    let for_all = fallbacks.remove("*").unwrap_or_default();
    let routing = &mut config.routing;
    routing.default_fallbacks = named.filter(|named| !named.is_empty()).unwrap_or(for_all);
    routing.fallbacks = fallbacks;
    routing.context_window_fallbacks = context_window_fallbacks;
    routing.content_policy_fallbacks = content_policy_fallbacks;
}

/// `[{"gpt-4": ["claude"]}, {"*": ["gpt-4"]}]`.
fn read(node: &Node<'_>, config: &Config) -> Fallbacks {
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
            if from != "*" && config.group(from).is_none() {
                targets.warn(format!("{} So this has no effect.", unknown_group(from, config)));
            }
            let targets_of = groups(&targets, Some(from), config);
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
fn groups(node: &Node<'_>, from: Option<&str>, config: &Config) -> Vec<String> {
    let group = |node: &Node<'_>| {
        let name = node.name()?.text.into_owned();
        if from == Some(name.as_str()) {
            node.warn("A group cannot be its own fallback; `num_retries` tries it again.");
            return None;
        }
        if config.group(&name).is_none() {
            node.error(unknown_group(&name, config));
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

/// The name itself is left out: it may have come from the environment.
fn unknown_group(name: &str, config: &Config) -> String {
    let known = || config.groups.iter().map(|group| group.name.as_str());
    let meant = nearest(name, known());
    let advice = meant.map(|name| format!(" Did you mean `{name}`?")).unwrap_or_default();
    format!("No model group has this name; there are {}.{advice}", listed(known()))
}
