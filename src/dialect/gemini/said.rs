//! One part of an answer in the common format's terms.
//!
//! What that format has no word for goes into `provider_specific_fields`: under LiteLLM's names where it
//! has some, under Google's in snake case where it has none. [`super::conversation`] takes it back.

use super::grounding::{self, Offsets};
use super::reply::{Candidate, FunctionCall, InlineData, Part};
use super::signature;
use super::usage::Searches;
use crate::dialect::Exchange;
use crate::openai::completion::{Audio, ThinkingBlock, ToolCall};
use crate::wire::text::Text;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};
use std::borrow::Cow;

/// How long OpenAI keeps an answer's audio for reference, seconds. Google keeps none.
const AUDIO_LIFETIME: u64 = 24 * 60 * 60;

/// What a part says.
#[derive(Debug)]
pub enum Said<'a> {
    Text(Cow<'a, str>),
    Thought {
        text: String,
        signature: Option<String>,
    },
    Call(ToolCall),
    /// LiteLLM's form: an `image_url` part with a `data:` URL.
    Image(Value),
    Audio {
        media_type: String,
        data: String,
    },
    Specific(&'static str, Value),
}

/// A part, and its signature where that has no place in what the part became.
#[derive(Debug)]
pub struct Piece<'a> {
    pub said: Option<Said<'a>>,
    pub signature: Option<String>,
}

/// The place of a part in the whole answer.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// Index of the candidate.
    pub candidate: u32,
    /// Calls that it made before.
    pub calls: u32,
    /// Images that it made before.
    pub images: u32,
}

/// Reads a part. One whose members are of other types than known today is handed on as it came.
#[must_use]
pub fn read<'a>(raw: &'a RawValue, exchange: &Exchange, place: Place) -> Piece<'a> {
    let part: Part<'a> = match serde_json::from_str(raw.get()) {
        Ok(part) => part,
        Err(_) => return Piece { said: Some(other(raw)), signature: None },
    };
    let signature = part.thought_signature.filter(|it| !it.is_empty()).map(Text::into_string);
    let thought = part.thought == Some(true);
    let kept = |said| Piece { said: Some(said), signature: None };
    if let Some(call) = part.function_call {
        return kept(Said::Call(tool_call(call, signature.as_deref(), exchange, place)));
    }
    if let Some(blob) = part.inline_data {
        return match blob.mime_type.as_str() {
            // A draft that the model made while it thought.
            kind if thought && kind.starts_with("image/") => Piece {
                said: Some(Said::Specific("thought_images", image(&blob, None, 0))),
                signature,
            },
            kind if kind.starts_with("image/") => {
                kept(Said::Image(image(&blob, signature, place.images)))
            }
            kind if kind.starts_with("audio/") => {
                let media_type = kind.to_owned();
                let audio = Said::Audio { media_type, data: blob.data.into_string() };
                Piece { said: Some(audio), signature }
            }
            _ => Piece { said: Some(Said::Specific("inline_data", value(raw))), signature },
        };
    }
    let invocation = part.tool_call.map(|call| (call, "args", "thought_signature"));
    let response = part.tool_response.map(|it| (it, "response", "response_thought_signature"));
    if let Some((own, member, name)) = invocation.or(response) {
        let entry = server_side(own, member, name, signature);
        return kept(Said::Specific("server_side_tool_invocations", entry));
    }
    let code = part.executable_code.map(|code| ("executable_code", code));
    let result = part.code_execution_result.map(|result| ("code_execution_results", result));
    if let Some((name, own)) = code.or(result) {
        return Piece { said: Some(Said::Specific(name, value(own))), signature };
    }
    let said = match part.text {
        Some(text) if thought => {
            return kept(Said::Thought { text: text.into_string(), signature });
        }
        Some(text) => (!text.is_empty()).then_some(Said::Text(text.0)),
        // A part that holds nothing but a signature, or nothing at all.
        None if raw.get().trim_matches(['{', '}', ' ']).is_empty() || signature.is_some() => None,
        None => Some(other(raw)),
    };
    Piece { said, signature }
}

fn other<'a>(raw: &RawValue) -> Said<'a> {
    Said::Specific("content_parts", value(raw))
}

