//! The request: members and messages put together, written once.

use super::members::{Members, Options, UNKNOWN};
use super::message::{self, Turn};
use super::think::{self, Think};
use crate::dialect::function_tools::{self, Declaration};
use crate::dialect::members::{self, Native};
use crate::dialect::outgoing::to_bytes;
use crate::dialect::{Call, Outgoing, Target};
use crate::openai::ApiError;
use serde::Serialize;
use serde_json::value::RawValue;
use std::borrow::Cow;

/// The body of `POST /api/chat`.
#[derive(Serialize)]
struct Body<'a> {
    model: &'a str,
    messages: Vec<Turn<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tools: Vec<Declaration<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<&'a Cow<'a, RawValue>>,
    #[serde(skip_serializing_if = "Options::is_empty")]
    options: &'a Options<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    think: Option<Think>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    logprobs: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    top_logprobs: Option<u64>,
    /// Always said: without it Ollama streams.
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
    let offered = function_tools::offer_without_choice(
        &read.common.tools,
        read.common.tool_choice.as_ref(),
        "Ollama",
        "Ollama cannot make a model call a tool",
        &mut params,
    )?;
    for path in &offered.strict {
        params.unsupported(path, "Ollama cannot promise that arguments follow their schema")?;
    }
    let effort = read.reasoning_effort.as_deref();
    let think = match read.native.has("think") {
        true => None,
        false => think::plan(read.thinking.as_ref(), effort, &target.model, &mut params)?,
    };
    let body = Body {
        model: &target.model,
        messages: message::read(&request.messages, &mut params)?,
        tools: offered.tools,
        format: read.format.as_ref(),
        options: &read.options,
        think,
        logprobs: read.logprobs,
        top_logprobs: read.top_logprobs.filter(|_| read.logprobs),
        stream: request.stream,
        native: &read.native,
    };
    let bytes = to_bytes(&body, request)?;
    Ok(call.post(&target.model, path(target), bytes, params.into_dropped()))
}

/// `api_base` may be the host alone, end in `/api`, or be the whole address.
fn path(target: &Target) -> String {
    let base = target.endpoint.base_path();
    target.endpoint.join(match base {
        _ if base.ends_with("/api/chat") => "",
        _ if base.ends_with("/api") => "/chat",
        _ => "/api/chat",
    })
}
