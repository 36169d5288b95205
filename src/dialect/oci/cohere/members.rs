//! The request's top-level members, each accounted for.

use crate::dialect::defaults::says_the_default;
use crate::dialect::fields::{count, effort, number, texts};
use crate::dialect::members::{self, Native};
use crate::dialect::{Params, function_tools};
use crate::openai::ApiError;
use crate::openai::request::Field;
use crate::openai::response_format::ResponseFormat;
use crate::openai::tool::{Function, Tool, ToolChoice};
use crate::wire::object::RawJson;
use serde::Serialize;

/// What the request says beside its messages.
#[derive(Debug, Default)]
pub struct Members<'a> {
    pub max_tokens: Option<u64>,
    pub stop: Vec<String>,
    pub tools: Vec<Tool>,
    pub tool_choice: Option<ToolChoice>,
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

/// Numbers, and Oracle's names of them.
const NUMBERS: [(&str, &str); 6] = [
    ("temperature", "temperature"),
    ("top_p", "topP"),
    ("top_k", "topK"),
    ("seed", "seed"),
    ("frequency_penalty", "frequencyPenalty"),
    ("presence_penalty", "presencePenalty"),
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
            // Read by `ChatRequest` itself; streams are always asked for their usage.
            "model" | "messages" | "stream" | "stream_options" => {}
            "max_completion_tokens" => self.max_tokens = Some(count(field)?),
            "max_tokens" => self.max_tokens = self.max_tokens.or(Some(count(field)?)),
            "stop" => self.stop = texts(field)?,
            "tools" => self.tools.extend(field.read::<Vec<Tool>>()?),
            "functions" => {
                let functions = field.read::<Vec<Function>>()?;
                self.tools.extend(function_tools::from_functions(functions));
            }
            "tool_choice" => self.tool_choice = Some(field.read()?),
            "function_call" if self.tool_choice.is_none() => {
                self.tool_choice = Some(field.read()?);
            }
            "function_call" => {}
            // OpenAI's defaults of the others are not those of the models here.
            name if says_the_default(field)
                && !matches!(name, "top_p" | "reasoning_effort" | "verbosity") => {}
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
            name => {
                if let Some((_, own)) = NUMBERS.iter().find(|(known, _)| *known == name) {
                    self.native.push(&Field { name: own, json: number(field)?.get() })?;
                } else if let Some((_, why)) = UNSUPPORTED.iter().find(|(known, _)| *known == name)
                {
                    if params.unsupported_field(field, why)? {
                        self.native.push(field)?;
                    }
                } else {
                    return Ok(false);
                }
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
