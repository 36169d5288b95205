//! Providers: one row of `providers.json` each.
//!
//! A row with `models` says only what is different for them. Where the provider is and how one signs in
//! to it, from `aliases` to `base_params` below, it takes from the provider's row without `models`; a
//! row with `"like": "NAME"`, a second name with its own dialect or paths, takes it from that
//! provider's ([`super::rows`]).

use super::{Embeddings, Quirks, rows};
use crate::dialect::Id;
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// One provider, or some of its models.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Provider {
    /// The prefix in `provider/model`.
    pub name: String,
    /// Other names of it.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Where a provider speaks several formats: what the names of the models that this row is for
    /// begin with. The provider's row without any is for the rest.
    #[serde(default)]
    pub models: Vec<String>,
    pub dialect: Id,
    /// How the names of these models begin only to choose this row (LiteLLM's routes, such as
    /// `invoke/`); the provider does not know it.
    #[serde(default)]
    pub route: String,
    /// Absent where the user must give `api_base` (Azure, self-hosted servers). `{NAME}` in it stands
    /// for a setting.
    pub base_url: Option<String>,
    /// Where it is instead for some values of a setting; the first one that fits counts.
    #[serde(default)]
    pub elsewhere: Vec<Elsewhere>,
    /// Where requests go below the base address, where that is not the dialect's usual place. `{NAME}`
    /// stands for a setting, `{model}` for the model, `{a|b}` for the first of them that has a value.
    pub path: Option<String>,
    /// The same for streams, where they go elsewhere.
    pub stream_path: Option<String>,
    /// What else says where its models are, or how to sign in.
    #[serde(default)]
    pub settings: Vec<Setting>,
    pub auth: AuthStyle,
    /// What signatures for it name as the service, where `auth` is `aws` and it is not Bedrock:
    /// `sagemaker`.
    aws_service: Option<String>,
    /// Environment variables that hold the key, first one set wins.
    #[serde(default)]
    pub key_env: Vec<String>,
    /// Environment variables that hold the base URL, first one set wins.
    #[serde(default)]
    pub base_env: Vec<String>,
    /// LiteLLM's other names for `api_base`, such as `aws_bedrock_runtime_endpoint`.
    #[serde(default)]
    pub base_params: Vec<String>,
    #[serde(default)]
    pub quirks: Quirks,
    #[serde(default)]
    pub embeddings: Embeddings,
    /// What a user must know besides, in whole sentences.
    pub note: Option<String>,
}

/// An address for some values of a setting.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Elsewhere {
    pub setting: String,
    /// The value; with a `*` at its end, every value that begins so.
    pub value: String,
    pub base_url: String,
}

impl Elsewhere {
    fn fits(&self, value: &str) -> bool {
        match self.value.strip_suffix('*') {
            Some(beginning) => value.starts_with(beginning),
            None => value == self.value,
        }
    }
}

impl Provider {
    /// Whether `name` is its name, or one of its others.
    #[must_use]
    pub fn is_called(&self, name: &str) -> bool {
        self.name == name || self.aliases.iter().any(|alias| alias == name)
    }

    /// All its names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.name.as_str()).chain(self.aliases.iter().map(String::as_str))
    }

    /// Its address for these settings, which are yet to be filled in.
    #[must_use]
    pub fn address(&self, settings: &[(&'static str, String)]) -> Option<&str> {
        let value = |name: &str| settings.iter().find(|(known, _)| *known == name);
        let fits = |row: &&Elsewhere| value(&row.setting).is_some_and(|(_, value)| row.fits(value));
        let elsewhere = self.elsewhere.iter().find(fits).map(|row| row.base_url.as_str());
        elsewhere.or(self.base_url.as_deref())
    }

    /// The service that signatures for it name.
    #[must_use]
    pub fn aws_service(&self) -> &str {
        self.aws_service.as_deref().unwrap_or("bedrock")
    }

    /// The provider's own name of the model that a configuration calls `model`.
    #[must_use]
    pub fn own_name<'m>(&self, model: &'m str) -> &'m str {
        model.strip_prefix(self.route.as_str()).unwrap_or(model)
    }
}

