//! A whole answer as an OpenAI completion.

use super::error::{self, malformed};
use super::reply::{self, Reply};
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
    let mut reply: Reply<'_> =
        serde_json::from_slice(body).map_err(|_| failure::not_an_answer(body))?;
    if reply.error.is_some() {
        return Err(error::read(200, body));
    }
    if reply.done == Some(false) {
        return Err(malformed("it is a piece of a stream"));
    }
    let Some(message) = reply.message.take() else { return Err(failure::not_an_answer(body)) };
    let calls: Vec<ToolCall> = message
        .tool_calls
        .into_iter()
        .flatten()
        .zip(0..)
        .map(|(call, place)| call.whole(place, exchange))
        .collect();
    let text = |text: Option<Text<'_>>| text.map(Text::into_string).unwrap_or_default();
    let (content, reasoning) = (text(message.content), text(message.thinking));
    let done_reason = reply.done_reason.as_ref().map_or("", Text::as_str);
    let finish_reason = reply::finish_reason(done_reason, !calls.is_empty());
    let (usage, logprobs) = (reply.usage(), reply.logprobs());
    let message = AssistantMessage {
        content: (!content.is_empty() || calls.is_empty()).then_some(content),
        reasoning_content: (!reasoning.is_empty()).then_some(reasoning),
        tool_calls: (!calls.is_empty()).then_some(calls),
        ..AssistantMessage::default()
    };
    let whole = Whole {
        model: reply.model.map(Text::into_string),
        choices: vec![Choice { index: 0, message, finish_reason, logprobs }],
        usage,
        ..Whole::default()
    };
    whole.write(exchange, out).map_err(|error| malformed(&error.to_string()))
}
