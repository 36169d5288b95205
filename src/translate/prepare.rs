//! The request as a deployment's configuration wants it: defaults added, members always dropped.

use crate::dialect::Target;
use crate::openai::{ApiError, ChatRequest};
use serde_json::{Map, Value};

/// The changed request, or `None` where nothing had to change (the usual case, which costs nothing).
///
/// # Errors
/// 400 where what is left is no longer a request.
pub fn apply(request: &ChatRequest, target: &Target) -> Result<Option<ChatRequest>, ApiError> {
    let defaults: Vec<_> =
        target.defaults.iter().filter(|(name, _)| request.field(name).is_none()).collect();
    let drops = &target.policy.additional_drop_params;
    let names = |path: &str| request.field(head(path)).is_some();
    if defaults.is_empty() && !drops.iter().any(|path| names(path)) {
        return Ok(None);
    }
    let mut body = String::with_capacity(request.body().len() + 64);
    let mut write = |name: &str, json: &str| {
        body.push(if body.is_empty() { '{' } else { ',' });
        body.push_str(&Value::from(name).to_string());
        body.push(':');
        body.push_str(json);
    };
    for field in request.fields().filter(|field| !field.is_null()) {
        if drops.iter().any(|path| path == field.name) {
            continue;
        }
        let inner: Vec<&str> =
            drops.iter().filter(|path| head(path) == field.name).map(String::as_str).collect();
        if inner.is_empty() {
            write(field.name, field.json);
        } else {
            let mut value: Value = field.read()?;
            for path in inner {
                remove(&mut value, path.get(field.name.len()..).unwrap_or_default());
            }
            write(field.name, &value.to_string());
        }
    }
    for (name, json) in defaults {
        write(name, json.get());
    }
    body.push('}');
    ChatRequest::parse(body.into_bytes()).map(Some)
}

/// The top-level member that a path begins with.
fn head(path: &str) -> &str {
    path.split(['.', '[']).next().unwrap_or(path)
}

/// Removes what `path` (`[*].function.strict`, `.a.b`, `[0].x`) leads to. Paths that lead nowhere
/// change nothing.
fn remove(value: &mut Value, path: &str) {
    if let Some(path) = path.strip_prefix('.') {
        let end = path.find(['.', '[']).unwrap_or(path.len());
        let (name, rest) = path.split_at_checked(end).unwrap_or((path, ""));
        let Some(object) = value.as_object_mut() else { return };
        if rest.is_empty() {
            remove_member(object, name);
        } else if let Some(inner) = object.get_mut(name) {
            remove(inner, rest);
        }
    } else if let Some((index, rest)) = path.strip_prefix('[').and_then(|path| path.split_once(']'))
    {
        let Some(items) = value.as_array_mut() else { return };
        match (index.parse::<usize>(), rest.is_empty()) {
            (Ok(at), true) if at < items.len() => drop(items.remove(at)),
            (Ok(at), false) => items.get_mut(at).into_iter().for_each(|item| remove(item, rest)),
            (Err(_), true) if index == "*" => items.clear(),
            (Err(_), false) if index == "*" => items.iter_mut().for_each(|item| remove(item, rest)),
            _ => {}
        }
    }
}

fn remove_member(object: &mut Map<String, Value>, name: &str) {
    object.shift_remove(name);
}
