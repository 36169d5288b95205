//! `ChatResult`: the model, and the answer in the model's format.

use super::error;
use crate::dialect::failure;
use crate::openai::ApiError;
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

/// The answer, as `T`, and the model that gave it; a dedicated endpoint has no name of one to say.
///
/// # Errors
/// 502 for a body that is no answer; Oracle's own error where it is one.
pub fn read<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<(T, Option<String>), ApiError> {
    let result: ChatResult<'_> =
        serde_json::from_slice(body).map_err(|_| failure::not_an_answer(body))?;
    let Some(response) = result.chat_response else {
        return Err(error::read(200, body));
    };
    let response =
        serde_json::from_str(response.get()).map_err(|_| failure::not_an_answer(body))?;
    Ok((response, filled(result.model_id).map(Text::into_string)))
}