/// Gemini's older models give calls no ids; the place makes one that is the same for every split of a
/// stream. The signature is at its end as well, for clients that send nothing back but OpenAI's members.
fn tool_call(
    call: FunctionCall<'_>,
    signature: Option<&str>,
    exchange: &Exchange,
    place: Place,
) -> ToolCall {
    let own = call.id.filter(|id| !id.is_empty()).map(Text::into_string);
    let id = own.unwrap_or_else(|| {
        let nonce = exchange.id.strip_prefix("chatcmpl-").unwrap_or(&exchange.id);
        match place.candidate {
            0 => format!("call_{nonce}_{}", place.calls),
            candidate => format!("call_{nonce}_{candidate}_{}", place.calls),
        }
    });
    let arguments = call.args.map_or("{}", RawValue::get).to_owned();
    let name = exchange.tool_name(call.name.as_str()).to_owned();
    let Some(signature) = signature else { return ToolCall::whole(id, name, arguments) };
    let mut fields = Map::new();
    fields.insert("thought_signature".into(), signature.into());
    let mut call = ToolCall::whole(signature::signed_id(&id, signature), name, arguments);
    call.provider_specific_fields = Some(fields);
    call
}

fn image(blob: &InlineData<'_>, signature: Option<String>, index: u32) -> Value {
    let url = ["data:", blob.mime_type.as_str(), ";base64,", blob.data.as_str()].concat();
    let mut image =
        json!({"type": "image_url", "image_url": {"url": url, "detail": "auto"}, "index": index});
    if let (Value::Object(members), Some(signature)) = (&mut image, signature) {
        members.insert("provider_specific_fields".into(), json!({"thought_signature": signature}));
    }
    image
}

/// LiteLLM's entry for what Google's own tools did beside the client's functions.
fn server_side(own: &RawValue, member: &str, name: &str, signature: Option<String>) -> Value {
    let own = value(own);
    let mut entry = Map::new();
    for (to, from) in [("tool_type", "toolType"), ("id", "id"), (member, member)] {
        if let Some(value) = own.get(from) {
            entry.insert(to.into(), value.clone());
        }
    }
    if let Some(signature) = signature {
        entry.insert(name.into(), signature.into());
    }
    Value::Object(entry)
}

/// A provider's value for the common format's free fields.
#[must_use]
pub fn value(raw: &RawValue) -> Value {
    // Raw values were checked when they were read; only extreme numbers or nesting can fail here.
    serde_json::from_str(raw.get()).unwrap_or_else(|_| Value::String(raw.get().to_owned()))
}

/// Appends to a list among the free fields.
pub fn push(specific: &mut Map<String, Value>, field: &str, item: Value) {
    match specific.entry(field).or_insert_with(|| Value::Array(Vec::new())) {
        Value::Array(list) => list.push(item),
        other => *other = item,
    }
}

/// The common format's audio.
#[must_use]
pub fn audio(data: String, exchange: &Exchange) -> Audio {
    let nonce = exchange.id.strip_prefix("chatcmpl-").unwrap_or(&exchange.id);
    Audio {
        id: format!("audio_{nonce}"),
        data,
        expires_at: exchange.created.saturating_add(AUDIO_LIFETIME),
        transcript: String::new(),
    }
}

/// What a thought becomes.
#[must_use]
pub fn thinking_block(thinking: String, signature: Option<String>) -> ThinkingBlock {
    ThinkingBlock::Thinking { thinking, signature }
}

/// What a candidate says about its content rather than in it.
#[derive(Debug, Default)]
pub struct Remarks {
    pub annotations: Vec<Value>,
    pub specific: Map<String, Value>,
    pub searches: Searches,
}

/// Reads a candidate's metadata; see [`grounding`] for `starts` and `offsets`.
#[must_use]
pub fn remarks(candidate: &Candidate<'_>, starts: &[usize], offsets: &Offsets) -> Remarks {
    let mut remarks = Remarks::default();
    if let Some(raw) = candidate.grounding_metadata {
        let metadata = value(raw);
        remarks.annotations = grounding::annotations(&metadata, starts, offsets);
        remarks.searches = grounding::searches(&metadata);
        push(&mut remarks.specific, "vertex_ai_grounding_metadata", metadata);
    }
    if let Some(raw) = candidate.citation_metadata {
        let metadata = value(raw);
        remarks.annotations.extend(grounding::citations(&metadata, offsets));
        push(&mut remarks.specific, "vertex_ai_citation_metadata", metadata);
    }
    if let Some(raw) = candidate.url_context_metadata {
        push(&mut remarks.specific, "vertex_ai_url_context_metadata", value(raw));
    }
    if let Some(raw) = candidate.safety_ratings {
        push(&mut remarks.specific, "vertex_ai_safety_results", value(raw));
    }
    remarks
}
