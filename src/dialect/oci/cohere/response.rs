//! A whole answer as an OpenAI completion.

use super::reply::ChatResponse;
use crate::dialect::calls::made_id;
use crate::dialect::cohere::{broken_off, finish_reason};
use crate::dialect::oci::error::malformed;
use crate::dialect::oci::reply as result;
use crate::dialect::whole::Whole;
use crate::dialect::{Exchange, Output, failure};
use crate::openai::ApiError;
use crate::openai::completion::{AssistantMessage, Choice, ToolCall};
use crate::wire::text::Text;

/// Writes the completion.
///
/// # Errors
/// See [`crate::dialect::Dialect::whole`].
pub fn write(exchange: &Exchange, body: &[u8], out: &mut Output) -> Result<(), ApiError> {
    let (response, model): (ChatResponse<'_>, _) = result::read(body)?;
    if response.text.is_none() && response.finish_reason.is_none() {
        return Err(failure::not_an_answer(body));
    }
    let finish = response.finish_reason.as_ref().map_or("", Text::as_str);
    if let Some(error) = broken_off(finish, response.error_message.as_ref().map(Text::as_str)) {
        return Err(error);
    }
    let specific = response.specific();
    let calls = response.tool_calls.iter().flatten().zip(0u32..).map(|(call, place)| {
        let name = exchange.tool_name(call.name.as_ref().map_or("", Text::as_str));
        ToolCall::whole(made_id(exchange, place), name.to_owned(), call.arguments())
    });
    let calls: Vec<ToolCall> = calls.collect();
    let finish_reason = finish_reason(finish, !calls.is_empty());
    let text = response.text.map(Text::into_string).unwrap_or_default();
    let message = AssistantMessage {
        content: (!text.is_empty() || calls.is_empty()).then_some(text),
        tool_calls: (!calls.is_empty()).then_some(calls),
        provider_specific_fields: specific,
        ..AssistantMessage::default()
    };
    let whole = Whole {
        model,
        choices: vec![Choice { index: 0, message, finish_reason, logprobs: None }],
        usage: response.usage.map(Into::into),
        // Oracle gives answers no id.
        ..Whole::default()
    };
    whole.write(exchange, out).map_err(|error| malformed(&error.to_string()))
}
