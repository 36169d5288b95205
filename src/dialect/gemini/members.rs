//! The request's top-level members, each accounted for.
//!
//! Reading comes first and writing second: [`Members`] owns what was read, and the body that
//! [`request`](super::request) writes borrows from it.

use super::address::Service;
use super::model::Model;
use super::native::{self, Home, Json, Object};
use super::speech;
use super::thinking::Written;
use crate::dialect::defaults::says_the_default;
use crate::dialect::fields::{self, count, effort, number, raw};
use crate::dialect::members::{self, Common};
use crate::dialect::{Call, Params};
use crate::openai::ApiError;
use crate::openai::request::Field;
use crate::openai::response_format::ResponseFormat;
use crate::wire::object::{RawJson, object};
use serde_json::value::RawValue;

/// What the request says beside its messages.
#[derive(Debug, Default)]
pub struct Members<'a> {
    /// OpenAI's parameters under Google's names.
    pub generation: Object<'a>,
    /// Google's own members of `generationConfig`, which stand above those.
    pub native_generation: Vec<(&'static str, &'a RawValue)>,
    /// The client's whole `generationConfig`.
    pub generation_config: Option<&'a RawValue>,
    /// But for its limit, which is one of `generation`.
    pub common: Common,
    pub one_tool_at_a_time: bool,
    /// The client's `toolConfig`, which stands above what follows from `tool_choice`.
    pub tool_config: Option<&'a RawValue>,
    pub mixes_tools: bool,
    pub response_format: Option<ResponseFormat>,
    pub reasoning_effort: Option<String>,
    pub thinking: Option<Written>,
    pub web_search: bool,
    pub modalities: Vec<&'static str>,
    pub audio: Option<&'a RawValue>,
    pub service_tier: Option<&'static str>,
    /// Members of the body that pass as they were written.
    pub native: Vec<(&'a str, &'a RawValue)>,
    logprobs: bool,
    top_logprobs: Option<&'a RawValue>,
}

object! {
    struct WebSearch {
        user_location("user_location"): Option<RawJson>,
    }
}

/// What members depend on.
struct Reader<'a, 'c> {
    read: Members<'a>,
    model: &'c Model,
    service: Service,
}

impl<'a> Members<'a> {
    /// Reads every member.
    ///
    /// # Errors
    /// 400 for a member that is wrong, or that Gemini cannot take and nobody allowed to drop.
    pub fn read(call: &Call<'a>, model: &Model, params: &mut Params<'_>) -> Result<Self, ApiError> {
        let service = Service::of(call.target);
        let mut reader = Reader { read: Self::default(), model, service };
        members::read(call.request, &mut reader, "Gemini's API has no such member", params)?;
        let mut read = reader.read;
        if read.logprobs {
            read.generation.set_ours("responseLogprobs", true);
            if let Some(top) = read.top_logprobs {
                read.generation.set("logprobs", Json::Raw(top));
            }
        }
        Ok(read)
    }
}

impl<'a> members::Members<'a> for Reader<'a, '_> {
    fn take(&mut self, field: &Field<'a>, params: &mut Params<'_>) -> Result<bool, ApiError> {
        let read = &mut self.read;
        match field.name {
            "max_completion_tokens" => read.generation.set_ours("maxOutputTokens", count(field)?),
            "max_tokens" => {
                let count = count(field)?;
                if !read.generation.has("maxOutputTokens") {
                    read.generation.set_ours("maxOutputTokens", count);
                }
            }
            "stop" => self.stop(field, params)?,
            "temperature" => self.sampling(field, "temperature", params)?,
            "top_p" => self.sampling(field, "topP", params)?,
            "top_k" => self.sampling(field, "topK", params)?,
            "n" if !says_the_default(field) => {
                read.generation.set("candidateCount", Json::Raw(number(field)?));
            }
            "seed" => read.generation.set("seed", Json::Raw(number(field)?)),
            "presence_penalty" if !says_the_default(field) => {
                self.penalty(field, "presencePenalty", params)?;
            }
            "frequency_penalty" if !says_the_default(field) => {
                self.penalty(field, "frequencyPenalty", params)?;
            }
            "logprobs" if matches!(field.json, "true" | "false") => {
                read.logprobs = field.json == "true";
            }
            "top_logprobs" => read.top_logprobs = Some(number(field)?),
            "tool_config" | "toolConfig" => read.tool_config = Some(raw(field)?),
            "include_server_side_tool_invocations" | "includeServerSideToolInvocations" => {
                read.mixes_tools = field.read()?;
            }
            "parallel_tool_calls" => read.one_tool_at_a_time = !field.read::<bool>()?,
            "response_format" => read.response_format = Some(field.read()?),
            "reasoning_effort" => read.reasoning_effort = effort(field)?,
            "thinking" => read.thinking = Some(field.read()?),
            "web_search_options" => self.web_search(field, params)?,
            "modalities" => read.modalities = speech::modalities(field)?,
            "audio" => read.audio = Some(raw(field)?),
            "service_tier" => self.service_tier(field, params)?,
            "generationConfig" | "generation_config" => read.generation_config = Some(raw(field)?),
            "contents" => {
                let message =
                    "`contents` is Gemini's own; the conversation belongs into `messages`.";
                return Err(ApiError::invalid(message).with_param(field.name));
            }
            // Vertex AI's labels are for bills, as those of AI Studio would be.
            "labels" if self.service == Service::AiStudio => params.leave_out(field.name),
            // Remarks for OpenAI's dashboards and caches, which change no answer.
            "user"
            | "safety_identifier"
            | "metadata"
            | "prompt_cache_key"
            | "prompt_cache_retention" => params.leave_out(field.name),
            _ if read.common.take(field)? || says_the_default(field) => {}
            name => match native::home(name) {
                Some(Home::Generation(name)) => read.native_generation.push((name, raw(field)?)),
                Some(Home::Body(name)) => read.native.push((name, raw(field)?)),
                None => return self.refuse(field, &UNSUPPORTED, params),
            },
        }
        Ok(true)
    }

