//! The request's top-level members, each accounted for: OpenAI's, Converse's own under Converse's
//! names, and the rest, which is for the model and goes into `additionalModelRequestFields` (as
//! LiteLLM sends it).

use super::additional::Additional;
use super::model::Model;
use crate::dialect::anthropic::thinking::Written;
use crate::dialect::defaults::says_the_default;
use crate::dialect::fields::{count, effort, number, raw};
use crate::dialect::members::{self, Common, Native};
use crate::dialect::{Call, Params};
use crate::openai::ApiError;
use crate::openai::request::Field;
use crate::openai::response_format::ResponseFormat;
use crate::wire::object::{RawJson, object};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::BTreeMap;

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
    pub web_search: bool,
    pub service_tier: Option<&'static str>,
    pub context_management: Option<&'a RawValue>,
    pub betas: Vec<String>,
    /// OpenAI's `metadata`.
    pub metadata: BTreeMap<String, String>,
    /// Converse's own `system`, which stands before that of the messages.
    pub system: Option<&'a RawValue>,
    pub response_paths: Vec<String>,
    /// Converse's members as the client wrote them.
    pub native: Native<'a>,
    pub additional: Additional<'a>,
}

object! {
    /// Claude's `output_config`; `format` is what `response_format` also says.
    pub struct OutputConfig {
        effort("effort"): Option<RawJson>,
        format("format"): Option<Format>,
    }
}
object! {
    pub struct Format {
        schema("schema"): Option<RawJson>,
    }
}
object! {
    struct Object {}
}

/// Reads members, of which some are for one maker's models only.
struct Reader<'a, 'm> {
    read: Members<'a>,
    model: &'m Model<'m>,
}

impl<'a> members::Members<'a> for Reader<'a, '_> {
    /// None is unknown: what is not Converse's is for the model.
    fn take(&mut self, field: &Field<'a>, params: &mut Params<'_>) -> Result<bool, ApiError> {
        if !self.read.member(field, self.model, params)?
            && !self.refuse(field, &UNSUPPORTED, params)?
        {
            self.pass(field)?;
        }
        Ok(true)
    }

    fn pass(&mut self, field: &Field<'a>) -> Result<(), ApiError> {
        self.read.additional.written(field.name, Cow::Borrowed(raw(field)?));
        Ok(())
    }
}

impl<'a> Members<'a> {
    /// Reads every member.
    ///
    /// # Errors
    /// 400 for a member that is wrong, or that cannot be expressed and nobody allowed to drop.
    pub fn read(
        call: &Call<'a>,
        model: &Model<'_>,
        params: &mut Params<'_>,
    ) -> Result<Self, ApiError> {
        let mut reader = Reader { read: Self::default(), model };
        members::read(call.request, &mut reader, "", params)?;
        let read = reader.read;
        if read.native.has("toolConfig") && !read.common.tools.is_empty() {
            const NAME: &str = "toolConfig";
            let message = format!("`{NAME}` and `tools` say the same in two ways; keep one.");
            return Err(ApiError::invalid(message).with_param(NAME));
        }
        Ok(read)
    }

