//! Web identities: a JWT that somebody else issued, and that is exchanged for a token. Where it comes
//! from is written as LiteLLM does: `oidc/file/PATH`, `oidc/env/NAME`, `oidc/env_path/NAME`,
//! `oidc/google/AUDIENCE`, `oidc/azure/…`, or it stands there itself.

use super::google::METADATA_HEADER;
use super::{Places, azure};
use crate::auth::token::{Ask, Grant, Reply, Step, Value};
use crate::config::cluster::ClusterNames;
use crate::dialect::Secret;
use crate::wire::percent;

/// Google's metadata server, which also says who a machine is.
const GOOGLE: &str =
    "http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/identity";

/// A JWT, and the steps that bring it, if it does not stand there.
pub struct WebIdentity {
    pub steps: Vec<Step>,
    pub token: Value,
}

impl WebIdentity {
    fn step(step: Step) -> Self {
        Self { steps: vec![step], token: Value::brought(0) }
    }
}

impl Places<'_> {
    /// What `text` says.
    ///
    /// # Errors
    /// Advice, where it says nothing that can be used.
    pub(super) fn web_identity(
        &self,
        text: &Secret,
        clusters: &mut ClusterNames,
    ) -> Result<WebIdentity, String> {
        let text = text.expose();
        if let Some(rest) = text.strip_prefix("oidc/") {
            let (kind, what) = rest.split_once('/').unwrap_or((rest, ""));
            return match kind {
                "file" => in_file(what),
                "env" => self.variable(what).map(|token| WebIdentity {
                    steps: Vec::new(),
                    token: Secret::new(token).into(),
                }),
                "env_path" => in_file(&self.variable(what)?),
                "azure" => in_file(&self.variable(azure::FEDERATED)?),
                "google" => {
                    let mut query = "?audience=".to_owned();
                    percent::encode(what, &mut query);
                    let (name, value) = METADATA_HEADER;
                    let ask = Ask::get().at(query).header(name, value).reply(Reply::Text);
                    let step = self.step(GOOGLE, Grant::Ask(ask), clusters);
                    step.map(WebIdentity::step)
                        .ok_or_else(|| "There is no such cluster.".to_owned())
                }
                _ => Err(format!(
                    "Dragoman cannot fetch this kind of web identity; it knows {KINDS} and the token \
                     itself."
                )),
            };
        }
        if text.starts_with('/') {
            return in_file(text);
        }
        let is_jwt = text.split('.').count() == 3 && text.bytes().all(|b| b.is_ascii_graphic());
        if is_jwt {
            return Ok(WebIdentity { steps: Vec::new(), token: Secret::new(text).into() });
        }
        Err(format!("A web identity is a JWT, or one of {KINDS}."))
    }

    fn variable(&self, name: &str) -> Result<String, String> {
        let found = self.params.reader.environment.first([name]);
        let found = found.map(|(_, value)| value.trim().to_owned());
        found.ok_or_else(|| format!("The environment variable `{name}` is not set."))
    }
}

const KINDS: &str =
    "`oidc/file/PATH`, `oidc/env/NAME`, `oidc/env_path/NAME`, `oidc/google/AUDIENCE`";

/// The token in a file.
pub fn in_file(path: &str) -> Result<WebIdentity, String> {
    Step::file(path, Reply::Text).map(WebIdentity::step)
}
