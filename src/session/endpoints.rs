//! What Dragoman serves, and what it answers by itself.

use super::reply::Reply;
use crate::config::Config;
use crate::openai::ApiError;
use crate::operation::Operation;
use crate::wire::percent;
use serde_json::{Value, json};

/// Where a request leads.
#[derive(Debug)]
pub enum Endpoint {
    /// A model is asked: the body is needed.
    Ask(Operation),
    /// Answered here and now.
    Reply(Reply),
    /// The same, for whoever asks: Envoy's and Kubernetes' health checks carry no keys.
    Public(Reply),
}

/// For the 404: what there is beside the operations.
const SERVED: &str = "GET /v1/models, GET /v1/models/{id}, GET /health/liveliness, \
                      GET /health/readiness";

/// `created` of every model. The configuration has no dates, and clients only need a number.
const MODEL_CREATED: u64 = 1_677_610_602;

/// Decides by method and path (with query). `/v1` may be left out.
#[must_use]
pub fn find(method: &str, path: &str, config: &Config) -> Endpoint {
    let path = path.split(['?', '#']).next().unwrap_or(path);
    let path = path.strip_prefix("/v1").filter(|rest| rest.starts_with('/')).unwrap_or(path);
    let path = if path.len() > 1 { path.trim_end_matches('/') } else { path };
    if let Some(operation) = Operation::find(Operation::path, path) {
        return allow(method, "POST").map_or(Endpoint::Ask(operation), Endpoint::Reply);
    }
    match path {
        "/models" => get(method, || Reply::json(200, models(config))),
        "/health/liveliness" | "/health/liveness" => public(method, || health("alive")),
        "/health/readiness" => public(method, || health("ready")),
        _ => match path.strip_prefix("/models/") {
            Some(id) => get(method, || model(config, &percent_decoded(id))),
            None => Endpoint::Reply((&not_found(method, path)).into()),
        },
    }
}

fn get(method: &str, answer: impl FnOnce() -> Reply) -> Endpoint {
    Endpoint::Reply(allow(method, "GET").unwrap_or_else(answer))
}

fn public(method: &str, answer: impl FnOnce() -> Reply) -> Endpoint {
    Endpoint::Public(allow(method, "GET").unwrap_or_else(answer))
}

/// The 405 for a method that is not `allowed`.
fn allow(method: &str, allowed: &'static str) -> Option<Reply> {
    let head_for_get = method == "HEAD" && allowed == "GET";
    (method != allowed && !head_for_get).then(|| {
        let message = format!("This endpoint takes {allowed}, not {method}.");
        Reply::from(&ApiError::new(405, message)).with_header("allow", allowed)
    })
}

fn health(status: &str) -> Reply {
    Reply::json(200, json!({"status": status}).to_string().into_bytes())
}

fn not_found(method: &str, path: &str) -> ApiError {
    let operations = Operation::ALL.map(|operation| format!("POST /v1{}, ", operation.path()));
    let served = operations.concat();
    let message = format!("There is no {method} {path} here. Dragoman serves: {served}{SERVED}.");
    ApiError::new(404, message).with_code("unknown_url")
}

fn models(config: &Config) -> Vec<u8> {
    let data: Vec<Value> = config.groups.iter().map(|group| entry(config, &group.name)).collect();
    json!({"object": "list", "data": data}).to_string().into_bytes()
}

fn model(config: &Config, id: &str) -> Reply {
    match config.group(id) {
        Some(_) => Reply::json(200, entry(config, id).to_string().into_bytes()),
        None => (&unknown_model(config, id)).into(),
    }
}

/// A model as `GET /v1/models` shows it; `owned_by` names its first deployment's provider.
fn entry(config: &Config, id: &str) -> Value {
    let owner = config
        .group(id)
        .and_then(|(group, _)| group.deployments.first())
        .and_then(|&index| config.deployments.get(index))
        .map_or("unknown", |deployment| deployment.target.provider.name.as_str());
    json!({"id": id, "object": "model", "created": MODEL_CREATED, "owned_by": owner})
}

/// Most model names that an error lists.
const MAX_LISTED: usize = 50;

/// The 404 for a model that no group has.
#[must_use]
pub fn unknown_model(config: &Config, model: &str) -> ApiError {
    let names: Vec<&str> =
        config.groups.iter().take(MAX_LISTED).map(|group| group.name.as_str()).collect();
    let more = if config.groups.len() > MAX_LISTED { ", …" } else { "" };
    let message = format!(
        "The model `{model}` does not exist here. The models are: {}{more}.",
        names.join(", ")
    );
    ApiError::new(404, message)
        .with_code(crate::openai::error::code::MODEL_NOT_FOUND)
        .with_param("model")
}

/// Model names hold slashes and colons, which clients escape in paths.
fn percent_decoded(text: &str) -> String {
    String::from_utf8_lossy(&percent::decode(text)).into_owned()
}

#[cfg(test)]
mod tests;
