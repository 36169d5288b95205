//! The request's top-level members as parameters of a generation, each accounted for.
//!
//! Sources of the names: the `ensemble` of
//! <https://github.com/NVIDIA/TensorRT-LLM/tree/main/triton_backend/all_models/inflight_batcher_llm>, and
//! the inputs of <https://github.com/triton-inference-server/vllm_backend> with vLLM's `SamplingParams`.

use crate::dialect::fields::{count, number, texts};
use crate::dialect::members::{Fate, Members};
use crate::dialect::prompt::Parameters;
use crate::dialect::prompt::members::{account, made_of_messages};
use crate::dialect::{Params, Target};
use crate::openai::ApiError;
use crate::openai::request::Field;

/// What runs the model: they differ in how they are told where to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    TensorRtLlm,
    Vllm,
}

impl Backend {
    /// The deployment's setting `triton_backend`.
    ///
    /// # Errors
    /// 500 for one that is not known.
    pub fn of(target: &Target) -> Result<Self, ApiError> {
        match target.setting("triton_backend") {
            None | Some("tensorrtllm") => Ok(Self::TensorRtLlm),
            Some("vllm") => Ok(Self::Vllm),
            Some(other) => Err(ApiError::new(
                500,
                format!(
                    "The deployment's `triton_backend` is `{other}`; it must be tensorrtllm or vllm."
                ),
            )
            .with_param("triton_backend")),
        }
    }
}

/// Parameters that have no name of OpenAI's. LiteLLM's users write them at the top level.
const NATIVE: [&str; 25] = [
    "bad_words",
    "beam_width",
    "end_id",
    "exclude_input_in_output",
    "guided_decoding_guide",
    "guided_decoding_guide_type",
    "ignore_eos",
    "length_penalty",
    "lora_name",
    "lora_task_id",
    "min_length",
    "min_p",
    "min_tokens",
    "pad_id",
    "random_seed",
    "repetition_penalty",
    "return_finish_reason",
    "return_log_probs",
    "return_num_input_tokens",
    "return_num_output_tokens",
    "return_perf_metrics",
    "skip_special_tokens",
    "stop_words",
    "structured_outputs",
    "top_k",
];

/// Why a member that nobody knows is not sent.
pub const UNKNOWN: &str =
    "it is no parameter of TensorRT-LLM's or vLLM's that is known here; put such into `extra_body`";

/// The parameters that follow from the members.
#[derive(Debug)]
pub struct Generation<'a> {
    pub backend: Backend,
    pub parameters: Parameters<'a>,
}

impl<'a> Generation<'a> {
    fn stop(&mut self, field: &Field<'a>, params: &mut Params<'_>) -> Result<(), ApiError> {
        let stops = texts(field)?;
        match (self.backend, stops.as_slice()) {
            (_, []) => {}
            (Backend::TensorRtLlm, stops) => {
                let json = serde_json::to_string(stops).unwrap_or_default();
                self.parameters.set("stop_words", json);
            }
            (Backend::Vllm, [stop]) => self.parameters.set_text("stop", stop),
            // A parameter is a scalar to Triton.
            (Backend::Vllm, _) => {
                if params.unsupported_field(field, "vLLM takes one text there, not several")? {
                    self.parameters.set("stop", field.json);
                }
            }
        }
        Ok(())
    }
}

impl<'a> Members<'a> for Generation<'a> {
    fn take(&mut self, field: &Field<'a>, params: &mut Params<'_>) -> Result<bool, ApiError> {
        match field.name {
            name @ ("max_tokens" | "max_completion_tokens") => {
                self.parameters.limit("max_tokens", name, count(field)?);
            }
            "stop" => self.stop(field, params)?,
            name
            @ ("temperature" | "top_p" | "seed" | "frequency_penalty" | "presence_penalty") => {
                self.parameters.set(name, number(field)?.get());
            }
            name @ ("text_input" | "parameters" | "inputs") => return Err(made_of_messages(name)),
            name if NATIVE.contains(&name) => self.parameters.set(name, field.json),
            name => match account(field, params)? {
                Fate::Done => {}
                Fate::Allowed => self.parameters.set(name, field.json),
                Fate::Unknown => return Ok(false),
            },
        }
        Ok(true)
    }

    fn pass(&mut self, field: &Field<'a>) -> Result<(), ApiError> {
        self.parameters.set(field.name, field.json);
        Ok(())
    }
}
