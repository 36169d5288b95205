//! The request: `{"text_input": "…", "parameters": {…}}`, or `{"inputs": [{"name": "text_input", …}, …]}`.

use super::members::{Backend, Generation, UNKNOWN};
use super::place::Place;
use super::tensor;
use crate::dialect::prompt::{self, Parameters, Template};
use crate::dialect::{Call, Outgoing, members};
use crate::openai::ApiError;
use serde_json::json;

/// Writes the request.
///
/// # Errors
/// See [`crate::dialect::Dialect::request`].
pub fn write(call: &Call<'_>) -> Result<Outgoing, ApiError> {
    let Call { request, target, .. } = *call;
    let mut params = call.params();
    let backend = Backend::of(target)?;
    let mut generation = Generation { backend, parameters: Parameters::default() };
    members::read(request, &mut generation, UNKNOWN, &mut params)?;
    let mut parameters = generation.parameters;
    // TensorRT-LLM demands it, and vLLM would stop after 16.
    if !parameters.has("max_tokens") {
        parameters.set("max_tokens", target.default_max_tokens.to_string());
    }
    let template = Template::of(target.setting("hf_model_name").unwrap_or(target.own_model()));
    let prompt = prompt::write(template, &prompt::read(&request.messages, &mut params)?);
    let (path, body) = match Place::of(target, request.stream)? {
        Place::Generate(path) => (path, generate(&prompt, parameters, request.stream)),
        Place::Infer(path) => (path, infer(&prompt, &parameters)?),
    };
    Ok(call.post(target.own_model(), path, body.into_bytes(), params.into_dropped()))
}

fn generate(prompt: &str, mut parameters: Parameters<'_>, stream: bool) -> String {
    // Otherwise whole answers begin with the prompt.
    if !parameters.has("exclude_input_in_output") {
        parameters.set("exclude_input_in_output", "true");
    }
    parameters.set("stream", stream.to_string());
    let mut body = Parameters::default();
    body.set_text("text_input", prompt);
    body.set("parameters", parameters.to_json());
    body.to_json()
}

/// Only what is asked for: a model refuses tensors that it does not know.
fn infer(prompt: &str, parameters: &Parameters<'_>) -> Result<String, ApiError> {
    let text = json!({"name": "text_input", "shape": [1], "datatype": "BYTES", "data": [prompt]});
    let mut inputs = vec![text];
    for (name, value) in parameters.iter() {
        inputs.push(tensor::write(name, value)?);
    }
    Ok(json!({ "inputs": inputs }).to_string())
}
