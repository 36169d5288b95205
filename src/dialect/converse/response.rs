//! A whole answer as an OpenAI completion.

use super::error::{self, malformed};
use super::history::unwrapped;
use super::reply::{self, Block};
use crate::dialect::answer::Answer;
use crate::dialect::anthropic::reply::{push, value};
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
    let mut reply: reply::Answer<'_> =
        serde_json::from_slice(body).map_err(|_| failure::not_an_answer(body))?;
    let Some(message) = reply.output.take().and_then(|output| output.message) else {
        return Err(if is_failure(body) {
            error::read(200, "", body)
        } else {
            failure::not_an_answer(body)
        });
    };
    let mut answer = Answer::default();
    for raw in message.content.unwrap_or_default() {
        take(&mut answer, raw, exchange);
    }
    reply.specific(&mut answer.specific);
    let usage = reply.usage.as_ref().map(|reported| reported.usage(reply.thinking_tokens()));
    let service_tier = reply.tier().map(str::to_owned);

    let whole = Whole {
        choices: vec![answer.into_choice(reply::finish_reason(reply.stop_reason()))],
        usage,
        service_tier,
        ..Whole::default()
    };
    whole.write(exchange, out).map_err(|error| malformed(&error.to_string()))
}

/// An error that came with status 200.
fn is_failure(body: &[u8]) -> bool {
    let value: Value = serde_json::from_slice(body).unwrap_or_default();
    ["message", "Message", "__type", "Output"].iter().any(|name| value.get(name).is_some())
}

fn take(answer: &mut Answer, raw: &RawValue, exchange: &Exchange) {
    let block = Block::read(raw);
    if let Some(text) = block.text {
        answer.text.push_str(text.as_str());
    } else if let Some(call) = block.tool_use {
        let arguments = call.input.map_or("{}", RawValue::get).to_owned();
        let name = call.name.as_str();
        if call.is_server_side() {
            push(&mut answer.specific, "server_tool_use", value(raw));
        } else if exchange.json_tool.as_deref() == Some(name) {
            answer.json = Some(arguments);
        } else {
            let name = exchange.tool_name(name).to_owned();
            answer.calls.push(ToolCall::whole(call.tool_use_id.into_string(), name, arguments));
        }
    } else if let Some(reasoning) = block.reasoning_content {
        if let Some(thought) = reasoning.reasoning_text {
            let thinking = thought.text.into_string();
            answer.reasoning.push_str(&thinking);
            let signature = thought.signature.map(Text::into_string);
            answer.thinking.push(ThinkingBlock::Thinking { thinking, signature });
        } else if let Some(redacted) = reasoning.redacted_content {
            let data = unwrapped(redacted.into_string());
            answer.thinking.push(ThinkingBlock::RedactedThinking { data });
        }
    } else if let Some(cited) = block.citations_content {
        let start = answer.text.chars().count();
        for piece in &cited.content {
            answer.text.push_str(piece.text.as_str());
        }
        let end = answer.text.chars().count();
        let citations = cited.citations.into_iter().map(value);
        answer.annotations.extend(citations.filter_map(|c| reply::annotation(&c, start, end)));
        if let Some(block) = value(raw).get_mut("citationsContent").map(Value::take) {
            push(&mut answer.specific, "citationsContent", block);
        }
    } else if block.tool_result.is_some() {
        push(&mut answer.specific, "tool_results", value(raw));
    } else {
        push(&mut answer.specific, "content_blocks", value(raw));
    }
}
