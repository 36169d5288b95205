//! The request: members and messages put together, written once.

use super::format::{self, Format};
use super::members::{Members, UNKNOWN};
use super::message::{self, Turn};
use super::thinking::{self, Thinking};
use crate::dialect::function_tools::{self, Declaration};
use crate::dialect::members::{self, Native};
use crate::dialect::outgoing::to_bytes;
use crate::dialect::{Call, Outgoing, Target};
use crate::openai::ApiError;
use crate::openai::tool::ToolChoice;
use serde::Serialize;
use serde_json::value::RawValue;

/// The body of `POST /v2/chat`.
#[derive(Serialize)]
struct Body<'a> {
    model: &'a str,
    messages: Vec<Turn<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tools: Vec<Declaration<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool_choice: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    strict_tools: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    documents: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    response_format: Option<Format>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thinking: Option<Thinking>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_tokens: Option<u64>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    stop_sequences: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    p: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    k: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seed: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    frequency_penalty: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    presence_penalty: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    logprobs: bool,
    stream: bool,
    #[serde(flatten)]
    native: &'a Native<'a>,
}

/// Writes the request.
///
/// # Errors
/// See [`crate::dialect::Dialect::request`].
pub fn write(call: &Call<'_>) -> Result<Outgoing, ApiError> {
    let Call { request, target, .. } = *call;
    let mut params = call.params();
    let mut read = Members::default();
    members::read(request, &mut read, UNKNOWN, &mut params)?;
    let choice = read.common.tool_choice.as_ref();
    let mut offered = function_tools::offer(&read.common.tools, choice, "Cohere", &mut params)?;
    let demanded = function_tools::demands_a_call(choice);

    // A format of the answer cannot stand beside tools. Where none may be called they need not stand
    // there, and where a call is demanded there is no answer that could have a format.
    let wants_format = read.response_format.as_ref().is_some_and(|format| format.kind != "text");
    if wants_format && choice == Some(&ToolChoice::None) {
        offered = function_tools::Offered::default();
    }
    let beside = match () {
        () if !offered.tools.is_empty() => Some("tools"),
        () if read.documents.is_some() => Some("documents"),
        () => None,
    };
    let response_format = match demanded {
        true => None,
        false => format::choose(read.response_format.as_ref(), beside, &mut params)?,
    };
    let has_tools = !offered.tools.is_empty();
    let body = Body {
        model: &target.model,
        messages: message::read(&request.messages, &target.model, &mut params)?,
        tool_choice: match choice {
            _ if demanded => Some("REQUIRED"),
            Some(ToolChoice::None) if has_tools => Some("NONE"),
            _ => None,
        },
        // Cohere's promise is for all tools or none; one that asks for it gets it.
        strict_tools: read.strict_tools.or((!offered.strict.is_empty()).then_some(true)),
        tools: offered.tools,
        documents: read.documents,
        response_format,
        thinking: thinking::plan(
            read.thinking.as_ref(),
            read.reasoning_effort.as_deref(),
            &mut params,
        )?,
        max_tokens: read.common.max_tokens,
        stop_sequences: &read.stop,
        temperature: read.temperature,
        p: read.p,
        k: read.k,
        seed: read.seed,
        frequency_penalty: read.frequency_penalty,
        presence_penalty: read.presence_penalty,
        logprobs: read.logprobs,
        stream: request.stream,
        native: &read.native,
    };
    let bytes = to_bytes(&body, request)?;
    Ok(call.post(&target.model, path(target), bytes, params.into_dropped()))
}

/// `api_base` may be the host alone, end in the version, or be the whole address (LiteLLM's form).
fn path(target: &Target) -> String {
    let base = target.endpoint.base_path();
    target.endpoint.join(match base {
        _ if base.ends_with("/v2/chat") => "",
        _ if base.ends_with("/v2") => "/chat",
        _ => "/v2/chat",
    })
}
