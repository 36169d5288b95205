//! Messages in the form that every server of OpenAI's format understands.
//!
//! OpenAI itself knows the role `developer`; LiteLLM's users write an image's URL without the object
//! around it; and clients send answers back as they got them, with `"refusal": null` and
//! `annotations`, which strict servers (Groq, Mistral, Cerebras) refuse.

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
    let flatten = rules.quirks.flat_text && messages.iter().any(is_all_text);
    if !(rename_developer || wrap_images || strict || flatten) {
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
        if flatten {
            join_texts(message);
        }
    }
    serde_json::to_string(&list).ok()
}

fn has_bare_image(message: &Message) -> bool {
    let is_bare = |part: &crate::openai::Part| part.image_url.as_ref().is_some_and(|i| i.is_bare);
    matches!(&message.content, Content::Parts(parts) if parts.iter().any(is_bare))
}

fn is_all_text(message: &Message) -> bool {
    let is_text = |part: &crate::openai::Part| part.kind == "text" && part.text.is_some();
    matches!(&message.content, Content::Parts(parts) if parts.iter().all(is_text))
}

/// The text of content that holds nothing else.
fn join_texts(message: &mut Map<String, Value>) {
    let Some(Value::Array(parts)) = message.get("content") else { return };
    let text = |part: &Value| {
        let is_text = part.get("type").is_some_and(|kind| kind == "text");
        part.get("text").filter(|_| is_text)?.as_str().map(str::to_owned)
    };
    if let Some(joined) = parts.iter().map(text).collect::<Option<String>>() {
        message.insert("content".into(), joined.into());
    }
}

fn wrap_image(part: &mut Value) {
    if let Some(url @ Value::String(_)) = part.get_mut("image_url") {
        *url = json!({"url": url.take()});
    }
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
