//! `response_format`: Cohere has one type for JSON, with or without a schema.
//!
//! Source: <https://docs.cohere.com/docs/structured-outputs>.

use crate::dialect::Params;
use crate::openai::ApiError;
use crate::wire::object::{RawJson, object};
use serde::Serialize;

object! {
    /// OpenAI's, and Cohere's own: there the schema stands in `json_schema` without its envelope.
    pub struct ResponseFormat {
        kind("type"): String,
        json_schema("json_schema"): Option<RawJson>,
        /// LiteLLM's older form.
        response_schema("response_schema"): Option<RawJson>,
    }
}

/// Cohere's form. A schema is always followed strictly.
#[derive(Debug, Serialize)]
pub struct Format {
    r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    json_schema: Option<RawJson>,
}

/// Decides how the format is expressed; `beside` names what the API refuses it with.
///
/// # Errors
/// 400 for a format that is none, one without its schema, or one that cannot stand where it does.
pub fn choose(
    format: Option<&ResponseFormat>,
    beside: Option<&str>,
    params: &mut Params<'_>,
) -> Result<Option<Format>, ApiError> {
    let Some(format) = format else { return Ok(None) };
    let json_schema = match format.kind.as_str() {
        "text" => return Ok(None),
        "json_object" => format.json_schema.clone().or_else(|| format.response_schema.clone()),
        "json_schema" => Some(schema(format)?),
        other => {
            return Err(ApiError::invalid(format!(
                "`response_format.type` is `{other}`; it must be text, json_object or json_schema."
            ))
            .with_param("response_format.type"));
        }
    };
    if let Some(beside) = beside {
        let why = format!("Cohere takes no format of the answer beside `{beside}`");
        if !params.unsupported("response_format", &why)? {
            return Ok(None);
        }
    }
    Ok(Some(Format { r#type: "json_object", json_schema }))
}

fn schema(format: &ResponseFormat) -> Result<RawJson, ApiError> {
    object! {
        struct Envelope {
            schema("schema"): Option<RawJson>,
        }
    }
    const PATH: &str = "response_format.json_schema.schema";
    let envelope = format.json_schema.as_ref();
    let inner = envelope.and_then(|json| serde_json::from_str::<Envelope>(json.get()).ok());
    let schema =
        inner.and_then(|envelope| envelope.schema).or_else(|| format.response_schema.clone());
    schema.filter(|schema| schema.get().starts_with('{')).ok_or_else(|| {
        ApiError::invalid(format!("`{PATH}` must be an object, the JSON schema.")).with_param(PATH)
    })
}
