//! JSON schemas cut to what Claude's structured outputs accept.
//!
//! Source: <https://platform.claude.com/docs/en/build-with-claude/structured-outputs>, "JSON schema
//! limitations". A constraint that the grammar cannot enforce is refused by the API; it is told to
//! the model in the schema's description instead, which is what Anthropic's own SDKs do.

use hashbrown::HashMap;
use serde_json::{Map, Value};

/// Keywords that are refused. Everything unknown to the API is ignored by it and stays.
const REFUSED: [&str; 23] = [
    "maxItems",
    "uniqueItems",
    "contains",
    "minContains",
    "maxContains",
    "prefixItems",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "minProperties",
    "maxProperties",
    "patternProperties",
    "propertyNames",
    "dependentRequired",
    "dependentSchemas",
    "unevaluatedProperties",
    "if",
    "then",
    "else",
];

/// Members whose values are maps from names to schemas.
const NAMED: [&str; 3] = ["properties", "$defs", "definitions"];
/// Members whose values are lists of schemas.
const LISTED: [&str; 2] = ["anyOf", "allOf"];

/// Rewrites a schema, all the way down. Depth is bounded by the parser that read it.
pub fn adapt(schema: &mut Value) {
    let Value::Object(object) = schema else { return };
    tell_refused(object);
    if let Some(Value::Array(one_of)) = object.remove("oneOf") {
        match object.entry("anyOf").or_insert_with(|| Value::Array(Vec::new())) {
            Value::Array(any_of) => any_of.extend(one_of),
            other => *other = Value::Array(one_of),
        }
    }
    if object.get("type").is_some_and(|kind| kind == "object") {
        object.insert("additionalProperties".into(), Value::Bool(false));
    }
    for (name, value) in object {
        match value {
            Value::Object(map) if NAMED.contains(&name.as_str()) => {
                map.values_mut().for_each(adapt);
            }
            Value::Array(list) if LISTED.contains(&name.as_str()) => {
                list.iter_mut().for_each(adapt);
            }
            items if name == "items" => adapt(items),
            _ => {}
        }
    }
}

/// Moves refused keywords into the description.
fn tell_refused(object: &mut Map<String, Value>) {
    let mut told = Vec::new();
    for name in REFUSED.iter().chain(&["not"]) {
        match object.shift_remove(*name) {
            None | Some(Value::Bool(false)) => {}
            Some(value) => told.push(format!("{name}: {value}")),
        }
    }
    // Arrays may say that they hold at least one item, nothing beyond.
    if object.get("minItems").is_some_and(|count| count.as_u64().is_none_or(|count| count > 1))
        && let Some(value) = object.shift_remove("minItems")
    {
        told.push(format!("minItems: {value}"));
    }
    if told.is_empty() {
        return;
    }
    let told = format!("Must satisfy {}.", told.join(", "));
    let description = match object.get("description").and_then(Value::as_str) {
        Some(own) if !own.is_empty() => format!("{own} {told}"),
        _ => told,
    };
    object.insert("description".into(), Value::String(description));
}

/// Whether the schema, once adapted, still means what it meant: an object with free keys has no
/// equivalent, and neither has a schema that contains itself.
#[must_use]
pub fn is_expressible(schema: &Value) -> bool {
    !has_free_keys(schema) && !is_recursive(schema)
}

fn has_free_keys(schema: &Value) -> bool {
    let Value::Object(object) = schema else { return false };
    let names = object.get("properties").and_then(Value::as_object).map_or(0, Map::len);
    let free = match object.get("additionalProperties") {
        None | Some(Value::Bool(false)) => false,
        Some(Value::Bool(true)) => names == 0,
        Some(_) => true,
    };
    free || children(object).any(has_free_keys)
}

