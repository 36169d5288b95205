//! The conversation: OpenAI's messages as Gemini's turns.
//!
//! Turns are the user's and the model's; system prompts stand outside. The results of calls are a turn
//! of the user's of their own, right after the calls and in their order.

use super::call::{self, Made};
use super::content::{self, Notes};
use super::media;
use super::part::{Held, Part};
use super::signature;
use crate::dialect::tool_name::Names;
use crate::dialect::{Params, history, system};
use crate::openai::{ApiError, Message, Role};
use crate::wire::json;
use crate::wire::object::{RawJson, object};
use hashbrown::HashMap;
use serde::Serialize;
use serde_json::Value;
use std::borrow::Cow;

/// What stands where Gemini demands a turn and the client has none, or one without content; LiteLLM's.
const PLACEHOLDER: &str = " ";

const USER: &str = "user";
const MODEL: &str = "model";

/// One turn.
#[derive(Debug, Serialize)]
pub struct Turn<'a> {
    role: &'static str,
    parts: Vec<Part<'a>>,
    /// It holds results of calls and nothing else.
    #[serde(skip)]
    results: bool,
}

/// The parts of one result, and the place of its call among all calls.
type CallResult<'a> = (usize, Vec<Part<'a>>);

/// `systemInstruction`, which has no role.
#[derive(Debug, Default, Serialize)]
pub struct SystemInstruction<'a> {
    pub parts: Vec<Part<'a>>,
}

/// System prompt and turns.
#[derive(Debug, Default)]
pub struct Conversation<'a> {
    pub system: SystemInstruction<'a>,
    pub turns: Vec<Turn<'a>>,
    /// Every call so far.
    made: Vec<Made<'a>>,
    /// The place among them of the call with this id.
    places: HashMap<&'a str, usize>,
    /// Results whose turn is not complete yet.
    results: Vec<CallResult<'a>>,
}

object! {
    /// What earlier answers left in `provider_specific_fields`. See [`super::said`] for how it got there.
    struct Fields {
        thought_signatures("thought_signatures"): Vec<String>,
        executable_code("executable_code"): Vec<RawJson>,
        code_execution_results("code_execution_results"): Vec<RawJson>,
        server_side_tool_invocations("server_side_tool_invocations"): Vec<Value>,
    }
}
object! {
    /// A member of `thinking_blocks`.
    struct Thinking {
        kind("type"): Option<String>,
        thinking("thinking"): Option<String>,
        signature("signature"): Option<String>,
    }
}
object! {
    /// A member of LiteLLM's `images`.
    struct Image {
        image_url("image_url"): crate::openai::message::ImageUrl,
        provider_specific_fields("provider_specific_fields"): Option<RawJson>,
    }
}

impl<'a> Conversation<'a> {
    /// Translates every message.
    ///
    /// # Errors
    /// 400 naming the message, part or member at fault.
    pub fn read(
        messages: &'a [Message],
        names: &'a Names,
        notes: &mut Notes<'_, '_>,
    ) -> Result<Self, ApiError> {
        let mut conversation = Self::default();
        for (index, message) in messages.iter().enumerate() {
            note_extra(message, notes.params);
            if !matches!(message.role, Some(Role::Tool | Role::Function)) {
                conversation.answer_calls();
            }
            match &message.role {
                Some(Role::System | Role::Developer) => {
                    conversation.system(message, index, notes)?;
                }
                Some(Role::User) | None => conversation.user(message, index, notes)?,
                Some(Role::Assistant) => conversation.assistant(message, index, names, notes)?,
                Some(Role::Tool | Role::Function) => {
                    conversation.tool(message, index, names, notes)?;
                }
                Some(Role::Other(role)) => return Err(history::unknown_role(index, role)),
            }
        }
        conversation.complete(notes);
        Ok(conversation)
    }

    /// Adds to the turn that is going on, or begins one. Results keep to themselves.
    fn add(&mut self, role: &'static str, parts: Vec<Part<'a>>) {
        match self.turns.last_mut() {
            Some(turn) if turn.role == role && !turn.results => turn.parts.extend(parts),
            _ => self.turns.push(Turn { role, parts, results: false }),
        }
    }

    /// Ends a turn of results, in the order of their calls.
    fn answer_calls(&mut self) {
        if self.results.is_empty() {
            return;
        }
        self.results.sort_by_key(|(place, _)| *place);
        let parts = self.results.drain(..).flat_map(|(_, parts)| parts).collect();
        self.turns.push(Turn { role: USER, parts, results: true });
    }

