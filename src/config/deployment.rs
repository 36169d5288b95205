//! One entry of `model_list`.

use super::cluster::ClusterNames;
use super::credential::{Found, Places};
use super::known::{self, ENTRY, INFO, PARAMS};
use super::labels::Labels;
use super::model::Deployment;
use super::names::nearest;
use super::node::Node;
use super::pricing::Pricing;
use super::{default, header, price};
use crate::catalog::price::{Price, PriceOverrides};
use crate::catalog::{self, Provider};
use crate::dialect::{Credential, ParamPolicy, Side, Target};
use crate::openai::MAX_MODEL_BYTES;
use crate::operation::Operation;

/// `max_tokens` for a provider that demands one, where neither the file nor the catalogue knows the
/// model's own limit; LiteLLM's figure.
const DEFAULT_MAX_TOKENS: u64 = 4096;

/// Most a token limit can be. No model is near it.
const MAX_TOKENS: u64 = 1_000_000_000;

/// Modes of a model that LiteLLM knows. Those that no [`Operation`] has need endpoints that are not
/// served yet.
const MODES: [&str; 15] = [
    "chat",
    "completion",
    "responses",
    "embedding",
    "image_generation",
    "image_edit",
    "video_generation",
    "audio_transcription",
    "audio_speech",
    "moderation",
    "moderations",
    "rerank",
    "realtime",
    "batch",
    "ocr",
];

/// What the entries share.
pub struct Surroundings<'a> {
    /// `litellm_settings`.
    pub settings: Option<Node<'a>>,
    /// The items of `credential_list`.
    pub credentials: &'a [Node<'a>],
    /// `litellm_settings.drop_params`.
    pub drop_params: bool,
    pub clusters: ClusterNames,
}

/// A deployment as far as it can be used; everything that is wrong with it has been reported. Its id
/// is empty where `model_info` has none, and its labels are until it has one.
pub fn read(entry: &Node<'_>, around: &mut Surroundings<'_>) -> Option<Deployment> {
    if !known::check(entry, &ENTRY) {
        return None;
    }
    let group = group_name(entry);
    let described = entry.get("model_info").filter(|info| info.object().is_some());
    let info = described.as_ref().map(|info| read_info(info)).unwrap_or_default();
    let Some(params) = entry.get("litellm_params") else {
        entry.missing("litellm_params", "`litellm_params` is missing; it must name the `model`.");
        return None;
    };
    params.object()?;
    let mut prices = PriceOverrides::default();
    let mut defaults = Vec::new();
    for (name, member) in params.members() {
        if catalog::is_setting(name) {
            // Read, or reported as another provider's, with the rest of the provider's settings.
        } else if PARAMS.support(name).is_some() {
            known::check_member(name, &member, &PARAMS);
        } else if !price::read(name, &member, &mut prices) {
            warn_of_slip(name, &member);
            default::read(name, &member, &mut defaults);
        }
    }
    let policy = policy(&params, around.drop_params);
    let timeout = params.get("timeout").or_else(|| params.get("request_timeout"));
    let timeout_ms = timeout.and_then(|node| node.timeout());
    let stream_timeout_ms = params.get("stream_timeout").and_then(|node| node.timeout());
    let cooldown_ms = params.get("cooldown_time").and_then(|node| node.millis());
    let weight = params.get("weight").and_then(|node| node.amount());
    let rpm = params.get("rpm").and_then(|node| node.count(0, MAX_TOKENS));
    let tpm = params.get("tpm").and_then(|node| node.count(0, MAX_TOKENS));
    let order = params.get("order").and_then(|node| node.count32(0, u32::MAX));
    let extra_headers = header::read(params.get("extra_headers"));
    let (provider, model) = model(&params, group.as_deref())?;
    if let Some(operation) = info.operation
        && Side::of(operation, provider).is_none()
        && let Some(node) = described.as_ref().and_then(|info| info.get("mode"))
    {
        node.warn(format!("{} has no {}; requests get a 404.", provider.name, operation.what()));
    }
    let named = named_credential(&params, around);
    let places = Places { params, credential: named, settings: around.settings };
    let (api_version, organization) = (places.api_version(provider), places.organization(provider));
    let own_name = provider.own_name(&model);
    let implied = match provider.dialect.dialect().implied_settings(own_name) {
        Ok(implied) => implied,
        Err(message) => {
            params.get("model")?.error(message);
            return None;
        }
    };
    let settings = places.settings(provider, &implied);
    let endpoint = places.endpoint(provider, &settings)?;
    let cluster = around.clusters.name(&endpoint).map_err(|message| params.error(message)).ok()?;
    let found = places.credential(provider, &endpoint, &settings, &mut around.clusters);
    let (credential, missing_key) = match found {
        Found::Credential(credential) => (credential, None),
        Found::Missing(advice) => (Credential::None, Some(advice)),
    };
    let listed = Price::find(&provider.name, info.base_model.as_deref().unwrap_or(&model));
    let default_max_tokens = info
        .max_output_tokens
        .or_else(|| listed.as_ref()?.max_output_tokens)
        .unwrap_or(DEFAULT_MAX_TOKENS);
    let price_name = info.base_model.unwrap_or_else(|| format!("{}/{model}", provider.name));
    let target = Target {
        provider,
        model,
        endpoint: endpoint.into(),
        credential,
        settings,
        api_version,
        organization,
        extra_headers,
        defaults,
        policy,
        default_max_tokens,
    };
    let operation = info.operation.or_else(|| {
        Operation::find(Operation::mode, listed.as_ref().map_or("", |price| price.mode))
    });
    Some(Deployment {
        id: info.id.unwrap_or_default(),
        group: group?,
        labels: Labels::default(),
        target,
        missing_key,
        cluster,
        weight,
        rpm,
        tpm,
        order,
        timeout_ms,
        stream_timeout_ms,
        cooldown_ms,
        pricing: Pricing::new(&provider.name, price_name, prices.or(&info.prices)),
        operation,
        max_input_tokens: info.max_input_tokens.or_else(|| listed?.max_input_tokens),
    })
}

