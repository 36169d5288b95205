//! What LiteLLM's format allows and OpenAI itself refuses as unknown.
//!
//! Other OpenAI-compatible servers may understand these (a second gateway does), so they are taken
//! out only on the way to OpenAI and Azure. They carry no content of the conversation: prompt caching
//! needs no marks there, and signed reasoning can only be read by the provider that signed it.

use crate::openai::{Content, Message};
use crate::wire::prune::Path;
use std::borrow::Cow;
use std::sync::LazyLock;

/// Top-level members, with why.
pub const PARAMETERS: [(&str, &str); 2] = [
    ("thinking", "OpenAI has no such parameter; `reasoning_effort` is its own"),
    ("top_k", "OpenAI has no such parameter"),
];

/// Members inside `messages` and `tools`.
pub static PATHS: LazyLock<Vec<Path>> = LazyLock::new(|| {
    [
        "messages[*].cache_control",
        "messages[*].content[*].cache_control",
        "messages[*].content[*].file.format",
        "messages[*].content[*].image_url.format",
        "messages[*].provider_specific_fields",
        "messages[*].reasoning_content",
        "messages[*].thinking_blocks",
        "messages[*].tool_calls[*].cache_control",
        "messages[*].tool_calls[*].provider_specific_fields",
        "tools[*].cache_control",
        "tools[*].function.cache_control",
    ]
    .iter()
    .filter_map(|path| Path::parse(path))
    .collect()
});

/// Whether [`PATHS`] may name something in the member `name`: spares nearly every request the scan.
pub fn may_occur(name: &str, json: &str, messages: &[Message]) -> bool {
    match name {
        "messages" => messages.iter().any(in_message),
        "tools" => memchr::memmem::find(json.as_bytes(), b"\"cache_control\"").is_some(),
        _ => false,
    }
}

fn in_message(message: &Message) -> bool {
    message.cache_control.is_some()
        || message.provider_specific_fields.is_some()
        || message.reasoning_content.is_some()
        || message.thinking_blocks.is_some()
        || message
            .tool_calls
            .iter()
            .any(|call| call.cache_control.is_some() || call.provider_specific_fields.is_some())
        || match &message.content {
            Content::Parts(parts) => parts.iter().any(|part| {
                part.cache_control.is_some()
                    || part.file.as_ref().is_some_and(|file| file.format.is_some())
                    || part.image_url.as_ref().is_some_and(|image| image.format.is_some())
            }),
            _ => false,
        }
}

/// What stands between a call's id and the thought signature that Gemini's answers put at its end, for
/// clients that send nothing back but OpenAI's members.
const SIGNED: &str = "__thought__";

/// `messages` with the ids of calls as they were before they were signed: OpenAI takes no long ids.
pub fn with_plain_ids<'j>(json: Cow<'j, str>, messages: &[Message]) -> Cow<'j, str> {
    let is_signed = |id: &Option<String>| id.as_deref().is_some_and(|id| id.contains(SIGNED));
    let has_signed = |message: &Message| {
        is_signed(&message.tool_call_id)
            || message.tool_calls.iter().any(|call| is_signed(&call.id))
    };
    if !messages.iter().any(has_signed) {
        return json;
    }
    let mut out = String::with_capacity(json.len());
    let mut rest = &*json;
    while let Some((before, after)) = rest.split_once(SIGNED) {
        out.push_str(before);
        // The id's string ends at the next quote, for a signature is base64.
        let is_other = |c: char| !c.is_ascii_alphanumeric() && !"+/=_-\\".contains(c);
        let end = after.find(is_other).unwrap_or(after.len());
        let (signature, after) = after.split_at_checked(end).unwrap_or((after, ""));
        if !(after.starts_with('"') && begins_id(&out)) {
            out.push_str(SIGNED);
            out.push_str(signature);
        }
        rest = after;
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Whether JSON breaks off inside of the string of an `id` or `tool_call_id`. A quote inside of a text is
/// escaped, so that no text looks like one.
fn begins_id(json: &str) -> bool {
    let Some((before, _)) = json.rsplit_once('"') else { return false };
    let name = before.trim_end().strip_suffix(':').map(str::trim_end);
    name.is_some_and(|name| name.ends_with("\"id\"") || name.ends_with("\"tool_call_id\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(json: &str) -> String {
        let messages: Vec<Message> = serde_json::from_str(json).unwrap();
        with_plain_ids(json.into(), &messages).into_owned()
    }

    #[test]
    fn geminis_signatures_leave_the_ids_and_nothing_else() {
        let signed = r#"[{"role":"assistant","content":"a \"id\":\"x__thought__y\" __thought__z",
            "tool_calls":[{"id" : "call_1__thought__a+/b=="}]},
            {"role":"tool","tool_call_id":"call_1__thought__a+\/b==","content":"__thought__"}]"#;
        let expected = r#"[{"role":"assistant","content":"a \"id\":\"x__thought__y\" __thought__z",
            "tool_calls":[{"id" : "call_1"}]},
            {"role":"tool","tool_call_id":"call_1","content":"__thought__"}]"#;
        assert_eq!(plain(signed), expected);
        let usual = r#"[{"role":"user","content":"id\":\"x__thought__y"}]"#;
        assert_eq!(plain(usual), usual);
    }
}
