//! Credentials: put into the request at the very end, so that nothing before can leak them.

mod credential;
pub(crate) mod date;
pub mod oci;
mod rsa_key;
mod sigv4;
#[cfg(test)]
mod tests;
pub mod token;

pub use credential::{AwsCredential, AwsKeys, Credential, Secret};
pub use oci::OciCredential;
pub use rsa_key::RsaKey;

use crate::catalog::AuthStyle;
use crate::dialect::{Outgoing, Target};

/// Adds a credential to the request that goes to `target`, in the provider's way. `now`: Unix time,
/// seconds.
pub fn apply(outgoing: &mut Outgoing, target: &Target, credential: &Credential, now: u64) {
    let bearer = |key: &Secret| ["Bearer ", key.expose()].concat();
    match credential {
        // Without the token there is nothing to add.
        Credential::None | Credential::Fetched(_) => {}
        Credential::Key(key) => match style(target) {
            AuthStyle::Bearer
            | AuthStyle::Aws
            | AuthStyle::Google
            | AuthStyle::Ibm
            | AuthStyle::Gigachat
            | AuthStyle::Copilot
            | AuthStyle::Oci => {
                outgoing.set_header("authorization", bearer(key));
            }
            AuthStyle::XApiKey => outgoing.set_header("x-api-key", key.expose().to_owned()),
            AuthStyle::ApiKey => outgoing.set_header("api-key", key.expose().to_owned()),
            AuthStyle::XGoogApiKey => {
                outgoing.set_header("x-goog-api-key", key.expose().to_owned());
            }
            AuthStyle::Snowflake => snowflake(outgoing, key.expose()),
            AuthStyle::AzureAi | AuthStyle::None => {}
        },
        Credential::Bearer(token) => outgoing.set_header("authorization", bearer(token)),
        Credential::Aws(aws) => sign(outgoing, aws, target.provider.aws_service(), now),
        Credential::Oci(oci) => sign_for_oracle(outgoing, oci, now),
    }
}

/// The way that the provider's row names, where that does not depend on the host.
fn style(target: &Target) -> AuthStyle {
    let host = target.endpoint.host();
    let is_resource =
        host.ends_with(".services.ai.azure.com") || host.ends_with(".openai.azure.com");
    match target.provider.auth {
        AuthStyle::AzureAi if is_resource => AuthStyle::ApiKey,
        AuthStyle::AzureAi => AuthStyle::Bearer,
        style => style,
    }
}

/// Signs what Envoy leaves as it is: the body, the address, and the headers that say what they are.
fn sign(outgoing: &mut Outgoing, aws: &AwsCredential, service: &str, now: u64) {
    // A configured header of that name would be there twice.
    outgoing.headers.retain(|(name, _)| name != "x-amz-date" && name != "x-amz-security-token");
    let signs = |name: &str| name == "content-type" || name.starts_with("x-amz");
    let headers = outgoing.headers.iter().filter(|(name, _)| signs(name));
    let host = ("host", outgoing.endpoint.authority());
    let request = sigv4::Request {
        method: outgoing.method,
        path: &outgoing.path,
        headers: headers.map(|(name, value)| (&**name, &**value)).chain([host]).collect(),
        body: &outgoing.body,
    };
    let scope = sigv4::Scope { region: &aws.region, service };
    for (name, value) in sigv4::sign(&request, &aws.keys, &scope, now) {
        outgoing.set_header(name, value);
    }
}

/// Without a signature the provider refuses the request, as it does for a wrong one.
fn sign_for_oracle(outgoing: &mut Outgoing, credential: &OciCredential, now: u64) {
    let content_type = outgoing.headers.iter().find(|(name, _)| name == "content-type");
    let request = oci::Request {
        method: outgoing.method,
        path: &outgoing.path,
        host: outgoing.endpoint.authority(),
        content_type: content_type.map_or("", |(_, value)| value),
        body: &outgoing.body,
    };
    for (name, value) in oci::sign(&request, credential, &date::http(now)).into_iter().flatten() {
        outgoing.set_header(name, value);
    }
}

/// What stands before a programmatic access token of Snowflake's.
const PROGRAMMATIC: &str = "pat/";

/// Snowflake's tokens look alike, so a header tells their kind. LiteLLM's users mark a programmatic
/// access token by `pat/` before it; all others are key-pair JWTs.
///
/// Source: <https://docs.snowflake.com/en/developer-guide/sql-api/authenticating>.
fn snowflake(outgoing: &mut Outgoing, key: &str) {
    let (kind, token) = match key.strip_prefix(PROGRAMMATIC) {
        Some(token) => ("PROGRAMMATIC_ACCESS_TOKEN", token),
        None => ("KEYPAIR_JWT", key),
    };
    outgoing.set_header("authorization", ["Bearer ", token].concat());
    outgoing.set_header("x-snowflake-authorization-token-type", kind);
}
