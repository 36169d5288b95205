//! Where a deployment is and how to sign in there: `api_key`, `api_base`, and where they come from
//! when `litellm_params` does not say.

mod aws;
mod azure;
mod google;
mod ibm;
#[cfg(test)]
mod tests;

use super::cluster::ClusterNames;
use super::environment::MARK;
use super::node::Node;
use crate::auth::token::{Grant, Source};
use crate::catalog::{self, AuthStyle, Provider, Setting};
use crate::dialect::{Credential, Endpoint, Id, Secret};
use std::fmt::Write as _;
use std::sync::Arc;

/// The places to look, in their order.
#[derive(Clone, Copy)]
pub struct Places<'a> {
    /// `litellm_params`.
    pub params: Node<'a>,
    /// `credential_values` of the `credential_list` entry that `litellm_credential_name` names.
    pub credential: Option<Node<'a>>,
    /// `litellm_settings`.
    pub settings: Option<Node<'a>>,
}

impl Places<'_> {
    /// The first place's member of one of these names.
    fn find<'b>(&'b self, names: &[&'static str]) -> Option<Node<'b>> {
        let places = std::iter::once(&self.params).chain(&self.credential);
        let mut members = places.flat_map(|place| names.iter().filter_map(|name| place.get(name)));
        members.find(|member| member.value.as_str() != Some(""))
    }

    /// A string that may also stand in `litellm_settings`, else in one of these variables.
    fn setting(&self, name: &'static str, variables: &[&str]) -> Option<String> {
        let shared = || self.settings.as_ref().and_then(|settings| settings.get(name));
        match self.find(&[name]).is_none().then(shared).flatten() {
            Some(node) => node.name().and_then(|text| header_safe(&node, &text.text)),
            None => self.own_setting(name, variables),
        }
    }

    /// Azure's `api-version`.
    pub fn api_version(&self, provider: &Provider) -> Option<String> {
        let variables: &[&str] =
            if provider.dialect == Id::Azure { &["AZURE_API_VERSION"] } else { &[] };
        self.setting("api_version", variables)
    }

    /// OpenAI's organization.
    pub fn organization(&self, provider: &Provider) -> Option<String> {
        let variables: &[&str] =
            if provider.name == "openai" { &["OPENAI_ORGANIZATION"] } else { &[] };
        self.setting("organization", variables)
    }

    /// The provider's own settings that have a value. One that only other providers have is reported.
    pub fn settings(&self, provider: &'static Provider) -> Vec<(&'static str, String)> {
        let is_own = |name: &str| provider.settings.iter().any(|setting| setting.name == name);
        let others = catalog::all().iter().flat_map(|row| &row.settings);
        let mut strange: Vec<&str> = Vec::new();
        for Setting { name, .. } in others {
            if !is_own(name) && !strange.contains(&name.as_str()) {
                strange.push(name);
            }
        }
        for node in strange.into_iter().filter_map(|name| self.params.get(name)) {
            node.warn(format!("This means nothing to {}.", provider.name));
        }
        let value = |setting: &'static Setting| {
            let variables: Vec<&str> = setting.env.iter().map(String::as_str).collect();
            let value = self.own_setting(&setting.name, &variables);
            let implied = || match setting.name.as_str() {
                "vertex_project" => self.google_project(),
                _ => None,
            };
            let value = value.or_else(implied).or_else(|| setting.default.clone());
            Some((setting.name.as_str(), value?))
        };
        provider.settings.iter().filter_map(value).collect()
    }

    /// A string of `litellm_params` or the credential, else of one of these variables.
    fn own_setting(&self, name: &'static str, variables: &[&str]) -> Option<String> {
        match self.find(&[name]) {
            Some(node) => node.name().and_then(|text| header_safe(&node, &text.text)),
            None => {
                let found = self.params.reader.environment.first(variables.iter().copied());
                found.map(|(_, value)| value.trim().to_owned())
            }
        }
    }

    /// `api_base`, else the provider's variables, else its own address. `None` was reported.
    pub fn endpoint(
        &self,
        provider: &Provider,
        settings: &[(&'static str, String)],
    ) -> Option<Endpoint> {
        if let Some(node) = self.find(&["api_base", "base_url"]) {
            let text = node.name()?;
            let endpoint = Endpoint::parse(text.text.trim());
            if endpoint.is_err() {
                node.error(not_an_address(text.text.trim(), "This"));
            }
            return endpoint.ok();
        }
        let environment = &self.params.reader.environment;
        let variables = provider.base_env.iter().map(String::as_str);
        if let Some((name, url)) = environment.first(variables) {
            let endpoint = Endpoint::parse(url.trim());
            if endpoint.is_err() {
                let subject =
                    format!("`api_base` is not set, and the environment variable `{name}`");
                self.params.missing("api_base", not_an_address(url.trim(), &subject));
            }
            return endpoint.ok();
        }
        let own = match &provider.base_url {
            Some(url) => Some(self.filled(url, provider, settings)?),
            None => None,
        };
        let own = own.and_then(|url| Endpoint::parse(&url).ok());
        if own.is_none() {
            let mut message = format!(
                "`api_base` is missing: {} has no address that is the same for everybody. Set it",
                provider.name
            );
            push_variables(&mut message, &provider.base_env);
            self.params.missing("api_base", message);
        }
        own
    }

    /// The provider's address with its settings in their places. `None` was reported.
    fn filled(
        &self,
        url: &str,
        provider: &Provider,
        settings: &[(&'static str, String)],
    ) -> Option<String> {
        let mut url = url.to_owned();
        for Setting { name, env, .. } in &provider.settings {
            let place = format!("{{{name}}}");
            if !url.contains(&place) {
                continue;
            }
            let path = self.params.path.member(name);
            let report =
                |message| self.params.reader.report(super::Severity::Error, &path, message);
            let Some((_, value)) = settings.iter().find(|(known, _)| known == name) else {
                let mut message = format!(
                    "`{name}` is missing: the address of {} depends on it. Set it",
                    provider.name
                );
                push_variables(&mut message, env);
                report(message);
                return None;
            };
            // It becomes part of a host or path, and must not lead to another.
            if !value.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
            {
                report(format!(
                    "`{name}` becomes part of an address: letters, digits, `-`, `_` and `.` only."
                ));
                return None;
            }
            url = url.replace(&place, value);
        }
        Some(url)
    }

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
            Found::Credential(Credential::Key(key)) if provider.auth == AuthStyle::Ibm => {
                ibm::exchange(self, key, clusters)
            }
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
            _ => None,
        };
        written
            .or_else(|| self.key_from_environment(provider, endpoint))
            .or_else(|| match provider.auth {
                AuthStyle::Aws => self.aws(endpoint, settings, clusters),
                AuthStyle::ApiKey => self.azure_from_environment(clusters),
                AuthStyle::Google => self.google_from_environment(clusters),
                _ => None,
            })
            .unwrap_or_else(|| self.without_key(provider))
    }

    /// A token that the address `url` gives for `grant`. `None` was reported.
    fn fetched(&self, url: &str, grant: Grant, clusters: &mut ClusterNames) -> Option<Found> {
        let error = |message| self.params.error(message);
        let Ok(endpoint) = Endpoint::parse(url) else {
            error(not_an_address(url, "The address that gives tokens for this deployment"));
            return None;
        };
        let cluster = clusters.name(&endpoint).map_err(error).ok()?;
        let source = Source::new(endpoint, cluster, grant);
        Some(Found::Credential(Credential::Fetched(Arc::new(source))))
    }

    /// Warns that a way to sign in cannot be gone.
    fn advise(&self, name: &str, advice: String) -> Found {
        self.warn_of(name, format!("{advice} Until then it answers with an error that says so."));
        Found::Missing(advice)
    }

    /// Members that only serve to sign in with other providers.
    fn warn_of_strange_ways(&self, provider: &Provider) {
        let others = WAYS.iter().filter(|(style, _)| *style != provider.auth);
        for node in others.flat_map(|(_, names)| *names).filter_map(|name| self.params.get(name)) {
            node.warn(format!("This means nothing to {}.", provider.name));
        }
    }

    /// A credential that is written down, or named as a variable: what to do where that is not set.
    /// `None` was reported. `what` it is: a "key".
    fn secret_at(node: &Node<'_>, what: &str) -> Result<Option<Secret>, String> {
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
        let key = node.name().and_then(|text| header_safe(node, &text.text));
        Ok(key.map(Secret::new))
    }

    /// The key in one of the provider's variables.
    fn key_from_environment(&self, provider: &Provider, endpoint: &Endpoint) -> Option<Found> {
        let variables = provider.key_env.iter().map(String::as_str);
        let (name, key) = self.params.reader.environment.first(variables)?;
        if key.trim().chars().any(char::is_control) {
            let advice = format!("The environment variable `{name}` holds no valid key.");
            self.warn_of("api_key", advice.clone());
            return Some(Found::Missing(advice));
        }
        let own = provider.base_url.as_deref().and_then(|url| Endpoint::parse(url).ok());
        if own.is_some_and(|own| !own.host().contains('{') && own.host() != endpoint.host()) {
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
        push_variables(&mut advice, &provider.key_env);
        self.warn_of(
            "api_key",
            format!("{advice} Until then it answers with an error that says so."),
        );
        Found::Missing(advice)
    }

    /// Warns about the member `name`, which need not be there.
    fn warn_of(&self, name: &str, message: String) {
        self.params.reader.report(
            super::Severity::Warning,
            &self.params.path.member(name),
            message,
        );
    }
}

/// What came of the search for a credential.
pub enum Found {
    Credential(Credential),
    /// There is none, or not a whole one: what to do about it, as sentences.
    Missing(String),
}

/// Members that serve to sign in, by the style they belong to. [`PARAMS`](super::known::PARAMS) lists
/// them too.
const WAYS: [(AuthStyle, &[&str]); 3] = [
    (AuthStyle::Aws, &aws::NAMES),
    (AuthStyle::ApiKey, &azure::NAMES),
    (AuthStyle::Google, &google::NAMES),
];

/// Ends a sentence with ", or the environment variable `A` or `B`.".
fn push_variables(sentence: &mut String, names: &[String]) {
    for (index, name) in names.iter().enumerate() {
        let lead = if index == 0 { ", or the environment variable" } else { " or" };
        // Writing to a string cannot fail.
        let _ = write!(sentence, "{lead} `{name}`");
    }
    sentence.push('.');
}

/// What is wrong with an address. It does not show it, because keys get into URLs.
fn not_an_address(url: &str, subject: &str) -> String {
    let hint = if url.contains("://") {
        "without spaces, user name or password"
    } else {
        "with the https:// or http:// before it"
    };
    format!("{subject} is not an address such as https://host:8000/v1, {hint}.")
}

/// The value without surrounding space (a file's last line break gets into variables easily), if it
/// can stand in a header.
fn header_safe(node: &Node<'_>, text: &str) -> Option<String> {
    let text = text.trim();
    if text.chars().any(char::is_control) {
        node.error("This holds line breaks or control characters and cannot be put into a header.");
        return None;
    }
    Some(text.to_owned())
}
