//! `outputConfig`: an answer that follows a JSON schema.
//!
//! Source: <https://docs.aws.amazon.com/bedrock/latest/userguide/structured-output.html>. The schema
//! stands in it as text.

use super::members::Members;
use crate::dialect::anthropic::format::NativeFormat;
use crate::openai::response_format::{JsonSchema, ResponseFormat};
use serde::Serialize;

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OutputConfig {
    text_format: TextFormat,
}

#[derive(Debug, Serialize)]
#[serde(tag = "type", rename = "json_schema")]
struct TextFormat {
    structure: Structure,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
enum Structure {
    JsonSchema {
        schema: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        name: Option<String>,
    },
}

impl OutputConfig {
    /// `format` under the name that the client gave it.
    #[must_use]
    pub fn new(format: &NativeFormat, asked: Option<&ResponseFormat>) -> Self {
        let schema = asked.and_then(|asked| asked.json_schema.as_ref());
        let name = schema.and_then(|schema| schema.extra.iter().find(|(name, _)| name == "name"));
        let name = name.and_then(|(_, json)| serde_json::from_str(json.get()).ok());
        let schema = format.schema.to_string();
        Self { text_format: TextFormat { structure: Structure::JsonSchema { schema, name } } }
    }
}

/// `response_format`, else what Claude's own `output_config.format` says in other words.
#[must_use]
pub fn asked(members: &Members<'_>) -> Option<ResponseFormat> {
    members.response_format.clone().or_else(|| {
        let schema = members.output_config.as_ref()?.format.as_ref()?.schema.clone();
        let json_schema = Some(JsonSchema { schema, ..JsonSchema::default() });
        Some(ResponseFormat {
            kind: "json_schema".into(),
            json_schema,
            ..ResponseFormat::default()
        })
    })
}
