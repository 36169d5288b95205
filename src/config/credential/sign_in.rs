//! What a deployment signs in with.

use super::{
    Places, aws, azure, copilot, gigachat, google, header_safe, ibm, not_an_address, oci,
    push_variables, with_settings,
};
use crate::auth::token::{Ask, Grant, Source, Step};
use crate::catalog::{AuthStyle, Provider};
use crate::config::Severity;
use crate::config::cluster::ClusterNames;
use crate::config::environment::MARK;
use crate::config::node::Node;
use crate::dialect::{Credential, Endpoint, Secret};
use std::sync::Arc;

impl Places<'_> {
    /// What to sign in with, or what to do about its absence. A key comes before everything else, as in
    /// LiteLLM.
    pub fn credential(
        &self,
        provider: &'static Provider,
        endpoint: &Endpoint,
        settings: &[(&'static str, String)],
        clusters: &mut ClusterNames,
    ) -> Found {
        self.warn_of_strange_ways(provider);
        match self.search(provider, endpoint, settings, clusters) {
            Found::Credential(Credential::Key(key)) => match provider.auth {
                AuthStyle::Copilot => copilot::exchange(self, key, clusters),
                AuthStyle::Gigachat => gigachat::exchange(self, key, clusters),
                AuthStyle::Ibm => ibm::exchange(self, key, clusters),
                _ => Found::Credential(Credential::Key(key)),
            },
            found => found,
        }
    }

    fn search(
        &self,
        provider: &'static Provider,
        endpoint: &Endpoint,
        settings: &[(&'static str, String)],
        clusters: &mut ClusterNames,
    ) -> Found {
        if let Some(node) = self.find(&["api_key"]) {
            if node.value.as_str() == Some(BY_ENVOY) {
                return Found::Credential(Credential::None);
            }
            return match Self::secret_at(&node, "key") {
                Ok(key) => Found::Credential(key.map_or(Credential::None, Credential::Key)),
                Err(advice) => Found::Missing(advice),
            };
        }
        if provider.auth == AuthStyle::None {
            return Found::Credential(Credential::None);
        }
        // What is written down is meant for this deployment; a variable may be meant for others.
        let written = match provider.auth {
            AuthStyle::ApiKey => self.azure(clusters),
            AuthStyle::Google => self.google(clusters),
            AuthStyle::Ibm => ibm::token(self),
            _ => None,
        };
        written
            .or_else(|| self.key_from_environment(provider, endpoint, settings))
            .or_else(|| match provider.auth {
                AuthStyle::Aws => self.aws(endpoint, settings, clusters),
                AuthStyle::ApiKey => self.azure_from_environment(clusters),
                AuthStyle::Google => self.google_from_environment(clusters),
                AuthStyle::Oci => self.oci(),
                _ => None,
            })
            .unwrap_or_else(|| self.without_key(provider))
    }

    /// A token that the address `url` gives for `grant`. `None` was reported.
    pub(super) fn fetched(
        &self,
        url: &str,
        grant: Grant,
        clusters: &mut ClusterNames,
    ) -> Option<Found> {
        self.step(url, grant, clusters).map(|step| fetched_in(vec![step]))
    }

    /// The same at `address`, unless the environment variable `variable` names another.
    pub(super) fn fetched_at(
        &self,
        variable: &str,
        address: &str,
        ask: Ask,
        clusters: &mut ClusterNames,
    ) -> Found {
        let named = self.params.reader.environment.first([variable]);
        let address = named.map_or_else(|| address.to_owned(), |(_, address)| address);
        let found = self.fetched(address.trim(), Grant::Ask(ask), clusters);
        found.unwrap_or_else(|| Found::Missing(format!("`{variable}` is no address.")))
    }

    /// One step of getting a token, at the address `url`. `None` was reported.
    pub(super) fn step(
        &self,
        url: &str,
        grant: Grant,
        clusters: &mut ClusterNames,
    ) -> Option<Step> {
        let error = |message| self.params.error(message);
        let Ok(endpoint) = Endpoint::parse(url) else {
            error(not_an_address(url, "The address that gives tokens for this deployment"));
            return None;
        };
        let cluster = clusters.name(&endpoint).map_err(error).ok()?;
        Some(Step::new(endpoint, cluster, grant))
    }

    /// Warns that a way to sign in cannot be gone.
    pub(super) fn advise(&self, name: &str, advice: String) -> Found {
        self.warn_of(name, format!("{advice} Until then it answers with an error that says so."));
        Found::Missing(advice)
    }

    /// Members that only serve to sign in with other providers.
    fn warn_of_strange_ways(&self, provider: &Provider) {
        let others = WAYS.iter().filter(|(style, _)| *style != provider.auth);
        let has_own_use = |name: &&&str| provider.settings.iter().any(|own| own.name == **name);
        let names = others.flat_map(|(_, names)| *names).filter(|name| !has_own_use(name));
        for node in names.filter_map(|name| self.params.get(name)) {
            node.warn(format!("This means nothing to {}.", provider.name));
        }
    }

    /// A credential that is written down, or named as a variable: what to do where that is not set.
    /// `None` was reported. `what` it is: a "key".
    pub(super) fn secret_at(node: &Node<'_>, what: &str) -> Result<Option<Secret>, String> {
        Self::has_value(node, what)?;
        let key = node.name().and_then(|text| header_safe(node, &text.text));
        Ok(key.map(Secret::new))
    }

    /// # Errors
    /// What to do where it is named as a variable that is not set, which was reported.
    pub(super) fn has_value(node: &Node<'_>, what: &str) -> Result<(), String> {
        let variable = node.value.as_str().and_then(|text| text.strip_prefix(MARK));
        if let Some(name) = variable
            && node.reader.environment.first([name]).is_none()
        {
            let member = node.path.to_string();
            let member = member.rsplit('.').next().unwrap_or_default();
            let advice = format!(
                "The deployment has no {what}: the environment variable `{name}` is not set. Set \
                 it, or give another `{member}`."
            );
            node.warn(format!("{advice} Until then it answers with an error that says so."));
            return Err(advice);
        }
        Ok(())
    }

    /// The key in one of the provider's variables.
    fn key_from_environment(
        &self,
        provider: &Provider,
        endpoint: &Endpoint,
        settings: &[(&'static str, String)],
    ) -> Option<Found> {
        let variables = provider.key_env.iter().map(String::as_str);
        let (name, key) = self.params.reader.environment.first(variables)?;
        if key.trim().chars().any(char::is_control) {
            let advice = format!("The environment variable `{name}` holds no valid key.");
            self.warn_of("api_key", advice.clone());
            return Some(Found::Missing(advice));
        }
        let own = provider.address(settings).map(|url| with_settings(url, settings));
        let own = own.and_then(|url| Endpoint::parse(&url).ok());
        if own.is_some_and(|own| own.host() != endpoint.host()) {
            self.warn_of(
                "api_key",
                format!(
                    "There is no `api_key`, so {} gets the key of {} from the environment variable \
                     `{name}`. If it is not meant to see it, set an `api_key` of its own.",
                    endpoint.host(),
                    provider.name
                ),
            );
        }
        Some(Found::Credential(Credential::Key(Secret::new(key.trim()))))
    }

    fn without_key(&self, provider: &Provider) -> Found {
        if provider.quirks.key_optional {
            return Found::Credential(Credential::None);
        }
        let mut advice = "The deployment has no key. Set `api_key`".to_owned();
        if provider.auth == AuthStyle::Aws {
            advice.push_str(", or `aws_access_key_id` and `aws_secret_access_key`");
        }
        if provider.auth == AuthStyle::Oci {
            advice.push_str(", or `oci_user`, `oci_fingerprint`, `oci_tenancy` and `oci_key`");
        }
        push_variables(&mut advice, &provider.key_env);
        self.warn_of(
            "api_key",
            format!("{advice} Until then it answers with an error that says so."),
        );
        Found::Missing(advice)
    }

    /// Warns about the member `name`, which need not be there.
    pub(super) fn warn_of(&self, name: &str, message: String) {
        self.params.reader.report(Severity::Warning, &self.params.path.member(name), message);
    }
}

/// A token that is got in these steps.
pub fn fetched_in(steps: Vec<Step>) -> Found {
    Found::Credential(Credential::Fetched(Arc::new(Source::new(steps))))
}

/// What `api_key` says where a filter of Envoy's own signs in; Dragoman's own word.
const BY_ENVOY: &str = "envoy";

/// What came of the search for a credential.
pub enum Found {
    Credential(Credential),
    /// There is none, or not a whole one: what to do about it, as sentences.
    Missing(String),
}

/// Members that serve to sign in, by the style they belong to. [`PARAMS`](crate::config::known::PARAMS) lists
/// them too.
const WAYS: [(AuthStyle, &[&str]); 4] = [
    (AuthStyle::Aws, &aws::NAMES),
    (AuthStyle::ApiKey, &azure::NAMES),
    (AuthStyle::Google, &google::NAMES),
    (AuthStyle::Oci, &oci::NAMES),
];

/// Whether a member of `litellm_params` serves to sign in with some provider.
pub fn is_way(name: &str) -> bool {
    WAYS.iter().any(|(_, names)| names.contains(&name))
}
