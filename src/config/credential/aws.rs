//! Keys and roles of AWS.

use super::sign_in::fetched_in;
use super::web_identity::{WebIdentity, in_file};
use super::{Found, Places};
use crate::auth::token::{Grant, Role, RoleUser};
use crate::auth::{AwsCredential, AwsKeys};
use crate::config::cluster::ClusterNames;
use crate::dialect::bedrock_name::is_region;
use crate::dialect::{Credential, Endpoint, Secret};
use std::sync::Arc;

/// Members of `litellm_params` that only AWS's providers have.
pub const NAMES: [&str; 9] = [
    "aws_access_key_id",
    "aws_secret_access_key",
    "aws_session_token",
    "aws_role_name",
    "aws_session_name",
    "aws_external_id",
    "aws_web_identity_token",
    "aws_sts_endpoint",
    CREDENTIALS,
];

/// Dragoman's own member, and the word that it takes: the keys of the machine's own role.
const CREDENTIALS: &str = "aws_credentials";
const METADATA_WORD: &str = "metadata";

/// Of these, the keys.
const KEYS: [&str; 3] = ["aws_access_key_id", "aws_secret_access_key", "aws_session_token"];

/// The variables of [`KEYS`].
const VARIABLES: [&str; 3] = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];

/// What AWS's logs call who takes on a role, where nobody says.
const SESSION: &str = "dragoman";

const REGION: &str = "aws_region_name";

/// LiteLLM's name, and those of AWS's own tools.
const REGION_VARIABLES: [&str; 3] = ["AWS_REGION_NAME", "AWS_REGION", "AWS_DEFAULT_REGION"];

/// Who signs in.
enum User {
    Keys(AwsKeys),
    /// Whoever an identity provider says it is, in the role that `aws_role_name` names.
    WebIdentity(WebIdentity),
    /// The same in a role that the environment names: what EKS gives a pod (IRSA).
    Irsa(WebIdentity, String),
    /// The role of the container.
    Container,
    /// The role of the machine.
    Machine,
}

impl Places<'_> {
    /// Keys that sign requests, or a role that has some; `None` where there is neither.
    pub(super) fn aws(
        &self,
        endpoint: &Endpoint,
        settings: &[(&'static str, String)],
        clusters: &mut ClusterNames,
    ) -> Option<Found> {
        let role = self.own_setting("aws_role_name", &["AWS_ROLE_NAME"]);
        let user = match self.aws_user(role.is_some(), clusters)? {
            Ok(user) => user,
            Err(advice) => return Some(Found::Missing(advice)),
        };
        let Some(region) = self.region(endpoint, settings).map(Arc::<str>::from) else {
            let advice = "A signature of AWS is for one region. Set `aws_region_name`, or the \
                          environment variable `AWS_REGION_NAME`.";
            self.params.missing(REGION, advice);
            return Some(Found::Missing(advice.to_owned()));
        };
        let irsa = |arn: String, token| Role {
            arn,
            session: self.session(),
            external_id: None,
            region: region.clone(),
            by: RoleUser::WebIdentity(token),
        };
        // The steps so far, the role that they lead to, and who is to take on `role` then.
        let (mut steps, first, by) = match user {
            User::Keys(keys) if role.is_none() => {
                return Some(Found::Credential(Credential::Aws(AwsCredential { keys, region })));
            }
            User::Keys(keys) => (Vec::new(), None, RoleUser::Keys(keys)),
            User::Container => match self.container(&region, clusters) {
                Ok(steps) => (steps, None, RoleUser::Former),
                Err(advice) => return advice.map(|advice| self.advise(CREDENTIALS, advice)),
            },
            User::Machine => (self.machine(&region, clusters)?, None, RoleUser::Former),
            User::Irsa(identity, arn) => {
                (identity.steps, Some(irsa(arn, identity.token)), RoleUser::Former)
            }
            User::WebIdentity(_) if role.is_none() => {
                let advice = "`aws_web_identity_token` serves to take on the role `aws_role_name`, \
                              which is missing.";
                return Some(self.advise("aws_role_name", advice.to_owned()));
            }
            User::WebIdentity(identity) => {
                (identity.steps, None, RoleUser::WebIdentity(identity.token))
            }
        };
        // The role that a pod has already is not taken on once more, as in LiteLLM.
        let role = role.filter(|arn| first.as_ref().is_none_or(|first| first.arn != *arn));
        let last = role.map(|arn| Role {
            arn,
            session: self.session(),
            external_id: self.own_setting("aws_external_id", &["AWS_EXTERNAL_ID"]),
            region: region.clone(),
            by,
        });
        let suffix = if region.starts_with("cn-") { ".cn" } else { "" };
        let url = self
            .own_setting("aws_sts_endpoint", &["AWS_STS_ENDPOINT"])
            .unwrap_or_else(|| format!("https://sts.{region}.amazonaws.com{suffix}"));
        for role in first.into_iter().chain(last) {
            steps.push(self.step(&url, Grant::Role(role), clusters)?);
        }
        Some(fetched_in(steps))
    }

    /// What AWS's logs call who has taken on a role. The last variable is that of AWS's own tools.
    fn session(&self) -> String {
        let variables = ["AWS_SESSION_NAME", "AWS_ROLE_SESSION_NAME"];
        self.own_setting("aws_session_name", &variables).unwrap_or_else(|| SESSION.to_owned())
    }

    /// Who signs in: what is written first, and a web identity where there is a role for it, as in
    /// LiteLLM; then in the order of AWS's tools.
    fn aws_user(
        &self,
        has_role: bool,
        clusters: &mut ClusterNames,
    ) -> Option<Result<User, String>> {
        const TOKEN: &str = "aws_web_identity_token";
        let environment = &self.params.reader.environment;
        if let Some(node) = self.find(&[CREDENTIALS]) {
            if node.name()?.text.trim() == METADATA_WORD {
                return Some(Ok(User::Machine));
            }
            let advice = format!("`{CREDENTIALS}` can only be `{METADATA_WORD}`.");
            return Some(Err(self.advised(CREDENTIALS, &advice)));
        }
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
            let identity = self.web_identity(&token, clusters);
            let identity = identity.map_err(|advice| self.advised(TOKEN, &advice));
            return Some(identity.map(User::WebIdentity));
        }
        if let Some(keys) = self.aws_keys() {
            return Some(keys.map(User::Keys));
        }
        if let Some((name, path)) = environment.first(["AWS_WEB_IDENTITY_TOKEN_FILE"]) {
            let identity = in_file(&path).map_err(|advice| format!("`{name}`: {advice}"));
            let user = match (identity, environment.first(["AWS_ROLE_ARN"])) {
                (Err(advice), _) => Err(advice),
                (Ok(identity), Some((_, arn))) => Ok(User::Irsa(identity, arn.trim().to_owned())),
                (Ok(identity), None) if has_role => Ok(User::WebIdentity(identity)),
                (Ok(_), None) => Err(format!(
                    "`{name}` serves to take on a role, which is missing: set `AWS_ROLE_ARN`."
                )),
            };
            return Some(user.map_err(|advice| self.advised(TOKEN, &advice)));
        }
        if self.is_container() {
            return Some(Ok(User::Container));
        }
        has_role.then(|| {
            Err(self.advised(
                "aws_access_key_id",
                "A role is taken on by somebody: set `aws_access_key_id` and \
                 `aws_secret_access_key`, or `aws_web_identity_token`.",
            ))
        })
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