/// One member of `litellm_params` that has a meaning for one provider only.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Setting {
    /// LiteLLM's name for it, such as `aws_region_name`.
    pub name: String,
    /// Environment variables that hold it, first one set wins. Above all of them stands what the
    /// model's name says ([`crate::dialect::Dialect::implied_settings`]).
    #[serde(default)]
    pub env: Vec<String>,
    /// What holds where neither names one. Without a default, one that `base_url` needs is required.
    pub default: Option<String>,
    /// Requests depend on it, although the address does not: its absence is warned of.
    #[serde(default)]
    pub needed: bool,
}

/// How a provider takes its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum AuthStyle {
    /// `authorization: Bearer KEY`.
    Bearer,
    /// `x-api-key: KEY` (Anthropic).
    XApiKey,
    /// `api-key: KEY` (Azure).
    ApiKey,
    /// `api-key: KEY` at the hosts of Azure's resources, `authorization: Bearer KEY` at all others
    /// (Azure AI).
    AzureAi,
    /// `x-goog-api-key: KEY` (Google's AI Studio).
    XGoogApiKey,
    /// `authorization: Bearer KEY`, or without a key a signature made with the keys of a user or role
    /// of AWS.
    Aws,
    /// `authorization: Bearer KEY`, or without a key a token that a Google account is given.
    Google,
    /// A key of IBM Cloud, which is exchanged for a token.
    Ibm,
    /// GigaChat's credentials, which are exchanged for a token, or that token.
    Gigachat,
    /// A token of GitHub's, which is exchanged for one of Copilot, or that token.
    Copilot,
    /// A signature made with the key of a user of Oracle's cloud, or `authorization: Bearer KEY`.
    Oci,
    /// `authorization: Bearer KEY`, and a header that tells the kind of token (Snowflake).
    Snowflake,
    None,
}

/// Why a model name leads to no provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderError(pub String);

static PROVIDERS: LazyLock<Vec<Provider>> =
    LazyLock::new(|| rows::read(include_str!("providers.json")).unwrap_or_default());

/// Every provider, in the file's order.
#[must_use]
pub fn all() -> &'static [Provider] {
    &PROVIDERS
}

/// The provider called `name`: its row for models that no other row is for.
#[must_use]
pub fn find(name: &str) -> Option<&'static Provider> {
    row(name, "")
}

/// The row of the provider `name` that is for `model`: the one with the longest beginning of it.
#[must_use]
pub fn row(name: &str, model: &str) -> Option<&'static Provider> {
    let fit = |row: &Provider| {
        let fitting = row.models.iter().filter(|beginning| model.starts_with(beginning.as_str()));
        let longest = fitting.map(String::len).max();
        if row.models.is_empty() { Some(0) } else { longest }
    };
    let rows = PROVIDERS.iter().filter(|row| row.is_called(name));
    rows.filter_map(|row| Some((fit(row)?, row))).max_by_key(|(fit, _)| *fit).map(|(_, row)| row)
}

/// Whether some provider has a setting called `name`.
#[must_use]
pub fn is_setting(name: &str) -> bool {
    PROVIDERS.iter().flat_map(|row| &row.settings).any(|setting| setting.name == name)
}

/// Beginnings of model names that tell the provider where no prefix does.
pub const BEGINNINGS: [(&str, &str); 6] = [
    ("gpt-", "openai"),
    ("chatgpt-", "openai"),
    ("o1", "openai"),
    ("o3", "openai"),
    ("o4", "openai"),
    ("claude", "anthropic"),
];

