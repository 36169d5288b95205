//! Keys that AWS gives a machine or a container.
//!
//! Source: <https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html>,
//! <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html>.

use super::Places;
use crate::auth::token::{Ask, Grant, Reply, Step, Value};
use crate::config::cluster::ClusterNames;
use crate::dialect::{Endpoint, Secret};
use std::sync::Arc;

/// Where ECS answers.
const ECS: &str = "http://169.254.170.2";

/// The hosts that AWS's tools ask without TLS, besides the machine itself: ECS's and EKS's.
const PLAIN_HOSTS: [&str; 3] = ["169.254.170.2", "169.254.170.23", "[fd00:ec2::23]"];

const METADATA: &str = "http://169.254.169.254";

/// How long the metadata service is asked to honour the token that it gives first, seconds.
const METADATA_TOKEN_S: &str = "60";

const ROLES: &str = "/latest/meta-data/iam/security-credentials/";

/// Where a container asks, below [`ECS`] or as a whole; the first one counts.
const PLACES: [&str; 2] =
    ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"];

impl Places<'_> {
    /// Whether the environment says where a container's keys are.
    pub(super) fn is_container(&self) -> bool {
        self.params.reader.environment.first(PLACES).is_some()
    }

    /// The keys of the container's own role.
    ///
    /// # Errors
    /// Advice; `None` was reported.
    pub(super) fn container(
        &self,
        region: &Arc<str>,
        clusters: &mut ClusterNames,
    ) -> Result<Vec<Step>, Option<String>> {
        let environment = &self.params.reader.environment;
        let first = |name| environment.first([name]).map(|(_, value)| value.trim().to_owned());
        let [relative, full] = PLACES;
        let url = match first(relative) {
            Some(path) => format!("{ECS}{path}"),
            None => first(full).unwrap_or_default(),
        };
        if !is_trusted(&url) {
            return Err(Some(format!(
                "`{full}` is neither an https:// address nor one of ECS's, EKS's or this machine's \
                 own."
            )));
        }
        let mut steps = Vec::new();
        let mut ask = Ask::get().reply(Reply::Keys(region.clone()));
        if let Some(path) = first("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE") {
            steps.push(Step::file(&path, Reply::Text)?);
            ask = ask.header("authorization", Value::brought(0));
        } else if let Some(token) = first("AWS_CONTAINER_AUTHORIZATION_TOKEN") {
            if token.chars().any(char::is_control) {
                let advice = "`AWS_CONTAINER_AUTHORIZATION_TOKEN` holds no valid token.";
                return Err(Some(advice.to_owned()));
            }
            ask = ask.header("authorization", Secret::new(token));
        }
        steps.push(self.step(&url, Grant::Ask(ask), clusters).ok_or(None)?);
        Ok(steps)
    }

    /// The keys of the machine's own role, from its metadata service (IMDSv2). `None` was reported.
    pub(super) fn machine(
        &self,
        region: &Arc<str>,
        clusters: &mut ClusterNames,
    ) -> Option<Vec<Step>> {
        let named = self.params.reader.environment.first(["AWS_EC2_METADATA_SERVICE_ENDPOINT"]);
        let base = named.map_or_else(|| METADATA.to_owned(), |(_, value)| value.trim().to_owned());
        let token = Ask::get()
            .at("/latest/api/token")
            .header("x-aws-ec2-metadata-token-ttl-seconds", METADATA_TOKEN_S)
            .reply(Reply::Text);
        let token = Ask { method: "PUT", ..token };
        let below = |role| {
            let ask = Ask::get().header("x-aws-ec2-metadata-token", Value::brought(0));
            Ask { suffix: (ROLES.to_owned(), role), ..ask }
        };
        let role = below(None).reply(Reply::Text);
        let keys = below(Some(Value::brought(1))).reply(Reply::Keys(region.clone()));
        [token, role, keys]
            .into_iter()
            .map(|ask| self.step(&base, Grant::Ask(ask), clusters))
            .collect()
    }
}

/// Whether AWS's tools would send a token there.
fn is_trusted(url: &str) -> bool {
    let Ok(endpoint) = Endpoint::parse(url) else { return false };
    let host = endpoint.host();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let is_own = bare.parse().is_ok_and(|address: std::net::IpAddr| address.is_loopback());
    endpoint.is_tls() || is_own || host == "localhost" || PLAIN_HOSTS.contains(&host)
}
