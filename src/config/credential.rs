//! Where a deployment is and how to sign in there: `api_key`, `api_base`, and where they come from
//! when `litellm_params` does not say.

use super::environment::MARK;
use super::node::Node;
use crate::catalog::{AuthStyle, Provider};
use crate::dialect::{Endpoint, Id, Secret};
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
        let own = self.find(&[name]);
        let node = own.or_else(|| self.settings.as_ref().and_then(|settings| settings.get(name)));
        match node {
            Some(node) => node.name().and_then(|text| header_safe(&node, &text.text)),
            None => {
                let found = self.params.reader.environment.first(variables.iter().copied());
                found.map(|(_, value)| value.trim().to_owned())
            }
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

    /// `api_base`, else the provider's variables, else its own address. `None` was reported.
    pub fn endpoint(&self, provider: &Provider) -> Option<Endpoint> {
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
        let own = provider.base_url.as_deref().and_then(|url| Endpoint::parse(url).ok());
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

    /// The key, or what to do about its absence.
    pub fn key(
        &self,
        provider: &Provider,
        endpoint: &Endpoint,
    ) -> (Option<Secret>, Option<String>) {
        match self.find(&["api_key"]) {
            Some(node) => Self::key_at(&node),
            None => self.key_from_environment(provider, endpoint),
        }
    }

    fn key_at(node: &Node<'_>) -> (Option<Secret>, Option<String>) {
        let variable = node.value.as_str().and_then(|text| text.strip_prefix(MARK));
        if let Some(name) = variable
            && node.reader.environment.first([name]).is_none()
        {
            let advice = format!(
                "The deployment has no key: the environment variable `{name}` is not set. Set it, \
                 or give another `api_key`."
            );
            node.warn(format!("{advice} Until then it answers with an error that says so."));
            return (None, Some(advice));
        }
        let key = node.name().and_then(|text| header_safe(node, &text.text));
        (key.map(Secret::new), None)
    }

    fn key_from_environment(
        &self,
        provider: &Provider,
        endpoint: &Endpoint,
    ) -> (Option<Secret>, Option<String>) {
        if provider.auth == AuthStyle::None {
            return (None, None);
        }
        let path = self.params.path.member("api_key");
        let report = |message: String| {
            self.params.reader.report(super::Severity::Warning, &path, message);
        };
        let variables = provider.key_env.iter().map(String::as_str);
        if let Some((name, key)) = self.params.reader.environment.first(variables) {
            if key.trim().chars().any(char::is_control) {
                let advice = format!("The environment variable `{name}` holds no valid key.");
                report(advice.clone());
                return (None, Some(advice));
            }
            let own = provider.base_url.as_deref().and_then(|url| Endpoint::parse(url).ok());
            if own.is_some_and(|own| own.host() != endpoint.host()) {
                report(format!(
                    "There is no `api_key`, so {} gets the key of {} from the environment variable \
                     `{name}`. If it is not meant to see it, set an `api_key` of its own.",
                    endpoint.host(),
                    provider.name
                ));
            }
            return (Some(Secret::new(key.trim())), None);
        }
        if provider.quirks.key_optional {
            return (None, None);
        }
        let mut advice = "The deployment has no key. Set `api_key`".to_owned();
        push_variables(&mut advice, &provider.key_env);
        report(format!("{advice} Until then it answers with an error that says so."));
        (None, Some(advice))
    }
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