    fn system(
        &mut self,
        message: &'a Message,
        index: usize,
        notes: &mut Notes<'_, '_>,
    ) -> Result<(), ApiError> {
        content::append(&message.content, index, &mut self.system.parts, notes)?;
        if self.system.parts.iter().any(Part::is_media) {
            return Err(system::not_text(index));
        }
        Ok(())
    }

    fn user(
        &mut self,
        message: &'a Message,
        index: usize,
        notes: &mut Notes<'_, '_>,
    ) -> Result<(), ApiError> {
        let mut parts = Vec::new();
        content::append(&message.content, index, &mut parts, notes)?;
        if parts.is_empty() {
            parts.push(Part::text(PLACEHOLDER));
        }
        self.add(USER, parts);
        Ok(())
    }

    /// In the order in which Gemini writes them: thoughts, what its own tools did, text, images, calls.
    fn assistant(
        &mut self,
        message: &'a Message,
        index: usize,
        names: &'a Names,
        notes: &mut Notes<'_, '_>,
    ) -> Result<(), ApiError> {
        if message.audio.is_some() {
            notes.params.leave_out("messages[].audio");
        }
        let fields = match &message.provider_specific_fields {
            Some(raw) => {
                json::read(raw.get(), &format!("messages[{index}].provider_specific_fields"))?
            }
            None => Fields::default(),
        };
        let mut parts = thoughts(message, index, notes)?;
        let mut results = fields.code_execution_results.into_iter();
        for code in fields.executable_code {
            parts.push(Held::ExecutableCode(code).into());
            parts.extend(results.next().map(|result| Held::CodeExecutionResult(result).into()));
        }
        parts.extend(results.map(|result| Held::CodeExecutionResult(result).into()));
        for invocation in fields.server_side_tool_invocations {
            invocations(&invocation, &mut parts);
        }
        let first_text = parts.len();
        content::append(&message.content, index, &mut parts, notes)?;
        if let Some(refusal) = message.refusal.as_deref().filter(|text| !text.is_empty()) {
            parts.push(Part::text(refusal));
        }
        let signature = fields.thought_signatures.into_iter().next().filter(|it| !it.is_empty());
        if let (Some(part), true) = (parts.get_mut(first_text), notes.model.thinks()) {
            part.thought_signature = signature.map(Cow::Owned);
        }
        images(message, index, &mut parts)?;
        let first_call = self.made.len();
        call::append(message, index, names, &mut parts, &mut self.made, notes)?;
        let made = self.made.iter().enumerate().skip(first_call);
        self.places.extend(made.map(|(place, made)| (made.id, place)));
        if !parts.is_empty() {
            self.add(MODEL, parts);
        }
        Ok(())
    }

    fn tool(
        &mut self,
        message: &'a Message,
        index: usize,
        names: &'a Names,
        notes: &mut Notes<'_, '_>,
    ) -> Result<(), ApiError> {
        let id = match (&message.tool_call_id, &message.role) {
            (Some(id), _) => signature::plain_id(id),
            (None, Some(Role::Function)) => "",
            _ => return Err(ApiError::missing(format!("messages[{index}].tool_call_id"))),
        };
        let place = self.places.get(id).copied();
        let called = place.and_then(|place| self.made.get(place)).map(|made| made.name);
        let name = called.or(message.name.as_deref()).filter(|name| !name.is_empty()).ok_or_else(
            || {
                let path = format!("messages[{index}].tool_call_id");
                ApiError::invalid(format!(
                "`{path}` names no call of the messages before it, and Gemini wants to know the \
                 function that a result is of. Send the assistant's message with the call, too, or \
                 the function's `name` beside the result."
            ))
            .with_param(path)
            },
        )?;
        let parts = call::result(message, index, names.sent(name), notes)?;
        self.results.push((place.unwrap_or(usize::MAX), parts));
        Ok(())
    }

    /// A turn of the user's first, and the system prompt in it where the model takes none outside.
    fn complete(&mut self, notes: &Notes<'_, '_>) {
        self.answer_calls();
        if !notes.model.system_instruction() && !self.system.parts.is_empty() {
            let parts = std::mem::take(&mut self.system.parts);
            self.turns.insert(0, Turn { role: USER, parts, results: false });
            self.merge_first();
        }
        if self.turns.first().is_none_or(|turn| turn.role == MODEL) {
            let parts = vec![Part::text(PLACEHOLDER)];
            self.turns.insert(0, Turn { role: USER, parts, results: false });
        }
    }

