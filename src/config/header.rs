//! `extra_headers`: what is added to every request of a deployment.

use super::node::Node;

/// Headers that Envoy or the translation owns; setting them would break the request.
const OWNED: [&str; 9] = [
    "host",
    "content-length",
    "content-type",
    "content-encoding",
    "transfer-encoding",
    "connection",
    "upgrade",
    "te",
    "accept-encoding",
];

pub fn read(node: Option<Node<'_>>) -> Vec<(String, String)> {
    let Some(node) = node else { return Vec::new() };
    if node.object().is_none() {
        return Vec::new();
    }
    node.members()
        .filter_map(|(name, member)| Some((header(name, &member)?, value(&member)?)))
        .collect()
}

/// The name in lower case.
fn header(name: &str, member: &Node<'_>) -> Option<String> {
    let lower = name.to_ascii_lowercase();
    let is_token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    let problem = if lower.is_empty() || !lower.chars().all(is_token) {
        "This is not the name of a header."
    } else if OWNED.contains(&lower.as_str()) {
        "This header belongs to the connection or the body and cannot be set."
    } else if lower.starts_with("x-dragoman-") || lower.starts_with("x-envoy-") {
        "Headers that begin with `x-dragoman-` or `x-envoy-` are internal and cannot be set."
    } else {
        return Some(lower);
    };
    member.error(problem);
    None
}

fn value(member: &Node<'_>) -> Option<String> {
    if let serde_json::Value::Number(number) = member.value {
        return Some(number.to_string());
    }
    let text = member.text()?.text.trim().to_owned();
    if text.chars().any(char::is_control) {
        member.error("A header's value cannot hold line breaks or control characters.");
        return None;
    }
    Some(text)
}
