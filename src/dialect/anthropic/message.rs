//! The conversation: OpenAI's messages as Anthropic's turns.
//!
//! Anthropic's turns alternate between user and assistant and begin with the user; system prompts
//! stand outside; tool results are part of a user turn and come first in it.

use super::NAMES;
use super::block::{Block, Known};
use super::content::{self, Notes};
use super::history::{ServerSide, thinking};
use super::model::Model;
use crate::dialect::history::{self, Call, History};
use crate::dialect::tool_name::{self, Names};
use crate::dialect::{Params, system};
use crate::openai::{ApiError, Content, Message, Role};
use crate::wire::object::RawJson;
use serde::Serialize;
use serde_json::json;
use serde_json::value::RawValue;
use std::borrow::Cow;

/// What stands where Anthropic demands a turn and the client has none, or one without content.
/// LiteLLM's placeholder, and the shortest that is accepted.
const PLACEHOLDER: &str = ".";

const USER: &str = "user";
const ASSISTANT: &str = "assistant";
const SYSTEM: &str = "system";

/// One turn.
#[derive(Debug, Serialize)]
pub struct Turn<'a> {
    role: &'static str,
    content: Vec<Block<'a>>,
}

/// `system` and `messages`.
#[derive(Debug, Default)]
pub struct Conversation<'a> {
    pub system: Vec<Block<'a>>,
    pub turns: Vec<Turn<'a>>,
}

impl<'a> Conversation<'a> {
    /// Translates every message.
    ///
    /// # Errors
    /// 400 naming the message, part or member at fault.
    pub fn read(
        messages: &'a [Message],
        names: &'a Names,
        model: &Model<'_>,
        notes: &mut Notes<'_, '_>,
    ) -> Result<Self, ApiError> {
        let mut conversation = Self::default();
        let mut history = History::default();
        for (index, message) in messages.iter().enumerate() {
            note_extra(message, notes.params);
            match &message.role {
                Some(Role::System | Role::Developer) => {
                    let rest = messages.get(index..).unwrap_or_default();
                    conversation.system(message, index, rest, model, notes)?;
                }
                Some(Role::User) | None => conversation.user(message, index, notes)?,
                Some(Role::Assistant) => {
                    conversation.assistant(message, index, names, &mut history, notes)?
                }
                Some(Role::Tool | Role::Function) => {
                    conversation.tool(message, index, &history, notes)?
                }
                Some(Role::Other(role)) => return Err(history::unknown_role(index, role)),
            }
        }
        conversation.complete();
        Ok(conversation)
    }

    /// Adds to the turn of `role` that is going on, or begins one. Tool results stand before
    /// everything else in it.
    fn add(&mut self, role: &'static str, blocks: Vec<Block<'a>>) {
        let running = self.turns.pop_if(|turn| turn.role == role);
        let mut content = running.map(|turn| turn.content).unwrap_or_default();
        for block in blocks {
            let is_in_place = content.last().is_none_or(Block::is_tool_result);
            if block.is_tool_result() && !is_in_place {
                let place = content.iter().take_while(|block| block.is_tool_result()).count();
                content.insert(place, block);
            } else {
                content.push(block);
            }
        }
        self.turns.push(Turn { role, content });
    }

    /// Newer models take system messages between the turns, after a user's and before an
    /// assistant's: there they keep their place, and the cached prefix stays as it was. Everywhere
    /// else they join the system prompt.
    fn system(
        &mut self,
        message: &'a Message,
        index: usize,
        rest: &'a [Message],
        model: &Model<'_>,
        notes: &mut Notes<'_, '_>,
    ) -> Result<(), ApiError> {
        let mut blocks = Vec::new();
        content::append(&message.content, index, &mut blocks, notes)?;
        if blocks.iter().any(|block| !matches!(block, Block::Ours(Known::Text { .. }))) {
            return Err(system::not_text(index));
        }
        mark(&mut blocks, message.cache_control.as_ref());
        let is_system =
            |message: &&Message| matches!(message.role, Some(Role::System | Role::Developer));
        let next = rest.iter().find(|message| !is_system(message));
        let before_assistant = next.is_none_or(|next| next.role == Some(Role::Assistant));
        let after_user = self.turns.last().is_some_and(|turn| turn.role != ASSISTANT);
        if model.system_between_turns() && after_user && before_assistant && !blocks.is_empty() {
            self.add(SYSTEM, blocks);
        } else {
            self.system.append(&mut blocks);
        }
        Ok(())
    }

    fn user(
        &mut self,
        message: &'a Message,
        index: usize,
        notes: &mut Notes<'_, '_>,
    ) -> Result<(), ApiError> {
        let mut blocks = Vec::new();
        content::append(&message.content, index, &mut blocks, notes)?;
        if blocks.is_empty() {
            // Without it the assistant's turn before would be taken for one to be continued.
            blocks.push(Block::text(PLACEHOLDER));
        }
        mark(&mut blocks, message.cache_control.as_ref());
        self.add(USER, blocks);
        Ok(())
    }

