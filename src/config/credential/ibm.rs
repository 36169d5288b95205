//! IBM Cloud, for Watsonx: a key is exchanged for a token.
//!
//! Source: <https://cloud.ibm.com/docs/account?topic=account-iamtoken_from_apikey>.

use super::{Found, Places};
use crate::auth::token::Ask;
use crate::config::cluster::ClusterNames;
use crate::dialect::{Credential, Secret};

const ADDRESS: &str = "https://iam.cloud.ibm.com/identity/token";

/// LiteLLM's variable for another address.
const ADDRESS_VARIABLE: &str = "WATSONX_IAM_URL";

/// LiteLLM's variable for a token that somebody else has fetched.
const TOKEN_VARIABLE: &str = "WATSONX_TOKEN";

/// A token of the environment's.
pub fn token(places: &Places<'_>) -> Option<Found> {
    let (_, token) = places.params.reader.environment.first([TOKEN_VARIABLE])?;
    let token = token.trim();
    if token.chars().any(char::is_control) {
        let advice = format!("The environment variable `{TOKEN_VARIABLE}` holds no valid token.");
        return Some(places.advise("api_key", advice));
    }
    Some(Found::Credential(Credential::Bearer(Secret::new(token))))
}

/// What gives a token for `key`.
pub fn exchange(places: &Places<'_>, key: Secret, clusters: &mut ClusterNames) -> Found {
    let ask = Ask::form(vec![
        ("grant_type", "urn:ibm:params:oauth:grant-type:apikey".into()),
        ("apikey", key.into()),
    ]);
    places.fetched_at(ADDRESS_VARIABLE, ADDRESS, ask, clusters)
}
