//! Microsoft Entra ID (Azure AD), for Azure OpenAI.

use super::sign_in::fetched_in;
use super::web_identity::{WebIdentity, in_file};
use super::{Found, Places, header_safe};
use crate::auth::token::{Ask, Grant, Value};
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

/// RFC 7523, section 2.2: a client says who it is by a JWT instead of a secret.
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Where Kubernetes puts the token of a workload identity.
pub const FEDERATED: &str = "AZURE_FEDERATED_TOKEN_FILE";

impl Places<'_> {
    /// What `litellm_params` says.
    pub(super) fn azure(&self, clusters: &mut ClusterNames) -> Option<Found> {
        if let Some(node) = self.find(&["azure_ad_token"]) {
            let token = match Self::secret_at(&node, "token") {
                Ok(token) => token?,
                Err(advice) => return Some(Found::Missing(advice)),
            };
            return self.azure_token(token, clusters);
        }
        let is_written =
            self.find(&["client_secret"]).is_some() || self.find(&["tenant_id"]).is_some();
        if is_written { self.service_principal(clusters) } else { None }
    }

    /// What the environment says.
    pub(super) fn azure_from_environment(&self, clusters: &mut ClusterNames) -> Option<Found> {
        let environment = &self.params.reader.environment;
        if let Some((_, token)) = environment.first(["AZURE_AD_TOKEN"]) {
            return self.azure_token(Secret::new(token.trim()), clusters);
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
        if let Some((_, path)) = environment.first([FEDERATED]).filter(|_| !is_managed) {
            return match in_file(&path) {
                Ok(identity) => self.federated(identity, clusters),
                Err(advice) => Some(self.advise("tenant_id", format!("`{FEDERATED}`: {advice}"))),
            };
        }
        self.managed_identity(clusters)
    }

    /// A token itself, or what it is given for.
    fn azure_token(&self, token: Secret, clusters: &mut ClusterNames) -> Option<Found> {
        if !token.expose().starts_with("oidc/") {
            return Some(Found::Credential(Credential::Bearer(token)));
        }
        match self.web_identity(&token, clusters) {
            Ok(identity) => self.federated(identity, clusters),
            Err(advice) => Some(self.advise("azure_ad_token", advice)),
        }
    }

    /// An application that says who it is by what another identity provider issued.
    ///
    /// Source: <https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-client-creds-grant-flow#third-case-access-token-request-with-a-federated-credential>.
    fn federated(&self, identity: WebIdentity, clusters: &mut ClusterNames) -> Option<Found> {
        let WebIdentity { mut steps, token } = identity;
        let proof =
            vec![("client_assertion_type", ASSERTION_TYPE.into()), ("client_assertion", token)];
        let missing = "`tenant_id` and `client_id` say which application the token is for, and one of \
                       them is missing.";
        let (url, grant) = match self.application(proof, missing) {
            Ok(asked) => asked,
            Err(found) => return Some(found),
        };
        steps.push(self.step(&url, grant, clusters)?);
        Some(fetched_in(steps))
    }

    /// A client and its secret: the OAuth grant `client_credentials`.
    fn service_principal(&self, clusters: &mut ClusterNames) -> Option<Found> {
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
        let missing = "`tenant_id`, `client_id` and `client_secret` go together, and one of them is \
                       missing.";
        let Some(secret) = secret else {
            return Some(self.advise("client_secret", missing.to_owned()));
        };
        match self.application(vec![("client_secret", secret.into())], missing) {
            Ok((url, grant)) => self.fetched(&url, grant, clusters),
            Err(found) => Some(found),
        }
    }

    /// Where an application gets tokens, and how it asks: by `proof` of who it is. `missing` says what
    /// it takes.
    fn application(
        &self,
        proof: Vec<(&'static str, Value)>,
        missing: &str,
    ) -> Result<(String, Grant), Found> {
        let tenant = self.own_setting("tenant_id", &["AZURE_TENANT_ID"]);
        let client = self.own_setting("client_id", &["AZURE_CLIENT_ID"]);
        let (Some(tenant), Some(client)) = (tenant, client) else {
            return Err(self.advise("client_id", missing.to_owned()));
        };
        if !tenant.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.')) {
            let advice = "A tenant is named by its id or its domain.";
            return Err(self.advise("tenant_id", advice.to_owned()));
        }
        let authority = self.params.reader.environment.first(["AZURE_AUTHORITY_HOST"]);
        let authority = authority.map_or_else(|| AUTHORITY.to_owned(), |(_, value)| value);
        let url = format!("{}/{tenant}/oauth2/v2.0/token", authority.trim().trim_end_matches('/'));
        let mut fields: Vec<(&str, Value)> = vec![
            ("grant_type", "client_credentials".into()),
            ("client_id", client.into()),
            ("scope", self.azure_scope().into()),
        ];
        fields.extend(proof);
        Ok((url, Grant::Ask(Ask::form(fields))))
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
        let ask = Ask::get().at(query).header("metadata", "true");
        self.fetched(METADATA, Grant::Ask(ask), clusters)
    }

    fn azure_scope(&self) -> String {
        let node = self.find(&["azure_scope"]);
        let written = node.and_then(|node| header_safe(&node, &node.name()?.text));
        let found =
            || self.params.reader.environment.first(["AZURE_SCOPE"]).map(|(_, value)| value);
        written.or_else(found).unwrap_or_else(|| SCOPE.to_owned())
    }
}
