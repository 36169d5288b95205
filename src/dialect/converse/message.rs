//! The conversation: OpenAI's messages as Converse's turns.
//!
//! Turns alternate between user and assistant and begin with the user; system prompts stand outside;
//! tool results are part of a user turn and come first in it.

use super::NAMES;
use super::block::{Block, ToolResult, ToolUse};
use super::content::{self, Notes};
use super::history::{server_side, thinking};
use crate::dialect::history::{self, History};
use crate::dialect::system;
use crate::dialect::tool_name::{self, Names};
use crate::openai::{ApiError, Message, Role};
use serde::Serialize;
use serde::ser::{SerializeStruct, Serializer};
use serde_json::json;
use serde_json::value::RawValue;

/// What stands where Bedrock demands a turn or a text and the client has none.
const PLACEHOLDER: &str = ".";

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Speaker {
    User,
    Assistant,
}

/// One turn.
#[derive(Debug)]
pub struct Turn<'a> {
    role: Speaker,
    /// Results of tools, with the cache points behind them.
    results: Vec<Block<'a>>,
    rest: Vec<Block<'a>>,
}

impl<'a> Turn<'a> {
    fn new(role: Speaker) -> Self {
        Self { role, results: Vec::new(), rest: Vec::new() }
    }

    fn add(&mut self, blocks: Vec<Block<'a>>) {
        let mut after_result = false;
        for block in blocks {
            let is_result = matches!(block, Block::ToolResult(_));
            after_result = is_result || after_result && block.is_cache_point();
            if after_result {
                self.results.push(block);
            } else {
                self.rest.push(block);
            }
        }
    }
}

