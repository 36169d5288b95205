//! The request: `{"inputs": "…", "parameters": {…}, "stream": true}`.

use super::members;
use crate::dialect::prompt::{self, Template};
use crate::dialect::{Call, Outgoing};
use crate::openai::ApiError;

/// Writes the request to `path`.
///
/// # Errors
/// See [`crate::dialect::Dialect::request`].
pub fn write(call: &Call<'_>, path: String) -> Result<Outgoing, ApiError> {
    let Call { request, target, .. } = *call;
    let mut params = call.params();
    let parameters = members::read(call, &mut params)?;
    let model = target.own_model();
    let template = Template::of(target.setting("hf_model_name").unwrap_or(model));
    let prompt = prompt::write(template, &prompt::read(&request.messages, &mut params)?);
    let inputs = serde_json::to_string(&prompt).unwrap_or_default();
    let stream = if request.stream { ",\"stream\":true" } else { "" };
    let body = format!("{{\"inputs\":{inputs},\"parameters\":{}{stream}}}", parameters.to_json());
    Ok(call.post(model, path, body.into_bytes(), params.into_dropped()))
}
