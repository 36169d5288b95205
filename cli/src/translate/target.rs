//! `--to` and `--param` as a deployment: the same reading as a configuration file's.

use dragoman::config::{self, Deployment, Severity};
use dragoman::openai::ApiError;
use serde_json::{Map, Value, json};

/// The deployment that `params` (LiteLLM's `litellm_params`) and `to` describe.
///
/// # Errors
/// 400 with the first thing that is wrong with it.
pub fn deployment(to: &str, params: &Map<String, Value>) -> Result<Deployment, ApiError> {
    let mut params = params.clone();
    params.insert("model".into(), to.into());
    let entry = json!({"model_name": "translated", "litellm_params": params});
    let document = json!({"model_list": [entry]});
    let reading = config::read(&document, &|name| std::env::var(name).ok());
    if let Some(problem) = reading.problems.iter().find(|p| p.severity == Severity::Error) {
        let path = problem.path.replace("model_list[0].litellm_params.", "");
        return Err(ApiError::invalid(format!("{path}: {}", problem.message)).with_param(path));
    }
    reading
        .config
        .deployments
        .into_iter()
        .next()
        .ok_or_else(|| ApiError::invalid(format!("`{to}` is not a model that can be called.")))
}
