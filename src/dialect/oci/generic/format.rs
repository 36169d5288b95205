//! `response_format`.

use crate::openai::ApiError;
use crate::openai::response_format::ResponseFormat;
use crate::wire::object::{RawJson, value};
use serde::Serialize;

/// Oracle's form.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "SCREAMING_SNAKE_CASE", rename_all_fields = "camelCase")]
pub enum Format<'a> {
    JsonObject,
    JsonSchema { json_schema: Schema<'a> },
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Schema<'a> {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    schema: &'a RawJson,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_strict: Option<bool>,
}

/// Oracle demands a name.
const NAME: &str = "response";

/// # Errors
/// 400 for a format that is none, or one without its schema.
pub fn choose(format: &ResponseFormat) -> Result<Option<Format<'_>>, ApiError> {
    Ok(match format.kind.as_str() {
        "text" => None,
        "json_object" if format.schema().is_none() => Some(Format::JsonObject),
        "json_object" | "json_schema" => {
            let schema = format.schema().ok_or_else(ResponseFormat::missing_schema)?;
            let member = |name: &str| {
                let members = format.json_schema.iter().flat_map(|envelope| &envelope.extra);
                members.into_iter().find(|(known, _)| known == name).map(|(_, raw)| value(raw))
            };
            let name = member("name").and_then(|name| name.as_str().map(str::to_owned));
            Some(Format::JsonSchema {
                json_schema: Schema {
                    name: name.unwrap_or_else(|| NAME.to_owned()),
                    description: format.description(),
                    schema,
                    is_strict: member("strict").and_then(|strict| strict.as_bool()),
                },
            })
        }
        _ => return Err(format.unknown()),
    })
}
