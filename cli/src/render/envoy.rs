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
const LOG_FIELDS: [&str; 11] = [
    "call_id",
    "operation",
    "model_group",
    "model",
    "provider",
    "deployment",
    "attempts",
    "input_tokens",
    "output_tokens",
    "cost_usd",
    "usage",
];

/// Where Envoy gets listeners, clusters and the plugin's configuration from.
#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Discovery {
    /// All of it stands in one file.
    None,
    /// From files that are replaced while it runs.
    File,
    /// From Istio.
    Ads,
}

/// What the templates are filled in with.
#[derive(Serialize)]
pub struct Values<'a> {
    #[serde(flatten)]
    site: &'a Site,
    labels: [&'static str; LABELS.len()],
    log_fields: [&'static str; LOG_FIELDS.len()],
    client_replies: Vec<LocalReply>,
    attempt_replies: Vec<LocalReply>,
    discovery: Discovery,
    /// Every inner hop, the old ones too.
    attempts: &'a [Attempt],
    /// Of an update.
    version: u32,
    /// Where the updates are.
    directory: &'a str,
}

impl<'a> Values<'a> {
    pub fn new(site: &'a Site) -> Self {
        Self {
            site,
            labels: LABELS,
            log_fields: LOG_FIELDS,
            client_replies: local_reply::to_clients(site),
            attempt_replies: local_reply::to_attempts(site),
            discovery: Discovery::None,
            attempts: std::slice::from_ref(&site.attempt),
            version: 0,
            directory: "",
        }
    }

    #[must_use]
    pub fn with(self, discovery: Discovery) -> Self {
        Self { discovery, ..self }
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

/// One state of what Envoy is told while it runs.
pub struct Update<'a> {
    pub site: &'a Site,
    /// The inner hops to keep, of which the site's is one.
    pub attempts: &'a [Attempt],
    /// Where Envoy finds the gateway's configuration.
    pub directory: &'a str,
    pub version: u32,
}

impl Update<'_> {
    pub fn clusters(&self) -> anyhow::Result<String> {
        self.render("envoy/clusters.yaml")
    }

    /// All but the gateway's configuration.
    pub fn listeners(&self) -> anyhow::Result<String> {
        self.render("envoy/listeners.yaml")
    }

    pub fn gateway(&self) -> anyhow::Result<String> {
        self.render("envoy/gateway.yaml")
    }

    fn render(&self, template: &str) -> anyhow::Result<String> {
        let Self { attempts, directory, version, .. } = *self;
        let values = Values {
            discovery: Discovery::File,
            attempts,
            directory,
            version,
            ..Values::new(self.site)
        };
        render(template, values)
    }
}
