//! A JSON document that fits a JSON schema, the same one each time.

use serde_json::{Map, Value, json};

/// Schemas may refer to themselves; deeper than this, only what is required is filled in, and
/// twice as deep nothing is.
const DEPTH: usize = 8;

/// What a string property is likely to want, by its name.
const STRINGS: &[(&str, &str)] = &[
    ("city", "Paris"),
    ("location", "Paris"),
    ("place", "Paris"),
    ("country", "France"),
    ("unit", "celsius"),
    ("date", "2026-01-01"),
    ("time", "12:00"),
    ("email", "mock@example.com"),
    ("url", "https://example.com/"),
    ("name", "Mock"),
    ("language", "en"),
];

/// The same by the schema's `format` keyword.
const FORMATS: &[(&str, &str)] = &[
    ("date-time", "2026-01-01T00:00:00Z"),
    ("date", "2026-01-01"),
    ("time", "12:00:00Z"),
    ("email", "mock@example.com"),
    ("uri", "https://example.com/"),
    ("uuid", "00000000-0000-4000-8000-000000000000"),
    ("ipv4", "192.0.2.1"),
];

/// `pattern` is not looked at: a string with one may not match it.
pub fn example(schema: &Value) -> Value {
    fill(schema, schema, "value", 0)
}

fn fill(root: &Value, schema: &Value, name: &str, depth: usize) -> Value {
    if depth > 2 * DEPTH {
        return Value::Null;
    }
    if let Some(fixed) = schema.get("const") {
        return fixed.clone();
    }
    if let Some(first) = first(schema, "enum") {
        return first.clone();
    }
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        let target = reference.strip_prefix('#').and_then(|pointer| root.pointer(pointer));
        return target.map_or(Value::Null, |target| fill(root, target, name, depth + 1));
    }
    for choice in ["anyOf", "oneOf", "allOf"] {
        if let Some(first) = first(schema, choice) {
            return fill(root, first, name, depth + 1);
        }
    }
    let stated = schema.get("type");
    let kind = stated
        .and_then(|kind| kind.as_str().or_else(|| kind.as_array()?.first()?.as_str()))
        .unwrap_or(if schema.get("items").is_some() { "array" } else { "object" });
    match kind {
        "string" => Value::String(string(schema, name)),
        "integer" | "number" => number(schema),
        "boolean" => Value::Bool(true),
        "null" => Value::Null,
        "array" => array(root, schema, name, depth),
        _ => object(root, schema, depth),
    }
}

fn object(root: &Value, schema: &Value, depth: usize) -> Value {
    let required = |name: &str| {
        let list = schema.get("required").and_then(Value::as_array);
        list.is_some_and(|list| list.iter().any(|entry| entry == name))
    };
    let mut filled = Map::new();
    for (name, property) in
        schema.get("properties").and_then(Value::as_object).into_iter().flatten()
    {
        if depth < DEPTH || required(name) {
            filled.insert(name.clone(), fill(root, property, name, depth + 1));
        }
    }
    Value::Object(filled)
}

fn array(root: &Value, schema: &Value, name: &str, depth: usize) -> Value {
    let least = schema.get("minItems").and_then(Value::as_u64).unwrap_or(0);
    let count = if depth < DEPTH { least.clamp(1, 100) } else { least.min(100) };
    let item = schema.get("items").unwrap_or(&Value::Null);
    (0..count).map(|_| fill(root, item, name, depth + 1)).collect()
}

fn string(schema: &Value, name: &str) -> String {
    let lookup = |rows: &[(&str, &str)], key: &str| {
        rows.iter().find(|(word, _)| *word == key).map(|(_, text)| (*text).to_owned())
    };
    let format = schema.get("format").and_then(Value::as_str);
    let mut text = format
        .and_then(|format| lookup(FORMATS, format))
        .or_else(|| lookup(STRINGS, &name.to_lowercase()))
        .unwrap_or_else(|| name.to_owned());
    let bound = |key: &str| schema.get(key).and_then(Value::as_u64).map(|n| n.min(1000) as usize);
    while bound("minLength").is_some_and(|least| text.chars().count() < least) {
        text.push('x');
    }
    match bound("maxLength") {
        Some(most) => text.chars().take(most).collect(),
        None => text,
    }
}

/// 1, moved into the stated bounds.
fn number(schema: &Value) -> Value {
    let bound = |key: &str| schema.get(key).and_then(Value::as_f64);
    let least = bound("minimum").or_else(|| Some(bound("exclusiveMinimum")? + 1.0));
    let most = bound("maximum").or_else(|| Some(bound("exclusiveMaximum")? - 1.0));
    let value = 1_f64.max(least.unwrap_or(f64::MIN)).min(most.unwrap_or(f64::MAX));
    if value.fract() == 0.0 && value.abs() < 1e15 { json!(value as i64) } else { json!(value) }
}

fn first<'a>(schema: &'a Value, list: &str) -> Option<&'a Value> {
    schema.get(list)?.as_array()?.first()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_come_from_enums_formats_and_property_names() {
        let schema = json!({"type":"object","properties":{
            "city": {"type":"string"},
            "unit": {"type":"string","enum":["kelvin","celsius"]},
            "when": {"type":"string","format":"date"},
            "note": {"type":["string","null"]},
            "days": {"type":"integer","minimum":3},
            "share": {"type":"number","maximum":0.5},
            "alerts": {"type":"boolean"},
            "tags": {"type":"array","items":{"type":"string"},"minItems":2},
        }});
        let expected = json!({"city":"Paris","unit":"kelvin","when":"2026-01-01","note":"note",
            "days":3,"share":0.5,"alerts":true,"tags":["tags","tags"]});
        assert_eq!(example(&schema), expected);
    }

    #[test]
    fn references_are_followed_and_recursion_ends() {
        let schema = json!({"$ref":"#/$defs/node","$defs":{"node":{"type":"object","properties":{
            "name":{"type":"string"},
            "children":{"type":"array","items":{"$ref":"#/$defs/node"}}
        }}}});
        let filled = example(&schema);
        assert_eq!(filled["children"][0]["name"], "Mock");
    }
}
