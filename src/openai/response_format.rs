//! `response_format`.

use super::ApiError;
use crate::wire::object::{RawJson, object};

object! {
    pub struct ResponseFormat {
        /// `text`, `json_object` or `json_schema`.
        kind("type"): String,
        json_schema("json_schema"): Option<JsonSchema>,
        /// LiteLLM's older form, the schema without its envelope.
        response_schema("response_schema"): Option<RawJson>,
    }
}
object! {
    /// Its schema. `name` and `strict` say nothing where schemas are always enforced.
    pub struct JsonSchema {
        description("description"): Option<String>,
        schema("schema"): Option<RawJson>,
    }
}

impl ResponseFormat {
    /// Where a schema stands.
    pub const SCHEMA: &'static str = "response_format.json_schema.schema";

    #[must_use]
    pub fn schema(&self) -> Option<&RawJson> {
        let own = self.json_schema.as_ref().and_then(|envelope| envelope.schema.as_ref());
        own.or(self.response_schema.as_ref())
    }

    #[must_use]
    pub fn description(&self) -> Option<&str> {
        self.json_schema.as_ref()?.description.as_deref()
    }

    /// 400: the type is none of OpenAI's.
    #[must_use]
    pub fn unknown(&self) -> ApiError {
        ApiError::invalid(format!(
            "`response_format.type` is `{}`; it must be text, json_object or json_schema.",
            self.kind
        ))
        .with_param("response_format.type")
    }

    /// 400: a schema was promised, and there is none.
    #[must_use]
    pub fn missing_schema() -> ApiError {
        const PATH: &str = ResponseFormat::SCHEMA;
        ApiError::invalid(format!(
            "`{PATH}` is missing. Give the JSON schema, or use `response_format: {{\"type\": \"json_object\"}}`."
        ))
        .with_param(PATH)
    }
}
