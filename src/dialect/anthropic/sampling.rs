//! Temperature, `top_p` and `top_k`.

use super::model::Model;
use crate::dialect::Params;
use crate::openai::ApiError;
use serde_json::value::RawValue;

/// A sampling parameter, where the model takes it with this value. A temperature of 1 says what holds
/// without it.
///
/// Source: <https://platform.claude.com/docs/en/build-with-claude/extended-thinking>, "Feature
/// compatibility".
///
/// # Errors
/// 400 naming it, where the model does not.
pub fn sampling<'a>(
    name: &str,
    value: Option<&'a RawValue>,
    model: &Model<'_>,
    thinks: bool,
    params: &mut Params<'_>,
) -> Result<Option<&'a RawValue>, ApiError> {
    let Some(json) = value else { return Ok(None) };
    let number = json.get().parse::<f64>().unwrap_or(0.0);
    let why = match name {
        "temperature" if number == 1.0 => return Ok(value.filter(|_| model.sampling())),
        _ if !model.sampling() => "this model takes no sampling parameters",
        "temperature" if !(0.0..=1.0).contains(&number) => "Claude's goes from 0 to 1",
        "temperature" | "top_k" if thinks => "Claude takes it only without extended thinking",
        "top_p" if thinks && number < 0.95 => "with extended thinking Claude takes 0.95 to 1",
        _ => return Ok(value),
    };
    Ok(if params.unsupported(name, why)? { value } else { None })
}