fn group_name(entry: &Node<'_>) -> Option<String> {
    let Some(node) = entry.get("model_name") else {
        entry.missing("model_name", "`model_name` is missing: the name that clients ask for.");
        return None;
    };
    let name = node.name()?.text.into_owned();
    if name.chars().any(char::is_control) {
        node.error("The name holds line breaks or control characters.");
        return None;
    }
    if name.matches('*').count() > 1 {
        node.error("Dragoman takes one `*` in a name; write one entry for each form.");
        return None;
    }
    Some(name)
}

/// The provider and its name of the model.
fn model(params: &Node<'_>, group: Option<&str>) -> Option<(&'static Provider, String)> {
    let Some(node) = params.get("model") else {
        params.missing(
            "model",
            "`model` is missing: the provider and its name of the model, such as `openai/gpt-4.1`.",
        );
        return None;
    };
    let text = node.name()?;
    let named = match params.get("custom_llm_provider") {
        Some(named) => Some(named.name()?.text),
        None => None,
    };
    let Ok((provider, model)) = catalog::resolve(text.text.trim(), named.as_deref()) else {
        let wrong = named.as_deref().unwrap_or(&text.text);
        let prefix = wrong.split('/').next().unwrap_or_default();
        let known = || catalog::all().iter().flat_map(Provider::names);
        let advice = match nearest(prefix, known()) {
            Some(name) => format!("Did you mean the provider `{name}`?"),
            None => {
                "Write it as `provider/model`, or as `openai/model` with an `api_base` for any \
                     OpenAI-compatible server."
                    .to_owned()
            }
        };
        node.error(format!(
            "{} names no provider that Dragoman knows. {advice}",
            if named.is_some() { "`custom_llm_provider`".to_owned() } else { text.shown() }
        ));
        return None;
    };
    if model.is_empty() || model.chars().any(|c| c.is_control() || c.is_whitespace()) {
        node.error("The name of the model is empty, or holds spaces.");
        return None;
    }
    if model.len() > MAX_MODEL_BYTES {
        node.error(format!("The name of the model is longer than {MAX_MODEL_BYTES} bytes."));
        return None;
    }
    let stars = model.matches('*').count();
    if stars > 1 || (stars == 1 && group.is_some_and(|group| !group.contains('*'))) {
        node.error("A `*` here stands for what the one `*` in `model_name` stood for.");
        return None;
    }
    Some((provider, model.to_owned()))
}

