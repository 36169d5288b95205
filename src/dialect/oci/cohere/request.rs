//! The request: members and messages put together, written once.

use super::members::{Document, Members, UNKNOWN};
use super::message::{self, Conversation, ToolResult, Turn};
use super::tool::{self, Tool};
use crate::dialect::function_tools;
use crate::dialect::members::{self, Native};
use crate::dialect::oci::details::{self, StreamOptions};
use crate::dialect::tool_name::{Allowed, Names};
use crate::dialect::{Call, Outgoing, Params, calls};
use crate::openai::ApiError;
use crate::openai::response_format::ResponseFormat;
use crate::wire::object::RawJson;
use serde::Serialize;
use std::borrow::Cow;

/// "Valid names contain only the characters a-z, A-Z, 0-9, _ and must not begin with a digit." How long
/// they may be is not said.
const NAMES: Allowed = Allowed {
    max_name: 64,
    name_marks: &[],
    letter_first: true,
    max_id: usize::MAX,
    id_marks: &[],
};

/// `CohereChatRequest`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    api_format: &'static str,
    message: Cow<'a, str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    chat_history: Vec<Turn<'a>>,
    #[serde(skip_serializing_if = "String::is_empty")]
    preamble_override: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tools: Vec<Tool<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tool_results: Vec<ToolResult<'a>>,
    #[serde(skip_serializing_if = "<[Document]>::is_empty")]
    documents: &'a [Document],
    #[serde(skip_serializing_if = "Option::is_none")]
    response_format: Option<Format<'a>>,
    max_tokens: u64,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    stop_sequences: &'a [String],
    is_stream: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    stream_options: Option<StreamOptions>,
    #[serde(flatten)]
    native: &'a Native<'a>,
}

/// One type for JSON, with or without a schema.
#[derive(Serialize)]
struct Format<'a> {
    r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    schema: Option<&'a RawJson>,
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
    let tools = offer(&read, &names, &mut params)?;
    let Conversation { preamble, history, message, results } =
        message::read(&request.messages, &names, &mut params)?;
    let body = Body {
        api_format: "COHERE",
        message,
        chat_history: history,
        preamble_override: preamble,
        tools,
        tool_results: results,
        documents: &read.documents,
        response_format: read.response_format.as_ref().map(format).transpose()?.flatten(),
        max_tokens: details::max_tokens(read.common.max_tokens, target),
        stop_sequences: &read.stop,
        is_stream: request.stream,
        stream_options: StreamOptions::of(request.stream),
        native: &read.native,
    };
    let mut outgoing = details::write(call, body, params)?;
    outgoing.exchange.renamed_tools = names.into_renamed();
    Ok(outgoing)
}

fn offer<'a>(
    read: &'a Members<'_>,
    names: &'a Names,
    params: &mut Params<'_>,
) -> Result<Vec<Tool<'a>>, ApiError> {
    let offered = function_tools::offer_without_choice(
        &read.common.tools,
        read.common.tool_choice.as_ref(),
        "Cohere",
        "Oracle cannot make Cohere's models call a tool",
        params,
    )?;
    for path in &offered.strict {
        params.unsupported(path, "Cohere's first version cannot promise that")?;
    }
    let tools = offered.tools.into_iter().map(|declared| {
        let function = declared.into_function();
        let place = read.common.tools.iter().position(|tool| {
            tool.function.as_ref().is_some_and(|known| known.name == function.name)
        });
        let path = format!("tools[{}]", place.unwrap_or_default());
        tool::declare(function, &path, names, params)
    });
    tools.collect()
}

fn format(format: &ResponseFormat) -> Result<Option<Format<'_>>, ApiError> {
    let schema = format.schema();
    match format.kind.as_str() {
        "text" => Ok(None),
        "json_schema" if schema.is_none() => Err(ResponseFormat::missing_schema()),
        "json_object" | "json_schema" => Ok(Some(Format { r#type: "JSON_OBJECT", schema })),
        _ => Err(format.unknown()),
    }
}
