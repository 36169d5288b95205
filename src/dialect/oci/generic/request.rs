//! The request: members and messages put together, written once.

use super::choice::{self, Declaration, ToolChoice};
use super::extra::{Prediction, WebSearch};
use super::format::{self, Format};
use super::members::{Members, UNKNOWN};
use super::message::{self, Turn};
use crate::dialect::members::{self, Native};
use crate::dialect::oci::details::{self, StreamOptions};
use crate::dialect::tool_name::{Allowed, Names};
use crate::dialect::{Call, Outgoing, calls};
use crate::openai::ApiError;
use serde::Serialize;

/// Names of functions: "a-z, A-Z, 0-9, or contain underscores and dashes, with a maximum length of 64".
const NAMES: Allowed = Allowed {
    max_name: 64,
    name_marks: &['-'],
    letter_first: false,
    max_id: usize::MAX,
    id_marks: &[],
};

/// `GenericChatRequest`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    api_format: &'static str,
    messages: Vec<Turn<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tools: Vec<Declaration<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool_choice: Option<ToolChoice<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_parallel_tool_calls: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    response_format: Option<Format<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_tokens: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_completion_tokens: Option<u64>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    stop: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    log_probs: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasoning_effort: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    verbosity: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    service_tier: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    prediction: Option<&'a Prediction>,
    #[serde(skip_serializing_if = "Option::is_none")]
    web_search_options: Option<&'a WebSearch>,
    is_stream: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    stream_options: Option<StreamOptions>,
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
    let tools = read.common.offered();
    let names = Names::new(calls::tool_names(&tools, &request.messages), &NAMES);
    let (tools, tool_choice) = choice::offer(&read, &names, &mut params)?;
    let limit = details::max_tokens(read.common.max_tokens, target);
    let (max_tokens, max_completion_tokens) = match is_openais(&target.model) {
        true => (None, Some(limit)),
        false => (Some(limit), None),
    };
    let messages = message::read(&request.messages, &names, &mut params)?;
    let body = Body {
        api_format: "GENERIC",
        messages: match target.model.starts_with("google.") {
            true => message::instructions_first(messages, &mut params),
            false => messages,
        },
        is_parallel_tool_calls: read.parallel_tool_calls.filter(|_| !tools.is_empty()),
        tools,
        tool_choice,
        response_format: read.response_format.as_ref().map(format::choose).transpose()?.flatten(),
        max_tokens,
        max_completion_tokens,
        stop: &read.stop,
        // The number of alternatives; the token that was chosen comes with them.
        log_probs: read.top_logprobs.or(read.logprobs.then_some(1)),
        reasoning_effort: read.reasoning_effort,
        verbosity: read.verbosity,
        service_tier: read.service_tier,
        prediction: read.prediction.as_ref(),
        web_search_options: read.web_search.as_ref(),
        is_stream: request.stream,
        stream_options: StreamOptions::of(request.stream),
        native: &read.native,
    };
    let mut outgoing = details::write(call, body, params)?;
    outgoing.exchange.choices = read.choices;
    outgoing.exchange.renamed_tools = names.into_renamed();
    Ok(outgoing)
}

/// OpenAI's commercial models take the newer name of the limit only; those with open weights, and all
/// others, the older one. (As LiteLLM found out.)
fn is_openais(model: &str) -> bool {
    model.starts_with("openai.") && !model.starts_with("openai.gpt-oss")
}
