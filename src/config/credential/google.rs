//! Google accounts, for Vertex AI.
//!
//! Source of the files' formats: <https://google.aip.dev/auth/4110>.

use super::{Found, Places};
use crate::auth::token::{Form, Grant, ServiceAccount};
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
const TOKEN_URI: &str = "https://oauth2.googleapis.com/token";
const SCOPE: &str = "https://www.googleapis.com/auth/cloud-platform";

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
                let header = ("metadata-flavor", "Google");
                let grant = Grant::Metadata { query: String::new(), header };
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
        let text =
            |name: &str| account.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let kind = text("type");
        let grant = match kind.as_str() {
            "service_account" => {
                let found = ServiceAccount::new(
                    text("client_email"),
                    text("private_key_id"),
                    Secret::new(text("private_key")),
                    token_uri(&account),
                    SCOPE,
                );
                match found {
                    Ok(found) => Grant::ServiceAccount(found),
                    Err(what) => return Some(self.advise(NAMES[0], format!("`{place}`: {what}"))),
                }
            }
            "authorized_user" => Grant::Form(Form {
                open: vec![
                    ("grant_type", "refresh_token".to_owned()),
                    ("client_id", text("client_id")),
                ],
                secret: vec![
                    ("client_secret", Secret::new(text("client_secret"))),
                    ("refresh_token", Secret::new(text("refresh_token"))),
                ],
            }),
            _ => {
                return Some(self.advise(
                    NAMES[0],
                    format!(
                        "`{place}` is not the JSON of a `service_account` or an `authorized_user`; \
                         other kinds are not supported yet. On Google's machines `{METADATA_WORD}` \
                         needs no file at all."
                    ),
                ));
            }
        };
        self.fetched(&token_uri(&account), grant, clusters)
    }
}

fn token_uri(account: &Value) -> String {
    let named = account.get("token_uri").and_then(Value::as_str);
    named.unwrap_or(TOKEN_URI).to_owned()
}
