//! Members of `litellm_params` that stand in a request where the client sends none.

use super::node::Node;
use crate::wire::object::RawJson;
use serde_json::value::to_raw_value;

/// Adds the member to `defaults`. The members of `extra_body` count as the request's own, as the
/// OpenAI SDK sends them.
pub fn read(name: &str, member: &Node<'_>, defaults: &mut Vec<(String, RawJson)>) {
    if name != "extra_body" {
        add(name, member, defaults);
    } else if member.object().is_some() {
        for (name, member) in member.members() {
            add(name, &member, defaults);
        }
    }
}

fn add(name: &str, member: &Node<'_>, defaults: &mut Vec<(String, RawJson)>) {
    // A value that came from JSON is JSON again.
    if let Some(json) = member.resolved().and_then(|value| to_raw_value(&value).ok()) {
        defaults.retain(|(known, _)| known != name);
        defaults.push((name.to_owned(), json));
    }
}
