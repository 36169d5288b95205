//! The request's top-level members that mean the same to every text generation: nothing, or what it
//! cannot do.

use crate::dialect::Params;
use crate::dialect::defaults::says_the_default;
use crate::dialect::members::{Fate, fate};
use crate::openai::ApiError;
use crate::openai::request::Field;

const TOOLS: &str = "text generation knows no tools";
const LOGPROBS: &str = "log probabilities of a generation have no place in a chat completion";
const TEXT_ONLY: &str = "text generation answers in free text only";
/// Why a parameter is not sent that is not known here.
pub const UNKNOWN: &str = "text generation has no such parameter";

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
    ("store", "text generation stores no completions"),
    ("thinking", UNKNOWN),
    ("tool_choice", TOOLS),
    ("tools", TOOLS),
    ("top_logprobs", LOGPROBS),
    ("web_search_options", TOOLS),
];

/// Accounts for a member that the format itself does not know.
///
/// # Errors
/// 400 naming one that a generation cannot take and nobody allowed to drop.
pub fn account(field: &Field<'_>, params: &mut Params<'_>) -> Result<Fate, ApiError> {
    Ok(match field.name {
        // Read elsewhere; usage comes unasked, where it comes at all.
        "model" | "messages" | "stream" | "stream_options" => Fate::Done,
        "user"
        | "safety_identifier"
        | "metadata"
        | "service_tier"
        | "prompt_cache_key"
        | "prompt_cache_retention"
        | "verbosity" => {
            params.leave_out(field.name);
            Fate::Done
        }
        _ if says_the_default(field) || restrains_calls(field) => Fate::Done,
        _ => fate(field, &UNSUPPORTED, params)?,
    })
}

/// Whether a parameter restrains calls of tools, of which there are none anyway.
fn restrains_calls(field: &Field<'_>) -> bool {
    match field.name {
        "parallel_tool_calls" => field.json == "false",
        "tool_choice" | "function_call" => field.json == "\"none\"",
        _ => false,
    }
}

/// 400: a member of the format's own that is made of the messages.
#[must_use]
pub fn made_of_messages(name: &str) -> ApiError {
    let message = format!("`{name}` is made of `messages`; leave it out.");
    ApiError::invalid(message).with_param(name)
}
