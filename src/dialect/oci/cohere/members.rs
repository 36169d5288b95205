//! The request's top-level members, each accounted for.

use crate::dialect::Params;
use crate::dialect::fields::{effort, texts};
use crate::dialect::members::{self, Common, Native};
use crate::dialect::oci::members::{number, says_the_default};
use crate::openai::ApiError;
use crate::openai::request::Field;
use crate::openai::response_format::ResponseFormat;
use crate::wire::object::RawJson;
use serde::Serialize;

/// What the request says beside its messages.
#[derive(Debug, Default)]
pub struct Members<'a> {
    pub common: Common,
    pub stop: Vec<String>,
    pub response_format: Option<ResponseFormat>,
    pub documents: Vec<Document>,
    /// Members that pass with the values that the client wrote.
    pub native: Native<'a>,
}

/// A document that the answer may refer to.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Document {
    Written(RawJson),
    Text { text: String },
}

/// Why a member that nobody knows is not sent.
pub const UNKNOWN: &str = "Oracle's Chat API for Cohere's models has no such member";
const TEXT_ONLY: &str = "Cohere answers in text only";
const NO_LOGPROBS: &str = "Oracle gives no log probabilities for Cohere's models";

/// OpenAI's parameters that this format has no equivalent for.
const UNSUPPORTED: [(&str, &str); 15] = [
    ("n", "Cohere gives one completion a request"),
    ("logit_bias", "Cohere has no such sampling parameter"),
    ("logprobs", NO_LOGPROBS),
    ("top_logprobs", NO_LOGPROBS),
    ("parallel_tool_calls", "Cohere cannot be kept to one call at a time"),
    ("prediction", "Cohere takes no predicted output"),
    ("modalities", TEXT_ONLY),
    ("audio", TEXT_ONLY),
    ("store", "Oracle stores no completions"),
    ("service_tier", "Oracle has no tiers for Cohere's models"),
    ("verbosity", "Cohere has no such parameter; say it in the prompt"),
    ("web_search_options", "Cohere's models do not search the web here"),
    ("reasoning_effort", "this format cannot steer the thinking of Cohere's models"),
    ("thinking", "this format cannot steer the thinking of Cohere's models"),
    ("prompt_cache_retention", "Oracle's cache cannot be steered"),
];

/// Members of Oracle's own, which pass as they are.
const OWN: [&str; 8] = [
    "maxInputTokens",
    "promptTruncation",
    "citationQuality",
    "safetyMode",
    "isSearchQueriesOnly",
    "isForceSingleStep",
    "isRawPrompting",
    "isEcho",
];

impl<'a> members::Members<'a> for Members<'a> {
    fn take(&mut self, field: &Field<'a>, params: &mut Params<'_>) -> Result<bool, ApiError> {
        match field.name {
            "stop" => self.stop = texts(field)?,
            _ if self.common.take(field)? || says_the_default(field, &["top_p"]) => {}
            "reasoning_effort" if effort(field)?.as_deref() == Some("none") => {}
            "response_format" => self.response_format = Some(field.read()?),
            "documents" => self.documents = documents(field)?,
            // Cohere's own name of it.
            "safety_mode" => {
                self.native.push(&Field { name: "safetyMode", json: field.json })?;
            }
            // Who asks, and labels for the one who reads the bill: they do not change the answer.
            "user" | "safety_identifier" | "metadata" | "prompt_cache_key" => {
                params.leave_out(field.name);
            }
            name if OWN.contains(&name) => self.native.push(field)?,
            _ => {
                return Ok(
                    number(field, &mut self.native)? || self.refuse(field, &UNSUPPORTED, params)?
                );
            }
        }
        Ok(true)
    }

    fn pass(&mut self, field: &Field<'a>) -> Result<(), ApiError> {
        self.native.push(field)
    }
}

/// Objects of texts; a text alone is the `text` of one.
fn documents(field: &Field<'_>) -> Result<Vec<Document>, ApiError> {
    let written: Vec<RawJson> = field.read()?;
    let document = |(index, raw): (usize, RawJson)| match raw.get() {
        json if json.starts_with('{') => Ok(Document::Written(raw)),
        json => serde_json::from_str(json).map(|text| Document::Text { text }).map_err(|_| {
            let path = format!("documents[{index}]");
            ApiError::invalid(format!("`{path}` must be an object or a text.")).with_param(path)
        }),
    };
    written.into_iter().enumerate().map(document).collect()
}
