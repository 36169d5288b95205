//! Keys and roles of AWS.

use super::{Found, Places};
use crate::auth::token::{Grant, Role, RoleUser};
use crate::auth::{AwsCredential, AwsKeys};
use crate::config::cluster::ClusterNames;
use crate::dialect::bedrock_name::is_region;
use crate::dialect::{Credential, Endpoint, Secret};
use std::sync::Arc;

/// Members of `litellm_params` that only AWS's providers have.
pub const NAMES: [&str; 8] = [
    "aws_access_key_id",
    "aws_secret_access_key",
    "aws_session_token",
    "aws_role_name",
    "aws_session_name",
    "aws_external_id",
    "aws_web_identity_token",
    "aws_sts_endpoint",
];

/// Of these, the keys.
const KEYS: [&str; 3] = ["aws_access_key_id", "aws_secret_access_key", "aws_session_token"];

/// The variables of [`KEYS`].
const VARIABLES: [&str; 3] = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];

/// What AWS's logs call who takes on a role, where nobody says.
const SESSION: &str = "dragoman";

const REGION: &str = "aws_region_name";

/// LiteLLM's name, and those of AWS's own tools.
const REGION_VARIABLES: [&str; 3] = ["AWS_REGION_NAME", "AWS_REGION", "AWS_DEFAULT_REGION"];

