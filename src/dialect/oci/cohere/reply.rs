//! What Cohere's models answer with, as far as it is looked into.

use crate::dialect::oci::usage::Reported;
use crate::wire::object::value;
use crate::wire::text::Text;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

/// `CohereChatResponse`; in a stream, what is new in it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ChatResponse<'a> {
    #[serde(borrow)]
    pub text: Option<Text<'a>>,
    #[serde(borrow)]
    pub tool_calls: Option<Vec<Call<'a>>>,
    #[serde(borrow)]
    pub finish_reason: Option<Text<'a>>,
    /// What went wrong, where the reason is `ERROR`.
    #[serde(borrow)]
    pub error_message: Option<Text<'a>>,
    /// The whole conversation. The last event of a stream has it, and then repeats the whole text and
    /// all calls.
    #[serde(borrow)]
    pub chat_history: Option<&'a RawValue>,
    #[serde(borrow)]
    citations: Option<&'a RawValue>,
    #[serde(borrow)]
    documents: Option<&'a RawValue>,
    #[serde(borrow)]
    search_queries: Option<&'a RawValue>,
    /// What the model was told, where `isEcho` asks for that.
    #[serde(borrow)]
    prompt: Option<&'a RawValue>,
    pub usage: Option<Reported>,
}

/// A call, which is always whole. It has no id.
#[derive(Debug, Deserialize)]
pub struct Call<'a> {
    #[serde(borrow)]
    pub name: Option<Text<'a>>,
    #[serde(borrow)]
    parameters: Option<&'a RawValue>,
}

impl Call<'_> {
    /// JSON text.
    #[must_use]
    pub fn arguments(&self) -> String {
        self.parameters.map_or("{}", RawValue::get).to_owned()
    }
}

impl ChatResponse<'_> {
    /// What the common format has no word for, under Oracle's names: where there is any of it.
    #[must_use]
    pub fn specific(&self) -> Option<Map<String, Value>> {
        let members = [
            ("citations", self.citations),
            ("documents", self.documents),
            ("searchQueries", self.search_queries),
            ("prompt", self.prompt),
        ];
        let says_something = |value: &Value| match value {
            Value::Null => false,
            Value::Array(list) => !list.is_empty(),
            Value::String(text) => !text.is_empty(),
            _ => true,
        };
        let found = members.into_iter().filter_map(|(name, raw)| {
            Some((name.to_owned(), value(raw?))).filter(|(_, value)| says_something(value))
        });
        let found: Map<String, Value> = found.collect();
        (!found.is_empty()).then_some(found)
    }
}
