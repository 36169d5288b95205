//! The messages as turns of text.

use crate::dialect::Params;
use crate::openai::{ApiError, Content, Message, Role};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speaker {
    System,
    User,
    Assistant,
}

/// What somebody said.
#[derive(Debug)]
pub struct Turn {
    pub speaker: Speaker,
    pub text: String,
}

/// Reads every message.
///
/// # Errors
/// 400 naming what a text cannot hold.
pub fn read(messages: &[Message], params: &mut Params<'_>) -> Result<Vec<Turn>, ApiError> {
    let turn = |(index, message)| turn(message, index, params);
    messages.iter().enumerate().map(turn).collect()
}

fn turn(message: &Message, index: usize, params: &mut Params<'_>) -> Result<Turn, ApiError> {
    let tools = "text generation knows no tools, neither calls nor results";
    let wrong = |member: &str, why: &str| {
        let path = format!("messages[{index}].{member}");
        let message = format!("`{path}` cannot be sent to this model: {why}.");
        Err(ApiError::unsupported(path, message))
    };
    if !message.tool_calls.is_empty() || message.function_call.is_some() {
        return wrong("tool_calls", tools);
    }
    let speaker = match &message.role {
        Some(Role::System | Role::Developer) => Speaker::System,
        Some(Role::User) | None => Speaker::User,
        Some(Role::Assistant) => Speaker::Assistant,
        Some(Role::Tool | Role::Function) => return wrong("role", tools),
        Some(Role::Other(role)) => {
            return wrong("role", &format!("`{role}` is no role of a text"));
        }
    };
    note(message, params);
    let mut text = text(&message.content, index, params)?;
    text.push_str(message.refusal.as_deref().unwrap_or_default());
    Ok(Turn { speaker, text })
}

/// Members that say nothing in a text are noted, once each.
fn note(message: &Message, params: &mut Params<'_>) {
    for (name, said) in [
        ("name", message.name.is_some()),
        ("cache_control", message.cache_control.is_some()),
        ("reasoning_content", message.reasoning_content.is_some()),
        ("thinking_blocks", message.thinking_blocks.is_some()),
        ("audio", message.audio.is_some()),
        ("provider_specific_fields", message.provider_specific_fields.is_some()),
    ] {
        if said {
            params.leave_out(&format!("messages[].{name}"));
        }
    }
    for (name, _) in &message.extra {
        params.leave_out(&format!("messages[].{name}"));
    }
}

fn text(content: &Content, index: usize, params: &mut Params<'_>) -> Result<String, ApiError> {
    let parts = match content {
        Content::Absent => return Ok(String::new()),
        Content::Text(text) => return Ok(text.clone()),
        Content::Parts(parts) => parts,
    };
    let mut joined = String::new();
    for (place, part) in parts.iter().enumerate() {
        if part.cache_control.is_some() {
            params.leave_out("messages[].content[].cache_control");
        }
        match (part.kind.as_str(), &part.text, &part.refusal) {
            ("text", Some(text), _) | ("refusal", _, Some(text)) => joined.push_str(text),
            (kind, ..) => {
                let path = format!("messages[{index}].content[{place}]");
                let why = format!("text generation takes text only, and no `{kind}`");
                params.unsupported(&path, &why)?;
            }
        }
    }
    Ok(joined)
}
