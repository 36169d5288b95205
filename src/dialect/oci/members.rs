//! What both formats make of a member.

use crate::dialect::members::Native;
use crate::dialect::{defaults, fields};
use crate::openai::ApiError;
use crate::openai::request::Field;

/// Numbers, and Oracle's names of them.
const NUMBERS: [(&str, &str); 6] = [
    ("temperature", "temperature"),
    ("top_p", "topP"),
    ("top_k", "topK"),
    ("seed", "seed"),
    ("frequency_penalty", "frequencyPenalty"),
    ("presence_penalty", "presencePenalty"),
];

/// Whether a member says what holds without it. Of `others`, which have a default in OpenAI's API, the
/// models here have another.
pub fn says_the_default(field: &Field<'_>, others: &[&str]) -> bool {
    defaults::says_the_default(field) && !others.contains(&field.name)
}

/// Sends a number under Oracle's name; answers whether it is a known one.
///
/// # Errors
/// 400 for what is none.
pub fn number<'a>(field: &Field<'a>, native: &mut Native<'a>) -> Result<bool, ApiError> {
    let Some((_, name)) = NUMBERS.iter().find(|(known, _)| *known == field.name) else {
        return Ok(false);
    };
    native.push(&Field { name, json: fields::number(field)?.get() })?;
    Ok(true)
}
