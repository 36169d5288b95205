//! The request's top-level members, each accounted for.

use super::think::Written;
use crate::dialect::Params;
use crate::dialect::defaults::says_the_default;
use crate::dialect::fields::{count, effort, number, raw, texts};
use crate::dialect::members::{self, Common, Native};
use crate::openai::ApiError;
use crate::openai::request::Field;
use crate::wire::object::{RawJson, object};
use serde::Serialize;
use serde::ser::Serializer;
use serde_json::value::{RawValue, to_raw_value};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// What the request says beside its messages.
#[derive(Debug, Default)]
pub struct Members<'a> {
    pub options: Options<'a>,
    /// But for its limit, which is among the options.
    pub common: Common,
    pub format: Option<Cow<'a, RawValue>>,
    pub reasoning_effort: Option<String>,
    pub thinking: Option<Written>,
    pub logprobs: bool,
    pub top_logprobs: Option<u64>,
    /// Members that Ollama takes as the client wrote them.
    pub native: Native<'a>,
}

/// `options`, each once: what the client wrote there stands above what follows from OpenAI's
/// parameters.
#[derive(Debug, Default)]
pub struct Options<'a> {
    written: BTreeMap<&'a str, &'a RawValue>,
    ours: Vec<(&'static str, Cow<'a, RawValue>)>,
}

impl<'a> Options<'a> {
    fn set(&mut self, name: &'static str, value: Cow<'a, RawValue>) {
        self.ours.retain(|(known, _)| *known != name);
        self.ours.push((name, value));
    }

    pub fn is_empty(&self) -> bool {
        self.written.is_empty() && self.ours.is_empty()
    }
}

impl Serialize for Options<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let ours = self.ours.iter().filter(|(name, _)| !self.written.contains_key(name));
        let ours = ours.map(|(name, value)| (*name, &**value));
        serializer.collect_map(ours.chain(self.written.iter().map(|(name, value)| (*name, *value))))
    }
}

/// Ollama's options that have no name of OpenAI's. LiteLLM's users write them at the top level.
/// Source: <https://docs.ollama.com/modelfile#parameter>, and the `Options` of Ollama's API.
const OPTIONS: [&str; 24] = [
    "num_ctx",
    "num_keep",
    "num_batch",
    "num_gpu",
    "num_thread",
    "main_gpu",
    "use_mmap",
    "use_mlock",
    "numa",
    "low_vram",
    "f16_kv",
    "logits_all",
    "vocab_only",
    "num_predict",
    "top_k",
    "min_p",
    "typical_p",
    "tfs_z",
    "repeat_last_n",
    "repeat_penalty",
    "penalize_newline",
    "mirostat",
    "mirostat_tau",
    "mirostat_eta",
];

/// Why a member that nobody knows is not sent.
pub const UNKNOWN: &str = "Ollama's chat API has no such member";
const TEXT_ONLY: &str = "Ollama answers in text only";

/// OpenAI's parameters that Ollama has no equivalent for.
const UNSUPPORTED: [(&str, &str); 11] = [
    ("n", "Ollama gives one completion a request"),
    ("logit_bias", "Ollama has no such option"),
    ("parallel_tool_calls", "Ollama cannot be kept to one call at a time"),
    ("prediction", "Ollama takes no predicted output"),
    ("modalities", TEXT_ONLY),
    ("audio", TEXT_ONLY),
    ("store", "Ollama stores no completions"),
    ("service_tier", "Ollama has no tiers"),
    ("verbosity", "Ollama has no such parameter; say it in the prompt"),
    ("web_search_options", "Ollama's chat API does not search the web"),
    ("prompt_cache_retention", "Ollama's cache follows `keep_alive`"),
];

impl<'a> members::Members<'a> for Members<'a> {
    fn take(&mut self, field: &Field<'a>, params: &mut Params<'_>) -> Result<bool, ApiError> {
        let mut option = |name, value: &'a RawValue| self.options.set(name, Cow::Borrowed(value));
        match field.name {
            "max_tokens" | "max_completion_tokens" => {
                let most = to_raw_value(&count(field)?).map_err(|_| wrong(field))?;
                let known = |(name, _): &(&str, _)| *name == "num_predict";
                if field.name == "max_completion_tokens" || !self.options.ours.iter().any(known) {
                    self.options.set("num_predict", Cow::Owned(most));
                }
            }
            "temperature" => option("temperature", number(field)?),
            "top_p" => option("top_p", number(field)?),
            "seed" => option("seed", number(field)?),
            "frequency_penalty" => option("frequency_penalty", number(field)?),
            "presence_penalty" => option("presence_penalty", number(field)?),
            "stop" => {
                let stop = to_raw_value(&texts(field)?).map_err(|_| wrong(field))?;
                self.options.set("stop", Cow::Owned(stop));
            }
            "options" => {
                self.options.written =
                    serde_json::from_str(field.json).map_err(|_| wrong(field))?;
            }
            "response_format" if self.format.is_none() => self.format = format(field)?,
            "response_format" => {}
            "format" => self.format = Some(Cow::Borrowed(raw(field)?)),
            "reasoning_effort" => self.reasoning_effort = effort(field)?,
            "thinking" => self.thinking = Some(field.read()?),
            "logprobs" => self.logprobs = field.read()?,
            "top_logprobs" => self.top_logprobs = Some(count(field)?),
            "think" | "keep_alive" | "truncate" | "shift" => self.native.push(field)?,
            // Who asks, and labels for the one who reads the bill: they do not change the answer.
            "user" | "safety_identifier" | "metadata" | "prompt_cache_key" => {
                params.leave_out(field.name);
            }
            _ if self.common.take(field)? || says_the_default(field) => {}
            name => {
                let Some(name) = OPTIONS.iter().find(|known| **known == name) else {
                    return self.refuse(field, &UNSUPPORTED, params);
                };
                option(name, raw(field)?);
            }
        }
        Ok(true)
    }

    fn pass(&mut self, field: &Field<'a>) -> Result<(), ApiError> {
        self.native.push(field)
    }
}

fn wrong(field: &Field<'_>) -> ApiError {
    ApiError::invalid(format!("`{}` is wrong.", field.name)).with_param(field.name)
}

object! {
    struct ResponseFormat {
        kind("type"): String,
        json_schema("json_schema"): Option<Envelope>,
        /// LiteLLM's older form.
        response_schema("response_schema"): Option<RawJson>,
    }
}
object! {
    struct Envelope {
        schema("schema"): Option<RawJson>,
    }
}

/// `response_format` as Ollama's `format`: `"json"`, or the schema itself.
fn format<'a>(field: &Field<'a>) -> Result<Option<Cow<'a, RawValue>>, ApiError> {
    const PATH: &str = "response_format.json_schema.schema";
    let format: ResponseFormat = field.read()?;
    let schema = format.json_schema.and_then(|envelope| envelope.schema);
    let schema = schema.or(format.response_schema);
    Ok(Some(Cow::Owned(match (format.kind.as_str(), schema) {
        ("text", _) => return Ok(None),
        ("json_object" | "json_schema", Some(schema)) if schema.get().starts_with('{') => schema,
        ("json_object", None) => to_raw_value("json").map_err(|_| wrong(field))?,
        ("json_object" | "json_schema", _) => {
            return Err(ApiError::invalid(format!("`{PATH}` must be an object, the JSON schema."))
                .with_param(PATH));
        }
        (other, _) => {
            return Err(ApiError::invalid(format!(
                "`response_format.type` is `{other}`; it must be text, json_object or json_schema."
            ))
            .with_param("response_format.type"));
        }
    })))
}
