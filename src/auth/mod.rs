//! Credentials: put into the request at the very end, so that nothing before can leak them.

use crate::catalog::AuthStyle;
use crate::dialect::{Outgoing, Target};

/// Adds the target's credential to its request, in the provider's way.
pub fn apply(outgoing: &mut Outgoing, target: &Target) {
    let Some(key) = &target.api_key else { return };
    match target.provider.auth {
        AuthStyle::Bearer => {
            outgoing.set_header("authorization", format!("Bearer {}", key.expose()));
        }
        AuthStyle::XApiKey => outgoing.set_header("x-api-key", key.expose()),
        AuthStyle::ApiKey => outgoing.set_header("api-key", key.expose()),
        AuthStyle::None => {}
    }
}
