//! What Ollama answers with, as far as it is looked into: a whole answer, and each line of a stream.

use crate::dialect::Exchange;
use crate::dialect::calls::made_id;
use crate::openai::Usage;
use crate::openai::completion::{FinishReason, ToolCall};
use crate::openai::usage::count;
use crate::wire::object::{RawJson, value};
use crate::wire::text::Text;
use serde::Deserialize;
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Value, json};

#[derive(Debug, Deserialize)]
pub struct Reply<'a> {
    #[serde(borrow)]
    pub model: Option<Text<'a>>,
    #[serde(borrow)]
    pub message: Option<Message<'a>>,
    #[serde(default)]
    pub done: Option<bool>,
    #[serde(borrow)]
    pub done_reason: Option<Text<'a>>,
    #[serde(borrow)]
    logprobs: Option<&'a RawValue>,
    #[serde(borrow)]
    prompt_eval_count: Option<&'a RawValue>,
    #[serde(borrow)]
    eval_count: Option<&'a RawValue>,
    /// A failure that comes with status 200.
    #[serde(borrow)]
    pub error: Option<&'a RawValue>,
}

#[derive(Debug, Default, Deserialize)]
pub struct Message<'a> {
    #[serde(borrow)]
    pub content: Option<Text<'a>>,
    #[serde(borrow)]
    pub thinking: Option<Text<'a>>,
    #[serde(borrow)]
    pub tool_calls: Option<Vec<Call<'a>>>,
}

#[derive(Debug, Deserialize)]
pub struct Call<'a> {
    /// Newer versions give one.
    #[serde(borrow)]
    id: Option<Text<'a>>,
    #[serde(borrow)]
    function: Option<Function<'a>>,
}

#[derive(Debug, Deserialize)]
struct Function<'a> {
    #[serde(borrow)]
    name: Option<Text<'a>>,
    #[serde(borrow)]
    arguments: Option<&'a RawValue>,
}

impl Reply<'_> {
    /// Ollama leaves out a count of none, as when its cache held the whole prompt.
    #[must_use]
    pub fn usage(&self) -> Option<Usage> {
        #[derive(Deserialize)]
        struct Count(#[serde(deserialize_with = "count")] u64);
        if self.prompt_eval_count.is_none() && self.eval_count.is_none() {
            return None;
        }
        let read = |raw: Option<&RawValue>| {
            raw.and_then(|raw| serde_json::from_str::<Count>(raw.get()).ok())
                .map_or(0, |count| count.0)
        };
        let (prompt, completion) = (read(self.prompt_eval_count), read(self.eval_count));
        Some(Usage::of(prompt, completion))
    }

    /// OpenAI's `logprobs`: Ollama's list has the same members, where it says them.
    #[must_use]
    pub fn logprobs(&self) -> Option<RawJson> {
        let Value::Array(mut content) = value(self.logprobs?) else { return None };
        for token in content.iter_mut().filter_map(Value::as_object_mut) {
            token.entry("bytes").or_insert(Value::Null);
            token.entry("top_logprobs").or_insert_with(|| json!([]));
        }
        to_raw_value(&json!({"content": content, "refusal": null})).ok()
    }
}

impl Call<'_> {
    /// The call as a whole, the `place`th of its answer. One without an id gets one of the answer's.
    #[must_use]
    pub fn whole(self, place: u32, exchange: &Exchange) -> ToolCall {
        let made = || made_id(exchange, place);
        let id = self.id.filter(|id| !id.is_empty()).map_or_else(made, Text::into_string);
        let (name, arguments) = match self.function {
            Some(Function { name, arguments }) => (name, arguments),
            None => (None, None),
        };
        let arguments = arguments.map_or("{}", RawValue::get);
        // Servers that only speak the format give OpenAI's text.
        let arguments =
            serde_json::from_str::<String>(arguments).unwrap_or_else(|_| arguments.to_owned());
        ToolCall::whole(id, name.map(Text::into_string).unwrap_or_default(), arguments)
    }
}

/// OpenAI's word for why the model stopped; `stop`, `load` and what is yet to come end an answer like
/// any other.
#[must_use]
pub fn finish_reason(done_reason: &str, calls: bool) -> FinishReason {
    match done_reason {
        "length" => FinishReason::Length,
        _ if calls => FinishReason::ToolCalls,
        _ => FinishReason::Stop,
    }
}
