//! What a generic model answers with, as far as it is looked into.

use crate::dialect::oci::usage::Reported;
use crate::openai::completion::FinishReason;
use crate::wire::object::{RawJson, value};
use crate::wire::text::Text;
use serde::Deserialize;
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Map, Value, json};

/// `GenericChatResponse`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ChatResponse<'a> {
    #[serde(borrow)]
    pub time_created: Option<Text<'a>>,
    #[serde(borrow)]
    pub choices: Option<Vec<Choice<'a>>>,
    pub usage: Option<Reported>,
    #[serde(borrow)]
    pub service_tier: Option<Text<'a>>,
}

/// `ChatChoice`; in a stream, what is new in one.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Choice<'a> {
    #[serde(default)]
    pub index: Option<u32>,
    #[serde(borrow)]
    pub message: Option<Message<'a>>,
    #[serde(borrow)]
    pub finish_reason: Option<Text<'a>>,
    #[serde(borrow)]
    pub logprobs: Option<Logprobs<'a>>,
    pub usage: Option<Reported>,
    #[serde(borrow)]
    pub grounding_metadata: Option<&'a RawValue>,
    #[serde(borrow)]
    pub service_tier: Option<Text<'a>>,
}

/// `AssistantMessage`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Message<'a> {
    #[serde(borrow)]
    pub content: Option<Vec<Piece<'a>>>,
    #[serde(borrow)]
    pub refusal: Option<Text<'a>>,
    #[serde(borrow)]
    pub reasoning_content: Option<Text<'a>>,
    #[serde(borrow)]
    pub tool_calls: Option<Vec<Call<'a>>>,
    #[serde(borrow)]
    pub annotations: Option<Vec<Annotation<'a>>>,
}

/// A part of the content: text, or what has none.
#[derive(Debug, Deserialize)]
pub struct Piece<'a> {
    #[serde(borrow)]
    text: Option<Text<'a>>,
}

/// A call, whole or what is new in one.
#[derive(Debug, Deserialize)]
pub struct Call<'a> {
    #[serde(borrow)]
    pub id: Option<Text<'a>>,
    #[serde(borrow)]
    pub name: Option<Text<'a>>,
    /// JSON text.
    #[serde(borrow)]
    pub arguments: Option<Text<'a>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Annotation<'a> {
    #[serde(borrow)]
    url_citation: Option<UrlCitation<'a>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct UrlCitation<'a> {
    start_index: Option<u64>,
    end_index: Option<u64>,
    #[serde(borrow)]
    title: Option<Text<'a>>,
    #[serde(borrow)]
    url: Option<Text<'a>>,
}

/// In the form of OpenAI's older completions: lists side by side.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Logprobs<'a> {
    #[serde(borrow)]
    tokens: Option<Vec<Text<'a>>>,
    token_logprobs: Option<Vec<Option<f64>>>,
    /// For each token the alternatives, whose probabilities are numbers or texts.
    top_logprobs: Option<Vec<Option<Map<String, Value>>>>,
}

impl Message<'_> {
    /// The parts' text, in one.
    #[must_use]
    pub fn text(&self) -> String {
        let pieces = self.content.iter().flatten().filter_map(|piece| piece.text.as_ref());
        pieces.map(Text::as_str).collect()
    }

    /// OpenAI's `url_citation`s.
    #[must_use]
    pub fn annotations(&self) -> Option<Vec<Value>> {
        let cited = self.annotations.iter().flatten();
        let cited = cited.filter_map(|annotation| annotation.url_citation.as_ref()).map(|cited| {
            let text = |text: &Option<Text<'_>>| text.as_ref().map_or("", Text::as_str).to_owned();
            json!({"type": "url_citation", "url_citation": {
                "start_index": cited.start_index.unwrap_or(0),
                "end_index": cited.end_index.unwrap_or(0),
                "url": text(&cited.url), "title": text(&cited.title)}})
        });
        let cited: Vec<Value> = cited.collect();
        (!cited.is_empty()).then_some(cited)
    }
}

impl Choice<'_> {
    /// What a search of the web found, under LiteLLM's name of it.
    #[must_use]
    pub fn specific(&self) -> Option<Map<String, Value>> {
        let grounding = self.grounding_metadata.map(value).filter(|found| !found.is_null())?;
        Some(Map::from_iter([("grounding_metadata".to_owned(), grounding)]))
    }
}

impl Logprobs<'_> {
    /// OpenAI's `logprobs`.
    #[must_use]
    pub fn to_openai(&self) -> Option<RawJson> {
        let tokens = self.tokens.as_ref()?;
        let number = |value: &Value| match value {
            Value::String(text) => text.parse().ok(),
            other => other.as_f64(),
        };
        let token = |token: &str, logprob: Option<f64>| json!({"token": token, "logprob": logprob, "bytes": token.as_bytes()});
        let content = tokens.iter().enumerate().map(|(place, text)| {
            let own = self.token_logprobs.as_ref().and_then(|list| *list.get(place)?);
            let top = self.top_logprobs.as_ref().and_then(|list| list.get(place)?.as_ref());
            let top: Vec<Value> =
                top.into_iter().flatten().map(|(text, value)| token(text, number(value))).collect();
            let mut whole = token(text.as_str(), own);
            if let Some(members) = whole.as_object_mut() {
                members.insert("top_logprobs".to_owned(), top.into());
            }
            whole
        });
        let content: Vec<Value> = content.collect();
        to_raw_value(&json!({"content": content, "refusal": null})).ok()
    }
}

/// OpenAI's word for why the model stopped. Models write it in their makers' ways, `length` or
/// `MAX_TOKENS`; reasons that are yet to come end an answer like any other.
#[must_use]
pub fn finish_reason(said: &str, calls: bool) -> FinishReason {
    match said.to_ascii_lowercase().as_str() {
        "length" | "max_tokens" => FinishReason::Length,
        "content_filter" | "content_filtered" | "safety" => FinishReason::ContentFilter,
        "tool_calls" | "tool_call" => FinishReason::ToolCalls,
        _ if calls => FinishReason::ToolCalls,
        _ => FinishReason::Stop,
    }
}
