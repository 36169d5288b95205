//! What LiteLLM's format allows and OpenAI itself refuses as unknown.
//!
//! Other OpenAI-compatible servers may understand these (a second gateway does), so they are taken
//! out only on the way to OpenAI and Azure. They carry no content of the conversation: prompt caching
//! needs no marks there, and signed reasoning can only be read by the provider that signed it.

use crate::openai::{Content, Message};
use crate::wire::prune::Path;
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
