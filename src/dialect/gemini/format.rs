//! `response_format` as Gemini's media type and schema.
//!
//! Source: <https://ai.google.dev/gemini-api/docs/structured-output>.

use super::model::Model;
use super::native::Json;
use super::schema;
use crate::dialect::Params;
use crate::openai::ApiError;
use crate::openai::response_format::ResponseFormat;
use crate::wire::json;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

/// Members of `generationConfig`.
pub type Members<'a> = Vec<(&'static str, Json<'a>)>;

/// What `format` means in `generationConfig`: nothing for plain text.
///
/// # Errors
/// 400 for a format that is none, a schema that is no object, or one that an older model cannot take.
pub fn members<'a>(
    format: Option<&'a ResponseFormat>,
    model: &Model,
    params: &mut Params<'_>,
) -> Result<Members<'a>, ApiError> {
    let Some(format) = format else { return Ok(Vec::new()) };
    match format.kind.as_str() {
        "text" => return Ok(Vec::new()),
        "json_object" | "json_schema" => {}
        _ => return Err(format.unknown()),
    }
    let mut members = vec![("responseMimeType", Json::Ours("application/json".into()))];
    match format.schema() {
        None if format.kind == "json_schema" => return Err(ResponseFormat::missing_schema()),
        None => {}
        Some(schema) if model.json_schema() => {
            members.push(("responseJsonSchema", whole(schema, format.description())?));
        }
        Some(schema) => {
            let schema: Map<String, Value> = json::read(schema.get(), ResponseFormat::SCHEMA)?;
            let mut schema = Value::Object(schema);
            describe(&mut schema, format.description());
            let schema = schema::rewrite(&schema, ResponseFormat::SCHEMA, params)?;
            members.push(("responseSchema", Json::Ours(schema)));
        }
    }
    Ok(members)
}

/// The schema as it was written, unless a description has to be added.
fn whole<'a>(schema: &'a RawValue, description: Option<&str>) -> Result<Json<'a>, ApiError> {
    if description.is_none() && schema.get().starts_with('{') {
        return Ok(Json::Raw(schema));
    }
    let schema: Map<String, Value> = json::read(schema.get(), ResponseFormat::SCHEMA)?;
    let mut schema = Value::Object(schema);
    describe(&mut schema, description);
    Ok(Json::Ours(schema))
}

fn describe(schema: &mut Value, description: Option<&str>) {
    if let (Value::Object(members), Some(description)) = (schema, description) {
        members.entry("description").or_insert_with(|| description.into());
    }
}
