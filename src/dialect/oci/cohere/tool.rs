//! What may be called. Cohere's first version knows the names and Python types of parameters and no
//! schemas, so what a schema says besides becomes part of the descriptions, where the model reads it.

use crate::dialect::Params;
use crate::dialect::function_tools::{Declared, Parameters};
use crate::dialect::oci::schema;
use crate::dialect::tool_name::Names;
use crate::openai::ApiError;
use crate::wire::json;
use crate::wire::object::{RawJson, object, value};
use serde::{Serialize, Serializer};
use serde_json::Value;
use std::borrow::Cow;

/// `CohereTool`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Tool<'a> {
    name: &'a str,
    /// Demanded.
    description: Cow<'a, str>,
    #[serde(skip_serializing_if = "Vec::is_empty", serialize_with = "as_map")]
    parameter_definitions: Vec<(String, Definition)>,
}

/// `CohereParameterDefinition`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Definition {
    #[serde(skip_serializing_if = "String::is_empty")]
    description: String,
    r#type: &'static str,
    is_required: bool,
}

fn as_map<S: Serializer>(
    definitions: &[(String, Definition)],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_map(definitions.iter().map(|(name, definition)| (name, definition)))
}

object! {
    /// The schema of all parameters.
    struct Schema {
        kind("type"): Option<String>,
        properties("properties"): Properties,
        required("required"): Vec<String>,
        defs("$defs"): Option<RawJson>,
        definitions("definitions"): Option<RawJson>,
        description("description"): Option<String>,
    }
}
object! {
    /// All are in `extra`, in their order.
    struct Properties {}
}
object! {
    /// The schema of one.
    struct Property {
        kind("type"): Option<RawJson>,
        description("description"): Option<String>,
        any_of("anyOf"): Vec<RawJson>,
    }
}

/// Members of [`Schema`] that say nothing to a model, or what holds anyway.
const SILENT: [&str; 4] = ["title", "$schema", "additionalProperties", "$id"];

/// Python's types by those of JSON schemas.
const TYPES: [(&str, &str); 6] = [
    ("string", "str"),
    ("number", "float"),
    ("integer", "int"),
    ("boolean", "bool"),
    ("array", "list"),
    ("object", "dict"),
];

/// A value of any type, in Python.
const ANY: &str = "object";

/// Declares a function, whose place is `path`.
///
/// # Errors
/// 400 for parameters that are no object of named ones.
pub fn declare<'a>(
    function: Declared<'a>,
    path: &str,
    names: &'a Names,
    params: &mut Params<'_>,
) -> Result<Tool<'a>, ApiError> {
    let mut description = Cow::Borrowed(function.description.unwrap_or_default());
    let mut definitions = Vec::new();
    if let Parameters::Written(written) = function.parameters {
        let path = format!("{path}.function.parameters");
        let inlined = schema::inlined(written);
        let written = inlined.as_ref().unwrap_or(written);
        let schema: Schema = json::read(written.get(), &path)?;
        let kind = schema.kind.as_deref().unwrap_or("object");
        let strange = schema.extra.iter().find(|(name, _)| !SILENT.contains(&name.as_str()));
        if kind != "object" || strange.is_some() {
            let what = strange.map_or(kind, |(name, _)| name.as_str());
            let why =
                format!("Cohere's tools take named parameters; `{what}` cannot be said of them");
            params.unsupported(&path, &why)?;
        }
        if let Some(said) = &schema.description {
            append(&mut description, said);
        }
        // References that could not be put in place.
        for defs in schema.defs.iter().chain(&schema.definitions) {
            append(&mut description, &format!("Its schemas refer to: {}", defs.get()));
        }
        for (name, raw) in schema.properties.extra {
            let is_required = schema.required.contains(&name);
            let definition = define(&raw, &format!("{path}.properties.{name}"), is_required)?;
            definitions.push((name, definition));
        }
    }
    Ok(Tool { name: names.sent(function.name), description, parameter_definitions: definitions })
}

fn define(raw: &RawJson, path: &str, is_required: bool) -> Result<Definition, ApiError> {
    // `true` allows anything.
    let property: Property = match raw.get() {
        "true" => Property::default(),
        text => json::read(text, path)?,
    };
    let said = property.kind.as_ref().map(|kind| value(kind));
    let kind = match &said {
        Some(kind) => type_of(kind),
        // What may also be null has the type that it has otherwise.
        None => property.any_of.iter().find_map(|one| type_of(value(one).get("type")?)),
    };
    let is_plain = property.extra.iter().all(|(name, _)| name == "title")
        && property.any_of.is_empty()
        && !matches!(&said, Some(Value::Array(_)));
    let mut description = Cow::Owned(property.description.unwrap_or_default());
    if !is_plain {
        append(&mut description, &format!("JSON schema: {}", raw.get()));
    }
    Ok(Definition {
        description: description.into_owned(),
        r#type: kind.unwrap_or(ANY),
        is_required,
    })
}

/// The first of a schema's types that Python has.
fn type_of(kind: &Value) -> Option<&'static str> {
    match kind {
        Value::String(kind) => {
            TYPES.iter().find(|(known, _)| known == kind).map(|(_, python)| *python)
        }
        Value::Array(kinds) => kinds.iter().find_map(type_of),
        _ => None,
    }
}

fn append(text: &mut Cow<'_, str>, more: &str) {
    let text = text.to_mut();
    if !text.is_empty() {
        text.push('\n');
    }
    text.push_str(more);
}