    /// Takes one member. Answers whether Converse has a place for it.
    fn member(
        &mut self,
        field: &Field<'a>,
        model: &Model<'_>,
        params: &mut Params<'_>,
    ) -> Result<bool, ApiError> {
        match field.name {
            "maxTokens" => {
                self.common.max_tokens = self.common.max_tokens.or(Some(count(field)?));
            }
            "stop" | "stop_sequences" | "stopSequences" => {
                self.stop = members::visible_stops(field, params)?
            }
            "temperature" => self.temperature = Some(number(field)?),
            "top_p" | "topP" => self.top_p = Some(number(field)?),
            "top_k" | "topK" => self.top_k = Some(number(field)?),
            "inferenceConfig" => self.inference_config(field, model, params)?,
            "parallel_tool_calls" => self.one_tool_at_a_time = !field.read::<bool>()?,
            "response_format" => self.response_format = Some(field.read()?),
            "reasoning_effort" => self.reasoning_effort = effort(field)?,
            "thinking" => self.thinking = Some(field.read()?),
            "output_config" if model.is_claude() => self.output_config = Some(field.read()?),
            "context_management" if model.is_claude() => {
                self.context_management = Some(raw(field)?);
            }
            "anthropic_beta" if field.json.starts_with('"') => {
                let list: String = field.read()?;
                self.betas.extend(list.split(',').map(|beta| beta.trim().to_owned()));
            }
            "anthropic_beta" => self.betas.extend(field.read::<Vec<String>>()?),
            "web_search_options" if model.is_nova() => {
                let options: Object = field.read()?;
                for (name, _) in &options.extra {
                    params.leave_out(&format!("web_search_options.{name}"));
                }
                self.web_search = true;
            }
            // Whom the request is for says nothing to Bedrock, which knows who pays; the third is a hint
            // for OpenAI's cache.
            "user" | "safety_identifier" | "prompt_cache_key" => params.leave_out(field.name),
            "metadata" => self.metadata(field, params)?,
            "service_tier" => self.service_tier(field, params)?,
            "system" => self.system = Some(raw(field)?),
            "additionalModelResponseFieldPaths" => self.response_paths = field.read()?,
            "additionalModelRequestFields" => {
                for (name, json) in field.read::<Object>()?.extra {
                    self.additional.written(name, Cow::Owned(json));
                }
            }
            name if NATIVE.contains(&name) => self.native.push(field)?,
            _ if self.common.take(field)? || says_the_default(field) => {}
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Converse's own place for what OpenAI has at the top level.
    fn inference_config(
        &mut self,
        field: &Field<'a>,
        model: &Model<'_>,
        params: &mut Params<'_>,
    ) -> Result<(), ApiError> {
        const KNOWN: [&str; 5] = ["maxTokens", "stopSequences", "temperature", "topP", "topK"];
        let inner: BTreeMap<&'a str, &'a RawValue> =
            serde_json::from_str(field.json).map_err(|error| {
                ApiError::invalid(format!("`{}` is wrong: {error}.", field.name))
                    .with_param(field.name)
            })?;
        for (name, json) in inner {
            if !KNOWN.contains(&name) {
                let path = format!("{}.{name}", field.name);
                let message = format!("`{path}` is unknown; there are {}.", KNOWN.join(", "));
                return Err(ApiError::invalid(message).with_param(path));
            }
            self.member(&Field { name, json: json.get() }, model, params)?;
        }
        Ok(())
    }

    /// OpenAI's labels become those that Bedrock writes to its invocation log, as far as they fit:
    /// 16 of 256 characters, `[a-zA-Z0-9\s:_@$#=/+,-.]`.
    fn metadata(&mut self, field: &Field<'a>, params: &mut Params<'_>) -> Result<(), ApiError> {
        const MOST: usize = 16;
        const LONGEST: usize = 256;
        let fits = |text: &str| {
            let is_mark = |c: char| " \t\n\r:_@$#=/+,-.".contains(c);
            text.len() <= LONGEST && text.chars().all(|c| c.is_ascii_alphanumeric() || is_mark(c))
        };
        let labels: BTreeMap<String, String> = field.read()?;
        let all_fit =
            labels.iter().all(|(name, value)| !name.is_empty() && fits(name) && fits(value));
        if labels.len() <= MOST && all_fit {
            self.metadata = labels;
        } else {
            let why = "Bedrock takes 16 labels of 256 letters, digits, spaces and :_@$#=/+,-.";
            params.unsupported_field(field, why)?;
        }
        Ok(())
    }

    /// OpenAI's `auto` leaves it to the project; Bedrock's word for that is none at all.
    fn service_tier(&mut self, field: &Field<'a>, params: &mut Params<'_>) -> Result<(), ApiError> {
        const TIERS: [&str; 4] = ["default", "flex", "priority", "reserved"];
        let tier: String = field.read()?;
        if tier == "auto" {
            return Ok(());
        }
        self.service_tier = TIERS.into_iter().find(|known| *known == tier);
        if self.service_tier.is_none() {
            let why = format!("Bedrock has no tier `{tier}`, only {}", TIERS.join(", "));
            params.unsupported_field(field, &why)?;
        }
        Ok(())
    }
}

/// Members of Converse's body that pass as they are.
const NATIVE: [&str; 8] = [
    "guardrailConfig",
    "performanceConfig",
    "promptVariables",
    "requestMetadata",
    "projectIdentifier",
    "serviceTier",
    "outputConfig",
    "toolConfig",
];

const SAMPLING: &str = "the Converse API has no such parameter; where the model itself has it, put it \
                        into `additionalModelRequestFields`";
const LOGPROBS: &str = "Bedrock returns no log probabilities";
const TEXT_ONLY: &str = "the models answer in text only";

/// OpenAI's parameters that Converse has no equivalent for.
const UNSUPPORTED: [(&str, &str); 14] = [
    ("n", "Bedrock gives one completion a request"),
    ("seed", SAMPLING),
    ("frequency_penalty", SAMPLING),
    ("presence_penalty", SAMPLING),
    ("logit_bias", SAMPLING),
    ("logprobs", LOGPROBS),
    ("top_logprobs", LOGPROBS),
    ("prediction", "Bedrock takes no predicted output"),
    ("modalities", TEXT_ONLY),
    ("audio", TEXT_ONLY),
    ("store", "Bedrock stores no completions"),
    ("verbosity", "there is no such parameter; say it in the prompt"),
    ("prompt_cache_retention", "the cache is steered by `cache_control` marks"),
    ("web_search_options", "only Amazon's Nova models search the web"),
];
