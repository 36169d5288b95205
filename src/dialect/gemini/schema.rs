//! JSON schemas in the subset of OpenAPI's that models before Gemini 2 take.
//!
//! Source: <https://ai.google.dev/api/caching#Schema>. References are put in place, a type that may be
//! null becomes `nullable`, `const` an `enum` of one. What the subset has no word for is refused by its
//! path: a schema that means less is not the one that was asked for.

use crate::dialect::Params;
use crate::openai::ApiError;
use serde_json::{Map, Value};

/// Deepest nesting of a schema once its references are in place.
const MAX_DEPTH: usize = 32;
/// Most schemas that one may consist of, once its references are in place.
const MAX_SCHEMAS: usize = 4096;

/// Keywords that mean the same in both.
const SAME: [&str; 17] = [
    "title",
    "description",
    "format",
    "nullable",
    "default",
    "example",
    "minItems",
    "maxItems",
    "minProperties",
    "maxProperties",
    "minLength",
    "maxLength",
    "pattern",
    "minimum",
    "maximum",
    "required",
    "propertyOrdering",
];

/// Keywords that restrict nothing.
const REMARKS: [&str; 11] = [
    "$schema",
    "$id",
    "$comment",
    "$anchor",
    "$defs",
    "definitions",
    "examples",
    "deprecated",
    "readOnly",
    "writeOnly",
    "strict",
];

/// Rewrites `schema`, which stands at `path` in the request.
///
/// # Errors
/// 400 naming a keyword that has no equivalent, or a reference that leads nowhere or to itself.
pub fn rewrite(schema: &Value, path: &str, params: &mut Params<'_>) -> Result<Value, ApiError> {
    Rewriter { root: schema, params, left: MAX_SCHEMAS }.schema(schema, path, 0)
}

struct Rewriter<'r, 'q, 'p> {
    root: &'r Value,
    params: &'q mut Params<'p>,
    left: usize,
}

impl Rewriter<'_, '_, '_> {
    fn schema(&mut self, schema: &Value, path: &str, depth: usize) -> Result<Value, ApiError> {
        let wrong = |what: &str| ApiError::invalid(format!("`{path}` {what}.")).with_param(path);
        self.left = self.left.saturating_sub(1);
        if depth > MAX_DEPTH || self.left == 0 {
            return Err(wrong(
                "is too deep for this model once its references are put in place, or refers to itself",
            ));
        }
        let Value::Object(members) = schema else {
            return match schema {
                // "Anything" is the empty schema.
                Value::Bool(true) => Ok(Value::Object(Map::new())),
                _ => Err(wrong("must be an object")),
            };
        };
        if let Some(reference) = members.get("$ref").and_then(Value::as_str) {
            let target = reference.strip_prefix('#').and_then(|place| self.root.pointer(place));
            let Some(target) = target else {
                return Err(wrong(&format!("refers to `{reference}`, which is not there")));
            };
            let mut target = self.schema(target, path, depth + 1)?;
            if let (Value::Object(target), Some(own)) = (&mut target, members.get("description")) {
                target.insert("description".into(), own.clone());
            }
            return Ok(target);
        }
        let mut out = Map::new();
        for (name, value) in members {
            self.keyword(name, value, path, depth, &mut out)?;
        }
        if let Some(properties) = out.get("properties").and_then(Value::as_object)
            && !out.contains_key("propertyOrdering")
            && properties.len() > 1
        {
            let order: Vec<Value> = properties.keys().map(|name| name.as_str().into()).collect();
            out.insert("propertyOrdering".into(), order.into());
        }
        Ok(Value::Object(out))
    }

    fn keyword(
        &mut self,
        name: &str,
        value: &Value,
        path: &str,
        depth: usize,
        out: &mut Map<String, Value>,
    ) -> Result<(), ApiError> {
        let here = format!("{path}.{name}");
        match (name, value) {
            _ if SAME.contains(&name) => {
                out.insert(name.into(), value.clone());
            }
            _ if REMARKS.contains(&name) => {}
            ("type", Value::String(kind)) => {
                out.insert("type".into(), kind.to_ascii_uppercase().into());
            }
            ("type", Value::Array(kinds)) => union_of_types(kinds, out),
            ("enum", Value::Array(values)) => self.choices(values, &here, out)?,
            ("const", value) => {
                self.choices(std::slice::from_ref(value), &here, out)?;
            }
            ("properties", Value::Object(properties)) => {
                let mut rewritten = Map::new();
                for (name, property) in properties {
                    let property = self.schema(property, &format!("{here}.{name}"), depth + 1)?;
                    rewritten.insert(name.clone(), property);
                }
                out.insert("properties".into(), rewritten.into());
            }
            ("items", items) => {
                let items = self.schema(items, &here, depth + 1)?;
                out.insert("items".into(), items);
            }
            ("anyOf" | "oneOf", Value::Array(choices)) => {
                self.any_of(choices, &here, depth, out)?;
            }
            ("allOf", Value::Array(all)) if all.len() == 1 => {
                if let Some(only) = all.first()
                    && let Value::Object(only) = self.schema(only, &here, depth + 1)?
                {
                    for (name, value) in only {
                        out.entry(name).or_insert(value);
                    }
                }
            }
            // Objects without a word about other names are closed to this model.
            ("additionalProperties", Value::Bool(false)) => {}
            ("uniqueItems", Value::Bool(false)) => {}
            _ => {
                let why = "this model takes a subset of OpenAPI's schemas that lacks it";
                if self.params.unsupported(&here, why)? {
                    out.insert(name.into(), value.clone());
                }
            }
        }
        Ok(())
    }

    /// The subset's enumerations are of strings; null among them makes the value nullable.
    fn choices(
        &mut self,
        values: &[Value],
        path: &str,
        out: &mut Map<String, Value>,
    ) -> Result<(), ApiError> {
        let (nulls, values): (Vec<&Value>, Vec<&Value>) =
            values.iter().partition(|value| value.is_null());
        if !nulls.is_empty() {
            out.insert("nullable".into(), true.into());
        }
        if values.iter().all(|value| value.is_string()) {
            let values: Vec<Value> = values.into_iter().cloned().collect();
            out.insert("enum".into(), values.into());
            out.entry("type").or_insert_with(|| "STRING".into());
            return Ok(());
        }
        self.params.unsupported(path, "this model takes a choice among strings only")?;
        Ok(())
    }

    fn any_of(
        &mut self,
        choices: &[Value],
        path: &str,
        depth: usize,
        out: &mut Map<String, Value>,
    ) -> Result<(), ApiError> {
        let mut rewritten = Vec::new();
        for (index, choice) in choices.iter().enumerate() {
            if choice.get("type").is_some_and(|kind| kind == "null") {
                out.insert("nullable".into(), true.into());
            } else {
                rewritten.push(self.schema(choice, &format!("{path}[{index}]"), depth + 1)?);
            }
        }
        match (rewritten.len(), rewritten.pop()) {
            (1, Some(Value::Object(only))) => {
                for (name, value) in only {
                    out.entry(name).or_insert(value);
                }
            }
            (_, Some(last)) => {
                rewritten.push(last);
                out.insert("anyOf".into(), rewritten.into());
            }
            (_, None) => {}
        }
        Ok(())
    }
}

