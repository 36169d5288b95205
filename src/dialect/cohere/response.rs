//! A whole answer as an OpenAI completion.

use super::error::{self, malformed};
use super::reply::{self, Message, Piece, Reply, Specific};
use crate::dialect::whole::Whole;
use crate::dialect::{Exchange, Output, failure};
use crate::openai::ApiError;
use crate::openai::completion::{AssistantMessage, Choice, ToolCall};
use crate::wire::object::value;
use crate::wire::text::Text;
use serde_json::Value;

/// Writes the completion.
///
/// # Errors
/// See [`crate::dialect::Dialect::whole`].
pub fn write(exchange: &Exchange, body: &[u8], out: &mut Output) -> Result<(), ApiError> {
    let reply: Reply<'_> =
        serde_json::from_slice(body).map_err(|_| failure::not_an_answer(body))?;
    let Some(said) = reply.message else { return Err(failure::not_an_answer(body)) };
    if said.get().starts_with('"') {
        return Err(error::read(200, body));
    }
    let message: Message<'_> =
        serde_json::from_str(said.get()).map_err(|_| failure::not_an_answer(body))?;
    let finish = reply.finish_reason.as_ref().map_or("", Text::as_str);
    if let Some(error) = error::broken_off(finish, None) {
        return Err(error);
    }
    let mut specific = Specific::new();
    if let Some(billed) = reply::billed_units(reply.usage.as_ref()) {
        specific.insert("billed_units".into(), billed);
    }
    let message = answer(message, specific);
    let finish_reason = reply::finish_reason(finish, message.tool_calls.is_some());
    let usage = reply.usage.as_ref().and_then(super::usage::Reported::usage);
    let logprobs = reply.logprobs.as_deref().and_then(reply::logprobs);
    let whole = Whole {
        id: reply.id.map(Text::into_string),
        choices: vec![Choice { index: 0, message, finish_reason, logprobs }],
        usage,
        ..Whole::default()
    };
    whole.write(exchange, out).map_err(|error| malformed(&error.to_string()))
}

fn answer(message: Message<'_>, mut specific: Specific) -> AssistantMessage {
    let (mut text, mut reasoning) = (String::new(), String::new());
    let mut others: Vec<Value> = Vec::new();
    for raw in message.content.into_iter().flatten() {
        let piece: Piece<'_> = serde_json::from_str(raw.get()).unwrap_or_default();
        if piece.is_new() {
            others.push(value(raw));
        }
        text.push_str(piece.text.as_ref().map_or("", Text::as_str));
        reasoning.push_str(piece.thinking.as_ref().map_or("", Text::as_str));
    }
    if !others.is_empty() {
        specific.insert("content_blocks".into(), others.into());
    }
    if let Some(plan) = message.tool_plan.filter(|plan| !plan.is_empty()) {
        specific.insert("tool_plan".into(), plan.into_string().into());
    }
    let citations: Vec<Value> = message.citations.iter().flatten().map(|raw| value(raw)).collect();
    let annotations: Vec<Value> = citations.iter().flat_map(reply::annotations).collect();
    if !citations.is_empty() {
        specific.insert("citations".into(), citations.into());
    }
    let calls = message.tool_calls.into_iter().flatten().map(|call| {
        let function = call.function.unwrap_or_default();
        let text = |text: Option<Text<'_>>| text.map(Text::into_string).unwrap_or_default();
        let arguments = Some(text(function.arguments)).filter(|json| !json.is_empty());
        let arguments = arguments.unwrap_or_else(|| "{}".into());
        ToolCall::whole(text(call.id), text(function.name), arguments)
    });
    let calls: Vec<ToolCall> = calls.collect();
    AssistantMessage {
        content: (!text.is_empty() || calls.is_empty()).then_some(text),
        reasoning_content: (!reasoning.is_empty()).then_some(reasoning),
        tool_calls: (!calls.is_empty()).then_some(calls),
        annotations: (!annotations.is_empty()).then_some(annotations),
        provider_specific_fields: (!specific.is_empty()).then_some(specific),
        ..AssistantMessage::default()
    }
}