impl Places<'_> {
    /// Keys that sign requests, or a role that has some; `None` where there is neither.
    pub(super) fn aws(
        &self,
        endpoint: &Endpoint,
        settings: &[(&'static str, String)],
        clusters: &mut ClusterNames,
    ) -> Option<Found> {
        let role = self.own_setting("aws_role_name", &["AWS_ROLE_NAME"]);
        let user = match self.role_user(role.is_some())? {
            Ok(user) => user,
            Err(advice) => return Some(Found::Missing(advice)),
        };
        let Some(region) = self.region(endpoint, settings) else {
            let advice = "A signature of AWS is for one region. Set `aws_region_name`, or the \
                          environment variable `AWS_REGION_NAME`.";
            self.params.missing(REGION, advice);
            return Some(Found::Missing(advice.to_owned()));
        };
        let region: Arc<str> = region.into();
        let (arn, by) = match (role, user) {
            (None, RoleUser::Keys(keys)) => {
                return Some(Found::Credential(Credential::Aws(AwsCredential { keys, region })));
            }
            (Some(arn), user) => (arn, user),
            (None, RoleUser::WebIdentity(_)) => {
                let advice = "`aws_web_identity_token` serves to take on the role `aws_role_name`, \
                              which is missing.";
                return Some(self.advise("aws_role_name", advice.to_owned()));
            }
        };
        let suffix = if region.starts_with("cn-") { ".cn" } else { "" };
        let url = self
            .own_setting("aws_sts_endpoint", &["AWS_STS_ENDPOINT"])
            .unwrap_or_else(|| format!("https://sts.{region}.amazonaws.com{suffix}"));
        let session = self.own_setting("aws_session_name", &["AWS_SESSION_NAME"]);
        let role = Role {
            arn,
            session: session.unwrap_or_else(|| SESSION.to_owned()),
            external_id: self.own_setting("aws_external_id", &["AWS_EXTERNAL_ID"]),
            region,
            by,
        };
        self.fetched(&url, Grant::Role(role), clusters)
    }

    /// A web identity comes first where there is a role for it, as in LiteLLM.
    fn role_user(&self, has_role: bool) -> Option<Result<RoleUser, String>> {
        const TOKEN: &str = "aws_web_identity_token";
        let environment = &self.params.reader.environment;
        let token = match self.find(&[TOKEN]) {
            Some(node) => match Self::secret_at(&node, "web identity token") {
                Ok(token) => token,
                Err(advice) => return Some(Err(advice)),
            },
            None if has_role => {
                let found = environment.first(["AWS_WEB_IDENTITY_TOKEN"]);
                found.map(|(_, token)| Secret::new(token.trim()))
            }
            None => None,
        };
        if let Some(token) = token {
            let is_jwt = token.expose().split('.').count() == 3 && !token.expose().contains('/');
            return Some(if is_jwt {
                Ok(RoleUser::WebIdentity(token))
            } else {
                Err(self.advised(
                    TOKEN,
                    "A web identity is given as the token itself: a plugin neither reads files nor \
                     fetches `oidc/` tokens. Where the token is replaced from time to time, use \
                     Envoy's filter `aws_request_signing`; see docs/authentication.md.",
                ))
            });
        }
        match self.aws_keys() {
            Some(keys) => Some(keys.map(RoleUser::Keys)),
            None if environment.first(["AWS_WEB_IDENTITY_TOKEN_FILE"]).is_some() => {
                Some(Err(self.advised(
                    TOKEN,
                    "The token in the file that `AWS_WEB_IDENTITY_TOKEN_FILE` names is replaced from \
                     time to time, and a plugin reads no files. Use keys, or Envoy's filter \
                     `aws_request_signing`; see docs/authentication.md.",
                )))
            }
            None if has_role => Some(Err(self.advised(
                "aws_access_key_id",
                "A role is taken on by somebody: set `aws_access_key_id` and \
                 `aws_secret_access_key`, or `aws_web_identity_token`.",
            ))),
            None => None,
        }
    }

    fn advised(&self, name: &str, advice: &str) -> String {
        self.warn_of(name, format!("{advice} Until then it answers with an error that says so."));
        advice.to_owned()
    }

    /// The keys, all from the configuration or all from the environment: a session token goes with
    /// the keys that it was made for.
    fn aws_keys(&self) -> Option<Result<AwsKeys, String>> {
        let [id, secret, token] = KEYS;
        let written = if self.find(&[id]).is_some() || self.find(&[secret]).is_some() {
            KEYS.map(|name| match self.find(&[name]) {
                Some(node) => Self::secret_at(&node, "keys of AWS"),
                None => Ok(None),
            })
        } else {
            let environment = &self.params.reader.environment;
            let found = VARIABLES.map(|name| environment.first([name]));
            if found.iter().take(2).all(Option::is_none) {
                return None;
            }
            found.map(|found| Ok(found.map(|(_, value)| Secret::new(value.trim()))))
        };
        let [access_key_id, secret_access_key, session_token] = match all(written) {
            Ok(found) => found,
            Err(advice) => return Some(Err(advice)),
        };
        let missing = if access_key_id.is_none() { id } else { secret };
        let (Some(access_key_id), Some(secret_access_key)) = (access_key_id, secret_access_key)
        else {
            let advice = format!(
                "`{missing}` is missing: AWS's `{id}` and `{secret}` go together, and with temporary \
                 ones a `{token}`."
            );
            self.warn_of(missing, advice.clone());
            return Some(Err(advice));
        };
        Some(Ok(AwsKeys { access_key_id, secret_access_key, session_token }))
    }

    /// The one in an address of AWS's own, where no other would be taken: `SERVICE.REGION.amazonaws.com`,
    /// or `….REGION.vpce.amazonaws.com` for an endpoint of the account's own. Else as configured.
    fn region(&self, endpoint: &Endpoint, settings: &[(&'static str, String)]) -> Option<String> {
        let own = endpoint.host().split_once(".amazonaws.com").and_then(|(before, _)| {
            let (_, region) = before.strip_suffix(".vpce").unwrap_or(before).rsplit_once('.')?;
            is_region(region).then(|| region.to_owned())
        });
        let configured = || {
            let setting = settings.iter().find(|(name, _)| *name == REGION);
            setting.map(|(_, value)| value.clone())
        };
        own.or_else(configured)
            .or_else(|| self.own_setting(REGION, &REGION_VARIABLES))
            .filter(|region| region.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'))
    }
}

/// All values, or the first that is wrong.
fn all<T, E, const N: usize>(results: [Result<Option<T>, E>; N]) -> Result<[Option<T>; N], E> {
    let mut values = std::array::from_fn(|_| None);
    for (place, result) in values.iter_mut().zip(results) {
        *place = result?;
    }
    Ok(values)
}