impl Serialize for Turn<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        struct Blocks<'t, 'a>(&'t Turn<'a>);
        impl Serialize for Blocks<'_, '_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_seq(self.0.results.iter().chain(&self.0.rest))
            }
        }
        let mut turn = serializer.serialize_struct("Turn", 2)?;
        turn.serialize_field("role", &self.role)?;
        turn.serialize_field("content", &Blocks(self))?;
        turn.end()
    }
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
        notes: &mut Notes<'_, '_, '_>,
    ) -> Result<Self, ApiError> {
        let mut conversation = Self::default();
        let mut history = History::default();
        for (index, message) in messages.iter().enumerate() {
            note_extra(message, notes);
            match &message.role {
                Some(Role::System | Role::Developer) => {
                    conversation.system(message, index, notes)?;
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

    /// Adds to the turn of `role` that is going on, or begins one.
    fn add(&mut self, role: Speaker, blocks: Vec<Block<'a>>) {
        let running = self.turns.pop_if(|turn| turn.role == role);
        let mut turn = running.unwrap_or_else(|| Turn::new(role));
        turn.add(blocks);
        self.turns.push(turn);
    }

    fn system(
        &mut self,
        message: &'a Message,
        index: usize,
        notes: &mut Notes<'_, '_, '_>,
    ) -> Result<(), ApiError> {
        let mut blocks = Vec::new();
        content::append(&message.content, index, &mut blocks, notes)?;
        content::mark(&mut blocks, message.cache_control.as_ref(), notes);
        let is_allowed = |block: &Block<'_>| {
            matches!(block, Block::Text(_) | Block::GuardContent(_) | Block::CachePoint(_))
        };
        if !blocks.iter().all(is_allowed) {
            return Err(system::not_text(index));
        }
        self.system.append(&mut blocks);
        Ok(())
    }

    fn user(
        &mut self,
        message: &'a Message,
        index: usize,
        notes: &mut Notes<'_, '_, '_>,
    ) -> Result<(), ApiError> {
        let mut blocks = Vec::new();
        content::append(&message.content, index, &mut blocks, notes)?;
        no_bare_json(&blocks, index)?;
        if blocks.is_empty() {
            // Without it the assistant's turn before would be taken for one to be continued.
            blocks.push(Block::Text(PLACEHOLDER));
        }
        content::mark(&mut blocks, message.cache_control.as_ref(), notes);
        self.add(Speaker::User, blocks);
        Ok(())
    }

    /// Reasoning first, then the text, then the calls. What only OpenAI's answers hold is left out by
    /// design: clients send answers back whole, and neither `annotations` nor `reasoning_content`
    /// (without the signature that would make it replayable) means anything here.
    fn assistant(
        &mut self,
        message: &'a Message,
        index: usize,
        names: &'a Names,
        history: &mut History<'a>,
        notes: &mut Notes<'_, '_, '_>,
    ) -> Result<(), ApiError> {
        if message.audio.is_some() {
            notes.params.leave_out("messages[].audio");
        }
        let mut blocks = Vec::new();
        thinking(message, index, &mut blocks, notes)?;
        if notes.model.is_nova() {
            server_side(message, index, &mut blocks)?;
        }
        content::append(&message.content, index, &mut blocks, notes)?;
        no_bare_json(&blocks, index)?;
        if blocks.iter().any(Block::is_media) {
            let path = format!("messages[{index}].content");
            let what = "holds images or files, which Bedrock takes from the user only";
            return Err(ApiError::invalid(format!("`{path}` {what}.")).with_param(path));
        }
        if let Some(refusal) = message.refusal.as_deref() {
            content::push_text(refusal, &mut blocks);
        }
        let marks = message.tool_calls.iter().map(|call| call.cache_control.as_ref());
        let calls = history.calls(message, index)?;
        for (call, mark) in calls.into_iter().zip(marks.chain([None])) {
            let (name, input) = (names.sent(call.name), call.object()?);
            let tool_use_id = tool_name::call_id(call.id, &NAMES);
            blocks.push(Block::ToolUse(ToolUse { tool_use_id, name, input }));
            content::mark(&mut blocks, mark, notes);
        }
        content::mark(&mut blocks, message.cache_control.as_ref(), notes);
        if !blocks.is_empty() {
            self.add(Speaker::Assistant, blocks);
        }
        Ok(())
    }

    fn tool(
        &mut self,
        message: &'a Message,
        index: usize,
        history: &History<'a>,
        notes: &mut Notes<'_, '_, '_>,
    ) -> Result<(), ApiError> {
        let (id, _) = history.answered(message, index)?;
        let tool_use_id = tool_name::call_id(id, &NAMES);
        let mut content = Vec::new();
        content::append(&message.content, index, &mut content, notes)?;
        let is_allowed = |block: &Block<'_>| {
            !matches!(block, Block::Audio(_) | Block::GuardContent(_) | Block::ReasoningContent(_))
        };
        if !content.iter().all(is_allowed) {
            let path = format!("messages[{index}].content");
            let what = "of a tool's result must be text, json, images, documents or videos";
            return Err(ApiError::invalid(format!("`{path}` {what}.")).with_param(path));
        }
        // A cache point stands behind the result, not in it.
        let mut points: Vec<Block<'a>> = Vec::new();
        content.retain_mut(|block| {
            let is_point = block.is_cache_point();
            if is_point && points.is_empty() {
                points.push(std::mem::replace(block, Block::Text("")));
            }
            !is_point
        });
        let status = is_failed(message).then_some("error");
        let status = status.filter(|_| notes.model.tells_failed_tools());
        if status.is_none() && is_failed(message) {
            notes.params.leave_out("messages[].is_error");
        }
        let mut blocks = vec![Block::ToolResult(ToolResult { tool_use_id, content, status })];
        blocks.append(&mut points);
        content::mark(&mut blocks, message.cache_control.as_ref(), notes);
        self.add(Speaker::User, blocks);
        Ok(())
    }

    /// Puts Converse's own `system` member, a string or a list of blocks, before the messages'.
    ///
    /// # Errors
    /// 400 where it is neither.
    pub fn lead_system(&mut self, system: &'a RawValue) -> Result<(), ApiError> {
        let blocks = system::written(system, "system", |text| json!({ "text": text }))?;
        self.system.splice(0..0, blocks.into_iter().map(Block::Raw));
        Ok(())
    }

    /// The user begins; a document has a text beside it; and a last turn of the assistant, which is
    /// to be continued, does not end in white space.
    fn complete(&mut self) {
        if self.turns.first().is_none_or(|turn| turn.role != Speaker::User) {
            let mut first = Turn::new(Speaker::User);
            first.rest.push(Block::Text(PLACEHOLDER));
            self.turns.insert(0, first);
        }
        for turn in &mut self.turns {
            let has_document = turn.rest.iter().any(Block::is_document);
            if has_document && !turn.rest.iter().any(Block::is_text) {
                turn.rest.insert(0, Block::Text(PLACEHOLDER));
            }
        }
        if let Some(Turn { role: Speaker::Assistant, rest, .. }) = self.turns.last_mut()
            && let Some(Block::Text(text)) = rest.last_mut()
        {
            *text = text.trim_end();
        }
    }
}

/// `is_error` is Anthropic's word, `status` Converse's.
fn is_failed(message: &Message) -> bool {
    let said = |name: &str, json: &str| {
        message.extra.iter().any(|(known, value)| known == name && value.get() == json)
    };
    said("is_error", "true") || said("status", "\"error\"")
}

/// JSON as such can only be a tool's result.
fn no_bare_json(blocks: &[Block<'_>], index: usize) -> Result<(), ApiError> {
    if blocks.iter().any(|block| matches!(block, Block::Json(_))) {
        let path = format!("messages[{index}].content");
        return Err(ApiError::invalid(format!(
            "`{path}` holds `json`, which is for tools' results."
        ))
        .with_param(path));
    }
    Ok(())
}

/// Members that say nothing to Bedrock are noted, once each.
fn note_extra(message: &Message, notes: &mut Notes<'_, '_, '_>) {
    let is_result = matches!(message.role, Some(Role::Tool | Role::Function));
    if message.name.is_some() && !is_result {
        notes.params.leave_out("messages[].name");
    }
    for (name, _) in &message.extra {
        // `prefix` asks for what happens anyway.
        if name != "prefix" && !(is_result && matches!(name.as_str(), "is_error" | "status")) {
            notes.params.leave_out(&format!("messages[].{name}"));
        }
    }
}
