//! The request's top-level members, each accounted for.

use super::format::ResponseFormat;
use super::thinking::Written;
use crate::dialect::Params;
use crate::dialect::defaults::says_the_default;
use crate::dialect::fields::{effort, number, raw, texts};
use crate::dialect::members::{self, Common, Native};
use crate::openai::ApiError;
use crate::openai::request::Field;
use crate::openai::tool::ToolChoice;
use serde_json::value::RawValue;
use std::ops::RangeInclusive;

/// What the request says beside its messages.
#[derive(Debug, Default)]
pub struct Members<'a> {
    pub common: Common,
    pub stop: Vec<String>,
    pub temperature: Option<&'a RawValue>,
    pub p: Option<&'a RawValue>,
    pub k: Option<&'a RawValue>,
    pub seed: Option<&'a RawValue>,
    pub frequency_penalty: Option<&'a RawValue>,
    pub presence_penalty: Option<&'a RawValue>,
    pub logprobs: bool,
    pub strict_tools: Option<bool>,
    pub response_format: Option<ResponseFormat>,
    pub reasoning_effort: Option<String>,
    pub thinking: Option<Written>,
    pub documents: Option<&'a RawValue>,
    /// Members that Cohere takes as the client wrote them.
    pub native: Native<'a>,
}

/// Why a member that nobody knows is not sent.
pub const UNKNOWN: &str = "Cohere's Chat API has no such member";
const TOP_K: &str = "Cohere's goes from 0 to 500";
const PENALTY: &str = "Cohere's goes from 0 to 1";
const TEXT_ONLY: &str = "Cohere answers in text only";

/// OpenAI's parameters that Cohere has no equivalent for.
const UNSUPPORTED: [(&str, &str); 12] = [
    ("n", "Cohere gives one completion a request"),
    ("logit_bias", "Cohere has no such sampling parameter"),
    ("top_logprobs", "Cohere returns the log probabilities of the chosen tokens only"),
    ("parallel_tool_calls", "Cohere cannot be kept to one call at a time"),
    ("prediction", "Cohere takes no predicted output"),
    ("modalities", TEXT_ONLY),
    ("audio", TEXT_ONLY),
    ("store", "Cohere stores no completions"),
    ("service_tier", "Cohere has no tiers; its own `priority` is a number"),
    ("verbosity", "Cohere has no such parameter; say it in the prompt"),
    ("web_search_options", "Cohere's Chat API does not search the web"),
    ("prompt_cache_retention", "Cohere's cache cannot be steered"),
];

impl<'a> members::Members<'a> for Members<'a> {
    fn take(&mut self, field: &Field<'a>, params: &mut Params<'_>) -> Result<bool, ApiError> {
        match field.name {
            "stop" | "stop_sequences" => self.stop = texts(field)?,
            "temperature" => {
                let why = "Cohere's is 0 or more";
                self.temperature = ranged(field, 0.0..=f64::MAX, why, params)?;
            }
            "top_p" => {
                let top_p = ranged(field, 0.0..=1.0, "it goes from 0 to 1", params)?;
                self.p = self.p.or(top_p.map(nearest_p));
            }
            "p" => self.p = Some(number(field)?),
            "top_k" => self.k = self.k.or(ranged(field, 0.0..=500.0, TOP_K, params)?),
            "k" => self.k = Some(number(field)?),
            "seed" => self.seed = Some(number(field)?),
            "frequency_penalty" => {
                self.frequency_penalty = ranged(field, 0.0..=1.0, PENALTY, params)?;
            }
            "presence_penalty" => {
                self.presence_penalty = ranged(field, 0.0..=1.0, PENALTY, params)?;
            }
            "logprobs" => self.logprobs = field.read()?,
            "tool_choice" => self.common.tool_choice = Some(choice(field)?),
            "strict_tools" => self.strict_tools = Some(field.read()?),
            "response_format" => self.response_format = Some(field.read()?),
            "reasoning_effort" => self.reasoning_effort = effort(field)?,
            "thinking" => self.thinking = Some(field.read()?),
            "documents" => self.documents = Some(raw(field)?),
            "citation_options" | "safety_mode" | "priority" => self.native.push(field)?,
            // Who asks, and labels for the one who reads the bill: they do not change the answer.
            "user" | "safety_identifier" | "metadata" | "prompt_cache_key" => {
                params.leave_out(field.name);
            }
            _ if self.common.take(field)? || says_the_default(field) => {}
            _ => return self.refuse(field, &UNSUPPORTED, params),
        }
        Ok(true)
    }

    fn pass(&mut self, field: &Field<'a>) -> Result<(), ApiError> {
        self.native.push(field)
    }
}

/// `tool_choice` in OpenAI's words, or in Cohere's.
fn choice(field: &Field<'_>) -> Result<ToolChoice, ApiError> {
    match field.json {
        "\"REQUIRED\"" => Ok(ToolChoice::Required),
        "\"NONE\"" => Ok(ToolChoice::None),
        _ => field.read(),
    }
}

/// Cohere's `p` goes from 0.01 to 0.99. OpenAI's `top_p` of 1, which many clients send unasked, means
/// "all tokens"; 0.99 comes nearest, for Cohere's own default is 0.75.
fn nearest_p(top_p: &RawValue) -> &RawValue {
    let near = |text: &'static str| serde_json::from_str::<&'static RawValue>(text).ok();
    let near = match top_p.get().parse::<f64>() {
        Ok(p) if (0.99..=1.0).contains(&p) => near("0.99"),
        Ok(p) if (0.0..0.01).contains(&p) => near("0.01"),
        _ => None,
    };
    near.unwrap_or(top_p)
}

/// A number, where Cohere takes it.
fn ranged<'a>(
    field: &Field<'a>,
    range: RangeInclusive<f64>,
    why: &str,
    params: &mut Params<'_>,
) -> Result<Option<&'a RawValue>, ApiError> {
    let value = number(field)?;
    let fits = value.get().parse::<f64>().is_ok_and(|number| range.contains(&number));
    let sent = fits || params.unsupported_field(field, why)?;
    Ok(sent.then_some(value))
}