/// A misspelt setting would go to the provider as a part of every request.
fn warn_of_slip(name: &str, member: &Node<'_>) {
    if let Some(meant) = nearest(name, PARAMS.used()) {
        member.warn(format!(
            "`{name}` is sent to the provider as a member of every request. Did you mean `{meant}`?"
        ));
    }
}

fn policy(params: &Node<'_>, drop_params: bool) -> ParamPolicy {
    let names = |name| params.get(name).map(|node| node.names("parameters")).unwrap_or_default();
    ParamPolicy {
        drop_params: params.get("drop_params").and_then(|node| node.flag()).unwrap_or(drop_params),
        additional_drop_params: names("additional_drop_params"),
        allowed_openai_params: names("allowed_openai_params"),
    }
}

fn named_credential<'a>(params: &Node<'_>, around: &Surroundings<'a>) -> Option<Node<'a>> {
    let node = params.get("litellm_credential_name")?;
    let name = node.name()?.text;
    let is_called = |item: &&Node<'_>| {
        item.get("credential_name").is_some_and(|node| node.value.as_str() == Some(&*name))
    };
    let found = around.credentials.iter().find(is_called);
    if found.is_none() {
        node.error("No entry of `credential_list` has this `credential_name`.");
    }
    found?.get("credential_values")
}

/// What is used of `model_info`.
#[derive(Default)]
struct Info {
    id: Option<String>,
    base_model: Option<String>,
    operation: Option<Operation>,
    max_input_tokens: Option<u64>,
    max_output_tokens: Option<u64>,
    prices: PriceOverrides,
}

fn read_info(info: &Node<'_>) -> Info {
    let mut prices = PriceOverrides::default();
    for (name, member) in info.members() {
        if INFO.support(name).is_some() || nearest(name, INFO.used()).is_some() {
            known::check_member(name, &member, &INFO);
        } else {
            // The rest are remarks for people and other tools.
            price::read(name, &member, &mut prices);
        }
    }
    let tokens = |name| info.get(name).and_then(|node| node.count(1, MAX_TOKENS));
    let max_tokens = tokens("max_tokens");
    Info {
        id: info.get("id").and_then(|node| id(&node)),
        base_model: info.get("base_model").and_then(|node| Some(node.name()?.text.into_owned())),
        operation: info.get("mode").and_then(|node| mode(&node)),
        max_input_tokens: tokens("max_input_tokens"),
        max_output_tokens: tokens("max_output_tokens").or(max_tokens),
        prices,
    }
}

/// Ids stand in headers and metrics.
fn id(node: &Node<'_>) -> Option<String> {
    const MAX_LEN: usize = 128;
    let id = match node.value {
        serde_json::Value::Number(number) => number.to_string(),
        _ => node.name()?.text.trim().to_owned(),
    };
    if id.len() > MAX_LEN || !id.chars().all(|c| c.is_ascii_graphic() || c == ' ') {
        node.error(format!("An id is at most {MAX_LEN} printable ASCII characters."));
        return None;
    }
    Some(id)
}

/// What a model of that mode is for.
fn mode(node: &Node<'_>) -> Option<Operation> {
    let mode = node.name()?;
    let operation = Operation::find(Operation::mode, &mode.text);
    if operation.is_some() {
        return operation;
    }
    if MODES.contains(&&*mode.text) {
        node.warn(format!(
            "Chat completions and embeddings are served so far; requests of the mode {} get a 404.",
            mode.shown()
        ));
        return None;
    }
    let meant = nearest(&mode.text, MODES);
    let advice = meant.map(|mode| format!(" Did you mean `{mode}`?")).unwrap_or_default();
    node.warn(format!("This mode is not known, and has no effect.{advice}"));
    None
}