/// Whether a reference leads back to where it stands. Definitions are taken away as long as one can be
/// found that refers only to those taken before; what cannot be taken lies on a cycle.
fn is_recursive(root: &Value) -> bool {
    let Value::Object(object) = root else { return false };
    if references(root).contains(&"#") {
        return true;
    }
    let definitions: HashMap<String, Vec<&str>> = ["$defs", "definitions"]
        .iter()
        .filter_map(|place| Some((place, object.get(*place)?.as_object()?)))
        .flat_map(|(place, map)| {
            map.iter().map(move |(name, schema)| (format!("#/{place}/{name}"), references(schema)))
        })
        .collect();
    let mut referrers: HashMap<&str, Vec<&str>> = HashMap::new();
    let mut waits_for: HashMap<&str, usize> = HashMap::new();
    for (name, references) in &definitions {
        let known = references.iter().filter(|reference| definitions.contains_key(**reference));
        waits_for.insert(name, known.clone().count());
        known.for_each(|reference| referrers.entry(reference).or_default().push(name));
    }
    let mut free: Vec<&str> =
        waits_for.iter().filter(|(_, count)| **count == 0).map(|(name, _)| *name).collect();
    let mut taken = 0;
    while let Some(name) = free.pop() {
        taken += 1;
        for referrer in referrers.get(name).into_iter().flatten() {
            if let Some(count) = waits_for.get_mut(referrer) {
                *count = count.saturating_sub(1);
                if *count == 0 {
                    free.push(referrer);
                }
            }
        }
    }
    taken < definitions.len()
}

fn references(schema: &Value) -> Vec<&str> {
    let Value::Object(object) = schema else { return Vec::new() };
    let own = object.get("$ref").and_then(Value::as_str);
    own.into_iter().chain(children(object).flat_map(references)).collect()
}

fn children(object: &Map<String, Value>) -> impl Iterator<Item = &Value> {
    let named = NAMED.iter().filter_map(|name| object.get(*name)?.as_object());
    let listed = LISTED.iter().chain(&["oneOf"]).filter_map(|name| object.get(*name)?.as_array());
    named.flat_map(Map::values).chain(listed.flatten()).chain(object.get("items"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn refused_constraints_are_told_in_the_description() {
        let mut schema = json!({"type": "object", "properties": {
            "n": {"type": "integer", "minimum": 1, "description": "Count."},
            "l": {"type": "array", "minItems": 1, "maxItems": 3, "items": {"oneOf": [{"type": "object"}]}},
        }});
        adapt(&mut schema);
        assert_eq!(
            schema,
            json!({"type": "object", "additionalProperties": false, "properties": {
                "n": {"type": "integer", "description": "Count. Must satisfy minimum: 1."},
                "l": {"type": "array", "minItems": 1, "description": "Must satisfy maxItems: 3.",
                      "items": {"anyOf": [{"type": "object", "additionalProperties": false}]}},
            }})
        );
    }

    #[test]
    fn a_property_that_is_called_like_a_keyword_stays() {
        let mut schema = json!({"type": "object", "properties": {"minimum": {"type": "number"}}});
        adapt(&mut schema);
        assert!(schema["properties"]["minimum"].is_object());
    }

    #[test]
    fn free_keys_and_recursion_cannot_be_expressed() {
        assert!(!is_expressible(
            &json!({"type": "object", "additionalProperties": {"type": "string"}})
        ));
        assert!(is_expressible(
            &json!({"type": "object", "properties": {"a": {}}, "additionalProperties": true})
        ));
        let tree = json!({"$ref": "#/$defs/T", "$defs": {"T": {"type": "object", "properties":
            {"next": {"anyOf": [{"$ref": "#/$defs/T"}, {"type": "null"}]}}}}});
        assert!(!is_expressible(&tree));
        let flat = json!({"type": "object", "properties": {"a": {"$ref": "#/$defs/A"}, "b": {"$ref": "#/$defs/A"}},
            "$defs": {"A": {"type": "string"}}});
        assert!(is_expressible(&flat));
    }
}