    fn pass(&mut self, field: &Field<'a>) -> Result<(), ApiError> {
        self.read.native.push((field.name, raw(field)?));
        Ok(())
    }
}

impl<'a> Reader<'a, '_> {
    fn stop(&mut self, field: &Field<'a>, params: &mut Params<'_>) -> Result<(), ApiError> {
        let mut stop = fields::texts(field)?;
        if stop.iter().any(String::is_empty)
            && !params.unsupported_field(field, "a stop sequence must not be empty")?
        {
            stop.retain(|sequence| !sequence.is_empty());
        }
        if !stop.is_empty() {
            self.read.generation.set_ours("stopSequences", stop);
        }
        Ok(())
    }

    fn sampling(
        &mut self,
        field: &Field<'a>,
        name: &'static str,
        params: &mut Params<'_>,
    ) -> Result<(), ApiError> {
        let why = "this model takes no sampling parameters";
        self.number(field, name, self.model.sampling(), why, params)
    }

    fn penalty(
        &mut self,
        field: &Field<'a>,
        name: &'static str,
        params: &mut Params<'_>,
    ) -> Result<(), ApiError> {
        self.number(field, name, self.model.penalties(), "this model takes no penalties", params)
    }

    /// A number under Google's name for it, where the model takes it.
    fn number(
        &mut self,
        field: &Field<'a>,
        name: &'static str,
        taken: bool,
        why: &str,
        params: &mut Params<'_>,
    ) -> Result<(), ApiError> {
        let value = number(field)?;
        if taken || params.unsupported_field(field, why)? {
            self.read.generation.set(name, Json::Raw(value));
        }
        Ok(())
    }

    /// Google decides itself how much it reads, and asks for no place.
    fn web_search(&mut self, field: &Field<'a>, params: &mut Params<'_>) -> Result<(), ApiError> {
        self.read.web_search = true;
        let options: WebSearch = field.read()?;
        for (name, _) in &options.extra {
            params.leave_out(&format!("web_search_options.{name}"));
        }
        if options.user_location.is_some() {
            let why = "Google's search takes no place; the `googleMaps` tool does";
            params.unsupported("web_search_options.user_location", why)?;
        }
        Ok(())
    }

    /// OpenAI's tiers are `auto`, `default`, `flex`, `scale` and `priority`.
    fn service_tier(&mut self, field: &Field<'a>, params: &mut Params<'_>) -> Result<(), ApiError> {
        match field.read::<String>()?.to_ascii_lowercase().as_str() {
            "auto" => {}
            "default" | "standard" => self.read.service_tier = Some("standard"),
            "flex" => self.read.service_tier = Some("flex"),
            "priority" => self.read.service_tier = Some("priority"),
            other => {
                let why = format!("Google has no tier `{other}`, only default, flex and priority");
                params.unsupported_field(field, &why)?;
            }
        }
        Ok(())
    }
}

/// OpenAI's parameters that Gemini has no equivalent for.
const UNSUPPORTED: [(&str, &str); 4] = [
    ("logit_bias", "Gemini has no such sampling parameter"),
    ("prediction", "Gemini takes no predicted output"),
    ("store", "Google stores no completions"),
    ("verbosity", "Gemini has no such parameter; say it in the prompt"),
];
