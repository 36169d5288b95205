//! GitHub Copilot: a user's token of GitHub is exchanged for one of Copilot, which lasts half an hour.
//! GitHub documents this nowhere; its editors do it so, and LiteLLM.

use super::{Found, Places};
use crate::auth::token::{Ask, Value};
use crate::config::cluster::ClusterNames;
use crate::dialect::{Credential, Secret};

const ADDRESS: &str = "https://api.github.com/copilot_internal/v2/token";

/// LiteLLM's variable for another address.
const ADDRESS_VARIABLE: &str = "GITHUB_COPILOT_API_KEY_URL";

/// How GitHub's own tokens begin:
/// <https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/about-authentication-to-github#githubs-token-formats>.
const BEGINNINGS: [&str; 4] = ["ghu_", "gho_", "ghp_", "github_pat_"];

/// What gives a token for `key`, a token of GitHub's. Any other is one of Copilot already.
pub fn exchange(places: &Places<'_>, key: Secret, clusters: &mut ClusterNames) -> Found {
    if !BEGINNINGS.iter().any(|beginning| key.expose().starts_with(beginning)) {
        return Found::Credential(Credential::Key(key));
    }
    // GitHub answers no one without a user agent, and this question only to editors.
    let ask = Ask::get()
        .header("authorization", Value::secret_after("token ", key))
        .header("editor-version", "vscode/1.95.0")
        .header("editor-plugin-version", "copilot-chat/0.26.7")
        .header("user-agent", "GitHubCopilotChat/0.26.7");
    places.fetched_at(ADDRESS_VARIABLE, ADDRESS, ask, clusters)
}
