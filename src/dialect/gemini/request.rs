//! The request: members and messages put together, written once.

use super::address::{self, Service};
use super::choice;
use super::content::Notes;
use super::conversation::{Conversation, SystemInstruction, Turn};
use super::format;
use super::members::Members;
use super::model::Model;
use super::native::{Json, Object};
use super::speech;
use super::thinking;
use super::tool::{self, Around, Declaration, Declared};
use crate::dialect::calls::tool_names;
use crate::dialect::outgoing::{to_bytes, unwritable};
use crate::dialect::tool_name::{Allowed, Names};
use crate::dialect::{Call, Outgoing, Params};
use crate::openai::ApiError;
use crate::openai::response_format::ResponseFormat;
use crate::openai::tool::ToolChoice;
use serde::Serialize;

/// Source: <https://ai.google.dev/api/caching#FunctionDeclaration>. Colons are allowed, too, but not by
/// Vertex AI.
const NAMES: Allowed = Allowed {
    max_name: 64,
    name_marks: &['-', '.'],
    letter_first: true,
    max_id: usize::MAX,
    id_marks: &[],
};

/// How Vertex AI is told the tier. Source:
/// <https://cloud.google.com/vertex-ai/generative-ai/docs/flex-paygo>.
const TIER_HEADER: &str = "x-vertex-ai-llm-shared-request-type";

/// The body of `generateContent`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    contents: Vec<Turn<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    system_instruction: Option<SystemInstruction<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tools: Vec<Declaration<'a>>,
    #[serde(skip_serializing_if = "Object::is_empty")]
    tool_config: Object<'a>,
    #[serde(skip_serializing_if = "Object::is_empty")]
    generation_config: Object<'a>,
    /// Members of Google's own, and unknown ones.
    #[serde(flatten)]
    native: Object<'a>,
}

/// Writes the request.
///
/// # Errors
/// See [`crate::dialect::Dialect::request`].
pub fn write(call: &Call<'_>) -> Result<Outgoing, ApiError> {
    let Call { request, target, .. } = *call;
    let model = Model::named(&target.model);
    let service = Service::of(target);
    let mut params = call.params();
    let mut members = Members::read(call, &model, &mut params)?;
    let mut generation = std::mem::take(&mut members.generation);
    let tools = members.common.offered();
    let names = Names::new(tool_names(&tools, &request.messages), &NAMES);

    let mut notes = Notes::new(&mut params, &model);
    let Conversation { system, turns, .. } =
        Conversation::read(&request.messages, &names, &mut notes)?;
    let media_resolution = notes.media_resolution();

    let around = Around { model: &model, service, may_mix: members.mixes_tools };
    let mut declared = tool::declare(&tools, members.web_search, &names, around, &mut params)?;
    declared.mixed |= members.mixes_tools;
    if members.one_tool_at_a_time && declared.has_functions() {
        let why = "Gemini decides itself how many tools it calls at once";
        params.unsupported("parallel_tool_calls", why)?;
    }
    let format = format_beside_tools(&members, &mut declared, &model, &mut params)?;
    // The mode in which calls are validated is unknown to Vertex AI's `v1`:
    // <https://docs.cloud.google.com/dotnet/docs/reference/Google.Cloud.AIPlatform.V1/latest/Google.Cloud.AIPlatform.V1.FunctionCallingConfig.Types.Mode>.
    let beta = choice::validates(members.common.tool_choice.as_ref(), &declared);
    let path = address::path(target, request.stream, beta)?;
    let mut tool_config = choice::config(members.common.tool_choice.as_ref(), &declared, &names)?;
    if let Some(own) = members.tool_config {
        tool_config.merge(own, "tool_config")?;
    }

    for (name, value) in format::members(format, &model, &mut params)? {
        generation.set(name, value);
    }
    let effort = members.reasoning_effort.as_deref();
    if let Some(plan) = thinking::plan(members.thinking.as_ref(), effort, &model, &mut params)? {
        generation.set_ours("thinkingConfig", to_value(&plan)?);
    }
    speech::add(&members.modalities, members.audio, &model, &mut generation, &mut params)?;
    if let Some(resolution) = media_resolution {
        generation.set_ours("mediaResolution", resolution);
    }
    for (name, value) in &members.native_generation {
        generation.set(*name, Json::Raw(value));
    }
    if let Some(own) = members.generation_config {
        generation.merge(own, "generationConfig")?;
    }

    let mut native = Object::default();
    if let (Some(tier), Service::AiStudio) = (members.service_tier, service) {
        native.set_ours("serviceTier", tier);
    }
    for (name, value) in &members.native {
        native.set(*name, Json::Raw(value));
    }
    let written_system = native.has("systemInstruction");
    let body = Body {
        contents: turns,
        system_instruction: Some(system)
            .filter(|system| !system.parts.is_empty() && !written_system),
        tools: declared.tools,
        tool_config,
        generation_config: generation,
        native,
    };
    let body = to_bytes(&body, request)?;
    let mut outgoing = call.post(&target.model, path, body, params.into_dropped());
    outgoing.exchange.renamed_tools = names.into_renamed();
    if let (Some(tier @ ("flex" | "priority")), Service::VertexAi) = (members.service_tier, service)
    {
        outgoing.set_header(TIER_HEADER, tier);
    }
    Ok(outgoing)
}

fn to_value(part: &impl Serialize) -> Result<serde_json::Value, ApiError> {
    serde_json::to_value(part).map_err(unwritable)
}

/// Models before Gemini 3 refuse a JSON format beside functions. Where no function may be called, none
/// is declared; where one must be, there is no answer that could have a format.
fn format_beside_tools<'m>(
    members: &'m Members<'_>,
    declared: &mut Declared<'_>,
    model: &Model,
    params: &mut Params<'_>,
) -> Result<Option<&'m ResponseFormat>, ApiError> {
    let Some(format) = members.response_format.as_ref().filter(|format| format.kind != "text")
    else {
        return Ok(members.response_format.as_ref());
    };
    if !declared.has_functions() {
        return Ok(Some(format));
    }
    match &members.common.tool_choice {
        Some(
            ToolChoice::Required
            | ToolChoice::Function(_)
            | ToolChoice::Allowed { required: true, .. },
        ) => Ok(None),
        _ if model.is_third_generation() => Ok(Some(format)),
        Some(ToolChoice::None) => {
            declared.tools.retain(|tool| matches!(tool, Declaration::Google(_)));
            declared.strict = false;
            Ok(Some(format))
        }
        _ => {
            let why = "this model takes no JSON format beside functions";
            Ok(params.unsupported("response_format", why)?.then_some(format))
        }
    }
}
