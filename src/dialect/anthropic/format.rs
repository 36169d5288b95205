//! `response_format`: native structured outputs, or a tool whose arguments are the answer.
//!
//! Models from 4.5 on take a JSON schema in `output_config.format`. Where the model is older, the
//! schema means something that native schemas cannot say, or there is none (`json_object`), the model
//! is made to call one tool and its arguments become the content.

use super::schema;
use crate::openai::ApiError;
use crate::openai::response_format::ResponseFormat;
use crate::wire::json;
use crate::wire::object::RawJson;
use serde::Serialize;
use serde_json::Value;

/// The tool's name, which is LiteLLM's.
pub const JSON_TOOL: &str = "json_tool_call";
/// What the model is told about it.
pub const JSON_TOOL_DESCRIPTION: &str =
    "Gives the final answer. Call it exactly once, with the whole answer, and write no other text.";

/// How an answer in JSON is asked for.
#[derive(Debug)]
pub enum Format {
    Text,
    Native(NativeFormat),
    /// The input schema of the tool.
    Tool(Value),
}

/// `output_config.format`.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename = "json_schema")]
pub struct NativeFormat {
    pub schema: Value,
}

/// Decides how `format` is expressed. `native`: the model takes a JSON schema as such.
///
/// # Errors
/// 400 for a format that is none, or a schema that is not an object.
pub fn choose(format: Option<&ResponseFormat>, native: bool) -> Result<Format, ApiError> {
    let Some(format) = format else { return Ok(Format::Text) };
    match format.kind.as_str() {
        "text" => Ok(Format::Text),
        "json_object" | "json_schema" => match format.schema() {
            Some(schema) => with_schema(schema, format.description(), native),
            None if format.kind == "json_schema" => Err(ResponseFormat::missing_schema()),
            None => Ok(Format::Tool(
                serde_json::json!({"type": "object", "additionalProperties": true}),
            )),
        },
        _ => Err(format.unknown()),
    }
}

fn with_schema(
    schema: &RawJson,
    description: Option<&str>,
    native: bool,
) -> Result<Format, ApiError> {
    const PATH: &str = "response_format.json_schema.schema";
    let mut value: Value = json::read(schema.get(), PATH).map_err(|e| {
        ApiError::invalid(format!("`{}` is wrong: {}.", e.path, e.reason)).with_param(e.path)
    })?;
    let Value::Object(object) = &mut value else {
        return Err(ApiError::invalid(format!("`{PATH}` must be an object.")).with_param(PATH));
    };
    if let Some(description) = description {
        object.entry("description").or_insert_with(|| description.into());
    }
    if native && schema::is_expressible(&value) {
        schema::adapt(&mut value);
        return Ok(Format::Native(NativeFormat { schema: value }));
    }
    match value.get("type") {
        Some(kind) if kind == "object" => {}
        // A reference or a union: tools want the word, and what it stands for is an object.
        None => {
            if let Value::Object(object) = &mut value {
                object.insert("type".into(), "object".into());
            }
        }
        Some(_) => {
            return Err(ApiError::invalid(format!(
                "`{PATH}.type` must be `object` for this model. Wrap the value in an object with one property."
            ))
            .with_param(format!("{PATH}.type")));
        }
    }
    Ok(Format::Tool(value))
}
