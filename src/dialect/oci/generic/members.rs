//! The request's top-level members, each accounted for.

use super::extra::{Prediction, WebSearch};
use crate::dialect::defaults::says_the_default;
use crate::dialect::fields::{count, effort, number, raw, texts};
use crate::dialect::members::{self, Native};
use crate::dialect::{Params, function_tools};
use crate::openai::ApiError;
use crate::openai::request::Field;
use crate::openai::response_format::ResponseFormat;
use crate::openai::tool::{Function, Tool, ToolChoice};
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// What the request says beside its messages.
#[derive(Debug, Default)]
pub struct Members<'a> {
    pub max_tokens: Option<u64>,
    pub choices: u32,
    pub stop: Vec<String>,
    pub logprobs: bool,
    pub top_logprobs: Option<u64>,
    pub tools: Vec<Tool>,
    pub tool_choice: Option<ToolChoice>,
    pub parallel_tool_calls: Option<bool>,
    pub response_format: Option<ResponseFormat>,
    pub reasoning_effort: Option<&'static str>,
    pub verbosity: Option<&'static str>,
    pub service_tier: Option<&'static str>,
    pub prediction: Option<Prediction>,
    pub web_search: Option<WebSearch>,
    /// Members that pass with the values that the client wrote.
    pub native: Native<'a>,
}

/// Why a member that nobody knows is not sent.
pub const UNKNOWN: &str = "Oracle's Chat API has no such member";
const TEXT_ONLY: &str = "Oracle's models answer in text only";

/// OpenAI's parameters that Oracle has no equivalent for.
const UNSUPPORTED: [(&str, &str); 4] = [
    ("modalities", TEXT_ONLY),
    ("audio", TEXT_ONLY),
    ("store", "Oracle stores no completions"),
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

const EFFORTS: [(&str, &str); 6] = [
    ("none", "NONE"),
    ("disable", "NONE"), // LiteLLM's word
    ("minimal", "MINIMAL"),
    ("low", "LOW"),
    ("medium", "MEDIUM"),
    ("high", "HIGH"),
];
const VERBOSITIES: [(&str, &str); 3] = [("low", "LOW"), ("medium", "MEDIUM"), ("high", "HIGH")];
const TIERS: [(&str, &str); 3] =
    [("auto", "AUTO"), ("default", "DEFAULT"), ("priority", "PRIORITY")];

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
            "n" => {
                self.choices = field.read()?;
                self.native.push(&Field { name: "numGenerations", json: field.json })?;
            }
            "logprobs" => self.logprobs = field.read()?,
            "top_logprobs" => self.top_logprobs = Some(count(field)?),
            "parallel_tool_calls" => self.parallel_tool_calls = Some(field.read()?),
            "response_format" => self.response_format = Some(field.read()?),
            "reasoning_effort" => {
                let Some(effort) = effort(field)? else { return Ok(true) };
                self.reasoning_effort = word("reasoning_effort", &effort, &EFFORTS, params)?;
            }
            "verbosity" => {
                self.verbosity = word("verbosity", &field.read::<String>()?, &VERBOSITIES, params)?;
            }
            "service_tier" => {
                self.service_tier = word("service_tier", &field.read::<String>()?, &TIERS, params)?;
            }
            "prediction" => self.prediction = Some(Prediction::read(field)?),
            "web_search_options" => self.web_search = WebSearch::read(field, params)?,
            "logit_bias" => self.object(field, "logitBias")?,
            "metadata" => self.object(field, "metadata")?,
            // Who asks: it does not change the answer.
            "user" | "safety_identifier" | "prompt_cache_key" => params.leave_out(field.name),
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

impl<'a> Members<'a> {
    /// An object that passes under Oracle's name for it.
    fn object(&mut self, field: &Field<'a>, name: &'static str) -> Result<(), ApiError> {
        field.read::<BTreeMap<String, Box<RawValue>>>()?;
        self.native.push(&Field { name, json: raw(field)?.get() })
    }
}

/// Oracle's word for `said`.
fn word(
    member: &str,
    said: &str,
    words: &[(&'static str, &'static str)],
    params: &mut Params<'_>,
) -> Result<Option<&'static str>, ApiError> {
    if let Some((_, own)) = words.iter().find(|(known, _)| *known == said) {
        return Ok(Some(own));
    }
    let known = words.iter().map(|(known, _)| *known).collect::<Vec<_>>().join(", ");
    params.unsupported(member, &format!("it is `{said}`; Oracle knows {known}"))?;
    Ok(None)
}
