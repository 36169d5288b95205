//! Credentials: put into the request at the very end, so that nothing before can leak them.

use crate::catalog::AuthStyle;
use crate::dialect::{Credential, Outgoing, Target};

/// Adds the target's credential to its request, in the provider's way.
pub fn apply(outgoing: &mut Outgoing, target: &Target) {
    let Credential::Key(key) = &target.credential else { return };
    match target.provider.auth {
        AuthStyle::Bearer => {
            outgoing.set_header("authorization", ["Bearer ", key.expose()].concat());
        }
        AuthStyle::XApiKey => outgoing.set_header("x-api-key", key.expose().to_owned()),
        AuthStyle::ApiKey => outgoing.set_header("api-key", key.expose().to_owned()),
        AuthStyle::Snowflake => snowflake(outgoing, key.expose()),
        AuthStyle::None => {}
    }
}

/// Snowflake's tokens look alike, so a header tells their kind. LiteLLM's users mark a programmatic
/// access token by `pat/` before it; all others are key-pair JWTs.
///
/// Source: <https://docs.snowflake.com/en/developer-guide/sql-api/authenticating>.
fn snowflake(outgoing: &mut Outgoing, key: &str) {
    let (kind, token) = match key.strip_prefix("pat/") {
        Some(token) => ("PROGRAMMATIC_ACCESS_TOKEN", token),
        None => ("KEYPAIR_JWT", key),
    };
    outgoing.set_header("authorization", ["Bearer ", token].concat());
    outgoing.set_header("x-snowflake-authorization-token-type", kind);
}
