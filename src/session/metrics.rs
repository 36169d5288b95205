//! Metrics, as names with labels in them.
//!
//! Names follow the OpenTelemetry GenAI conventions where one exists
//! (<https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-metrics/>); units are in the name, for
//! Envoy's histograms hold whole numbers. [`Labels`] says how labels stand in it.
//!
//! Every label value comes from the configuration or is an HTTP status, so that no client can make
//! more series than the configuration has deployments.

use super::Effect;
use crate::config::{Label, Labels};
use std::borrow::Cow;
use std::fmt::{self, Display, Formatter};

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
    pub series: Series,
    pub value: u64,
}

/// What a metric is about. Shown, it is the name that Envoy knows it by; that is written for a new
/// series only, and the parts tell a known one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Series {
    pub name: &'static str,
    labels: Labels,
    /// One more label, beside those of the deployment.
    pub extra: Option<Extra>,
}

/// A label's key and value.
pub type Extra = (&'static str, Cow<'static, str>);

impl Display for Series {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.name, self.labels)?;
        self.extra.as_ref().map_or(Ok(()), |(key, value)| Label(key, value).fmt(f))
    }
}

/// A metric about a deployment, with one more label where given.
#[must_use]
pub fn metric(
    kind: MetricKind,
    name: &'static str,
    labels: &Labels,
    extra: Option<Extra>,
    value: u64,
) -> Effect {
    let series = Series { name, labels: labels.clone(), extra };
    Effect::Metric(Metric { kind, series, value })
}

/// One try on a provider; `status` is HTTP's, or `reset`, `cancelled`.
#[must_use]
pub fn attempt(labels: &Labels, status: Cow<'static, str>) -> Effect {
    metric(MetricKind::Counter, "dragoman_attempts_total", labels, Some(("status", status)), 1)
}

/// A request that Dragoman answered itself with an error, before any deployment was asked.
#[must_use]
pub fn refused(status: u16) -> Effect {
    let status = Some(("status", super::headers::number(status)));
    metric(MetricKind::Counter, "dragoman_refused_total", &Labels::unserved("none"), status, 1)
}

/// The requests in flight on a deployment, over all workers.
#[must_use]
pub fn in_flight(labels: Labels, count: u32) -> Metric {
    let series = Series { name: "dragoman_in_flight", labels, extra: None };
    Metric { kind: MetricKind::Gauge, series, value: count.into() }
}

#[must_use]
pub fn cooldown(labels: &Labels) -> Effect {
    metric(MetricKind::Counter, "dragoman_cooldowns_total", labels, None, 1)
}

#[cfg(test)]
mod tests;
