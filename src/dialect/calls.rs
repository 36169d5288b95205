//! What a conversation says of tools: which may be called, and which have been.

use super::Exchange;
use crate::openai::tool::Tool;
use crate::openai::{Message, Role};

/// Every name of a function, declared or called.
pub fn tool_names<'a>(
    tools: &'a [&'a Tool],
    messages: &'a [Message],
) -> impl Iterator<Item = &'a str> + Clone {
    let declared = tools.iter().filter_map(|tool| Some(tool.function.as_ref()?.name.as_str()));
    declared.filter(|name| !name.is_empty()).chain(called_names(messages))
}

/// The names of what the messages call, in their order.
pub fn called_names(messages: &[Message]) -> impl Iterator<Item = &str> + Clone {
    messages.iter().flat_map(|message| {
        let functions = message.tool_calls.iter().filter_map(|call| call.function.as_ref());
        functions.chain(&message.function_call).filter_map(|call| call.name.as_deref())
    })
}

/// An id for the `place`th call of an answer whose provider gives it none.
#[must_use]
pub fn made_id(exchange: &Exchange, place: u32) -> String {
    let answer = exchange.id.strip_prefix("chatcmpl-").unwrap_or(&exchange.id);
    format!("call_{answer}_{place}")
}

/// Whether the model is to go on after its tool calls, without the thinking that led to them.
#[must_use]
pub fn is_mid_tool_loop(messages: &[Message]) -> bool {
    let is_assistant = |message: &&Message| message.role == Some(Role::Assistant);
    let ends_in_result =
        messages.last().is_some_and(|last| matches!(last.role, Some(Role::Tool | Role::Function)));
    ends_in_result
        && messages.iter().rfind(is_assistant).is_some_and(|calls| calls.thinking_blocks.is_none())
}