/// `["string", "null"]`.
fn union_of_types(kinds: &[Value], out: &mut Map<String, Value>) {
    let named = kinds.iter().filter_map(Value::as_str);
    let (nulls, kinds): (Vec<&str>, Vec<&str>) = named.partition(|kind| *kind == "null");
    if !nulls.is_empty() {
        out.insert("nullable".into(), true.into());
    }
    let kinds: Vec<Value> = kinds.iter().map(|kind| kind.to_ascii_uppercase().into()).collect();
    if let [only] = kinds.as_slice() {
        out.insert("type".into(), only.clone());
    } else if !kinds.is_empty() {
        let choices: Vec<Value> =
            kinds.into_iter().map(|kind| serde_json::json!({"type": kind})).collect();
        out.insert("anyOf".into(), choices.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::ParamPolicy;
    use serde_json::json;

    fn rewritten(schema: &Value) -> Result<Value, ApiError> {
        let policy = ParamPolicy::default();
        rewrite(schema, "schema", &mut Params::new(&policy, "gemini"))
    }

    #[test]
    fn a_schema_keeps_its_meaning_in_the_subset() {
        let schema = json!({"$schema": "x", "type": "object", "additionalProperties": false,
            "properties": {
                "kind": {"const": "a"},
                "size": {"type": ["integer", "null"], "minimum": 1},
                "color": {"enum": ["red", null]},
                "child": {"$ref": "#/$defs/child", "description": "Mine."},
                "either": {"oneOf": [{"type": "string"}, {"type": "number"}, {"type": "null"}]},
                "list": {"type": "array", "items": {"anyOf": [{"type": "boolean"}, {"type": "null"}]}},
            },
            "required": ["kind"], "$defs": {"child": {"type": "object", "description": "A child.",
                "properties": {"name": {"type": "string"}}}}});
        assert_eq!(
            rewritten(&schema).unwrap(),
            json!({"type": "OBJECT", "properties": {
                "kind": {"enum": ["a"], "type": "STRING"},
                "size": {"nullable": true, "type": "INTEGER", "minimum": 1},
                "color": {"nullable": true, "enum": ["red"], "type": "STRING"},
                "child": {"type": "OBJECT", "description": "Mine.",
                    "properties": {"name": {"type": "STRING"}}},
                "either": {"nullable": true, "anyOf": [{"type": "STRING"}, {"type": "NUMBER"}]},
                "list": {"type": "ARRAY", "items": {"type": "BOOLEAN", "nullable": true}},
            }, "required": ["kind"],
            "propertyOrdering": ["kind", "size", "color", "child", "either", "list"]})
        );
    }

    #[test]
    fn what_the_subset_cannot_say_is_refused_by_its_path() {
        for (schema, path) in [
            (json!({"properties": {"a": {"not": {}}}}), "schema.properties.a.not"),
            (json!({"items": {"enum": [1, 2]}}), "schema.items.enum"),
            (json!({"additionalProperties": {"type": "string"}}), "schema.additionalProperties"),
            (json!({"allOf": [{}, {}]}), "schema.allOf"),
            (json!({"$ref": "#/$defs/none"}), "schema"),
            (json!({"properties": {"a": 5}}), "schema.properties.a"),
        ] {
            assert_eq!(rewritten(&schema).unwrap_err().param.as_deref(), Some(path), "{schema}");
        }
    }

    #[test]
    fn references_that_lead_back_end_in_an_error_and_not_in_a_loop() {
        let schema = json!({"$ref": "#/$defs/a", "$defs": {"a": {"properties":
            {"x": {"$ref": "#/$defs/a"}, "y": {"$ref": "#/$defs/a"}}}}});
        assert!(rewritten(&schema).unwrap_err().message.contains("refers to itself"));
        assert!(rewritten(&json!({"$ref": "#"})).is_err());
    }
}
