//! `ChatResult`: the model, and the answer in the model's format.

use super::error;
use crate::dialect::{Exchange, Output, failure};
use crate::openai::completion::{Choice, Completion};
use crate::openai::{ApiError, Usage};
use crate::wire::text::{Text, filled};
use serde::Deserialize;
use serde_json::value::RawValue;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ChatResult<'a> {
    #[serde(borrow)]
    model_id: Option<Text<'a>>,
    #[serde(borrow)]
    chat_response: Option<&'a RawValue>,
}

/// The answer, as `T`, and the model that gave it.
///
/// # Errors
/// 502 for a body that is no answer; Oracle's own error where it is one.
pub fn read<'a, T: Deserialize<'a>>(
    body: &'a [u8],
    exchange: &Exchange,
) -> Result<(T, String), ApiError> {
    let result: ChatResult<'_> =
        serde_json::from_slice(body).map_err(|_| failure::not_an_answer(body))?;
    let Some(response) = result.chat_response else {
        return Err(error::read(200, body));
    };
    let response =
        serde_json::from_str(response.get()).map_err(|_| failure::not_an_answer(body))?;
    // A dedicated endpoint has no name of a model to say.
    let model = filled(result.model_id).map_or_else(|| exchange.model.clone(), Text::into_string);
    Ok((response, model))
}

/// What a whole answer consists of.
pub struct Whole {
    pub model: String,
    /// Unix time, seconds; where the answer does not say, that of the request counts.
    pub created: Option<u64>,
    pub choices: Vec<Choice>,
    pub usage: Option<Usage>,
    pub service_tier: Option<String>,
}

/// Writes the completion, and what is to be known of it.
///
/// # Errors
/// 502 for what cannot be written.
pub fn write(whole: Whole, exchange: &Exchange, out: &mut Output) -> Result<(), ApiError> {
    let Whole { model, created, choices, usage, service_tier } = whole;
    // Oracle gives answers no id.
    let id = exchange.id.clone();
    let report = &mut out.report;
    report.content = true;
    report.finished = true;
    report.finish_reason = choices.first().map(|choice| choice.finish_reason);
    report.usage = usage;
    report.id = Some(id.clone());
    report.model = Some(model.clone());
    report.service_tier.clone_from(&service_tier);
    let completion = Completion {
        id,
        object: Completion::OBJECT,
        created: created.unwrap_or(exchange.created),
        model,
        choices,
        usage,
        system_fingerprint: None,
        service_tier,
    };
    serde_json::to_writer(&mut out.bytes, &completion)
        .map_err(|error| error::malformed(&error.to_string()))
}
