//! What accounting and routing want to know of a chunk or a whole completion: one borrowed parse.
//!
//! Members are taken as raw slices and looked at leniently: a provider that writes a number where
//! OpenAI has a string must not cost a client its answer.

use super::choices::Choices;
use crate::openai::completion::FinishReason;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;

type Raw<'a> = Option<&'a RawValue>;

/// A completion or a chunk of one.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Answer<'a> {
    #[serde(borrow, deserialize_with = "present")]
    id: Raw<'a>,
    #[serde(borrow, deserialize_with = "present")]
    model: Raw<'a>,
    #[serde(borrow, deserialize_with = "present")]
    object: Raw<'a>,
    #[serde(borrow, deserialize_with = "present")]
    created: Raw<'a>,
    #[serde(borrow)]
    service_tier: Raw<'a>,
    #[serde(borrow)]
    pub choices: Option<Choices<'a>>,
    #[serde(borrow)]
    pub usage: Raw<'a>,
    #[serde(borrow)]
    x_groq: Option<Groq<'a>>,
    #[serde(borrow)]
    error: Raw<'a>,
    #[serde(borrow)]
    message: Raw<'a>,
    #[serde(borrow)]
    detail: Raw<'a>,
}

/// Groq's own member, which held the usage of streams before it took `stream_options`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Groq<'a> {
    #[serde(borrow)]
    usage: Raw<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Choice<'a> {
    #[serde(borrow)]
    index: Raw<'a>,
    /// `Some` also for `null`, whose place may have to be filled.
    #[serde(borrow, deserialize_with = "present")]
    finish_reason: Raw<'a>,
    #[serde(borrow)]
    delta: Option<Said<'a>>,
    #[serde(borrow)]
    message: Option<Said<'a>>,
    /// OpenRouter: what went wrong with this choice.
    #[serde(borrow)]
    error: Raw<'a>,
    /// Moonshot puts the usage of a stream here.
    #[serde(borrow)]
    usage: Raw<'a>,
}

/// A message, or what is new of it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Said<'a> {
    #[serde(borrow)]
    pub content: Raw<'a>,
    #[serde(borrow)]
    refusal: Raw<'a>,
    /// OpenRouter's, Groq's and vLLM's name of `reasoning_content`.
    #[serde(borrow)]
    pub reasoning: Raw<'a>,
    /// `Some` also for `null`, whose place may have to be filled.
    #[serde(borrow, deserialize_with = "present")]
    pub reasoning_content: Raw<'a>,
    #[serde(borrow)]
    pub reasoning_details: Raw<'a>,
    #[serde(borrow)]
    pub tool_calls: Raw<'a>,
    #[serde(borrow)]
    function_call: Raw<'a>,
    #[serde(borrow)]
    audio: Raw<'a>,
    #[serde(borrow)]
    images: Raw<'a>,
}

/// A member that is there, be it `null`.
pub fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Raw<'de>, D::Error> {
    <&'de RawValue>::deserialize(deserializer).map(Some)
}

impl<'a> Answer<'a> {
    pub fn id(&self) -> Option<Cow<'a, str>> {
        text(self.id)
    }

    pub fn model(&self) -> Option<Cow<'a, str>> {
        text(self.model)
    }

    /// The members that say which answer this is and that the provider left empty: their names, and
    /// what stands there.
    pub fn unsaid(&self) -> impl Iterator<Item = (&'static str, &'a RawValue)> {
        [("id", self.id), ("object", self.object), ("created", self.created), ("model", self.model)]
            .into_iter()
            .filter_map(|(name, raw)| Some((name, raw?)))
            .filter(|(_, raw)| matches!(raw.get(), "null" | "\"\"" | "0"))
    }

    pub fn service_tier(&self) -> Option<Cow<'a, str>> {
        text(self.service_tier)
    }

    pub fn choices(&self) -> &[Choice<'a>] {
        self.choices.as_ref().map_or(&[], Choices::as_slice)
    }

    /// Wherever the provider put it.
    pub fn usage(&self) -> Raw<'a> {
        self.usage
            .or_else(|| self.x_groq.as_ref().and_then(|groq| groq.usage))
            .or_else(|| self.choices().iter().find_map(|choice| choice.usage))
    }

    /// The failure that this is in truth: the JSON to read it from, where it is not the whole.
    pub fn failure(&self) -> Option<Failure<'a>> {
        if self.error.is_some_and(|error| says_something(error.get())) {
            return Some(Failure::Whole);
        }
        if let Some(error) = self.choices().iter().find_map(|choice| choice.error) {
            return Some(Failure::Part(error.get()));
        }
        let refused = self.message.is_some() || self.detail.is_some();
        let marked = text(self.object).as_deref() == Some("error");
        if self.choices.is_none() && (refused || marked) {
            return Some(Failure::Whole);
        }
        self.choices().iter().any(Choice::is_broken_off).then_some(Failure::Unexplained)
    }
}

