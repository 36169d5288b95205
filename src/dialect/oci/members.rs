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

/// Whether a member says what holds without it. Of three that OpenAI has a default for, the models here
/// have others.
pub fn says_the_default(field: &Field<'_>) -> bool {
    defaults::says_the_default(field)
        && !matches!(field.name, "top_p" | "reasoning_effort" | "verbosity")
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
