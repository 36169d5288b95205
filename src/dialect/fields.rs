//! Reading the request's top-level members, where several dialects read them alike.

use crate::openai::ApiError;
use crate::openai::request::Field;
use serde_json::Number;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// The value as it was written.
///
/// # Errors
/// 400 naming it.
pub fn raw<'a>(field: &Field<'a>) -> Result<&'a RawValue, ApiError> {
    serde_json::from_str(field.json).map_err(|error| {
        ApiError::invalid(format!("`{}` is wrong: {error}.", field.name)).with_param(field.name)
    })
}

/// A number, kept as it was written.
///
/// # Errors
/// 400 naming it.
pub fn number<'a>(field: &Field<'a>) -> Result<&'a RawValue, ApiError> {
    field.read::<Number>()?;
    raw(field)
}

/// A count of tokens; some clients write it as `1024.0`.
///
/// # Errors
/// 400 naming it.
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
///
/// # Errors
/// 400 naming it.
pub fn texts(field: &Field<'_>) -> Result<Vec<String>, ApiError> {
    if field.json.starts_with('"') { Ok(vec![field.read()?]) } else { field.read() }
}

/// The members of `extra_body`, which mean what they mean at the top level.
///
/// # Errors
/// 400 where it is no object, or holds what only the top level can.
pub fn extra_body<'a>(field: &Field<'a>) -> Result<Vec<Field<'a>>, ApiError> {
    let inner: BTreeMap<&'a str, &'a RawValue> =
        serde_json::from_str(field.json).map_err(|error| {
            ApiError::invalid(format!("`extra_body` is wrong: {error}.")).with_param("extra_body")
        })?;
    for name in inner.keys() {
        if matches!(*name, "model" | "messages" | "stream" | "stream_options" | "extra_body") {
            let path = format!("extra_body.{name}");
            return Err(
                ApiError::invalid(format!("`{path}` belongs at the top level.")).with_param(path)
            );
        }
    }
    let fields = inner.into_iter().map(|(name, json)| Field { name, json: json.get() });
    Ok(fields.filter(|field| !field.is_null()).collect())
}

/// Whether a parameter of OpenAI's says what holds without it: then nothing is lost by leaving it out.
#[must_use]
pub fn says_the_default(field: &Field<'_>) -> bool {
    let json = field.json;
    match field.name {
        "n" => json == "1",
        "frequency_penalty" | "presence_penalty" | "top_logprobs" => {
            json.parse::<f64>().is_ok_and(|number| number == 0.0)
        }
        "logprobs" | "store" => json == "false",
        "logit_bias" => json.trim_matches(['{', '}']).trim().is_empty(),
        "modalities" => field.read::<Vec<String>>().is_ok_and(|list| list == ["text"]),
        "verbosity" => json == "\"medium\"",
        _ => false,
    }
}
