//! A chunk of a streamed completion, as dialects of other formats build it.

use super::Usage;
use super::completion::{AssistantRole, Audio, FinishReason, ThinkingBlock, ToolCall};
use serde::Serialize;
use std::borrow::Cow;

/// `{"object": "chat.completion.chunk", …}`, borrowed from the stream that it belongs to.
#[derive(Debug, Serialize)]
pub struct Chunk<'a> {
    pub choices: &'a [ChunkChoice<'a>],
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_tier: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usage: Option<Usage>,
}

impl Chunk<'_> {
    /// The only `object` value there is.
    pub const OBJECT: &'static str = "chat.completion.chunk";
}

/// The members that are the same in every chunk of a stream, as JSON that is written once.
#[derive(Debug, Clone)]
pub struct ChunkHead(Vec<u8>);

impl ChunkHead {
    /// `created` in Unix time, seconds.
    #[must_use]
    pub fn new(id: &str, created: u64, model: &str) -> Self {
        #[derive(Serialize)]
        struct Head<'a> {
            id: &'a str,
            object: &'static str,
            created: u64,
            model: &'a str,
        }
        let head = Head { id, object: Chunk::OBJECT, created, model };
        let mut json = serde_json::to_vec(&head).unwrap_or_default();
        json.pop(); // the closing brace: the members of the chunk follow
        Self(json)
    }

    /// Writes `chunk` under this head as an event of a stream.
    pub fn write(&self, out: &mut Vec<u8>, chunk: &Chunk<'_>) {
        let start = out.len();
        out.reserve(USUAL_EVENT_BYTES);
        out.extend_from_slice(b"data: ");
        out.extend_from_slice(&self.0);
        let brace = out.len();
        // Writing these types to memory cannot fail: no map of theirs has keys other than strings.
        if serde_json::to_writer(&mut *out, chunk).is_err() {
            return out.truncate(start);
        }
        if let Some(brace) = out.get_mut(brace) {
            *brace = b',';
        }
        out.extend_from_slice(b"\n\n");
    }
}

/// Bytes that most events fit into.
const USUAL_EVENT_BYTES: usize = 384;

#[derive(Debug, Serialize)]
pub struct ChunkChoice<'a> {
    pub index: u32,
    pub delta: Delta<'a>,
    pub finish_reason: Option<FinishReason>,
    pub logprobs: Option<crate::wire::object::RawJson>,
}

/// What is new in a chunk, borrowed from the provider's event where it stands there as it is. Every
/// member is optional; an empty delta goes with a finish reason.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Delta<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<AssistantRole>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reasoning_content: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thinking_blocks: Option<Vec<ThinkingBlock>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tool_calls: Option<Vec<ToolCall>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub images: Option<Vec<serde_json::Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audio: Option<Audio>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub annotations: Option<Vec<serde_json::Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider_specific_fields: Option<serde_json::Map<String, serde_json::Value>>,
}

impl Delta<'_> {
    /// Whether a reader would see anything: the moment from which there is no way back to another
    /// provider.
    #[must_use]
    pub fn is_content(&self) -> bool {
        let some = |text: &Option<Cow<'_, str>>| text.as_ref().is_some_and(|text| !text.is_empty());
        some(&self.content)
            || some(&self.refusal)
            || some(&self.reasoning_content)
            || self.thinking_blocks.is_some()
            || self.tool_calls.is_some()
            || self.images.is_some()
            || self.audio.is_some()
            || self.annotations.is_some()
            || self.provider_specific_fields.is_some()
    }
}
