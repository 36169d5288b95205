//! Messages in the form that every server of OpenAI's format understands.
//!
//! OpenAI itself knows the role `developer`; LiteLLM's users write an image's URL without the object
//! around it; and clients send answers back as they got them, with `"refusal": null` and
//! `annotations`, which strict servers (Groq, Mistral, Cerebras) refuse.

use super::call_ids::CallIds;
use super::request::Rules;
use crate::openai::{Content, Message, Role};
use memchr::memmem;
use serde_json::{Map, Value, json};

/// Members of an answer that are no members of a message on its way to the model.
const OF_ANSWERS: [&str; 3] = ["annotations", "audio", "refusal"];

/// `text`, the JSON of `messages`, rewritten where `rules` demand it; `None` where it is fine as it
/// is, which is nearly always.
pub fn messages(text: &str, messages: &[Message], rules: &Rules<'_>) -> Option<String> {
    // OpenAI's own servers make of `developer` what the model needs.
    let rename_developer = !rules.refuses_unknown
        && messages.iter().any(|message| message.role == Some(Role::Developer));
    let wrap_images = messages.iter().any(has_bare_image);
    let strict = rules.quirks.strict_messages && may_be_refused(text);
    let flatten = rules.quirks.text_content && messages.iter().any(is_all_text);
    let quirks = rules.quirks;
    let documents = quirks.document_parts && messages.iter().any(has_media);
    let silent = quirks.no_empty_answers && messages.iter().any(is_silent);
    let ids = if quirks.short_call_ids { CallIds::of(messages) } else { None };
    if !(rename_developer || wrap_images || strict || flatten || documents || silent)
        && ids.is_none()
    {
        return None;
    }
    let mut list: Vec<Map<String, Value>> = serde_json::from_str(text).ok()?;
    for message in &mut list {
        if rename_developer && message.get("role").is_some_and(|role| role == "developer") {
            message.insert("role".into(), "system".into());
        }
        if let Some(Value::Array(parts)) = message.get_mut("content").filter(|_| wrap_images) {
            parts.iter_mut().for_each(wrap_image);
        }
        if strict {
            only_what_is_said(message);
        }
        if flatten && let Some(text) = message.get("content").and_then(joined) {
            message.insert("content".into(), text.into());
        }
        if let Some(Value::Array(parts)) = message.get_mut("content").filter(|_| documents) {
            parts.iter_mut().for_each(own_media_part);
        }
        if let Some(ids) = &ids {
            rewrite_ids(message, ids);
        }
    }
    if silent {
        let mut said = messages.iter().map(|message| !is_silent(message));
        list.retain(|_| said.next().unwrap_or(true));
    }
    serde_json::to_string(&list).ok()
}

/// An assistant's message without content and calls.
fn is_silent(message: &Message) -> bool {
    let refused = message.refusal.as_ref().is_some_and(|text| !text.is_empty());
    message.role == Some(Role::Assistant)
        && message.content.is_empty()
        && message.tool_calls.is_empty()
        && message.function_call.is_none()
        && !refused
}

fn has_media(message: &Message) -> bool {
    let is_media = |part: &crate::openai::Part| part.file.is_some() || part.input_audio.is_some();
    matches!(&message.content, Content::Parts(parts) if parts.iter().any(is_media))
}

/// Source: <https://docs.mistral.ai/api/#tag/chat>, "DocumentURLChunk", "FileChunk", "AudioChunk".
fn own_media_part(part: &mut Value) {
    let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
    if let Some(audio) = part.get_mut("input_audio")
        && let Some(data) = text(audio.get("data"))
    {
        *audio = data.into();
    }
    let Some(file) = part.get("file") else { return };
    let (data, id) = (text(file.get("file_data")), text(file.get("file_id")));
    // LiteLLM's users give addresses as ids.
    let is_address = |id: &String| id.starts_with("https://") || id.starts_with("http://");
    let own = match (data.or_else(|| id.clone().filter(is_address)), id) {
        (Some(url), _) => match text(file.get("filename")) {
            Some(name) => {
                json!({"type": "document_url", "document_url": url, "document_name": name})
            }
            None => json!({"type": "document_url", "document_url": url}),
        },
        (None, Some(id)) => json!({"type": "file", "file_id": id}),
        (None, None) => return,
    };
    *part = own;
}

fn rewrite_ids(message: &mut Map<String, Value>, ids: &CallIds) {
    let rewrite = |id: &mut Value| {
        if let Some(own) = id.as_str().map(|id| ids.sent(id).to_owned()) {
            *id = own.into();
        }
    };
    if let Some(id) = message.get_mut("tool_call_id") {
        rewrite(id);
    }
    let calls = message.get_mut("tool_calls").and_then(Value::as_array_mut);
    for id in calls.into_iter().flatten().filter_map(|call| call.get_mut("id")) {
        rewrite(id);
    }
}

fn has_bare_image(message: &Message) -> bool {
    let is_bare = |part: &crate::openai::Part| part.image_url.as_ref().is_some_and(|i| i.is_bare);
    matches!(&message.content, Content::Parts(parts) if parts.iter().any(is_bare))
}

fn is_all_text(message: &Message) -> bool {
    let is_text = |part: &crate::openai::Part| part.kind == "text" && part.text.is_some();
    matches!(&message.content, Content::Parts(parts) if parts.iter().all(is_text))
}

fn wrap_image(part: &mut Value) {
    if let Some(url @ Value::String(_)) = part.get_mut("image_url") {
        *url = json!({"url": url.take()});
    }
}

/// A list of nothing but texts as one text. What else there is in a list stays, for the provider to
/// take or to refuse: an image must not be lost.
fn joined(content: &Value) -> Option<String> {
    let text = |part: &Value| {
        let part = part.as_object().filter(|part| part.len() == 2)?;
        part.get("text")
            .filter(|_| part.get("type").is_some_and(|kind| kind == "text"))?
            .as_str()
            .map(str::to_owned)
    };
    content.as_array()?.iter().map(text).collect()
}

/// A cheap look for what [`only_what_is_said`] would change.
fn may_be_refused(text: &str) -> bool {
    let holds = |needle: &str| memmem::find(text.as_bytes(), needle.as_bytes()).is_some();
    holds("null") || OF_ANSWERS.iter().any(|name| holds(&format!("\"{name}\"")))
}

fn only_what_is_said(message: &mut Map<String, Value>) {
    let text = |value: &Value| value.as_str().is_some_and(|text| !text.is_empty());
    // What an assistant said when it refused is what it said.
    if let Some(refusal) = message.get("refusal").filter(|value| text(value)).cloned()
        && message.get("content").is_none_or(|content| !text(content) && !content.is_array())
    {
        message.insert("content".into(), refusal);
    }
    let is_assistant = message.get("role").is_some_and(|role| role == "assistant");
    message.retain(|name, value| {
        !(value.is_null() || is_assistant && OF_ANSWERS.contains(&name.as_str()))
    });
    let parts = message.get_mut("content").and_then(Value::as_array_mut);
    for part in parts.into_iter().flatten().filter_map(Value::as_object_mut) {
        if let Some(refusal) = part.remove("refusal").filter(|_| is_assistant) {
            part.insert("type".into(), "text".into());
            part.insert("text".into(), refusal);
        }
    }
}
