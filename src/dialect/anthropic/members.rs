//! The request's top-level members, each accounted for.
//!
//! Reading comes first and writing second: [`Members`] owns what was read, and the body that
//! [`request`](super::request) writes borrows from it.

use super::beta::{self, Betas};
use super::host::Feature;
use super::thinking::Written;
use crate::dialect::defaults::says_the_default;
use crate::dialect::fields::{effort, number, raw};
use crate::dialect::members::{self, Common, Native};
use crate::dialect::{Call, Params};
use crate::openai::ApiError;
use crate::openai::request::Field;
use crate::openai::response_format::ResponseFormat;
use crate::wire::object::{RawJson, object};
use serde_json::value::RawValue;

/// What the request says beside its messages.
#[derive(Debug, Default)]
pub struct Members<'a> {
    pub common: Common,
    pub stop: Vec<String>,
    pub temperature: Option<&'a RawValue>,
    pub top_p: Option<&'a RawValue>,
    pub top_k: Option<&'a RawValue>,
    pub one_tool_at_a_time: bool,
    pub response_format: Option<ResponseFormat>,
    pub reasoning_effort: Option<String>,
    pub thinking: Option<Written>,
    pub output_config: Option<OutputConfig>,
    pub web_search: Option<WebSearch>,
    pub user_id: Option<String>,
    pub service_tier: Option<&'static str>,
    pub context_management: Option<&'a RawValue>,
    /// Anthropic's own `system`, which stands before that of the messages.
    pub system: Option<&'a RawValue>,
    pub mcp_servers: Vec<RawJson>,
    /// Stands for the host's own `anthropic_version`.
    pub version: Option<&'a RawValue>,
    /// Members that Anthropic takes as the client wrote them.
    pub native: Native<'a>,
}

/// Reads members, and notes the betas that they need.
struct Reader<'a, 'b> {
    read: Members<'a>,
    betas: &'b mut Betas,
}

impl<'a> members::Members<'a> for Reader<'a, '_> {
    fn take(&mut self, field: &Field<'a>, params: &mut Params<'_>) -> Result<bool, ApiError> {
        Ok(self.read.member(field, self.betas, params)?
            || self.refuse(field, &UNSUPPORTED, params)?)
    }

    fn pass(&mut self, field: &Field<'a>) -> Result<(), ApiError> {
        self.read.native.push(field)
    }
}

object! {
    /// Anthropic's `output_config`, of which two members may also come from OpenAI's parameters.
    pub struct OutputConfig {
        effort("effort"): Option<RawJson>,
        format("format"): Option<RawJson>,
    }
}
object! {
    /// OpenAI's `web_search_options`.
    pub struct WebSearch {
        search_context_size("search_context_size"): Option<String>,
        user_location("user_location"): Option<UserLocation>,
    }
}
object! {
    pub struct UserLocation {
        approximate("approximate"): Option<RawJson>,
    }
}
object! {
    struct Metadata {
        user_id("user_id"): Option<String>,
    }
}
object! {
    struct NativeChoice {
        disable_parallel_tool_use("disable_parallel_tool_use"): Option<bool>,
    }
}

