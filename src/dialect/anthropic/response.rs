//! A whole message as an OpenAI completion.

use super::error::{self, malformed};
use super::reply::{self, Block, Message};
use super::usage::Counts;
use crate::dialect::answer::Answer;
use crate::dialect::whole::Whole;
use crate::dialect::{Exchange, Output, failure};
use crate::openai::ApiError;
use crate::openai::completion::{ThinkingBlock, ToolCall};
use crate::wire::text::Text;
use serde_json::Value;
use serde_json::value::RawValue;

/// Writes the completion.
///
/// # Errors
/// See [`crate::dialect::Dialect::whole`].
pub fn write(exchange: &Exchange, body: &[u8], out: &mut Output) -> Result<(), ApiError> {
    let message: Message<'_> =
        serde_json::from_slice(body).map_err(|_| failure::not_an_answer(body))?;
    if message.error.is_some() {
        return Err(error::read(200, body));
    }
    let Some(content) = &message.content else {
        return Err(failure::not_an_answer(body));
    };
    let mut answer = Answer::default();
    for raw in content {
        take(&mut answer, raw, exchange);
    }
    let stop_reason = message.stop_reason.as_ref().map_or("", Text::as_str);
    ending(&mut answer, &message, stop_reason);

    let mut counts = Counts::default();
    let mut service_tier = None;
    if let Some(reported) = &message.usage {
        counts.merge(reported);
        service_tier = reported.service_tier().map(str::to_owned);
    }
    let usage = message.usage.is_some().then(|| counts.usage());

    let whole = Whole {
        id: message.id.map(Text::into_string),
        model: message.model.map(Text::into_string),
        choices: vec![answer.into_choice(reply::finish_reason(stop_reason))],
        usage,
        service_tier,
        ..Whole::default()
    };
    whole.write(exchange, out).map_err(|error| malformed(&error.to_string()))
}

fn take(answer: &mut Answer, raw: &RawValue, exchange: &Exchange) {
    let block = Block::read(raw);
    match block.kind.as_str() {
        "text" => text(answer, block),
        "thinking" => {
            let thinking = block.thinking.map(Text::into_string).unwrap_or_default();
            answer.reasoning.push_str(&thinking);
            let signature = block.signature.map(Text::into_string);
            answer.thinking.push(ThinkingBlock::Thinking { thinking, signature });
        }
        "redacted_thinking" => {
            let data = block.data.map(Text::into_string).unwrap_or_default();
            answer.thinking.push(ThinkingBlock::RedactedThinking { data });
        }
        "tool_use" => {
            let arguments = block.input.map_or("{}", RawValue::get).to_owned();
            let name = block.name.as_ref().map_or("", Text::as_str);
            if exchange.json_tool.as_deref() == Some(name) {
                answer.json = Some(arguments);
            } else {
                let id = block.id.map(Text::into_string).unwrap_or_default();
                let name = exchange.tool_name(name).to_owned();
                answer.calls.push(ToolCall::whole(id, name, arguments));
            }
        }
        kind => {
            reply::push(&mut answer.specific, reply::specific_field(kind), reply::value(raw));
        }
    }
}

fn text(answer: &mut Answer, block: Block<'_>) {
    let text = block.text.map(Text::into_string).unwrap_or_default();
    let cited = block.citations.filter(|citations| !citations.is_empty());
    if let Some(citations) = cited {
        let start = answer.text.chars().count();
        let end = start.saturating_add(text.chars().count());
        let mut list = Vec::with_capacity(citations.len());
        for citation in citations {
            let mut citation = reply::value(citation);
            answer.annotations.extend(reply::annotation(&citation, start, end));
            if let Value::Object(members) = &mut citation {
                members.insert("supported_text".into(), Value::String(text.clone()));
            }
            list.push(citation);
        }
        reply::push(&mut answer.specific, "citations", Value::Array(list));
    }
    answer.text.push_str(&text);
}

fn ending(answer: &mut Answer, message: &Message<'_>, stop_reason: &str) {
    if reply::needs_its_own_word(stop_reason) {
        answer.specific.insert("stop_reason".into(), stop_reason.into());
    }
    if let Some(sequence) = &message.stop_sequence {
        answer.specific.insert("stop_sequence".into(), sequence.as_str().into());
    }
    for (name, raw) in [
        ("stop_details", message.stop_details),
        ("container", message.container),
        ("context_management", message.context_management),
    ] {
        if let Some(raw) = raw {
            answer.specific.insert(name.into(), reply::value(raw));
        }
    }
    let details = answer.specific.get("stop_details");
    answer.refusal = details
        .and_then(|details| details.get("explanation")?.as_str())
        .filter(|_| stop_reason == "refusal")
        .map(str::to_owned);
}
