//! Envoy's configuration: in one file, or split for an Envoy that is told of changes.

use super::local_reply::{self, LocalReply};
use super::site::{Attempt, Site};
use super::template::render;
use serde::Serialize;

/// The labels of the plugin's metrics.
const LABELS: [&str; 7] = [
    "gen_ai_operation_name",
    "gen_ai_request_model",
    "gen_ai_provider_name",
    "gen_ai_token_type",
    "dragoman_deployment",
    "dragoman_fallback_model",
    "status",
];

/// What the plugin leaves in filter state for the access log, as `dragoman.NAME`.
const LOG_FIELDS: [&str; 13] = [
    "call_id",
    "model_group",
    "model",
    "provider",
    "deployment",
    "attempts",
    "input_tokens",
    "output_tokens",
    "cached_tokens",
    "reasoning_tokens",
    "cost_usd",
    "first_token_ms",
    "error",
];

/// What the templates are filled in with.
#[derive(Serialize)]
struct Values<'a> {
    #[serde(flatten)]
    site: &'a Site,
    labels: [&'static str; LABELS.len()],
    log_fields: [&'static str; LOG_FIELDS.len()],
    client_replies: Vec<LocalReply>,
    attempt_replies: Vec<LocalReply>,
    /// Resources carry their type where Envoy reads them as updates.
    dynamic: bool,
    /// Every inner hop, the old ones too.
    attempts: &'a [Attempt],
    /// Where the updates are.
    directory: &'a str,
}

impl<'a> Values<'a> {
    fn new(site: &'a Site) -> Self {
        Self {
            site,
            labels: LABELS,
            log_fields: LOG_FIELDS,
            client_replies: local_reply::to_clients(site),
            attempt_replies: local_reply::to_attempts(site),
            dynamic: false,
            attempts: std::slice::from_ref(&site.attempt),
            directory: "",
        }
    }
}

/// Everything in one file, for `envoy -c`.
pub fn whole(site: &Site) -> anyhow::Result<String> {
    render("envoy/envoy.yaml", Values::new(site))
}

/// What stays the same while Envoy runs; the rest is read from `directory`.
pub fn bootstrap(site: &Site, directory: &str) -> anyhow::Result<String> {
    render("envoy/bootstrap-xds.yaml", Values { directory, ..Values::new(site) })
}

/// The listeners, with the inner hops of `attempts`, of which `site.attempt` is one.
pub fn listeners(site: &Site, attempts: &[Attempt]) -> anyhow::Result<String> {
    render("envoy/listeners.yaml", Values { dynamic: true, attempts, ..Values::new(site) })
}

/// The clusters, with those that lead to the inner hops of `attempts`.
pub fn clusters(site: &Site, attempts: &[Attempt]) -> anyhow::Result<String> {
    render("envoy/clusters.yaml", Values { dynamic: true, attempts, ..Values::new(site) })
}
