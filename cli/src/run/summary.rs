//! What a user sees once Envoy is ready.

use super::find::Envoy;
use crate::render::input::{Input, environment};
use crate::render::site::{Address, Site};
use dragoman::config::{Config, Group};
use std::fmt::Write as _;

/// The text for `input`, running as `site`. `is_demo`: with what to try.
pub fn text(input: &Input, site: &Site, envoy: &Envoy, is_demo: bool) -> String {
    let config = &input.reading.config;
    let base = format!("http://{}", reachable(&site.listen));
    let metrics = format!("http://{}/stats/prometheus", reachable(&site.admin));
    let mut text = format!(
        "\nDragoman is ready: OpenAI's API at {base}/v1, metrics at {metrics}\n\
         (Envoy {}; Ctrl-C stops it)\n\n",
        envoy.version
    );
    models(&mut text, config);
    keys(&mut text, site);
    let key = if config.master_key.is_some() { " -H \"authorization: Bearer $KEY\"" } else { "" };
    if is_demo {
        try_demo(&mut text, &base, &metrics);
    } else if let Some(group) = config.groups.first() {
        let model = group.name.replace('*', "MODEL");
        let _ = writeln!(text, "Try:\n  {}\n", chat(&base, key, &model, false, ""));
    }
    text
}

fn models(text: &mut String, config: &Config) {
    let width = config.groups.iter().map(|group| group.name.len()).max().unwrap_or_default();
    text.push_str("Models\n");
    for group in &config.groups {
        let mut name = group.name.as_str();
        for deployment in group.deployments.iter().filter_map(|at| config.deployments.get(*at)) {
            let target = &deployment.target;
            let (scheme, host) = (target.endpoint.scheme(), target.endpoint.authority());
            let _ = writeln!(
                text,
                "  {name:width$}  {}/{} at {scheme}://{host}",
                target.provider.name, target.model
            );
            name = "";
        }
        if let Some(others) = fallbacks(config, group) {
            let _ = writeln!(text, "  {:width$}  then {}", "", others.join(", then "));
        }
    }
    text.push('\n');
}

fn fallbacks<'a>(config: &'a Config, group: &Group) -> Option<&'a Vec<String>> {
    let routing = &config.routing;
    let others = routing.fallbacks.get(&group.name).unwrap_or(&routing.default_fallbacks);
    Some(others).filter(|others| !others.is_empty() && !others.contains(&group.name))
}

/// Which of the variables that the configuration looks at hold something; never what.
fn keys(text: &mut String, site: &Site) {
    let names = site.attempt.env_keys.iter();
    let set: Vec<&str> = names
        .filter(|name| environment(name).is_some_and(|value| !value.is_empty()))
        .map(String::as_str)
        .collect();
    if !set.is_empty() {
        let _ = writeln!(text, "Set in the environment: {}\n", set.join(", "));
    }
}

fn try_demo(text: &mut String, base: &str, metrics: &str) {
    let steps = [
        ("Claude, asked in OpenAI's words", chat(base, "", "claude", false, "")),
        ("the same as a stream", chat(base, "", "claude", true, "N")),
        (
            "a provider that dies before its first token, and the one that steps in: see \
             x-dragoman-attempts",
            chat(base, "", "shaky", true, "Ni"),
        ),
        (
            "the cost, in the headers",
            format!("{} | grep -i cost", chat(base, "", "gpt", false, "i")),
        ),
        (
            "the cost and everything else, in the metrics",
            format!("curl -s {metrics} | grep -E '^(dragoman|gen_ai)_'"),
        ),
    ];
    text.push_str("Try, in another terminal:\n");
    for (what, command) in steps {
        let _ = writeln!(text, "  # {what}\n  {command}");
    }
    text.push_str("A configuration of your own: dragoman run config.yaml\n\n");
}

fn chat(base: &str, key: &str, model: &str, stream: bool, flags: &str) -> String {
    let stream = if stream { r#""stream":true,"# } else { "" };
    format!(
        "curl -s{flags} {base}/v1/chat/completions{key} -H 'content-type: application/json' \
         -d '{{\"model\":\"{model}\",{stream}\"messages\":[{{\"role\":\"user\",\"content\":\"Hello!\"}}]}}'"
    )
}

/// An address to connect to, for one to listen on.
fn reachable(address: &Address) -> Address {
    let host = match address.host.as_str() {
        "0.0.0.0" | "::" => "127.0.0.1",
        host => host,
    };
    Address { host: host.to_owned(), port: address.port }
}
