//! The request's top-level members as parameters of a generation, each accounted for.
//!
//! Source: <https://huggingface.github.io/text-generation-inference/>, "GenerateParameters".

use crate::dialect::defaults::{says_nothing_without_tools, says_the_default};
use crate::dialect::{Call, Params};
use crate::openai::ApiError;
use crate::openai::request::Field;
use crate::wire::prune::{Entries, write_key};
use std::borrow::Cow;

/// The generation's parameters, as JSON.
#[derive(Debug, Default)]
pub struct Parameters<'a>(Vec<(Cow<'a, str>, Cow<'a, str>)>);

/// What goes in as it was written: parameters of the container under its own names.
const NATIVE: [&str; 17] = [
    "adapter_id",
    "best_of",
    "decoder_input_details",
    "details",
    "do_sample",
    "frequency_penalty",
    "grammar",
    "max_new_tokens",
    "repetition_penalty",
    "return_full_text",
    "seed",
    "stop_sequences",
    "top_k",
    "top_n_tokens",
    "truncate",
    "typical_p",
    "watermark",
];

const TOOLS: &str = "text generation knows no tools";
const LOGPROBS: &str = "log probabilities of a generation have no place in a chat completion";
const TEXT_ONLY: &str = "text generation answers in free text only";
const UNKNOWN: &str = "text generation has no such parameter";

/// OpenAI's parameters that a generation has no equivalent for.
const UNSUPPORTED: [(&str, &str); 18] = [
    ("audio", TEXT_ONLY),
    ("function_call", TOOLS),
    ("functions", TOOLS),
    ("logit_bias", UNKNOWN),
    ("logprobs", LOGPROBS),
    ("modalities", TEXT_ONLY),
    ("n", "text generation gives one answer a request"),
    ("parallel_tool_calls", TOOLS),
    ("prediction", UNKNOWN),
    ("presence_penalty", UNKNOWN),
    ("reasoning_effort", UNKNOWN),
    ("response_format", TEXT_ONLY),
    ("store", "an endpoint stores no completions"),
    ("thinking", UNKNOWN),
    ("tool_choice", TOOLS),
    ("tools", TOOLS),
    ("top_logprobs", LOGPROBS),
    ("web_search_options", TOOLS),
];

impl<'a> Parameters<'a> {
    /// Reads every member.
    ///
    /// # Errors
    /// 400 for a member that is wrong, or that a generation cannot take and nobody allowed to drop.
    pub fn read(call: &Call<'a>, params: &mut Params<'_>) -> Result<Self, ApiError> {
        let mut read = Self::default();
        for field in call.request.fields().filter(|field| !field.is_null()) {
            read.member(&field, call, params)?;
        }
        if let Some(field) = call.request.field("extra_body").filter(|field| !field.is_null()) {
            let Entries(entries) = serde_json::from_str(field.json).map_err(|_| {
                ApiError::invalid("`extra_body` is wrong: it must be an object.")
                    .with_param("extra_body")
            })?;
            for (name, value) in entries {
                // Credentials belong to the gateway, and reach no container.
                if name.starts_with("aws_") {
                    let path = format!("extra_body.{name}");
                    let message = format!("`{path}` is for the gateway's configuration only.");
                    return Err(ApiError::invalid(message).with_param(path));
                }
                read.set(name, value.get());
            }
        }
        // Without them nothing says why and after how many tokens the model stopped.
        if !read.has("details") {
            read.set("details", "true");
        }
        Ok(read)
    }

    fn member(
        &mut self,
        field: &Field<'a>,
        call: &Call<'a>,
        params: &mut Params<'_>,
    ) -> Result<(), ApiError> {
        match field.name {
            // Read elsewhere; usage is never streamed beside the details.
            "model" | "messages" | "stream" | "stream_options" | "extra_body" => {}
            "max_completion_tokens" => self.set("max_new_tokens", field.json),
            "max_tokens" if call.request.value::<u64>("max_completion_tokens")?.is_none() => {
                self.set("max_new_tokens", field.json);
            }
            "max_tokens" => {}
            "temperature" => match field.read::<f64>()? {
                // It must be positive; without sampling the likeliest token is taken, as at zero.
                zero if zero <= 0.0 => self.set("do_sample", "false"),
                _ => self.set("temperature", field.json),
            },
            // It must be below one, which is what holds without it.
            "top_p" if field.read::<f64>()? >= 1.0 => {}
            "top_p" => self.set("top_p", field.json),
            "stop" if field.json.starts_with('"') => self.set("stop", format!("[{}]", field.json)),
            "stop" => {
                field.read::<Vec<String>>()?;
                self.set("stop", field.json);
            }
            "user"
            | "safety_identifier"
            | "metadata"
            | "service_tier"
            | "prompt_cache_key"
            | "prompt_cache_retention"
            | "verbosity" => params.leave_out(field.name),
            _ if says_the_default(field) || says_nothing_without_tools(field, call.request) => {}
            name if NATIVE.contains(&name) => self.set(name, field.json),
            name => {
                let why = UNSUPPORTED.iter().find(|(known, _)| *known == name);
                if params.unsupported_field(field, why.map_or(UNKNOWN, |(_, why)| why))? {
                    self.set(name, field.json);
                }
            }
        }
        Ok(())
    }

    fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(known, _)| known == name)
    }

    fn set(&mut self, name: impl Into<Cow<'a, str>>, json: impl Into<Cow<'a, str>>) {
        let name = name.into();
        self.0.retain(|(known, _)| *known != name);
        self.0.push((name, json.into()));
    }

    /// As a JSON object.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut json = String::new();
        for (name, value) in &self.0 {
            json.push(if json.is_empty() { '{' } else { ',' });
            write_key(&mut json, name);
            json.push_str(value);
        }
        json.push('}');
        json
    }
}
