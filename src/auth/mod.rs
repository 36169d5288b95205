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
        AuthStyle::XGoogApiKey => outgoing.set_header("x-goog-api-key", key.expose().to_owned()),
        AuthStyle::None => {}
    }
}
