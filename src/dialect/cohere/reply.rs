//! What Cohere answers with, as far as it is looked into.

use super::usage::Reported;
use crate::openai::completion::FinishReason;
use crate::wire::object::{RawJson, value};
use crate::wire::text::Text;
use serde::Deserialize;
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Map, Value, json};

/// Members of the common format's `provider_specific_fields`.
pub type Specific = Map<String, Value>;

/// A whole answer.
#[derive(Debug, Deserialize)]
pub struct Reply<'a> {
    #[serde(borrow)]
    pub id: Option<Text<'a>>,
    #[serde(borrow)]
    pub finish_reason: Option<Text<'a>>,
    /// An object; in a failure that comes with status 200, a string.
    #[serde(borrow)]
    pub message: Option<&'a RawValue>,
    #[serde(borrow)]
    pub usage: Option<Reported<'a>>,
    #[serde(borrow)]
    pub logprobs: Option<Vec<Logprob<'a>>>,
}

#[derive(Debug, Deserialize)]
pub struct Message<'a> {
    #[serde(borrow)]
    pub content: Option<Vec<&'a RawValue>>,
    #[serde(borrow)]
    pub tool_plan: Option<Text<'a>>,
    #[serde(borrow)]
    pub tool_calls: Option<Vec<Call<'a>>>,
    #[serde(borrow)]
    pub citations: Option<Vec<&'a RawValue>>,
}

/// A content block, or what is new in one: it holds the one or the other.
#[derive(Debug, Default, Deserialize)]
pub struct Piece<'a> {
    #[serde(borrow)]
    pub text: Option<Text<'a>>,
    #[serde(borrow)]
    pub thinking: Option<Text<'a>>,
}

impl Piece<'_> {
    /// Whether it is of a kind that is yet to come, which is handed on as it is: it holds neither.
    #[must_use]
    pub fn is_new(&self) -> bool {
        self.text.is_none() && self.thinking.is_none()
    }
}

/// A tool call, whole or what is new in one.
#[derive(Debug, Default, Deserialize)]
pub struct Call<'a> {
    #[serde(borrow)]
    pub id: Option<Text<'a>>,
    #[serde(borrow)]
    pub function: Option<Function<'a>>,
}

#[derive(Debug, Default, Deserialize)]
pub struct Function<'a> {
    #[serde(borrow)]
    pub name: Option<Text<'a>>,
    #[serde(borrow)]
    pub arguments: Option<Text<'a>>,
}

/// An event of a stream.
#[derive(Debug, Deserialize)]
pub struct Event<'a> {
    #[serde(rename = "type", borrow)]
    pub kind: Option<Text<'a>>,
    #[serde(borrow)]
    pub id: Option<Text<'a>>,
    #[serde(default)]
    pub index: Option<u64>,
    #[serde(borrow)]
    pub delta: Option<Delta<'a>>,
    #[serde(borrow)]
    pub logprobs: Option<Logprob<'a>>,
}

#[derive(Debug, Default, Deserialize)]
pub struct Delta<'a> {
    #[serde(borrow)]
    pub message: Option<MessageDelta<'a>>,
    #[serde(borrow)]
    pub finish_reason: Option<Text<'a>>,
    #[serde(borrow)]
    pub usage: Option<Reported<'a>>,
    /// What went wrong, where the reason is `ERROR`.
    #[serde(borrow)]
    pub error: Option<Text<'a>>,
}

/// Each event has one of these, as an object; the first has empty lists instead.
#[derive(Debug, Default, Deserialize)]
pub struct MessageDelta<'a> {
    #[serde(borrow)]
    pub content: Option<&'a RawValue>,
    #[serde(borrow)]
    pub tool_plan: Option<Text<'a>>,
    #[serde(borrow)]
    pub tool_calls: Option<&'a RawValue>,
    #[serde(borrow)]
    pub citations: Option<&'a RawValue>,
}

/// The tokens of a piece of text, which may be several.
#[derive(Debug, Deserialize)]
pub struct Logprob<'a> {
    #[serde(borrow)]
    pub text: Option<Text<'a>>,
    logprobs: Option<Vec<f64>>,
}

/// OpenAI's word for why the model stopped. `ERROR` and `TIMEOUT` are failures
/// ([`super::error::broken_off`]); reasons that are yet to come end an answer like any other.
/// Source: <https://docs.cohere.com/reference/chat>; `ERROR_TOXIC` and `ERROR_LIMIT` are the first
/// version's, which some hosts of the models still send.
#[must_use]
pub fn finish_reason(said: &str, calls: bool) -> FinishReason {
    match said {
        "MAX_TOKENS" | "ERROR_LIMIT" => FinishReason::Length,
        "ERROR_TOXIC" => FinishReason::ContentFilter,
        "TOOL_CALL" => FinishReason::ToolCalls,
        _ if calls => FinishReason::ToolCalls,
        _ => FinishReason::Stop,
    }
}

/// OpenAI's `logprobs`. Cohere tells them by pieces of text: a piece of several tokens has the
/// probability of all of them together, the sum of their logarithms.
#[must_use]
pub fn logprobs(pieces: &[Logprob<'_>]) -> Option<RawJson> {
    let content: Vec<Value> = pieces
        .iter()
        .map(|piece| {
            let token = piece.text.as_ref().map_or("", Text::as_str);
            let logprob: f64 = piece.logprobs.iter().flatten().sum();
            json!({"token": token, "logprob": logprob, "bytes": token.as_bytes(), "top_logprobs": []})
        })
        .collect();
    to_raw_value(&json!({"content": content, "refusal": null})).ok()
}

/// OpenAI's `url_citation`s for a citation: one for each document, as LiteLLM has them. What has no
/// address gets one that names the document. Positions are characters of the text.
pub fn annotations(citation: &Value) -> impl Iterator<Item = Value> {
    // Citations of the plan and of the thinking have no place in the content.
    let kind = citation.get("type").and_then(Value::as_str).unwrap_or("TEXT_CONTENT");
    let sources = citation.get("sources").and_then(Value::as_array).into_iter().flatten();
    let documents = sources.filter(move |_| kind == "TEXT_CONTENT").filter_map(|source| {
        let document = source.get("document")?;
        let text = |value: &Value, name: &str| Some(value.get(name)?.as_str()?.to_owned());
        let url = text(source, "url").or_else(|| text(document, "url")).unwrap_or_else(|| {
            format!("source:{}", text(source, "id").as_deref().unwrap_or("unknown"))
        });
        Some((url, text(document, "title").unwrap_or_default()))
    });
    let place = |name: &str| citation.get(name).and_then(Value::as_u64).unwrap_or(0);
    let (start, end) = (place("start"), place("end"));
    documents.map(move |(url, title)| {
        json!({"type": "url_citation", "url_citation":
            {"start_index": start, "end_index": end, "url": url, "title": title}})
    })
}

/// What Cohere bills, which the common usage does not say.
#[must_use]
pub fn billed_units(usage: Option<&Reported<'_>>) -> Option<Value> {
    usage?.billed_units.map(value)
}
