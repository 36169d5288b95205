//! Providers: one row of `providers.json` each.

use super::embeddings::Embeddings;
use crate::dialect::Id;
use serde::Deserialize;
use std::sync::LazyLock;

/// One provider, or some of its models.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provider {
    /// The prefix in `provider/model`.
    pub name: String,
    /// Where a provider speaks several formats: what the names of the models that this row is for
    /// begin with. The provider's row without any is for the rest.
    #[serde(default)]
    pub models: Vec<String>,
    pub dialect: Id,
    /// Absent where the user must give `api_base` (Azure, self-hosted servers). `{NAME}` in it stands
    /// for a setting.
    pub base_url: Option<String>,
    /// What else says where its models are, or how to sign in.
    #[serde(default)]
    pub settings: Vec<Setting>,
    pub auth: AuthStyle,
    /// Environment variables that hold the key, first one set wins.
    #[serde(default)]
    pub key_env: Vec<String>,
    /// Environment variables that hold the base URL, first one set wins.
    #[serde(default)]
    pub base_env: Vec<String>,
    #[serde(default)]
    pub quirks: Quirks,
    #[serde(default)]
    pub embeddings: Embeddings,
}

/// One member of `litellm_params` that has a meaning for one provider only.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Setting {
    /// LiteLLM's name for it, such as `aws_region_name`.
    pub name: String,
    /// Environment variables that hold it, first one set wins.
    #[serde(default)]
    pub env: Vec<String>,
    /// What holds where neither names one. Without a default, one that `base_url` needs is required.
    pub default: Option<String>,
}

/// How a provider takes its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AuthStyle {
    /// `authorization: Bearer KEY`.
    Bearer,
    /// `x-api-key: KEY` (Anthropic).
    XApiKey,
    /// `api-key: KEY` (Azure).
    ApiKey,
    /// `x-goog-api-key: KEY` (Gemini).
    XGoogApiKey,
    None,
}

/// Deviations of an OpenAI-compatible provider from OpenAI.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Quirks {
    /// Request members it calls otherwise: `[["max_completion_tokens", "max_tokens"]]`.
    pub rename: Vec<(String, String)>,
    /// OpenAI parameters that it refuses.
    pub unsupported: Vec<String>,
    /// It refuses `stream_options`; usage comes in its last chunk anyway.
    pub no_stream_options: bool,
    /// It refuses members of messages that it does not know, and nulls there.
    pub strict_messages: bool,
    /// Members that it refuses and that say nothing to it, as paths (`messages[*].name`).
    pub cut: Vec<String>,
    /// It runs without a key.
    pub key_optional: bool,
    /// Its models are OpenAI's own, so their names tell which parameters they take.
    pub openai_models: bool,
    /// Where its API is, below a base address that has no path (`http://localhost:11434`).
    pub bare_base_path: Option<String>,
}

/// Why a model name leads to no provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderError(pub String);

static PROVIDERS: LazyLock<Vec<Provider>> =
    LazyLock::new(|| serde_json::from_str(include_str!("providers.json")).unwrap_or_default());

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
    let rows = PROVIDERS.iter().filter(|row| row.name == name);
    rows.filter_map(|row| Some((fit(row)?, row))).max_by_key(|(fit, _)| *fit).map(|(_, row)| row)
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
            if let Some(base) = &row.base_url {
                let mut base = base.clone();
                for setting in &row.settings {
                    base = base.replace(&format!("{{{}}}", setting.name), "x");
                }
                assert!(!base.contains(['{', '}']), "{base} needs a setting that is not there");
                let endpoint = crate::dialect::Endpoint::parse(&base).unwrap();
                assert!(!endpoint.base_path().ends_with('/'), "{base}");
                let local = ["localhost", "127.0.0.1"].contains(&endpoint.host());
                assert!(endpoint.is_tls() || local, "{base} is not encrypted");
            }
            let keyless = row.quirks.key_optional;
            assert!(keyless || !row.key_env.is_empty(), "{} has no key", row.name);
        }
    }
}