    fn merge_first(&mut self) {
        if let [first, second, ..] = self.turns.as_mut_slice()
            && second.role == USER
            && !second.results
        {
            first.parts.append(&mut second.parts);
            self.turns.remove(1);
        }
    }
}

/// The thoughts of an assistant message that Gemini can recognize as its own. Streams hand thoughts out
/// in pieces of which the last may carry the signature; a client that only collected them sends them
/// back in pieces, which are joined here. Thoughts without a signature need not come back.
fn thoughts<'a>(
    message: &'a Message,
    index: usize,
    notes: &mut Notes<'_, '_>,
) -> Result<Vec<Part<'a>>, ApiError> {
    let mut parts = Vec::new();
    let mut pending = String::new();
    for (place, raw) in message.thinking_blocks.iter().flatten().enumerate() {
        let at = format!("messages[{index}].thinking_blocks[{place}]");
        let block: Thinking = json::read(raw.get(), &at)?;
        let signature = block.signature.filter(|signature| !signature.is_empty());
        match (block.kind.as_deref(), signature) {
            (Some("thinking"), None) => pending.push_str(&block.thinking.unwrap_or_default()),
            (Some("thinking"), Some(signature))
                if notes.model.thinks() && !signature::is_claudes(&signature) =>
            {
                let mut text = std::mem::take(&mut pending);
                text.push_str(&block.thinking.unwrap_or_default());
                parts.push(Part {
                    thought: true,
                    thought_signature: Some(signature.into()),
                    ..Part::text(text)
                });
            }
            // Another provider's.
            _ => {
                pending.clear();
                notes.params.leave_out("messages[].thinking_blocks");
            }
        }
    }
    Ok(parts)
}

/// What LiteLLM calls a server-side invocation: a call and its response in one, as two parts.
fn invocations(invocation: &Value, parts: &mut Vec<Part<'_>>) {
    let member = |name: &str| invocation.get(name).filter(|value| !value.is_null()).cloned();
    let signed = |name: &str| member(name)?.as_str().map(|text| Cow::Owned(text.to_owned()));
    let object = |names: &[(&str, &str)]| -> Value {
        let members = names.iter().filter_map(|(to, from)| Some(((*to).to_owned(), member(from)?)));
        Value::Object(members.collect())
    };
    if member("args").is_some() || member("response").is_none() {
        let data = object(&[("toolType", "tool_type"), ("id", "id"), ("args", "args")]);
        let part = Part::from(Held::ToolCall(data));
        parts.push(Part { thought_signature: signed("thought_signature"), ..part });
    }
    if member("response").is_some() {
        let data = object(&[("toolType", "tool_type"), ("id", "id"), ("response", "response")]);
        let part = Part::from(Held::ToolResponse(data));
        parts.push(Part { thought_signature: signed("response_thought_signature"), ..part });
    }
}

/// Images that the model made: LiteLLM's `images` of an assistant message.
fn images(message: &Message, index: usize, parts: &mut Vec<Part<'_>>) -> Result<(), ApiError> {
    let Some((_, json)) = message.extra.iter().find(|(name, _)| name == "images") else {
        return Ok(());
    };
    let path = format!("messages[{index}].images");
    let images: Option<Vec<Image>> = json::read(json.get(), &path)?;
    for (place, image) in images.into_iter().flatten().enumerate() {
        let path = || format!("{path}[{place}].image_url.url");
        let data = media::at(&image.image_url.url, image.image_url.format.as_deref(), &path)?;
        let signature = image.provider_specific_fields.as_ref().and_then(signature::read);
        parts.extend(
            media::owned(data).map(|data| Part {
                thought_signature: signature.map(Cow::Owned),
                ..Part::from(data)
            }),
        );
    }
    Ok(())
}

/// Members that say nothing to Gemini are noted, once each.
fn note_extra(message: &Message, params: &mut Params<'_>) {
    if message.name.is_some() && !matches!(message.role, Some(Role::Tool | Role::Function)) {
        params.leave_out("messages[].name");
    }
    if message.cache_control.is_some() {
        params.leave_out("messages[].cache_control");
    }
    let is_assistant = message.role == Some(Role::Assistant);
    for (name, _) in &message.extra {
        match name.as_str() {
            "is_error" | "prefix" => {}
            // What only OpenAI's answers hold: clients send answers back whole.
            "images" | "annotations" if is_assistant => {}
            other => params.leave_out(&format!("messages[].{other}")),
        }
    }
}
