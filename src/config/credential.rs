//! Where a deployment is and how to sign in there ([`sign_in`]): `api_base`, `api_key` and the like,
//! and where they come from when `litellm_params` does not say.

mod aws;
mod azure;
mod copilot;
mod external;
mod gigachat;
mod google;
mod ibm;
mod machine;
mod oci;
mod sign_in;
#[cfg(test)]
mod tests;
mod web_identity;

pub use sign_in::Found;

use super::node::Node;
use crate::catalog::{self, Provider, Setting};
use crate::dialect::{Endpoint, Id};
use std::fmt::Write as _;

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

    /// The provider's own settings that have a value, those that the model's name implies before all
    /// others. One that only other providers have is reported, if it is not for signing in.
    pub fn settings(
        &self,
        provider: &'static Provider,
        implied: &[(&'static str, &str)],
    ) -> Vec<(&'static str, String)> {
        fn names(row: &'static Provider) -> impl Iterator<Item = &'static String> {
            row.settings.iter().map(|setting| &setting.name).chain(&row.base_params)
        }
        let mut strange: Vec<&str> = Vec::new();
        for name in catalog::all().iter().flat_map(names) {
            let own = names(provider).any(|own| own == name) || sign_in::is_way(name);
            if !own && !strange.contains(&name.as_str()) {
                strange.push(name);
            }
        }
        for node in strange.into_iter().filter_map(|name| self.params.get(name)) {
            node.warn(format!("This means nothing to {}.", provider.name));
        }
        let value = |setting: &'static Setting| {
            if let Some((_, implied)) = implied.iter().find(|(name, _)| *name == setting.name) {
                if let Some(node) = self.find(&[&setting.name])
                    && node.value.as_str() != Some(implied)
                {
                    node.warn(format!("`model` says `{implied}`, which counts."));
                }
                return Some((setting.name.as_str(), (*implied).to_owned()));
            }
            let variables: Vec<&str> = setting.env.iter().map(String::as_str).collect();
            let value = self.own_setting(&setting.name, &variables);
            let implied = || match setting.name.as_str() {
                "vertex_project" => self.google_project(),
                _ => None,
            };
            let value = value.or_else(implied).or_else(|| setting.default.clone());
            Some((setting.name.as_str(), value?))
        };
        let found: Vec<(&'static str, String)> =
            provider.settings.iter().filter_map(value).collect();
        for Setting { name, env, .. } in provider.settings.iter().filter(|setting| setting.needed) {
            // One that a path needs is an error, of which `endpoint` tells.
            let placeholder = format!("{{{name}}}");
            let mut paths = provider.path.iter().chain(&provider.stream_path);
            let in_path = paths.any(|path| path.contains(&placeholder));
            if !in_path && found.iter().all(|(known, _)| known != name) {
                let mut message = format!(
                    "`{name}` is missing, on which the requests to {} depend. Set it",
                    provider.name
                );
                push_variables(&mut message, env);
                let path = self.params.path.member(name);
                self.params.reader.report(super::Severity::Warning, &path, message);
            }
        }
        found
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

    /// `api_base`, else the provider's variables, else its own address. `None` was reported, also
    /// where a setting is missing that its paths need.
    pub fn endpoint(
        &self,
        provider: &'static Provider,
        settings: &[(&'static str, String)],
    ) -> Option<Endpoint> {
        let base = self.base(provider, settings)?;
        let mut paths = provider.path.iter().chain(&provider.stream_path);
        paths.all(|path| self.has_settings(path, provider, settings)).then_some(base)
    }

    fn base(
        &self,
        provider: &'static Provider,
        settings: &[(&'static str, String)],
    ) -> Option<Endpoint> {
        let others = provider.base_params.iter().map(String::as_str);
        let names: Vec<&str> = ["api_base", "base_url"].into_iter().chain(others).collect();
        if let Some(node) = self.find(&names) {
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
        let own = match provider.address(settings) {
            Some(url) if !self.has_settings(url, provider, settings) => return None,
            Some(url) => Some(with_settings(url, settings)),
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

    /// Whether every setting that an address or path needs is there and can stand in one. What is not
    /// was reported.
    fn has_settings(
        &self,
        template: &str,
        provider: &Provider,
        settings: &[(&'static str, String)],
    ) -> bool {
        for Setting { name, env, .. } in &provider.settings {
            if !template.contains(&format!("{{{name}}}")) {
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
                return false;
            };
            // It becomes part of a host or path, and must not lead to another.
            if !value.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
            {
                report(format!(
                    "`{name}` becomes part of an address: letters, digits, `-`, `_` and `.` only."
                ));
                return false;
            }
        }
        true
    }
}

/// An address with the settings that have a value in their places.
fn with_settings(url: &str, settings: &[(&'static str, String)]) -> String {
    settings
        .iter()
        .fold(url.to_owned(), |url, (name, value)| url.replace(&format!("{{{name}}}"), value))
}

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
