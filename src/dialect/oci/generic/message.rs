//! The conversation: OpenAI's messages in Oracle's words.

use super::part::{self, Piece};
use crate::dialect::Params;
use crate::dialect::history::{self, History};
use crate::dialect::tool_name::Names;
use crate::openai::{ApiError, Content, Message, Role};
use serde::Serialize;
use std::borrow::Cow;

/// One message.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Turn<'a> {
    role: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    content: Vec<Piece<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refusal: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasoning_content: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tool_calls: Vec<ToolCall<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool_call_id: Option<Cow<'a, str>>,
}

#[derive(Debug, Serialize)]
struct ToolCall<'a> {
    id: Cow<'a, str>,
    r#type: &'static str,
    name: &'a str,
    /// JSON text, as in OpenAI's format.
    arguments: &'a str,
}

/// Puts all instructions into one message before the others: Gemini has one place for them, and nobody
/// who speaks there.
pub fn instructions_first<'a>(turns: Vec<Turn<'a>>, params: &mut Params<'_>) -> Vec<Turn<'a>> {
    let (mut first, others): (Vec<_>, Vec<_>) =
        turns.into_iter().partition(|turn| turn.role == "SYSTEM");
    if first.iter().any(|turn| turn.name.is_some()) {
        params.leave_out("messages[].name");
    }
    let content = first.iter_mut().flat_map(|turn| std::mem::take(&mut turn.content)).collect();
    let one = Turn { role: "SYSTEM", content, ..Turn::default() };
    let one = (!one.content.is_empty()).then_some(one);
    one.into_iter().chain(others).collect()
}

/// Translates every message.
///
/// # Errors
/// 400 naming the message, part or member at fault.
pub fn read<'a>(
    messages: &'a [Message],
    names: &'a Names,
    params: &mut Params<'_>,
) -> Result<Vec<Turn<'a>>, ApiError> {
    let mut history = History::default();
    let mut turns = Vec::with_capacity(messages.len());
    for (index, message) in messages.iter().enumerate() {
        history::leave_out_extra(message, &["prefix"], params);
        let content = content(message, index, params)?;
        let turn = match &message.role {
            // `DEVELOPER` is not known to all models, and means the same to those that know it.
            Some(Role::System | Role::Developer) => {
                Turn { role: "SYSTEM", content, name: message.name.as_deref(), ..Turn::default() }
            }
            Some(Role::User) | None => {
                Turn { role: "USER", content, name: message.name.as_deref(), ..Turn::default() }
            }
            Some(Role::Assistant) => {
                let turn = assistant(message, content, index, names, &mut history)?;
                if turn.says_nothing() {
                    continue;
                }
                turn
            }
            Some(Role::Tool | Role::Function) => {
                let (id, _) = history.answered(message, index)?;
                Turn { role: "TOOL", content, tool_call_id: Some(id), ..Turn::default() }
            }
            Some(Role::Other(role)) => return Err(history::unknown_role(index, role)),
        };
        turns.push(turn);
    }
    if turns.is_empty() {
        return Err(ApiError::invalid("`messages` says nothing: every message in it is empty.")
            .with_param("messages"));
    }
    Ok(turns)
}

impl Turn<'_> {
    fn says_nothing(&self) -> bool {
        self.content.is_empty() && self.refusal.is_none() && self.tool_calls.is_empty()
    }
}

fn assistant<'a>(
    message: &'a Message,
    mut content: Vec<Piece<'a>>,
    index: usize,
    names: &'a Names,
    history: &mut History<'a>,
) -> Result<Turn<'a>, ApiError> {
    let calls = history.calls(message, index)?.into_iter().map(|call| ToolCall {
        id: call.id,
        r#type: "FUNCTION",
        name: names.sent(call.name),
        arguments: if call.arguments.is_empty() { "{}" } else { call.arguments },
    });
    // An empty text says nothing, beside calls or alone.
    content.retain(|piece| !matches!(piece, Piece::Text { text } if text.is_empty()));
    Ok(Turn {
        role: "ASSISTANT",
        content,
        name: message.name.as_deref(),
        refusal: message.refusal.as_deref().filter(|text| !text.is_empty()),
        reasoning_content: history::reasoning(message),
        tool_calls: calls.collect(),
        ..Turn::default()
    })
}

/// The content of any message but an assistant's has at least one part, and be it an empty text.
fn content<'a>(
    message: &'a Message,
    index: usize,
    params: &mut Params<'_>,
) -> Result<Vec<Piece<'a>>, ApiError> {
    let mut pieces = Vec::new();
    match &message.content {
        Content::Absent => {}
        Content::Text(text) => pieces.push(Piece::Text { text: text.as_str().into() }),
        Content::Parts(parts) => {
            for (place, part) in parts.iter().enumerate() {
                let path = format!("messages[{index}].content[{place}]");
                pieces.extend(part::read(part, &path, message.role.as_ref(), params)?);
            }
        }
    }
    if pieces.is_empty() {
        pieces.push(Piece::Text { text: "".into() });
    }
    Ok(pieces)
}