/// Splits `provider/model`, as LiteLLM does: a first segment that names a provider is its prefix;
/// otherwise the well-known beginnings of model names decide.
///
/// # Errors
/// A sentence saying that the provider is unknown and how to name one.
pub fn resolve<'m>(
    model: &'m str,
    provider: Option<&str>,
) -> Result<(&'static Provider, &'m str), ProviderError> {
    let unknown = |name: &str| {
        ProviderError(format!(
            "`{name}` is not a provider that Dragoman knows. Write the model as `provider/model`, \
             or `openai/model` with an `api_base` for any OpenAI-compatible server."
        ))
    };
    if let Some(name) = provider {
        let prefix = format!("{name}/");
        let model = model.strip_prefix(&prefix).unwrap_or(model);
        return Ok((row(name, model).ok_or_else(|| unknown(name))?, model));
    }
    if let Some((prefix, rest)) = model.split_once('/')
        && let Some(row) = row(prefix, rest)
    {
        return Ok((row, rest));
    }
    BEGINNINGS
        .iter()
        .find(|(beginning, _)| model.starts_with(beginning))
        .and_then(|(_, name)| row(name, model))
        .map(|row| (row, model))
        .ok_or_else(|| unknown(model.split('/').next().unwrap_or(model)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_catalogue_is_sound() {
        let rows = all();
        assert!(rows.len() > 80, "the catalogue did not parse: {} rows", rows.len());
        for row in rows {
            let same = |other: &&Provider| other.name == row.name && other.models == row.models;
            assert_eq!(rows.iter().filter(same).count(), 1, "{}", row.name);
            assert!(find(&row.name).is_some(), "{} has no row for most models", row.name);
            for name in row.names() {
                let bearers = rows.iter().filter(|other| other.is_called(name));
                let owners: std::collections::BTreeSet<&str> =
                    bearers.map(|other| other.name.as_str()).collect();
                assert_eq!(owners.len(), 1, "{name} is the name of several providers");
            }
            let routed = |model: &String| model.starts_with(&row.route);
            assert!(row.models.iter().all(routed), "{}: {}", row.name, row.route);
            let fill = |template: &str| {
                let mut filled = template.to_owned();
                for setting in &row.settings {
                    filled = filled.replace(&format!("{{{}}}", setting.name), "x");
                    filled = filled.replace(&format!("{{{}|", setting.name), "{");
                }
                filled
            };
            for path in row.path.iter().chain(&row.stream_path) {
                let mut path = fill(path).replace("{model}", "x");
                for part in 0..row.quirks.model_parts.as_ref().map_or(0, |rule| rule.count) {
                    path = path.replace(&format!("{{{part}}}"), "x");
                }
                assert!(!path.contains(['{', '}']), "{path} needs a setting that is not there");
                assert!(path.starts_with('/'), "{path}");
            }
            let is_setting = |name: &str| row.settings.iter().any(|setting| setting.name == name);
            assert!(row.elsewhere.iter().all(|other| is_setting(&other.setting)), "{}", row.name);
            let others = row.elsewhere.iter().map(|other| &other.base_url);
            for base in row.base_url.iter().chain(others) {
                let base = fill(base);
                assert!(!base.contains(['{', '}']), "{base} needs a setting that is not there");
                let endpoint = crate::dialect::Endpoint::parse(&base).unwrap();
                assert!(!endpoint.base_path().ends_with('/'), "{base}");
                let local = ["localhost", "127.0.0.1"].contains(&endpoint.host());
                assert!(endpoint.is_tls() || local, "{base} is not encrypted");
            }
            let has_other_ways =
                matches!(row.auth, AuthStyle::Aws | AuthStyle::Google | AuthStyle::Oci);
            let keyless = row.quirks.key_optional || has_other_ways || row.auth == AuthStyle::None;
            assert!(keyless || !row.key_env.is_empty(), "{} has no key", row.name);
            assert!(
                row.aws_service.is_none() || row.auth == AuthStyle::Aws,
                "{} is signed for no service",
                row.name
            );
        }
    }
    #[test]
    fn an_address_may_depend_on_a_setting() {
        let row: Provider = serde_json::from_value(serde_json::json!({
            "name": "p", "dialect": "open-ai", "auth": "none", "route": "r/",
            "base_url": "https://{region}.example.com", "settings": [{"name": "region"}],
            "elsewhere": [
                {"setting": "region", "value": "global", "base_url": "https://example.com"},
                {"setting": "region", "value": "cn-*", "base_url": "https://{region}.example.cn"}
            ]
        }))
        .unwrap();
        let address = |region: &str| row.address(&[("region", region.to_owned())]);
        assert_eq!(address("global"), Some("https://example.com"));
        assert_eq!(address("cn-north-1"), Some("https://{region}.example.cn"));
        assert_eq!(address("globally"), Some("https://{region}.example.com"));
        assert_eq!(row.address(&[]), Some("https://{region}.example.com"));
        assert_eq!((row.own_name("r/m"), row.own_name("m")), ("m", "m"));
    }
}
