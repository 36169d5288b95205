//! The templates, and what they can call.

use anyhow::Context as _;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior};
use serde::Serialize;

macro_rules! templates {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../templates/", $name)))),*]
    };
}

const TEMPLATES: &[(&str, &str)] = templates![
    "compose/compose.yaml",
    "compose/prometheus.yaml",
    "envoy/access-log.yaml",
    "envoy/bootstrap-xds.yaml",
    "envoy/bootstrap.yaml",
    "envoy/circuit-breakers.yaml",
    "envoy/cluster-files.yaml",
    "envoy/cluster-loop.yaml",
    "envoy/cluster-provider.yaml",
    "envoy/clusters.yaml",
    "envoy/envoy.yaml",
    "envoy/gateway.yaml",
    "envoy/listener-attempt.yaml",
    "envoy/listener-files.yaml",
    "envoy/listener-public.yaml",
    "envoy/listeners.yaml",
    "envoy/local-replies.yaml",
    "envoy/retry-policy.yaml",
    "envoy/stats.yaml",
    "envoy/wasm.yaml",
    "istio/envoyfilter-gateway.yaml",
    "istio/envoyfilter-solo.yaml",
    "istio/gateway.yaml",
    "istio/patches-files.yaml",
    "istio/patches-listener.yaml",
    "istio/patches-stats.yaml",
    "istio/providers.yaml",
    "istio/wasmplugin.yaml",
];

/// Fills in the template called `name`.
pub fn render(name: &str, values: impl Serialize) -> anyhow::Result<String> {
    let mut environment = Environment::new();
    let mut syntax = SyntaxConfig::builder();
    syntax.trim_blocks(true).lstrip_blocks(true).keep_trailing_newline(true);
    environment.set_syntax(syntax.build()?);
    // A misspelt name is a bug, not an empty string.
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.add_filter("quote", quote);
    for (name, source) in TEMPLATES {
        environment.add_template(name, source)?;
    }
    environment
        .get_template(name)
        .and_then(|template| template.render(Serde(values)))
        .with_context(|| format!("The template {name} could not be filled in."))
}

/// A JSON string, which is a YAML string whatever it holds.
fn quote(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
