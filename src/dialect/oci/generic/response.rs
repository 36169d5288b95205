//! A whole answer as an OpenAI completion.

use super::reply::{self, ChatResponse};
use crate::auth::date;
use crate::dialect::calls::made_id;
use crate::dialect::oci::error::malformed;
use crate::dialect::oci::reply as result;
use crate::dialect::whole::Whole;
use crate::dialect::{Exchange, Output, failure};
use crate::openai::completion::{AssistantMessage, Choice, ToolCall};
use crate::openai::{ApiError, Usage};
use crate::wire::text::{Text, filled};

/// Writes the completion.
///
/// # Errors
/// See [`crate::dialect::Dialect::whole`].
pub fn write(exchange: &Exchange, body: &[u8], out: &mut Output) -> Result<(), ApiError> {
    let (response, model): (ChatResponse<'_>, _) = result::read(body)?;
    let said = response.choices.filter(|choices| !choices.is_empty());
    let Some(said) = said else { return Err(failure::not_an_answer(body)) };
    let mut usage: Option<Usage> = response.usage.map(Usage::from);
    let mut tier = response.service_tier;
    let mut choices = Vec::with_capacity(said.len());
    let mut calls = 0u32;
    for (mut said, place) in said.into_iter().zip(0u32..) {
        usage = usage.or(said.usage.take().map(Usage::from));
        tier = tier.or(said.service_tier.take());
        choices.push(choice(said, place, &mut calls, exchange));
    }
    let whole = Whole {
        model,
        created: response.time_created.as_ref().and_then(|time| date::parse(time.as_str())),
        choices,
        usage,
        service_tier: tier.map(|tier| tier.as_str().to_ascii_lowercase()),
        // Oracle gives answers no id.
        id: None,
    };
    whole.write(exchange, out).map_err(|error| malformed(&error.to_string()))
}

/// `place` stands in for an index that is not said; `calls` counts those of all choices.
fn choice(said: reply::Choice<'_>, place: u32, calls: &mut u32, exchange: &Exchange) -> Choice {
    let specific = said.specific();
    let logprobs = said.logprobs.as_ref().and_then(reply::Logprobs::to_openai);
    // A model that has thought up to its limit says nothing at all.
    let message = said.message.unwrap_or_default();
    let (text, annotations) = (message.text(), message.annotations());
    let made = message.tool_calls.into_iter().flatten().map(|call| {
        let number = *calls;
        *calls = calls.saturating_add(1);
        let id = filled(call.id).map_or_else(|| made_id(exchange, number), Text::into_string);
        let name = call.name.map(Text::into_string).unwrap_or_default();
        let arguments = filled(call.arguments).map_or_else(|| "{}".to_owned(), Text::into_string);
        ToolCall::whole(id, exchange.tool_name(&name).to_owned(), arguments)
    });
    let made: Vec<ToolCall> = made.collect();
    let reason = said.finish_reason.as_ref().map_or("", Text::as_str);
    Choice {
        index: said.index.unwrap_or(place),
        finish_reason: reply::finish_reason(reason, !made.is_empty()),
        message: AssistantMessage {
            content: (!text.is_empty() || made.is_empty()).then_some(text),
            refusal: filled(message.refusal).map(Text::into_string),
            reasoning_content: filled(message.reasoning_content).map(Text::into_string),
            tool_calls: (!made.is_empty()).then_some(made),
            annotations,
            provider_specific_fields: specific,
            ..AssistantMessage::default()
        },
        logprobs,
    }
}
