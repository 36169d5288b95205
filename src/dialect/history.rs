//! The calls and results of a conversation, for formats that keep them in OpenAI's arrangement: calls
//! in the assistant's message, one message for each result.

use super::Params;
use crate::openai::message::FunctionCall;
use crate::openai::{ApiError, Message, Role};
use hashbrown::HashMap;
use serde_json::value::RawValue;
use std::borrow::Cow;

/// A call that the assistant made.
#[derive(Debug)]
pub struct Call<'a> {
    pub id: Cow<'a, str>,
    pub name: &'a str,
    /// As the client wrote them; models do produce text that is not JSON.
    pub arguments: &'a str,
    /// Of the arguments, such as `messages[1].tool_calls[0].function.arguments`.
    path: String,
}

impl<'a> Call<'a> {
    /// The arguments as the object that their text spells; nothing at all means none.
    ///
    /// # Errors
    /// 400 naming them.
    pub fn object(&self) -> Result<&'a RawValue, ApiError> {
        let text = if self.arguments.trim().is_empty() { "{}" } else { self.arguments };
        serde_json::from_str(text)
            .ok()
            .filter(|raw: &&RawValue| raw.get().starts_with('{'))
            .ok_or_else(|| {
                ApiError::invalid(format!("`{}` must be a JSON object, as text.", self.path))
                    .with_param(self.path.clone())
            })
    }
}

/// What results refer to, as the messages go by.
#[derive(Debug, Default)]
pub struct History<'a> {
    /// The names of the functions, by the ids of their calls.
    names: HashMap<Cow<'a, str>, &'a str>,
    /// The id made for the latest deprecated `function_call`, which has none itself.
    function_call: Option<String>,
}

impl<'a> History<'a> {
    /// The calls of an assistant's message.
    ///
    /// # Errors
    /// 400 naming what a call lacks.
    pub fn calls(&mut self, message: &'a Message, index: usize) -> Result<Vec<Call<'a>>, ApiError> {
        let mut calls = Vec::with_capacity(message.tool_calls.len());
        for (place, call) in message.tool_calls.iter().enumerate() {
            let path = format!("messages[{index}].tool_calls[{place}]");
            let function = call
                .function
                .as_ref()
                .ok_or_else(|| ApiError::missing(format!("{path}.function")))?;
            let id = call.id.as_deref().ok_or_else(|| ApiError::missing(format!("{path}.id")))?;
            calls.push(read(Cow::Borrowed(id), function, &format!("{path}.function"))?);
        }
        if let Some(function) = &message.function_call {
            let id = format!("call_{index}");
            self.function_call = Some(id.clone());
            calls.push(read(id.into(), function, &format!("messages[{index}].function_call"))?);
        }
        self.names.extend(calls.iter().map(|call| (call.id.clone(), call.name)));
        Ok(calls)
    }

    /// The call that a result answers: its id and, where that is known, the function's name.
    ///
    /// # Errors
    /// 400 where the message does not say.
    pub fn answered(
        &self,
        message: &'a Message,
        index: usize,
    ) -> Result<(Cow<'a, str>, Option<&'a str>), ApiError> {
        let id = match (&message.tool_call_id, &self.function_call) {
            (Some(id), _) => Cow::Borrowed(id.as_str()),
            (None, Some(id)) if message.role == Some(Role::Function) => Cow::Owned(id.clone()),
            _ => return Err(ApiError::missing(format!("messages[{index}].tool_call_id"))),
        };
        let name = self.names.get(&id).copied().or(message.name.as_deref());
        Ok((id, name))
    }
}

fn read<'a>(id: Cow<'a, str>, function: &'a FunctionCall, at: &str) -> Result<Call<'a>, ApiError> {
    let name = function.name.as_deref().filter(|name| !name.is_empty());
    Ok(Call {
        id,
        name: name.ok_or_else(|| ApiError::missing(format!("{at}.name")))?,
        arguments: function.arguments.as_deref().unwrap_or_default(),
        path: format!("{at}.arguments"),
    })
}

/// Notes the members of a message that say nothing to the provider, once each; `known` are those that
/// have no field and are read, or only repeat what the answer said.
pub fn leave_out_extra(message: &Message, known: &[&str], params: &mut Params<'_>) {
    if message.cache_control.is_some() {
        params.leave_out("messages[].cache_control");
    }
    if message.audio.is_some() {
        params.leave_out("messages[].audio");
    }
    for (name, _) in &message.extra {
        if !known.contains(&name.as_str()) {
            params.leave_out(&format!("messages[].{name}"));
        }
    }
}

/// The same for the name of a speaker, which is no function's.
pub fn leave_out_name(message: &Message, params: &mut Params<'_>) {
    if message.name.is_some() && !matches!(message.role, Some(Role::Tool | Role::Function)) {
        params.leave_out("messages[].name");
    }
}

/// 400: nobody has that role.
#[must_use]
pub fn unknown_role(index: usize, role: &str) -> ApiError {
    let path = format!("messages[{index}].role");
    ApiError::invalid(format!(
        "`{path}` is `{role}`; it must be system, developer, user, assistant or tool."
    ))
    .with_param(path)
}

/// Adds a part's text to a content that is one text, as a line of its own.
pub fn push_line<'a>(text: &mut Cow<'a, str>, more: &'a str) {
    if text.is_empty() {
        *text = Cow::Borrowed(more);
    } else if !more.is_empty() {
        let text = text.to_mut();
        text.push('\n');
        text.push_str(more);
    }
}

/// The assistant's reasoning: the text, or that of the blocks which Anthropic's answers have.
pub fn reasoning(message: &Message) -> Option<Cow<'_, str>> {
    #[derive(serde::Deserialize)]
    struct Block<'a> {
        #[serde(borrow)]
        thinking: Option<crate::wire::text::Text<'a>>,
    }
    if let Some(text) = message.reasoning_content.as_deref().filter(|text| !text.is_empty()) {
        return Some(Cow::Borrowed(text));
    }
    let blocks = message.thinking_blocks.iter().flatten();
    let texts =
        blocks.filter_map(|raw| serde_json::from_str::<Block<'_>>(raw.get()).ok()?.thinking);
    let all: String = texts.map(crate::wire::text::Text::into_string).collect();
    (!all.is_empty()).then_some(Cow::Owned(all))
}
