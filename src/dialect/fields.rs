//! Reading single members of a request's top level, where several dialects read them alike.

use crate::openai::ApiError;
use crate::openai::error::extra_body_too_long;
use crate::openai::request::{Field, MAX_FIELDS};
use crate::wire::object::object;
use serde_json::Number;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// The members of `extra_body`.
///
/// # Errors
/// 400 where it is no object, has too many members, or holds what belongs at the top level.
pub fn extra_body<'a>(field: &Field<'a>) -> Result<Vec<Field<'a>>, ApiError> {
    let inner: BTreeMap<&'a str, &'a RawValue> =
        serde_json::from_str(field.json).map_err(|error| wrong(field, error))?;
    if inner.len() > MAX_FIELDS {
        return Err(extra_body_too_long());
    }
    let reserved = ["model", "messages", "stream", "stream_options", "extra_body"];
    if let Some(name) = inner.keys().find(|name| reserved.contains(name)) {
        let path = format!("extra_body.{name}");
        return Err(
            ApiError::invalid(format!("`{path}` belongs at the top level.")).with_param(path)
        );
    }
    Ok(inner.into_iter().map(|(name, json)| Field { name, json: json.get() }).collect())
}

fn wrong(field: &Field<'_>, what: impl std::fmt::Display) -> ApiError {
    ApiError::invalid(format!("`{}` is wrong: {what}.", field.name)).with_param(field.name)
}

/// A value, kept as it was written.
pub fn raw<'a>(field: &Field<'a>) -> Result<&'a RawValue, ApiError> {
    serde_json::from_str(field.json).map_err(|error| wrong(field, error))
}

/// A number, kept as it was written.
pub fn number<'a>(field: &Field<'a>) -> Result<&'a RawValue, ApiError> {
    field.read::<Number>()?;
    raw(field)
}

/// A count of tokens; some clients write it as `1024.0`.
pub fn count(field: &Field<'_>) -> Result<u64, ApiError> {
    let number: Number = field.read()?;
    let whole = number.as_u64().or_else(|| {
        let float = number.as_f64()?;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // in range, checked here
        (0.0..1e15).contains(&float).then(|| float.round() as u64)
    });
    whole.ok_or_else(|| {
        ApiError::invalid(format!("`{}` must be a number of tokens.", field.name))
            .with_param(field.name)
    })
}

/// A string, or a list of them.
pub fn texts(field: &Field<'_>) -> Result<Vec<String>, ApiError> {
    if field.json.starts_with('"') { Ok(vec![field.read()?]) } else { field.read() }
}

/// `reasoning_effort`: a word, or the Responses API's object.
pub fn effort(field: &Field<'_>) -> Result<Option<String>, ApiError> {
    object! {
        struct Effort {
            effort("effort"): Option<String>,
        }
    }
    if field.json.starts_with('{') {
        return Ok(field.read::<Effort>()?.effort);
    }
    field.read().map(Some)
}
