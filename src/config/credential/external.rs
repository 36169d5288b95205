//! Google accounts that borrow who they are: from another identity provider (`external_account`), or
//! from another account (impersonation).

use super::Places;
use super::google::{SCOPE, member};
use crate::auth::token::{Ask, Body, Grant, Reply, Step, Value as Filled};
use crate::config::cluster::ClusterNames;
use crate::dialect::Secret;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

/// Where a token of another account is asked for.
pub const IMPERSONATION: &str = "service_account_impersonation_url";

/// How long one is asked to last, seconds.
const LIFE_S: u64 = 3_600;

impl Places<'_> {
    /// Where an external account has its own token from.
    ///
    /// Source: <https://google.aip.dev/auth/4117>.
    pub(super) fn subject_token(
        &self,
        account: &Value,
        clusters: &mut ClusterNames,
    ) -> Result<Step, Option<String>> {
        let source = account.get("credential_source").unwrap_or(&Value::Null);
        let format = source.get("format").unwrap_or(&Value::Null);
        let reply = match member(format, "type") {
            "json" => Reply::Member(member(format, "subject_token_field_name").to_owned()),
            _ => Reply::Text,
        };
        match (member(source, "file"), member(source, "url")) {
            ("", "") => Err(Some(
                "The `credential_source` of an `external_account` has to be a `file` or a `url`; \
                 those of AWS, certificates and programs are not supported."
                    .to_owned(),
            )),
            ("", _) if !member(source, "environment_id").is_empty() => {
                Err(Some("A `credential_source` of AWS is not supported.".to_owned()))
            }
            ("", url) => {
                let headers = source.get("headers").and_then(Value::as_object);
                let mut ask = Ask::get().reply(reply);
                for (name, value) in headers.into_iter().flatten() {
                    ask = ask.header(header_name(name)?, header_value(value)?);
                }
                let grant = Grant::Ask(ask);
                self.step(url, grant, clusters).ok_or(None)
            }
            (path, _) => Step::file(path, reply).map_err(Some),
        }
    }

    /// Has the token of the last step exchanged for one of another account.
    ///
    /// Source: <https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/generateAccessToken>.
    pub(super) fn impersonate(
        &self,
        account: &Value,
        steps: &mut Vec<Step>,
        clusters: &mut ClusterNames,
    ) -> Result<(), Option<String>> {
        let Some(former) = steps.len().checked_sub(1) else { return Err(None) };
        let life = account.pointer("/service_account_impersonation/token_lifetime_seconds");
        let life = life.and_then(Value::as_u64).unwrap_or(LIFE_S);
        let delegates = account.get("delegates").filter(|list| list.is_array());
        let body = json!({
            "scope": [SCOPE],
            "lifetime": format!("{life}s"),
            "delegates": delegates.cloned().unwrap_or_else(|| json!([])),
        });
        let ask = Ask::get().header("authorization", Filled::bearer(former));
        let ask = Ask { method: "POST", body: Body::Json(body.to_string()), ..ask };
        let url = member(account, IMPERSONATION);
        steps.push(self.step(url, Grant::Ask(ask), clusters).ok_or(None)?);
        Ok(())
    }
}

/// The exchange of an external account's own token.
///
/// Source: RFC 8693, and <https://cloud.google.com/iam/docs/reference/sts/rest/v1/TopLevel/token>.
pub fn exchange(account: &Value) -> Ask {
    let text = |name: &str| member(account, name).to_owned();
    let mut fields = vec![
        ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange".into()),
        ("audience", text("audience").into()),
        ("scope", SCOPE.into()),
        ("requested_token_type", "urn:ietf:params:oauth:token-type:access_token".into()),
        ("subject_token_type", text("subject_token_type").into()),
        ("subject_token", Filled::brought(0)),
    ];
    let (client, project) = (text("client_id"), text("workforce_pool_user_project"));
    if client.is_empty() && !project.is_empty() {
        fields.push(("options", json!({"userProject": project}).to_string().into()));
    }
    let ask = Ask::form(fields);
    if client.is_empty() {
        return ask;
    }
    let pair = BASE64_STANDARD.encode(format!("{client}:{}", member(account, "client_secret")));
    ask.header("authorization", Filled::secret_after("Basic ", Secret::new(pair)))
}

/// The name of a header, as HTTP/2 has it.
fn header_name(name: &str) -> Result<String, String> {
    let is_part = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    let is_name = !name.is_empty() && name.bytes().all(is_part);
    is_name.then(|| name.to_ascii_lowercase()).ok_or_else(no_header)
}

fn header_value(value: &Value) -> Result<Secret, String> {
    let text = value.as_str().filter(|text| !text.chars().any(char::is_control));
    text.map(Secret::new).ok_or_else(no_header)
}

fn no_header() -> String {
    "Something among the `headers` of its `credential_source` is no header.".to_owned()
}
