//! Messages of a chat request.
//!
//! Reading is tolerant where an OpenAI-compatible provider may know more than Dragoman (roles, part
//! types and members it has not heard of are kept), and strict where the shape itself is wrong.

use crate::wire::object::{RawJson, object};
use serde::de::{Deserialize, Deserializer, SeqAccess, Visitor};

/// Who speaks. `Developer` is OpenAI's newer name of `System`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Role {
    System,
    Developer,
    #[default]
    User,
    Assistant,
    Tool,
    /// The deprecated form of `Tool`.
    Function,
    Other(String),
}

impl<'de> Deserialize<'de> for Role {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Ok(match text.as_str() {
            "system" => Self::System,
            "developer" => Self::Developer,
            "user" => Self::User,
            "assistant" => Self::Assistant,
            "tool" => Self::Tool,
            "function" => Self::Function,
            _ => Self::Other(text),
        })
    }
}

object! {
    /// One turn of the conversation.
    pub struct Message {
        /// `None` is an error that [`super::ChatRequest::parse`] reports.
        role("role"): Option<Role>,
        content("content"): Content,
        name("name"): Option<String>,
        /// Assistant: the calls it made.
        tool_calls("tool_calls"): Vec<ToolCall>,
        /// Tool: the call this answers.
        tool_call_id("tool_call_id"): Option<String>,
        /// Assistant: the deprecated single call.
        function_call("function_call"): Option<FunctionCall>,
        refusal("refusal"): Option<String>,
        /// Assistant: reasoning text, as providers with open reasoning return it.
        reasoning_content("reasoning_content"): Option<String>,
        /// Assistant: Anthropic's reasoning blocks with the signatures that make them replayable.
        thinking_blocks("thinking_blocks"): Option<Vec<RawJson>>,
        /// Assistant: a reference to earlier audio output.
        audio("audio"): Option<RawJson>,
        /// Assistant, as returned by search models; never sent back to a provider of another format.
        annotations("annotations"): Option<RawJson>,
        /// Prompt caching mark, such as `{"type": "ephemeral"}`.
        cache_control("cache_control"): Option<RawJson>,
        /// LiteLLM's room for what its common format has no word for.
        provider_specific_fields("provider_specific_fields"): Option<RawJson>,
    }
}

/// `content`: absent or null, a string, or a list of parts.
#[derive(Debug, Clone, Default)]
pub enum Content {
    #[default]
    Absent,
    Text(String),
    Parts(Vec<Part>),
}

impl Content {
    /// No text and no parts: nothing a provider could read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Absent => true,
            Self::Text(text) => text.is_empty(),
            Self::Parts(parts) => parts.is_empty(),
        }
    }
}

impl<'de> Deserialize<'de> for Content {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ContentVisitor;
        impl<'de> Visitor<'de> for ContentVisitor {
            type Value = Content;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a string or a list of content parts")
            }
            fn visit_unit<E>(self) -> Result<Content, E> {
                Ok(Content::Absent)
            }
            fn visit_str<E>(self, text: &str) -> Result<Content, E> {
                Ok(Content::Text(text.to_owned()))
            }
            fn visit_string<E>(self, text: String) -> Result<Content, E> {
                Ok(Content::Text(text))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Content, A::Error> {
                let mut parts = Vec::new();
                while let Some(part) = seq.next_element()? {
                    parts.push(part);
                }
                Ok(Content::Parts(parts))
            }
        }
        deserializer.deserialize_any(ContentVisitor)
    }
}

object! {
    /// One part of a message's content. `kind` says which of the other members counts.
    pub struct Part {
        /// `text`, `image_url`, `input_audio`, `file`, `refusal`, or one that Dragoman does not know.
        kind("type"): String,
        text("text"): Option<String>,
        refusal("refusal"): Option<String>,
        image_url("image_url"): Option<ImageUrl>,
        input_audio("input_audio"): Option<InputAudio>,
        file("file"): Option<FileRef>,
        /// Prompt caching mark.
        cache_control("cache_control"): Option<RawJson>,
    }
}

/// `image_url`: OpenAI's object, or the bare string that LiteLLM also takes.
#[derive(Debug, Clone, Default)]
pub struct ImageUrl {
    /// An `http(s):` URL or a `data:` URL with base64.
    pub url: String,
    pub detail: Option<String>,
    /// MIME type, where the URL does not tell (LiteLLM's addition).
    pub format: Option<String>,
    /// It was the bare string.
    pub is_bare: bool,
}

object! {
    struct ImageUrlObject {
        url("url"): String,
        detail("detail"): Option<String>,
        format("format"): Option<String>,
    }
}

impl<'de> Deserialize<'de> for ImageUrl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ImageVisitor;
        impl<'de> Visitor<'de> for ImageVisitor {
            type Value = ImageUrl;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object with a `url`, or the URL itself")
            }
            fn visit_str<E>(self, url: &str) -> Result<ImageUrl, E> {
                Ok(ImageUrl { url: url.to_owned(), is_bare: true, ..ImageUrl::default() })
            }
            fn visit_map<A: serde::de::MapAccess<'de>>(self, map: A) -> Result<ImageUrl, A::Error> {
                let object =
                    ImageUrlObject::deserialize(serde::de::value::MapAccessDeserializer::new(map))?;
                Ok(ImageUrl {
                    url: object.url,
                    detail: object.detail,
                    format: object.format,
                    is_bare: false,
                })
            }
        }
        deserializer.deserialize_any(ImageVisitor)
    }
}

object! {
    /// Audio in the prompt.
    pub struct InputAudio {
        /// Base64.
        data("data"): String,
        /// `wav` or `mp3`.
        format("format"): String,
    }
}

object! {
    /// A document in the prompt: by id, or inline as a `data:` URL.
    pub struct FileRef {
        file_data("file_data"): Option<String>,
        file_id("file_id"): Option<String>,
        filename("filename"): Option<String>,
        /// MIME type (LiteLLM's addition).
        format("format"): Option<String>,
    }
}

object! {
    /// A call that the assistant made.
    pub struct ToolCall {
        id("id"): Option<String>,
        /// `function`, or `custom`.
        kind("type"): Option<String>,
        function("function"): Option<FunctionCall>,
        /// `{"name", "input"}` of a custom tool.
        custom("custom"): Option<RawJson>,
        index("index"): Option<u64>,
        cache_control("cache_control"): Option<RawJson>,
        provider_specific_fields("provider_specific_fields"): Option<RawJson>,
    }
}

object! {
    /// Name and arguments of a call.
    pub struct FunctionCall {
        name("name"): Option<String>,
        /// A JSON object as text. Models do produce text that is not JSON.
        arguments("arguments"): Option<String>,
    }
}
