//! Names of the Envoy clusters that lead to providers.

use super::node::Node;
use crate::dialect::Endpoint;
use hashbrown::HashMap;
use std::fmt::Write as _;

/// How clusters are called where `dragoman.cluster_name_format` is not set.
const DEFAULT: &str = "{scheme}://{host}:{port}";

/// `dragoman.cluster_name_format`, such as Istio's `outbound|{port}||{host}`.
pub struct ClusterNames {
    parts: Vec<Part>,
    /// The endpoint that each name was given to.
    given: HashMap<String, String>,
}

enum Part {
    Text(String),
    Scheme,
    Host,
    Port,
}

impl ClusterNames {
    pub fn read(node: Option<Node<'_>>) -> Self {
        let format = node.as_ref().and_then(|node| {
            let text = node.name()?.text;
            parse(&text).map_err(|message| node.error(message)).ok()
        });
        let parts = format.or_else(|| parse(DEFAULT).ok()).unwrap_or_default();
        Self { parts, given: HashMap::new() }
    }

    /// The name for `endpoint`, or a sentence if another endpoint would be called the same.
    pub fn name(&mut self, endpoint: &Endpoint) -> Result<String, String> {
        let mut name = String::new();
        for part in &self.parts {
            // Writing to a string cannot fail.
            let _ = match part {
                Part::Text(text) => name.write_str(text),
                Part::Scheme => name.write_str(endpoint.scheme()),
                Part::Host => name.write_str(endpoint.host()),
                Part::Port => write!(name, "{}", endpoint.port()),
            };
        }
        let address = format!("{}://{}:{}", endpoint.scheme(), endpoint.host(), endpoint.port());
        let owner = self.given.entry_ref(name.as_str()).or_insert_with(|| address.clone());
        if *owner == address {
            return Ok(name);
        }
        Err(format!(
            "`dragoman.cluster_name_format` gives {owner} and {address} the same cluster name, \
             `{name}`. Make it hold {{scheme}}, {{host}} and {{port}} as far as they differ."
        ))
    }
}

fn parse(format: &str) -> Result<Vec<Part>, String> {
    let mut parts = Vec::new();
    let mut rest = format;
    while let Some((text, after)) = rest.split_once('{') {
        let Some((name, after)) = after.split_once('}') else {
            return Err("A `{` here has no `}`.".to_owned());
        };
        parts.push(Part::Text(text.to_owned()));
        parts.push(match name {
            "scheme" => Part::Scheme,
            "host" => Part::Host,
            "port" => Part::Port,
            _ => {
                return Err("Only {scheme}, {host} and {port} can stand in braces here.".to_owned());
            }
        });
        rest = after;
    }
    parts.push(Part::Text(rest.to_owned()));
    Ok(parts)
}
