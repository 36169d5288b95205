//! The conversation: OpenAI's messages as Ollama's, whose content is one text with images beside it.

use crate::dialect::Params;
use crate::dialect::history::{self, History, push_line};
use crate::openai::message::ImageUrl;
use crate::openai::{ApiError, Content, Message, Part, Role};
use serde::Serialize;
use serde_json::value::RawValue;
use std::borrow::Cow;

/// One message.
#[derive(Debug, Default, Serialize)]
pub struct Turn<'a> {
    role: &'static str,
    content: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thinking: Option<Cow<'a, str>>,
    /// Base64.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    images: Vec<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tool_calls: Vec<ToolCall<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool_call_id: Option<Cow<'a, str>>,
}

#[derive(Debug, Serialize)]
pub struct ToolCall<'a> {
    id: Cow<'a, str>,
    function: Function<'a>,
}

#[derive(Debug, Serialize)]
struct Function<'a> {
    name: &'a str,
    /// An object, unlike OpenAI's text.
    arguments: &'a RawValue,
}

/// Translates every message.
///
/// # Errors
/// 400 naming the message, part or member at fault.
pub fn read<'a>(
    messages: &'a [Message],
    params: &mut Params<'_>,
) -> Result<Vec<Turn<'a>>, ApiError> {
    let mut history = History::default();
    messages
        .iter()
        .enumerate()
        .map(|(index, message)| turn(message, index, &mut history, params))
        .collect()
}

fn turn<'a>(
    message: &'a Message,
    index: usize,
    history: &mut History<'a>,
    params: &mut Params<'_>,
) -> Result<Turn<'a>, ApiError> {
    history::leave_out_name(message, params);
    history::leave_out_extra(message, &["prefix"], params);
    let mut turn = content(message, index, params)?;
    turn.role = match &message.role {
        Some(Role::System | Role::Developer) => "system",
        Some(Role::User) | None => "user",
        Some(Role::Assistant) => {
            if let Some(refusal) = message.refusal.as_deref().filter(|text| !text.is_empty()) {
                push_line(&mut turn.content, refusal);
            }
            turn.thinking = history::reasoning(message);
            for call in history.calls(message, index)? {
                let arguments = call.object()?;
                let function = Function { name: call.name, arguments };
                turn.tool_calls.push(ToolCall { id: call.id, function });
            }
            "assistant"
        }
        Some(Role::Tool | Role::Function) => {
            let (id, name) = history.answered(message, index)?;
            turn.tool_name = name;
            turn.tool_call_id = Some(id);
            "tool"
        }
        Some(Role::Other(role)) => return Err(history::unknown_role(index, role)),
    };
    Ok(turn)
}

/// Content and images. Parts of text become lines of one.
fn content<'a>(
    message: &'a Message,
    index: usize,
    params: &mut Params<'_>,
) -> Result<Turn<'a>, ApiError> {
    let mut turn = Turn::default();
    let parts = match &message.content {
        Content::Absent => return Ok(turn),
        Content::Text(text) => {
            turn.content = Cow::Borrowed(text);
            return Ok(turn);
        }
        Content::Parts(parts) => parts,
    };
    for (place, part) in parts.iter().enumerate() {
        let path = format!("messages[{index}].content[{place}]");
        self::part(part, &path, &mut turn, params)?;
    }
    Ok(turn)
}

fn part<'a>(
    part: &'a Part,
    path: &str,
    turn: &mut Turn<'a>,
    params: &mut Params<'_>,
) -> Result<(), ApiError> {
    if part.cache_control.is_some() {
        params.leave_out("messages[].content[].cache_control");
    }
    let missing = |member: &str| ApiError::missing(format!("{path}.{member}"));
    match part.kind.as_str() {
        "text" => {
            push_line(&mut turn.content, part.text.as_deref().ok_or_else(|| missing("text"))?);
        }
        "refusal" => push_line(&mut turn.content, part.refusal.as_deref().unwrap_or_default()),
        "image_url" => {
            let image = part.image_url.as_ref().ok_or_else(|| missing("image_url"))?;
            turn.images.extend(picture(image, path, params)?);
        }
        // Anthropic's blocks in the history: other models cannot read them.
        "thinking" | "redacted_thinking" => params.leave_out("messages[].content[].thinking"),
        kind => {
            let why = format!("Ollama takes text and images, no part of the type `{kind}`");
            params.unsupported(path, &why)?;
        }
    }
    Ok(())
}

/// The base64 of an image. Ollama fetches nothing from the web.
fn picture<'a>(
    image: &'a ImageUrl,
    path: &str,
    params: &mut Params<'_>,
) -> Result<Option<&'a str>, ApiError> {
    let path = format!("{path}.image_url.url");
    if image.detail.as_deref().is_some_and(|detail| detail != "auto") {
        params.leave_out("messages[].content[].image_url.detail");
    }
    let Some(rest) = image.url.strip_prefix("data:") else {
        let why = "Ollama takes images as base64 only; send a data URL such as \
                   data:image/png;base64,…";
        params.unsupported(&path, why)?;
        return Ok(None);
    };
    let (media_type, data) = rest.split_once(";base64,").ok_or_else(|| {
        ApiError::invalid(format!("`{path}` must be base64: data:image/png;base64,…."))
            .with_param(path.clone())
    })?;
    if !media_type.starts_with("image/") {
        let why = format!("it is of the type `{media_type}`; Ollama takes images only");
        params.unsupported(&path, &why)?;
        return Ok(None);
    }
    Ok(Some(data.trim()))
}
