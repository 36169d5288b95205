//! Answers with members that nobody has heard of, as providers add them one day.

use serde_json::{Value, json};

/// The name of a member that no format has.
pub const NEW: &str = "x_new";

fn new_value() -> Value {
    json!({"type": "x_new", "list": [1, null, {"text": "not heard of"}], "on": true})
}

/// What is not the provider's to extend: the arguments of a call.
const OF_THE_CLIENT: [&str; 3] = ["args", "arguments", "input"];

/// How many objects `value` is made of.
pub fn objects(value: &Value) -> usize {
    match value {
        Value::Object(members) => {
            let inner = members.iter().filter(|(name, _)| !OF_THE_CLIENT.contains(&name.as_str()));
            1 + inner.map(|(_, value)| objects(value)).sum::<usize>()
        }
        Value::Array(items) => items.iter().map(objects).sum(),
        _ => 0,
    }
}

/// Adds a new member to the object number `at`, at its front or its end; to every one if `None`.
fn extend(value: &mut Value, at: Option<usize>, first: bool, number: &mut usize) {
    match value {
        Value::Object(members) => {
            let is_it = at.is_none_or(|at| at == *number);
            *number += 1;
            for (name, value) in members.iter_mut() {
                if !OF_THE_CLIENT.contains(&name.as_str()) {
                    extend(value, at, first, number);
                }
            }
            if is_it {
                let rest = if first { std::mem::take(members) } else { serde_json::Map::new() };
                members.insert(NEW.into(), new_value());
                members.extend(rest);
            }
        }
        Value::Array(items) => {
            items.iter_mut().for_each(|item| extend(item, at, first, number));
        }
        _ => {}
    }
}

/// `text` as [`extended`] writes it, without anything new.
pub fn plain(text: &str) -> String {
    serde_json::from_str::<Value>(text).map_or(text.to_owned(), |value| value.to_string())
}

/// `text` with new members, if it is JSON.
pub fn extended(text: &str, at: Option<usize>, first: bool) -> String {
    let Ok(mut value) = serde_json::from_str::<Value>(text) else { return text.to_owned() };
    extend(&mut value, at, first, &mut 0);
    value.to_string()
}

/// The same without them: what a format passes along on purpose is not compared.
pub fn stripped(mut value: Value) -> Value {
    match &mut value {
        Value::Object(members) => {
            members.shift_remove(NEW);
            members.values_mut().for_each(|value| *value = stripped(value.take()));
        }
        Value::Array(items) => items.iter_mut().for_each(|value| *value = stripped(value.take())),
        _ => {}
    }
    value
}
