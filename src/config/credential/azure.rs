//! Microsoft Entra ID (Azure AD), for Azure OpenAI.

use super::{Found, Places, header_safe};
use crate::auth::token::{Form, Grant};
use crate::config::cluster::ClusterNames;
use crate::dialect::{Credential, Secret};
use crate::wire::percent;

/// Members of `litellm_params` that only Azure has.
pub const NAMES: [&str; 5] =
    ["azure_ad_token", "tenant_id", "client_id", "client_secret", "azure_scope"];

const SCOPE: &str = "https://cognitiveservices.azure.com/.default";
const AUTHORITY: &str = "https://login.microsoftonline.com";

/// Azure's instance metadata service; the same address in every virtual machine.
const METADATA: &str = "http://169.254.169.254/metadata/identity/oauth2/token";

/// Where Kubernetes puts the token of a workload identity.
const FEDERATED: &str = "AZURE_FEDERATED_TOKEN_FILE";

impl Places<'_> {
    /// What `litellm_params` says.
    pub(super) fn azure(&self, clusters: &mut ClusterNames) -> Option<Found> {
        if let Some(node) = self.find(&["azure_ad_token"]) {
            let token = match Self::secret_at(&node, "token") {
                Ok(token) => token?,
                Err(advice) => return Some(Found::Missing(advice)),
            };
            return Some(self.azure_token(token));
        }
        let is_written =
            self.find(&["client_secret"]).is_some() || self.find(&["tenant_id"]).is_some();
        if is_written { self.service_principal(clusters) } else { None }
    }

    /// What the environment says.
    pub(super) fn azure_from_environment(&self, clusters: &mut ClusterNames) -> Option<Found> {
        let environment = &self.params.reader.environment;
        if let Some((_, token)) = environment.first(["AZURE_AD_TOKEN"]) {
            return Some(self.azure_token(Secret::new(token.trim())));
        }
        let principal = ["AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET"];
        let asked_for = environment.first(["AZURE_CREDENTIAL"]).map(|(_, value)| value);
        let is_managed = asked_for.as_deref() == Some("ManagedIdentityCredential");
        if !is_managed && principal.iter().all(|name| environment.first([*name]).is_some()) {
            return self.service_principal(clusters);
        }
        // LiteLLM's switch for credentials that are found without being named.
        let may_look = self.settings.as_ref()?.get("enable_azure_ad_token_refresh")?.flag()?;
        if !may_look {
            return None;
        }
        if !is_managed && environment.first([FEDERATED]).is_some() {
            return Some(self.advise(
                "client_secret",
                format!(
                    "The token in the file that `{FEDERATED}` names is replaced every hour, and a \
                     plugin reads no files. Use a managed identity (`AZURE_CREDENTIAL`: \
                     `ManagedIdentityCredential`), a `client_secret`, or Envoy's filter \
                     `credential_injector`; see docs/authentication.md."
                ),
            ));
        }
        self.managed_identity(clusters)
    }

    fn azure_token(&self, token: Secret) -> Found {
        if token.expose().starts_with("oidc/") {
            let advice = "Dragoman cannot fetch an `oidc/` token. Set `tenant_id`, `client_id` and \
                          `client_secret`, or the token itself.";
            return self.advise("azure_ad_token", advice.to_owned());
        }
        Found::Credential(Credential::Bearer(token))
    }

    /// A client and its secret: the OAuth grant `client_credentials`.
    fn service_principal(&self, clusters: &mut ClusterNames) -> Option<Found> {
        let tenant = self.own_setting("tenant_id", &["AZURE_TENANT_ID"]);
        let client = self.own_setting("client_id", &["AZURE_CLIENT_ID"]);
        let secret = match self.find(&["client_secret"]) {
            Some(node) => match Self::secret_at(&node, "client secret") {
                Ok(secret) => secret,
                Err(advice) => return Some(Found::Missing(advice)),
            },
            None => {
                let found = self.params.reader.environment.first(["AZURE_CLIENT_SECRET"]);
                found.map(|(_, secret)| Secret::new(secret.trim()))
            }
        };
        let (Some(tenant), Some(client), Some(secret)) = (tenant, client, secret) else {
            let advice = "`tenant_id`, `client_id` and `client_secret` go together, and one of them \
                          is missing.";
            return Some(self.advise("client_secret", advice.to_owned()));
        };
        if !tenant.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.')) {
            let advice = "A tenant is named by its id or its domain.";
            return Some(self.advise("tenant_id", advice.to_owned()));
        }
        let authority = self.params.reader.environment.first(["AZURE_AUTHORITY_HOST"]);
        let authority = authority.map_or_else(|| AUTHORITY.to_owned(), |(_, value)| value);
        let url = format!("{}/{tenant}/oauth2/v2.0/token", authority.trim().trim_end_matches('/'));
        let form = Form {
            open: vec![
                ("grant_type", "client_credentials".to_owned()),
                ("client_id", client),
                ("scope", self.azure_scope()),
            ],
            secret: vec![("client_secret", secret)],
        };
        self.fetched(&url, Grant::Form(form), clusters)
    }

    /// The identity of the machine that Envoy runs on, or one of several that it has.
    fn managed_identity(&self, clusters: &mut ClusterNames) -> Option<Found> {
        let scope = self.azure_scope();
        let mut query = "?api-version=2018-02-01&resource=".to_owned();
        percent::encode(scope.strip_suffix("/.default").unwrap_or(&scope), &mut query);
        if let Some(client) = self.own_setting("client_id", &["AZURE_CLIENT_ID"]) {
            query.push_str("&client_id=");
            percent::encode(&client, &mut query);
        }
        let grant = Grant::Metadata { query, header: ("metadata", "true") };
        self.fetched(METADATA, grant, clusters)
    }

    fn azure_scope(&self) -> String {
        let node = self.find(&["azure_scope"]);
        let written = node.and_then(|node| header_safe(&node, &node.name()?.text));
        let found =
            || self.params.reader.environment.first(["AZURE_SCOPE"]).map(|(_, value)| value);
        written.or_else(found).unwrap_or_else(|| SCOPE.to_owned())
    }
}