    /// Thinking first, then the text, then the calls. What only OpenAI's answers hold is left out by
    /// design: clients send answers back whole, and neither `annotations` nor `reasoning_content`
    /// (thinking without the signature that would make it replayable) means anything to Claude.
    fn assistant(
        &mut self,
        message: &'a Message,
        index: usize,
        names: &'a Names,
        history: &mut History<'a>,
        notes: &mut Notes<'_, '_>,
    ) -> Result<(), ApiError> {
        if message.audio.is_some() {
            notes.params.leave_out("messages[].audio");
        }
        let server_side = ServerSide::of(message, index)?;
        let mut blocks = Vec::new();
        let inline = matches!(&message.content, Content::Parts(parts)
            if parts.iter().any(|part| matches!(part.kind.as_str(), "thinking" | "redacted_thinking")));
        // Thinking among the parts is in its place already.
        let thinking = if inline { Vec::new() } else { thinking(message, index)? };
        server_side.lead(thinking, &mut blocks);
        content::append(&message.content, index, &mut blocks, notes)?;
        if let Some(refusal) = message.refusal.as_deref().filter(|text| !text.trim().is_empty()) {
            blocks.push(Block::text(refusal));
        }
        let marks = message.tool_calls.iter().map(|call| call.cache_control.as_ref());
        let calls = history.calls(message, index)?;
        for (call, mark) in calls.into_iter().zip(marks.chain([None])) {
            push_call(call, mark, names, &server_side, &mut blocks)?;
        }
        mark(&mut blocks, message.cache_control.as_ref());
        if !blocks.is_empty() {
            self.add(ASSISTANT, blocks);
        }
        Ok(())
    }

    fn tool(
        &mut self,
        message: &'a Message,
        index: usize,
        history: &History<'a>,
        notes: &mut Notes<'_, '_>,
    ) -> Result<(), ApiError> {
        let (id, _) = history.answered(message, index)?;
        let tool_use_id = tool_name::call_id(id, &NAMES);
        let mut content = Vec::new();
        content::append(&message.content, index, &mut content, notes)?;
        let is_error = message.extra.iter().find(|(name, _)| name == "is_error").map(|(_, v)| v);
        let cache_control = message.cache_control.as_ref();
        let result = Known::ToolResult { tool_use_id, content, is_error, cache_control };
        self.add(USER, vec![Block::Ours(result)]);
        Ok(())
    }

    /// Puts Anthropic's own `system` member, a string or a list of blocks, before the messages'.
    ///
    /// # Errors
    /// 400 where it is neither.
    pub fn lead_system(&mut self, system: &'a RawValue) -> Result<(), ApiError> {
        let blocks = system::written(system, "text", |text| json!({"type": "text", "text": text}))?;
        self.system.splice(0..0, blocks.into_iter().map(Block::Raw));
        Ok(())
    }

    /// The user begins; and a last turn of the assistant, which is to be continued, must not end in
    /// white space.
    fn complete(&mut self) {
        if self.turns.first().is_none_or(|turn| turn.role != USER) {
            self.turns.insert(0, Turn { role: USER, content: vec![Block::text(PLACEHOLDER)] });
        }
        if let Some(Turn { role: ASSISTANT, content }) = self.turns.last_mut()
            && let Some(Block::Ours(Known::Text { text, .. })) = content.last_mut()
        {
            *text = text.trim_end();
        }
    }
}

fn mark<'a>(blocks: &mut [Block<'a>], cache_control: Option<&'a RawJson>) {
    if let (Some(block), Some(mark)) = (blocks.last_mut(), cache_control) {
        block.mark(mark);
    }
}

/// Members that say nothing to Claude are noted, once each.
fn note_extra(message: &Message, params: &mut Params<'_>) {
    if message.name.is_some() && !matches!(message.role, Some(Role::Tool | Role::Function)) {
        params.leave_out("messages[].name");
    }
    for (name, _) in &message.extra {
        // `prefix` asks for what happens anyway; `is_error` is a tool result's own.
        if !matches!(name.as_str(), "prefix" | "is_error") {
            params.leave_out(&format!("messages[].{name}"));
        }
    }
}

fn push_call<'a>(
    call: Call<'a>,
    cache_control: Option<&'a RawJson>,
    names: &'a Names,
    server_side: &ServerSide,
    blocks: &mut Vec<Block<'a>>,
) -> Result<(), ApiError> {
    let (name, input) = (names.sent(call.name), call.object()?);
    // LiteLLM hands the calls that Anthropic ran itself out among the others, marked by their id.
    let is_theirs = call.id.starts_with("srvtoolu_");
    let result = is_theirs.then(|| server_side.result(&call.id)).flatten().cloned();
    let id = tool_name::call_id(call.id, &NAMES);
    match result {
        Some(result) => {
            blocks.push(Block::Ours(Known::ServerToolUse { id, name, input }));
            blocks.push(Block::Raw(Cow::Owned(result)));
        }
        None => blocks.push(Block::Ours(Known::ToolUse { id, name, input, cache_control })),
    }
    Ok(())
}
