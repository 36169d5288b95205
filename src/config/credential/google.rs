//! Google accounts, for Vertex AI.
//!
//! Source of the files' formats: <https://google.aip.dev/auth/4110>.

use super::external::{IMPERSONATION, exchange};
use super::sign_in::fetched_in;
use super::{Found, Places};
use crate::auth::token::{Ask, Grant, ServiceAccount, Step};
use crate::config::cluster::ClusterNames;
use crate::config::environment::MARK;
use crate::dialect::Secret;
use serde_json::Value;

/// Members of `litellm_params` that only Google's providers have.
pub const NAMES: [&str; 2] = ["vertex_credentials", "vertex_ai_credentials"];

/// LiteLLM's variable and Google's. Both may name a file, which only the tool can read.
const VARIABLES: [&str; 2] = ["VERTEXAI_CREDENTIALS", "GOOGLE_APPLICATION_CREDENTIALS"];

/// What `vertex_credentials` says where the metadata server is to be asked; Dragoman's own word.
const METADATA_WORD: &str = "metadata";

const METADATA: &str =
    "http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token";
/// What every question to it has to carry.
pub const METADATA_HEADER: (&str, &str) = ("metadata-flavor", "Google");

const TOKEN_URI: &str = "https://oauth2.googleapis.com/token";
pub const SCOPE: &str = "https://www.googleapis.com/auth/cloud-platform";

/// What credentials may be.
enum Written {
    Metadata,
    Json(Value),
    /// A file's name, or nonsense.
    Else,
}

impl Written {
    fn parse(text: &str) -> Self {
        let text = text.trim();
        if text == METADATA_WORD {
            return Self::Metadata;
        }
        serde_json::from_str(text).ok().filter(Value::is_object).map_or(Self::Else, Self::Json)
    }
}

impl Places<'_> {
    /// What `litellm_params` says.
    pub(super) fn google(&self, clusters: &mut ClusterNames) -> Option<Found> {
        match self.google_written()? {
            Ok(written) => self.google_account(written, NAMES[0], clusters),
            Err(advice) => Some(Found::Missing(advice)),
        }
    }

    /// What the environment says.
    pub(super) fn google_from_environment(&self, clusters: &mut ClusterNames) -> Option<Found> {
        let (name, text) = self.params.reader.environment.first(VARIABLES)?;
        self.google_account(Written::parse(&text), name, clusters)
    }

    /// The project that the credentials belong to, where none is configured.
    pub(super) fn google_project(&self) -> Option<String> {
        let written = match self.google_written() {
            Some(written) => written.ok()?,
            None => Written::parse(&self.params.reader.environment.first(VARIABLES)?.1),
        };
        let Written::Json(account) = written else { return None };
        let name = ["project_id", "quota_project_id"].iter().find_map(|name| account.get(name));
        name?.as_str().map(str::to_owned)
    }

    fn google_written(&self) -> Option<Result<Written, String>> {
        let node = self.find(&NAMES)?;
        if node.value.is_object() {
            return Some(Ok(node.resolved().map_or(Written::Else, Written::Json)));
        }
        let variable = node.value.as_str().and_then(|text| text.strip_prefix(MARK));
        if let Some(name) = variable
            && node.reader.environment.first([name]).is_none()
        {
            let advice = format!(
                "The environment variable `{name}`, which is to hold the credentials, is not set."
            );
            return Some(Err(advice));
        }
        Some(Ok(Written::parse(&node.name()?.text)))
    }

    /// `place`: the member or the variable that holds it.
    fn google_account(
        &self,
        written: Written,
        place: &str,
        clusters: &mut ClusterNames,
    ) -> Option<Found> {
        let account = match written {
            Written::Json(account) => account,
            Written::Metadata => {
                let (name, value) = METADATA_HEADER;
                let grant = Grant::Ask(Ask::get().header(name, value));
                return self.fetched(METADATA, grant, clusters);
            }
            Written::Else => {
                return Some(self.advise(
                    NAMES[0],
                    format!(
                        "`{place}` holds neither the JSON of an account nor `{METADATA_WORD}`. A \
                         file's name is of use only to the `dragoman` tool: a plugin reads no files."
                    ),
                ));
            }
        };
        let mut steps = Vec::new();
        match self.google_steps(&account, &mut steps, clusters) {
            Ok(()) => Some(fetched_in(steps)),
            Err(Some(what)) => Some(self.advise(NAMES[0], format!("`{place}`: {what}"))),
            Err(None) => None,
        }
    }

    /// Adds the steps that bring the token of `account`.
    ///
    /// # Errors
    /// What is wrong with it; `None` was reported.
    fn google_steps(
        &self,
        account: &Value,
        steps: &mut Vec<Step>,
        clusters: &mut ClusterNames,
    ) -> Result<(), Option<String>> {
        let text = |name: &str| member(account, name).to_owned();
        let (grant, uri) = match text("type").as_str() {
            "service_account" => {
                let found = ServiceAccount::new(
                    text("client_email"),
                    text("private_key_id"),
                    Secret::new(text("private_key")),
                    token_uri(account),
                    SCOPE,
                )?;
                (Grant::ServiceAccount(found), token_uri(account))
            }
            "authorized_user" => {
                let ask = Ask::form(vec![
                    ("grant_type", "refresh_token".into()),
                    ("client_id", text("client_id").into()),
                    ("client_secret", Secret::new(text("client_secret")).into()),
                    ("refresh_token", Secret::new(text("refresh_token")).into()),
                ]);
                (Grant::Ask(ask), token_uri(account))
            }
            "external_account" => {
                steps.push(self.subject_token(account, clusters)?);
                (Grant::Ask(exchange(account)), text("token_url"))
            }
            "impersonated_service_account" if steps.is_empty() => {
                let source = account.get("source_credentials").unwrap_or(&Value::Null);
                // An account that stands for another stands for itself first, and once.
                if member(source, "type") == "impersonated_service_account" {
                    return Err(Some(
                        "Its `source_credentials` are no account of their own.".to_owned(),
                    ));
                }
                self.google_steps(source, steps, clusters)?;
                return self.impersonate(account, steps, clusters);
            }
            _ => {
                return Err(Some(format!(
                    "It is not the JSON of a `service_account`, an `authorized_user`, an \
                     `external_account` or an `impersonated_service_account`; other kinds are not \
                     supported. On Google's machines `{METADATA_WORD}` needs no file at all."
                )));
            }
        };
        steps.push(self.step(&uri, grant, clusters).ok_or(None)?);
        if !text(IMPERSONATION).is_empty() {
            self.impersonate(account, steps, clusters)?;
        }
        Ok(())
    }
}

/// A string of an object; empty where there is none.
pub fn member<'a>(object: &'a Value, name: &str) -> &'a str {
    object.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn token_uri(account: &Value) -> String {
    let named = account.get("token_uri").and_then(Value::as_str);
    named.unwrap_or(TOKEN_URI).to_owned()
}
