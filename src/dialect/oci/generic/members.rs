//! The request's top-level members, each accounted for.

use super::extra::{Prediction, WebSearch};
use crate::dialect::Params;
use crate::dialect::fields::{count, effort, raw, texts};
use crate::dialect::members::{self, Common, Native};
use crate::dialect::oci::members::{number, says_the_default};
use crate::openai::ApiError;
use crate::openai::request::Field;
use crate::openai::response_format::ResponseFormat;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// What the request says beside its messages.
#[derive(Debug, Default)]
pub struct Members<'a> {
    pub common: Common,
    pub choices: u32,
    pub stop: Vec<String>,
    pub logprobs: bool,
    pub top_logprobs: Option<u64>,
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
            "stop" => self.stop = texts(field)?,
            _ if self.common.take(field)?
                || says_the_default(field, &["top_p", "reasoning_effort", "verbosity"]) => {}
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
