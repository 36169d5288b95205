//! What the tests of several dialects share.

use super::{Credential, Dialect, Endpoint, Exchange, Output, ParamPolicy, Target};
use crate::catalog;
use crate::openai::{ApiError, ChatRequest};
use crate::wire::Decoder;

/// A deployment of a provider of the catalogue, at its own address unless `base` names another. Settings
/// have their defaults, or their names for values.
pub fn target(provider: &str, model: &str, base: Option<&str>) -> Target {
    let row = catalog::row(provider, model);
    let provider = row.unwrap_or_else(|| panic!("no provider {provider}"));
    let value = |setting: &'static catalog::Setting| {
        (setting.name.as_str(), setting.default.clone().unwrap_or_else(|| setting.name.clone()))
    };
    let own_name = ["model_id", "hf_model_name", "triton_backend"];
    let settings = provider.settings.iter().filter(|s| !own_name.contains(&s.name.as_str()));
    let settings: Vec<_> = settings.map(value).collect();
    let base = base.or(provider.address(&settings)).unwrap_or("https://own.example").to_owned();
    let base = settings
        .iter()
        .fold(base, |base, (name, value)| base.replace(&format!("{{{name}}}"), value));
    Target {
        provider,
        model: model.to_owned(),
        endpoint: Endpoint::parse(&base).unwrap().into(),
        credential: Credential::None,
        settings,
        api_version: None,
        organization: None,
        extra_headers: Vec::new(),
        defaults: Vec::new(),
        policy: ParamPolicy::default(),
        default_max_tokens: 4096,
    }
}

pub fn request(json: &str) -> ChatRequest {
    ChatRequest::parse(json.as_bytes().to_vec()).unwrap()
}

/// A stream from the provider's bytes, fed `split` at a time, to the client's.
pub fn stream(
    dialect: &dyn Dialect,
    exchange: &Exchange,
    bytes: &[u8],
    split: usize,
) -> (Output, Option<ApiError>) {
    let (mut decoder, mut translator) = (Decoder::new(dialect.framing()), dialect.stream(exchange));
    let (mut out, mut failed) = (Output::default(), None);
    for chunk in bytes.chunks(split.max(1)) {
        decoder
            .push(chunk, |event| {
                if failed.is_none() {
                    failed = translator.event(event, &mut out).err();
                }
            })
            .unwrap();
    }
    decoder
        .finish(|event| {
            if failed.is_none() {
                failed = translator.event(event, &mut out).err();
            }
        })
        .unwrap();
    if failed.is_none() {
        failed = translator.last(&mut out).err();
    }
    if failed.is_none() {
        translator.end(&mut out);
    }
    (out, failed)
}
