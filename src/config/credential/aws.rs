//! Keys of AWS.

use super::{Found, Places};
use crate::auth::{AwsCredential, AwsKeys};
use crate::dialect::{Credential, Endpoint, Secret};

/// Members of `litellm_params` that only AWS's providers have.
pub const NAMES: [&str; 3] = ["aws_access_key_id", "aws_secret_access_key", "aws_session_token"];

/// The variables of [`NAMES`].
const VARIABLES: [&str; 3] = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];

const REGION: &str = "aws_region_name";

/// LiteLLM's name, and those of AWS's own tools.
const REGION_VARIABLES: [&str; 3] = ["AWS_REGION_NAME", "AWS_REGION", "AWS_DEFAULT_REGION"];

impl Places<'_> {
    /// Keys that sign requests; `None` where there are none.
    pub(super) fn aws(
        &self,
        endpoint: &Endpoint,
        settings: &[(&'static str, String)],
    ) -> Option<Found> {
        let keys = match self.aws_keys()? {
            Ok(keys) => keys,
            Err(advice) => return Some(Found::Missing(advice)),
        };
        let Some(region) = self.region(endpoint, settings) else {
            let advice = "A signature of AWS is for one region. Set `aws_region_name`, or the \
                          environment variable `AWS_REGION_NAME`.";
            self.params.missing(REGION, advice);
            return Some(Found::Missing(advice.to_owned()));
        };
        Some(Found::Credential(Credential::Aws(AwsCredential { keys, region: region.into() })))
    }

    /// The keys, all from the configuration or all from the environment: a session token goes with
    /// the keys that it was made for.
    fn aws_keys(&self) -> Option<Result<AwsKeys, String>> {
        let [id, secret, token] = NAMES;
        let written = if self.find(&[id]).is_some() || self.find(&[secret]).is_some() {
            NAMES.map(|name| match self.find(&[name]) {
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

    /// As configured, else the one in an address of AWS's own: `SERVICE.REGION.amazonaws.com`.
    fn region(&self, endpoint: &Endpoint, settings: &[(&'static str, String)]) -> Option<String> {
        let configured = settings.iter().find(|(name, _)| *name == REGION);
        configured
            .map(|(_, value)| value.clone())
            .or_else(|| self.own_setting(REGION, &REGION_VARIABLES))
            .or_else(|| {
                let (before, _) = endpoint.host().split_once(".amazonaws.com")?;
                Some(before.rsplit_once('.')?.1.to_owned())
            })
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
