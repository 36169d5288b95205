//! Metrics, as names with labels in them.
//!
//! Envoy's metrics have no labels of their own; `NAME;.;LABEL=;.;VALUE` is turned into one by the
//! stats tags of its bootstrap. Names follow the OpenTelemetry GenAI conventions where one exists
//! (<https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-metrics/>); units are in the name,
//! for Envoy's histograms hold whole numbers.
//!
//! Every label value comes from the configuration or is an HTTP status, so that no client can make
//! more series than the configuration has deployments.

use super::Effect;
use crate::config::Deployment;

/// How a value is recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MetricKind {
    /// `value` is added.
    Counter,
    /// `value` is set.
    Gauge,
    /// `value` is one observation.
    Histogram,
}

/// One thing to count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metric {
    pub kind: MetricKind,
    /// With labels.
    pub name: String,
    pub value: u64,
}

/// Longest label value, bytes.
const MAX_LABEL_BYTES: usize = 96;

/// The labels that say which deployment something is about.
#[derive(Debug, Clone, Copy)]
pub struct Labels<'a> {
    pub group: &'a str,
    pub provider: &'a str,
    pub deployment: &'a str,
}

impl<'a> Labels<'a> {
    #[must_use]
    pub fn of(group: &'a str, deployment: &'a Deployment) -> Self {
        Self { group, provider: &deployment.target.provider.name, deployment: &deployment.id }
    }

    /// For a request that no deployment was asked for.
    #[must_use]
    pub fn unserved(group: &'a str) -> Self {
        Self { group, provider: "none", deployment: "none" }
    }

    fn write(&self, name: &mut String) {
        label(name, "gen_ai_request_model", self.group);
        label(name, "gen_ai_provider_name", self.provider);
        label(name, "dragoman_deployment", self.deployment);
    }
}

fn label(name: &mut String, key: &str, value: &str) {
    name.push_str(";.;");
    name.push_str(key);
    name.push_str("=;.;");
    let clean = value
        .char_indices()
        .take_while(|(at, c)| at + c.len_utf8() <= MAX_LABEL_BYTES)
        .map(|(_, c)| if c == ';' || c.is_control() { '_' } else { c });
    name.extend(clean);
}

/// A metric about a deployment, with one more label where given.
#[must_use]
pub fn metric(
    kind: MetricKind,
    base: &str,
    labels: &Labels<'_>,
    extra: Option<(&str, &str)>,
    value: u64,
) -> Effect {
    Effect::Metric(Metric { kind, name: name(base, labels, extra), value })
}

fn name(base: &str, labels: &Labels<'_>, extra: Option<(&str, &str)>) -> String {
    let mut name = String::with_capacity(base.len() + 160);
    name.push_str(base);
    labels.write(&mut name);
    if let Some((key, text)) = extra {
        label(&mut name, key, text);
    }
    name
}

/// One try on a provider; `status` is HTTP's, or `reset`, `cancelled`.
#[must_use]
pub fn attempt(labels: &Labels<'_>, status: &str) -> Effect {
    metric(MetricKind::Counter, "dragoman_attempts_total", labels, Some(("status", status)), 1)
}

/// The gauge of the requests in flight on a deployment, over all workers.
#[must_use]
pub fn in_flight(labels: &Labels<'_>) -> String {
    name("dragoman_in_flight", labels, None)
}

#[must_use]
pub fn cooldown(labels: &Labels<'_>) -> Effect {
    metric(MetricKind::Counter, "dragoman_cooldowns_total", labels, None, 1)
}

#[cfg(test)]
mod tests;
