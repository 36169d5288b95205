//! Calls that the assistant made, and their results.
//!
//! Source: <https://ai.google.dev/gemini-api/docs/function-calling>.

use super::content::{self, Notes};
use super::part::{Answer, FunctionCall, FunctionResponse, Held, Part};
use super::signature;
use crate::dialect::tool_name::Names;
use crate::openai::message::{self, ToolCall};
use crate::openai::{ApiError, Content, Message};
use serde_json::value::RawValue;
use std::borrow::Cow;

/// A call that a result may answer.
#[derive(Debug, Clone, Copy)]
pub struct Made<'a> {
    /// Without its signature.
    pub id: &'a str,
    /// The client's name of the function.
    pub name: &'a str,
}

/// Appends the calls of an assistant's message, and notes them in `made`.
///
/// Gemini signs the first of several calls alone, and newer models demand that signature: where the
/// history has none, because another provider or an older model wrote it, the documented placeholder
/// stands in its place.
///
/// # Errors
/// 400 naming what is wrong.
pub fn append<'a>(
    message: &'a Message,
    index: usize,
    names: &'a Names,
    parts: &mut Vec<Part<'a>>,
    made: &mut Vec<Made<'a>>,
    notes: &mut Notes<'_, '_>,
) -> Result<(), ApiError> {
    let strict = notes.model.is_third_generation();
    let first = parts.len();
    for (place, call) in message.tool_calls.iter().enumerate() {
        let path = format!("messages[{index}].tool_calls[{place}]");
        if call.cache_control.is_some() {
            notes.params.leave_out("messages[].tool_calls[].cache_control");
        }
        let ToolCall { id: Some(id), function: Some(function), .. } = call else {
            let member = if call.function.is_none() { "function" } else { "id" };
            return Err(ApiError::missing(format!("{path}.{member}")));
        };
        let id = signature::plain_id(id);
        let name = function_name(function, &format!("{path}.function"))?;
        let mut part = function_call(function, names, &format!("{path}.function"))?;
        if let Held::FunctionCall(call) = &mut part.data {
            call.id = Some(id).filter(|id| strict && !id.is_empty());
        }
        part.thought_signature = signature::of_call(call).map(Cow::Owned);
        parts.push(part);
        made.push(Made { id, name });
    }
    if let Some(function) = &message.function_call {
        let path = format!("messages[{index}].function_call");
        let name = function_name(function, &path)?;
        let mut part = function_call(function, names, &path)?;
        part.thought_signature = signature::of_function(function).map(Cow::Owned);
        parts.push(part);
        made.push(Made { id: "", name });
    }
    let calls = parts.get_mut(first..).unwrap_or_default();
    if !notes.model.thinks() {
        calls.iter_mut().for_each(|part| part.thought_signature = None);
    } else if strict
        && calls.iter().all(|part| part.thought_signature.is_none())
        && let Some(part) = calls.first_mut()
    {
        part.thought_signature = Some(Cow::Borrowed(signature::NONE));
    }
    Ok(())
}

fn function_name<'a>(call: &'a message::FunctionCall, path: &str) -> Result<&'a str, ApiError> {
    let name = call.name.as_deref().filter(|name| !name.is_empty());
    name.ok_or_else(|| ApiError::missing(format!("{path}.name")))
}

fn function_call<'a>(
    call: &'a message::FunctionCall,
    names: &'a Names,
    path: &str,
) -> Result<Part<'a>, ApiError> {
    let name = names.sent(function_name(call, path)?);
    let text = call.arguments.as_deref().unwrap_or_default();
    let args = object(if text.trim().is_empty() { "{}" } else { text }).ok_or_else(|| {
        let path = format!("{path}.arguments");
        ApiError::invalid(format!("`{path}` must be a JSON object, as text.")).with_param(path)
    })?;
    Ok(Held::FunctionCall(FunctionCall { id: None, name, args }).into())
}

/// The object that a text spells.
fn object(text: &str) -> Option<&RawValue> {
    let value: &RawValue = serde_json::from_str(text).ok()?;
    value.get().starts_with('{').then_some(value)
}

/// The parts of one result: a `functionResponse`, and behind it the media that older models do not take
/// inside it.
///
/// # Errors
/// 400 naming what is wrong.
pub fn result<'a>(
    message: &'a Message,
    index: usize,
    function: &'a str,
    notes: &mut Notes<'_, '_>,
) -> Result<Vec<Part<'a>>, ApiError> {
    let strict = notes.model.is_third_generation();
    let mut contents = Vec::new();
    content::append(&message.content, index, &mut contents, notes)?;
    let (mut media, texts): (Vec<Part<'a>>, Vec<Part<'a>>) =
        contents.into_iter().partition(Part::is_media);
    let id = message.tool_call_id.as_deref().map(signature::plain_id);
    let failed =
        message.extra.iter().any(|(name, json)| name == "is_error" && json.get() == "true");
    let response = FunctionResponse {
        id: id.filter(|id| strict && !id.is_empty()),
        name: function,
        response: answer(&message.content, texts, failed),
        parts: if strict { std::mem::take(&mut media) } else { Vec::new() },
    };
    let first = Part::from(Held::FunctionResponse(response));
    Ok(std::iter::once(first).chain(media).collect())
}

/// A result that spells an object is sent as one, everything else as text. Google reads `$ref` in it as
/// a reference to the media beside it, so an object that holds one is text, too.
fn answer<'a>(content: &'a Content, texts: Vec<Part<'a>>, failed: bool) -> Answer<'a> {
    let whole = match content {
        Content::Text(text) => Some(text.as_str()),
        Content::Parts(parts) => match parts.as_slice() {
            [only] if only.kind == "text" => only.text.as_deref(),
            _ => None,
        },
        Content::Absent => None,
    };
    if let Some(value) = whole.and_then(object)
        && !failed
        && memchr::memmem::find(value.get().as_bytes(), b"$ref").is_none()
    {
        return Answer::Written(value);
    }
    let mut texts = texts.into_iter().filter_map(|part| match part.data {
        Held::Text(text) => Some(text),
        _ => None,
    });
    let first = texts.next().unwrap_or_default();
    let text = texts.fold(first, |all, next| Cow::Owned([&*all, "\n", &*next].concat()));
    if failed { Answer::Error { error: text } } else { Answer::Output { output: text } }
}