/// A failure inside an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure<'a> {
    /// The event or body as a whole says what is wrong.
    Whole,
    /// This part of it does.
    Part(&'a str),
    /// `finish_reason: "error"` and nothing else.
    Unexplained,
}

impl<'a> Choice<'a> {
    /// Its place among the choices. More than 64 are counted as the last.
    pub fn bit(&self) -> u64 {
        let index = self.index.and_then(|raw| raw.get().parse::<u32>().ok()).unwrap_or(0);
        1u64.checked_shl(index).unwrap_or(1 << 63)
    }

    /// What is said, in a stream or whole.
    pub fn said(&self) -> impl Iterator<Item = &Said<'a>> {
        self.delta.iter().chain(&self.message)
    }

    /// `None` while the choice goes on, and for providers that never say.
    pub fn finish_reason(&self) -> Option<FinishReason> {
        Some(match &*text(self.finish_reason)? {
            "length" | "max_tokens" | "model_length" | "MAX_TOKENS" => FinishReason::Length,
            "tool_calls" | "function_call" | "tool_use" => FinishReason::ToolCalls,
            "content_filter" | "refusal" | "safety" | "SAFETY" | "sensitive" => {
                FinishReason::ContentFilter
            }
            // "stop", and what providers call the same: "eos", "eos_token", "end_turn", "COMPLETE".
            _ => FinishReason::Stop,
        })
    }

    /// The finish reason as it was written, and OpenAI's word for it where that is another. `whole`:
    /// this is all of the answer, which must then have one.
    pub fn finish_in_other_words(&self, whole: bool) -> Option<(&'a str, FinishReason)> {
        const WORDS: [&str; 5] =
            ["stop", "length", "tool_calls", "content_filter", "function_call"];
        let written = self.finish_reason?.get();
        match text(self.finish_reason) {
            Some(word) if WORDS.contains(&&*word) => None,
            Some(_) => Some((written, self.finish_reason()?)),
            None if !whole => None,
            None => {
                let called = self.said().any(Said::calls_tools);
                Some((written, if called { FinishReason::ToolCalls } else { FinishReason::Stop }))
            }
        }
    }

    fn is_broken_off(&self) -> bool {
        text(self.finish_reason).as_deref() == Some("error")
    }
}

impl Said<'_> {
    pub fn calls_tools(&self) -> bool {
        self.tool_calls.is_some_and(|raw| says_something(raw.get()))
    }

    /// Whether a reader would see anything.
    pub fn is_content(&self) -> bool {
        [
            self.content,
            self.reasoning,
            self.reasoning_content,
            self.refusal,
            self.tool_calls,
            self.function_call,
            self.audio,
            self.reasoning_details,
            self.images,
        ]
        .into_iter()
        .flatten()
        .any(|raw| says_something(raw.get()))
    }
}

/// Whether a JSON value is more than null, an empty text, list or object.
pub fn says_something(json: &str) -> bool {
    !matches!(json, "null" | "\"\"" | "[]" | "{}" | "false")
}

/// A member that is a text with something in it.
fn text(raw: Raw<'_>) -> Option<Cow<'_, str>> {
    let json = raw?.get();
    // Nearly every such text is free of escapes, and then it stands in the input as it is.
    let plain = json.strip_prefix('"').and_then(|json| json.strip_suffix('"'))?;
    if plain.is_empty() {
        return None;
    }
    if memchr::memchr(b'\\', plain.as_bytes()).is_none() {
        return Some(Cow::Borrowed(plain));
    }
    serde_json::from_str::<String>(json).ok().map(Cow::Owned)
}
