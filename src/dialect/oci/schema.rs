//! Schemas of a tool's parameters. Models behind this service refuse those with references ("Invalid
//! function schema", <https://github.com/oracle/langchain-oracle/issues/45>), which loses nothing where
//! what they refer to is put in their place.

use crate::wire::object::RawJson;
use serde_json::value::to_raw_value;
use serde_json::{Map, Value};

/// Deepest nesting of a schema once its references are in place.
const MAX_DEPTH: usize = 32;
/// Most values that one may consist of then.
const MAX_VALUES: usize = 16_384;

const REFERENCE: &str = "$ref";
/// Where schemas keep what they refer to.
const KEPT: [&str; 2] = ["$defs", "definitions"];

/// The schema without references. `None` where there are none, and where they cannot be put in place:
/// they lead nowhere, or to themselves. Such a schema is sent as it was written.
#[must_use]
pub fn inlined(schema: &RawJson) -> Option<RawJson> {
    if !schema.get().contains(REFERENCE) {
        return None;
    }
    let root: Value = serde_json::from_str(schema.get()).ok()?;
    let mut inlined = Inliner { root: &root, left: MAX_VALUES }.value(&root, 0)?;
    if let Some(members) = inlined.as_object_mut() {
        members.retain(|name, _| !KEPT.contains(&name.as_str()));
    }
    to_raw_value(&inlined).ok()
}

struct Inliner<'r> {
    root: &'r Value,
    left: usize,
}

impl Inliner<'_> {
    fn value(&mut self, value: &Value, depth: usize) -> Option<Value> {
        self.left = self.left.checked_sub(1)?;
        if depth > MAX_DEPTH {
            return None;
        }
        let next = depth.saturating_add(1);
        Some(match value {
            Value::Object(members) => match members.get(REFERENCE) {
                Some(Value::String(reference)) => self.reference(reference, members, next)?,
                _ => Value::Object(self.members(members, next)?),
            },
            Value::Array(items) => {
                items.iter().map(|item| self.value(item, next)).collect::<Option<_>>()?
            }
            other => other.clone(),
        })
    }

    /// What stands beside a reference counts as well, and comes first.
    fn reference(
        &mut self,
        reference: &str,
        beside: &Map<String, Value>,
        depth: usize,
    ) -> Option<Value> {
        let target = self.root.pointer(reference.strip_prefix('#')?)?;
        let Value::Object(mut inlined) = self.value(target, depth)? else { return None };
        inlined.extend(self.members(beside, depth)?);
        inlined.remove(REFERENCE);
        Some(Value::Object(inlined))
    }

    fn members(
        &mut self,
        members: &Map<String, Value>,
        depth: usize,
    ) -> Option<Map<String, Value>> {
        let kept = |name: &str| depth == 1 && KEPT.contains(&name);
        members
            .iter()
            .filter(|(name, _)| !kept(name))
            .map(|(name, value)| Some((name.clone(), self.value(value, depth)?)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn inline(schema: Value) -> Option<Value> {
        let raw = inlined(&to_raw_value(&schema).unwrap())?;
        Some(serde_json::from_str(raw.get()).unwrap())
    }

    #[test]
    fn references_are_put_in_place() {
        let schema = json!({"type": "object",
            "properties": {"at": {"$ref": "#/$defs/point", "description": "Where."},
                "all": {"type": "array", "items": {"$ref": "#/$defs/point"}}},
            "$defs": {"point": {"type": "object", "properties": {"x": {"$ref": "#/$defs/n"}}},
                "n": {"type": "number"}}});
        let point = json!({"type": "object", "properties": {"x": {"type": "number"}}});
        let mut at = point.clone();
        at["description"] = json!("Where.");
        let expected = json!({"type": "object",
            "properties": {"at": at, "all": {"type": "array", "items": point}}});
        assert_eq!(inline(schema), Some(expected));
    }

    #[test]
    fn a_schema_stays_as_it_is_where_that_cannot_be_done() {
        for schema in [
            json!({"type": "object", "$defs": {"a": {}}}),
            json!({"properties": {"a": {"$ref": "#/$defs/none"}}}),
            json!({"properties": {"a": {"$ref": "https://x.test/schema"}}}),
            json!({"properties": {"a": {"$ref": "#/$defs/n"}},
                "$defs": {"n": {"properties": {"next": {"$ref": "#/$defs/n"}}}}}),
        ] {
            assert_eq!(inline(schema), None);
        }
        // Fifteen times twofold: more than anybody's schema once it is written out.
        let mut defs = json!({"d0": {"type": "string"}});
        for level in 1..16 {
            let one = json!({"$ref": format!("#/$defs/d{}", level - 1)});
            defs[format!("d{level}")] = json!({"anyOf": [one, one]});
        }
        assert_eq!(
            inline(json!({"properties": {"a": {"$ref": "#/$defs/d15"}}, "$defs": defs})),
            None
        );
    }
}