impl<'a> Members<'a> {
    /// Reads every member.
    ///
    /// # Errors
    /// 400 for a member that is wrong, or that Claude cannot take and nobody allowed to drop.
    pub fn read(
        call: &Call<'a>,
        betas: &mut Betas,
        params: &mut Params<'_>,
    ) -> Result<Self, ApiError> {
        let mut reader = Reader { read: Self::default(), betas };
        members::read(call.request, &mut reader, UNKNOWN, params)?;
        Ok(reader.read)
    }
    /// Takes one member. Answers whether it is a known one.
    fn member(
        &mut self,
        field: &Field<'a>,
        betas: &mut Betas,
        params: &mut Params<'_>,
    ) -> Result<bool, ApiError> {
        let host = betas.host();
        if let Some(feature) = feature_of(field.name)
            && host.lacks(feature)
            && !(feature == Feature::ServiceTiers && is_usual_tier(field))
        {
            if host.has(feature, field.name, params)? {
                self.native.push(field)?;
            }
            return Ok(true);
        }
        match field.name {
            "stop" | "stop_sequences" => self.stop = members::visible_stops(field, params)?,
            "temperature" => self.temperature = Some(number(field)?),
            "top_p" => self.top_p = Some(number(field)?),
            "top_k" => self.top_k = Some(number(field)?),
            "tool_choice" if field.json.starts_with('{') => {
                let native: NativeChoice = field.read()?;
                self.one_tool_at_a_time |= native.disable_parallel_tool_use.unwrap_or(false);
                self.common.take(field)?;
            }
            "parallel_tool_calls" => self.one_tool_at_a_time |= !field.read::<bool>()?,
            "response_format" => self.response_format = Some(field.read()?),
            "reasoning_effort" => self.reasoning_effort = effort(field)?,
            "thinking" => self.thinking = Some(field.read()?),
            "output_config" => self.output_config = Some(field.read()?),
            "web_search_options" => self.web_search = Some(field.read()?),
            "user" => self.user(field.read()?, "user", params),
            // OpenAI's successor of `user`.
            "safety_identifier" if self.user_id.is_none() => {
                self.user(field.read()?, "safety_identifier", params);
            }
            "metadata" => {
                // OpenAI's labels on a stored completion; the only one that Anthropic knows is this.
                let metadata: Metadata = field.read()?;
                if !metadata.extra.is_empty() {
                    params.leave_out("metadata");
                }
                if let Some(user_id) = metadata.user_id {
                    self.user(user_id, "metadata.user_id", params);
                }
            }
            // What holds without tiers.
            "service_tier" if host.lacks(Feature::ServiceTiers) => params.leave_out(field.name),
            "service_tier" => self.service_tier(field, params)?,
            "anthropic_beta" if host.takes_betas_in_body() => betas.written = names(field)?,
            "anthropic_version" if !host.model_in_body => self.version = Some(raw(field)?),
            "context_management" => self.context_management = Some(raw(field)?),
            "system" => self.system = Some(raw(field)?),
            "mcp_servers" => {
                self.mcp_servers = field.read()?;
                betas.add(beta::MCP);
            }
            "container" => {
                if field.json.contains("\"skills\"") {
                    betas.add(beta::SKILLS);
                }
                self.native.push(field)?;
            }
            "speed" => {
                if field.read::<String>()? == "fast" {
                    betas.add(beta::FAST);
                }
                self.native.push(field)?;
            }
            "cache_control" | "inference_geo" => self.native.push(field)?,
            // `user` was there as well.
            "safety_identifier" => {}
            // A hint for OpenAI's cache; Claude's is steered by `cache_control` marks.
            "prompt_cache_key" => params.leave_out(field.name),
            _ if self.common.take(field)? || says_the_default(field) => {}
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Anthropic refuses ids that look like an e-mail address or a telephone number. They say
    /// nothing to the model, so they are left out (as LiteLLM does) instead of failing the request.
    fn user(&mut self, id: String, name: &str, params: &mut Params<'_>) {
        if is_personal(&id) {
            params.leave_out(name);
        } else if name != "user" || self.user_id.is_none() {
            self.user_id = Some(id);
        }
    }

    /// OpenAI's tiers are `auto`, `default`, `flex`, `scale` and `priority`. Anthropic's `auto` uses
    /// priority capacity where the account has any.
    fn service_tier(&mut self, field: &Field<'a>, params: &mut Params<'_>) -> Result<(), ApiError> {
        match field.read::<String>()?.as_str() {
            "auto" | "priority" => self.service_tier = Some("auto"),
            "default" | "standard_only" => self.service_tier = Some("standard_only"),
            other => {
                let why = format!("Anthropic has no tier `{other}`, only auto and standard_only");
                if params.unsupported_field(field, &why)? {
                    self.native.push(field)?;
                }
            }
        }
        Ok(())
    }
}

const UNKNOWN: &str = "Anthropic's Messages API has no such member";
const SAMPLING: &str = "Claude has no such sampling parameter";
const LOGPROBS: &str = "Claude returns no log probabilities";
const TEXT_ONLY: &str = "Claude answers in text only";
const STORED: &str = "Anthropic stores no completions";

/// OpenAI's parameters that Claude has no equivalent for.
const UNSUPPORTED: [(&str, &str); 13] = [
    ("n", "Claude gives one completion a request"),
    ("seed", SAMPLING),
    ("frequency_penalty", SAMPLING),
    ("presence_penalty", SAMPLING),
    ("logit_bias", SAMPLING),
    ("logprobs", LOGPROBS),
    ("top_logprobs", LOGPROBS),
    ("prediction", "Claude takes no predicted output"),
    ("modalities", TEXT_ONLY),
    ("audio", TEXT_ONLY),
    ("store", STORED),
    ("verbosity", "Claude has no such parameter; say it in the prompt"),
    ("prompt_cache_retention", "Claude's cache is steered by `cache_control` marks"),
];

/// What a member needs, where not every host has it.
fn feature_of(member: &str) -> Option<Feature> {
    Some(match member {
        "cache_control" => Feature::AutomaticCaching,
        "container" => Feature::Skills,
        "inference_geo" => Feature::InferenceGeo,
        "mcp_servers" => Feature::Mcp,
        "service_tier" => Feature::ServiceTiers,
        "speed" => Feature::FastMode,
        "web_search_options" => Feature::WebSearch,
        _ => return None,
    })
}

fn is_usual_tier(field: &Field<'_>) -> bool {
    matches!(field.json, "\"auto\"" | "\"default\"" | "\"standard_only\"")
}

/// A list of names, or one with commas.
fn names(field: &Field<'_>) -> Result<Vec<String>, ApiError> {
    if field.json.starts_with('"') {
        let list: String = field.read()?;
        return Ok(list.split(',').map(str::to_owned).collect());
    }
    field.read()
}

fn is_personal(id: &str) -> bool {
    let is_mail = id.split_once('@').is_some_and(|(name, domain)| {
        !name.is_empty() && domain.contains('.') && !id.contains(char::is_whitespace)
    });
    let digits = id.strip_prefix('+').unwrap_or(id);
    let is_telephone = digits.len() >= 7
        && digits.chars().all(|c| c.is_ascii_digit() || matches!(c, ' ' | '(' | ')' | '-'));
    is_mail || is_telephone
}
