//! The conversation. Cohere's first version answers one `message`, after a history and with
//! instructions apart from both; or it goes on with the results of the calls that end the history.
//!
//! The arrangement is that of Oracle's own integration
//! (<https://github.com/oracle/langchain-oracle>, `providers/cohere.py`). There are no ids of calls: a
//! result repeats its call.

use crate::dialect::Params;
use crate::dialect::history::{self, History, push_line};
use crate::dialect::tool_name::Names;
use crate::openai::{ApiError, Content, Message, Role};
use hashbrown::HashMap;
use serde::Serialize;
use serde_json::value::RawValue;
use std::borrow::Cow;

/// What the request says of the conversation.
#[derive(Debug, Default)]
pub struct Conversation<'a> {
    /// `preambleOverride`.
    pub preamble: String,
    pub history: Vec<Turn<'a>>,
    /// Empty where the conversation ends in results.
    pub message: Cow<'a, str>,
    pub results: Vec<ToolResult<'a>>,
}

/// One message of the history, `CohereMessage`.
#[derive(Debug, Serialize)]
#[serde(tag = "role", rename_all = "UPPERCASE", rename_all_fields = "camelCase")]
pub enum Turn<'a> {
    User {
        message: Cow<'a, str>,
    },
    Chatbot {
        message: Cow<'a, str>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        tool_calls: Vec<ToolCall<'a>>,
    },
    Tool {
        tool_results: Vec<ToolResult<'a>>,
    },
}

#[derive(Debug, Clone, Copy, Serialize)]
pub struct ToolCall<'a> {
    name: &'a str,
    parameters: &'a RawValue,
}

#[derive(Debug, Serialize)]
pub struct ToolResult<'a> {
    call: ToolCall<'a>,
    outputs: [Output<'a>; 1],
}

#[derive(Debug, Serialize)]
struct Output<'a> {
    output: Cow<'a, str>,
}

/// Reads every message.
///
/// # Errors
/// 400 naming the message, part or member at fault.
pub fn read<'a>(
    messages: &'a [Message],
    names: &'a Names,
    params: &mut Params<'_>,
) -> Result<Conversation<'a>, ApiError> {
    let mut reader = Reader {
        conversation: Conversation::default(),
        history: History::default(),
        calls: HashMap::new(),
        names,
        params,
    };
    for (index, message) in messages.iter().enumerate() {
        reader.message(message, index)?;
    }
    let mut conversation = reader.conversation;
    match conversation.history.pop() {
        Some(Turn::User { message }) => conversation.message = message,
        Some(Turn::Tool { tool_results }) => conversation.results = tool_results,
        _ => {
            return Err(ApiError::invalid(
                "`messages` must end with the user's, or with the results of the assistant's \
                 calls: Cohere's models at Oracle answer nothing else.",
            )
            .with_param("messages"));
        }
    }
    Ok(conversation)
}

struct Reader<'a, 'n, 'p> {
    conversation: Conversation<'a>,
    history: History<'a>,
    /// What has been called, by id.
    calls: HashMap<Cow<'a, str>, ToolCall<'a>>,
    names: &'a Names,
    params: &'n mut Params<'p>,
}

impl<'a> Reader<'a, '_, '_> {
    fn message(&mut self, message: &'a Message, index: usize) -> Result<(), ApiError> {
        history::leave_out_name(message, self.params);
        history::leave_out_extra(message, &["prefix"], self.params);
        let text = self.text(message, index)?;
        let Conversation { preamble, history, .. } = &mut self.conversation;
        match &message.role {
            Some(Role::System | Role::Developer) => {
                if !preamble.is_empty() && !text.is_empty() {
                    preamble.push('\n');
                }
                preamble.push_str(&text);
            }
            Some(Role::User) | None => history.push(Turn::User { message: text }),
            Some(Role::Assistant) => self.assistant(message, text, index)?,
            Some(Role::Tool | Role::Function) => self.result(message, text, index)?,
            Some(Role::Other(role)) => return Err(history::unknown_role(index, role)),
        }
        Ok(())
    }

    fn assistant(
        &mut self,
        message: &'a Message,
        mut text: Cow<'a, str>,
        index: usize,
    ) -> Result<(), ApiError> {
        if let Some(refusal) = message.refusal.as_deref() {
            push_line(&mut text, refusal);
        }
        if history::reasoning(message).is_some() {
            self.params.leave_out("messages[].reasoning_content");
        }
        let mut tool_calls = Vec::new();
        for call in self.history.calls(message, index)? {
            let parameters = call.object()?;
            let known = ToolCall { name: self.names.sent(call.name), parameters };
            tool_calls.push(known);
            self.calls.insert(call.id, known);
        }
        if text.is_empty() {
            if tool_calls.is_empty() {
                return Ok(()); // it said nothing
            }
            // Oracle's integration says a blank here, where there must be a message.
            text = Cow::Borrowed(" ");
        }
        self.conversation.history.push(Turn::Chatbot { message: text, tool_calls });
        Ok(())
    }

    /// Results of one turn's calls stand together.
    fn result(
        &mut self,
        message: &'a Message,
        output: Cow<'a, str>,
        index: usize,
    ) -> Result<(), ApiError> {
        let (id, _) = self.history.answered(message, index)?;
        let call = self.calls.get(&id).copied().ok_or_else(|| {
            let path = format!("messages[{index}].tool_call_id");
            ApiError::invalid(format!("`{path}` is the id of no call in the messages before it."))
                .with_param(path)
        })?;
        let result = ToolResult { call, outputs: [Output { output }] };
        match self.conversation.history.last_mut() {
            Some(Turn::Tool { tool_results }) => tool_results.push(result),
            _ => self.conversation.history.push(Turn::Tool { tool_results: vec![result] }),
        }
        Ok(())
    }

    /// The content as one text; parts become lines.
    fn text(&mut self, message: &'a Message, index: usize) -> Result<Cow<'a, str>, ApiError> {
        let parts = match &message.content {
            Content::Absent => return Ok(Cow::Borrowed("")),
            Content::Text(text) => return Ok(Cow::Borrowed(text)),
            Content::Parts(parts) => parts,
        };
        let mut text = Cow::Borrowed("");
        for (place, part) in parts.iter().enumerate() {
            if part.cache_control.is_some() {
                self.params.leave_out("messages[].content[].cache_control");
            }
            let path = format!("messages[{index}].content[{place}]");
            match part.kind.as_str() {
                "text" => push_line(
                    &mut text,
                    part.text
                        .as_deref()
                        .ok_or_else(|| ApiError::missing(format!("{path}.text")))?,
                ),
                "refusal" => push_line(&mut text, part.refusal.as_deref().unwrap_or_default()),
                // Another provider's thinking in the history.
                "thinking" | "redacted_thinking" => {
                    self.params.leave_out("messages[].content[].thinking");
                }
                kind => {
                    let why = format!(
                        "Cohere's models take text only at Oracle, no part of the type `{kind}`"
                    );
                    self.params.unsupported(&path, &why)?;
                }
            }
        }
        Ok(text)
    }
}
