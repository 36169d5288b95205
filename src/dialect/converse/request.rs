//! The request: members and messages put together, written once.

use super::NAMES;
use super::additional::Additional;
use super::block::Block;
use super::choice::{self, Circumstances, Decision, ToolChoice};
use super::content::Notes;
use super::format::{self, OutputConfig};
use super::media;
use super::members::Members;
use super::message::{Conversation, Turn};
use super::model::Model;
use super::reasoning::{self, Plan};
use super::tool::{self, Declaration};
use crate::dialect::anthropic::beta::Betas;
use crate::dialect::anthropic::choice::{self as claudes, THINKS_IN_BUDGET, Wanted};
use crate::dialect::anthropic::format::{self as wanted, Format, JSON_TOOL, JSON_TOOL_DESCRIPTION};
use crate::dialect::anthropic::sampling::sampling;
use crate::dialect::anthropic::{context, host, tool as claudes_tool};
use crate::dialect::calls::{called_names, is_mid_tool_loop, tool_names};
use crate::dialect::function_tools::undeclared;
use crate::dialect::members::Native;
use crate::dialect::outgoing::to_bytes;
use crate::dialect::segment::segment;
use crate::dialect::tool_name::Names;
use crate::dialect::{Call, Outgoing, Params, Target};
use crate::openai::ApiError;
use crate::openai::tool::ToolChoice as Asked;
use serde::Serialize;
use serde_json::json;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// Where Claude says how many of its tokens were thinking; Converse's own usage does not.
const THINKING_TOKENS: &str = "/usage/output_tokens_details";

/// Beta headers of Anthropic's that Bedrock refuses; what they are for needs none there, or is not
/// there at all.
const REFUSED_BETAS: [&str; 2] = ["prompt-caching", "advanced-tool-use"];

/// The body of `POST /model/{id}/converse`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    messages: Vec<Turn<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    system: Vec<Block<'a>>,
    #[serde(skip_serializing_if = "InferenceConfig::is_empty")]
    inference_config: InferenceConfig<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool_config: Option<ToolConfig<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    output_config: Option<OutputConfig>,
    #[serde(skip_serializing_if = "Additional::is_empty")]
    additional_model_request_fields: Additional<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    additional_model_response_field_paths: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_metadata: Option<&'a BTreeMap<String, String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    service_tier: Option<ServiceTier>,
    #[serde(flatten)]
    native: &'a Native<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct InferenceConfig<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    max_tokens: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    top_p: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    stop_sequences: &'a [String],
}

impl InferenceConfig<'_> {
    fn is_empty(&self) -> bool {
        self.max_tokens.is_none()
            && self.temperature.is_none()
            && self.top_p.is_none()
            && self.stop_sequences.is_empty()
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ToolConfig<'a> {
    tools: Vec<Declaration<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool_choice: Option<ToolChoice<'a>>,
}

#[derive(Serialize)]
struct ServiceTier {
    r#type: &'static str,
}

/// Writes the request.
///
/// # Errors
/// See [`crate::dialect::Dialect::request`].
pub fn write(call: &Call<'_>) -> Result<Outgoing, ApiError> {
    let Call { request, target, .. } = *call;
    let model = model_of(target)?;
    let mut params = call.params();
    let mut betas = Betas::new(&host::BEDROCK);
    let mut members = Members::read(call, &model, &mut params)?;
    let mut additional = std::mem::take(&mut members.additional);
    let members = members;
    let tools = members.common.offered();
    let names = Names::new(tool_names(&tools, &request.messages), &NAMES);

    let mut documents = media::Names::default();
    let mut notes = Notes { params: &mut params, documents: &mut documents, model: &model };
    let mut conversation = Conversation::read(&request.messages, &names, &mut notes)?;
    if let Some(system) = members.system {
        conversation.lead_system(system)?;
    }
    let plan = reasoning::plan(
        &members,
        &model,
        is_mid_tool_loop(&request.messages),
        (&mut additional, &mut betas, &mut params),
    )?;
    if let Some(json) = members.context_management {
        additional.add("context_management", &context::read(json, &mut betas)?)?;
    }

    let must_call = matches!(
        members.common.tool_choice,
        Some(Asked::Required | Asked::Function(_) | Asked::Allowed { required: true, .. })
    );
    let asked_format = format::asked(&members);
    // Where a call is demanded there is no answer that could have a format.
    let format = match must_call || members.native.has("outputConfig") {
        true => Format::Text,
        false => wanted::choose(asked_format.as_ref(), model.structured_outputs())?,
    };
    let (output_config, json_schema) = match format {
        Format::Text => (None, None),
        Format::Native(native) => (Some(OutputConfig::new(&native, asked_format.as_ref())), None),
        Format::Tool(schema) => (None, Some(schema)),
    };
    let json_tool = json_schema.is_some();

    let mut declared = tool::declare(&tools, &names, &model, &mut params)?;
    if members.web_search {
        declared.tools.push(Declaration::SystemTool { name: "nova_grounding" });
    }
    let has_tools = !declared.tools.is_empty() || !declared.claudes.is_empty();
    if let Some(Asked::Function(name)) = &members.common.tool_choice
        && has_tools
        && declared.claudes.is_empty()
        && !declared.tools.iter().any(|tool| tool.is_named(names.sent(name)))
    {
        return Err(undeclared(name));
    }
    let has_history = called_names(&request.messages).next().is_some();
    let is_native = members.native.has("toolConfig");
    if declared.tools.is_empty() && !is_native {
        // Bedrock demands declarations for calls in the history, also where none may be made.
        let mut seen = hashbrown::HashSet::new();
        let called = called_names(&request.messages).filter(|name| seen.insert(*name));
        declared.tools.extend(called.map(|name| Declaration::called(names.sent(name))));
    }
    let history_only = !has_tools && !declared.tools.is_empty();
    declared.tools.extend(
        json_schema
            .map(|schema| Declaration::with_schema(JSON_TOOL, JSON_TOOL_DESCRIPTION, schema)),
    );
    let mut one_at_a_time = members.one_tool_at_a_time;
    if one_at_a_time && has_tools && !model.one_tool_at_a_time() {
        let why = "this model cannot be told to call one tool at a time";
        params.unsupported("parallel_tool_calls", why)?;
        one_at_a_time = false;
    }
    let decision = if is_native {
        Decision::NoTools
    } else {
        let wanted = Wanted {
            choice: members.common.tool_choice.as_ref(),
            one_at_a_time,
            has_tools,
            history_only,
            json_tool,
            cannot_force: cannot_force(&plan, must_call || json_tool, &model),
        };
        let choice = claudes::choose(wanted, &names, &model.claude, &mut params)?;
        let around = Circumstances {
            configured: !declared.tools.is_empty(),
            history: has_history,
            stated: members.common.tool_choice == Some(Asked::None),
        };
        choice::express(choice, around, &model, &mut additional, &mut params)?
    };
    let tool_config = match decision {
        Decision::Tools(tool_choice) => {
            let claudes = std::mem::take(&mut declared.claudes);
            let claudes =
                claudes_tool::declare(&claudes, &names, &model.claude, &mut betas, &mut params)?;
            if !claudes.tools.is_empty() {
                additional.add("tools", &claudes.tools)?;
            }
            let tools = declared.tools;
            (!tools.is_empty()).then_some(ToolConfig { tools, tool_choice })
        }
        Decision::NoTools => None,
    };

    top_k(&members, &model, &plan, &mut additional, &mut params)?;
    add_betas(&members, &model, target, &betas, &mut additional)?;
    let mut paths: Vec<&str> = members.response_paths.iter().map(String::as_str).collect();
    let thinks = plan.thinks || model.claude.always_thinks();
    if thinks && !paths.contains(&THINKING_TOKENS) {
        paths.push(THINKING_TOKENS);
    }
    let body = Body {
        messages: conversation.turns,
        system: conversation.system,
        inference_config: InferenceConfig {
            max_tokens: members.common.max_tokens,
            temperature: chance("temperature", members.temperature, &model, &plan, &mut params)?,
            top_p: chance("top_p", members.top_p, &model, &plan, &mut params)?,
            stop_sequences: &members.stop,
        },
        tool_config,
        output_config,
        additional_model_request_fields: additional,
        additional_model_response_field_paths: paths,
        request_metadata: (!members.metadata.is_empty() && !members.native.has("requestMetadata"))
            .then_some(&members.metadata),
        service_tier: members
            .service_tier
            .filter(|_| !members.native.has("serviceTier"))
            .map(|r#type| ServiceTier { r#type }),
        native: &members.native,
    };
    let body = to_bytes(&body, request)?;
    let verb = if request.stream { "converse-stream" } else { "converse" };
    let path = target.endpoint.join(&format!("/model/{}/{verb}", segment(model.name.id)?));
    let mut outgoing = call.post(model.name.id, path, body, params.into_dropped());
    outgoing.exchange.json_tool = json_tool.then(|| JSON_TOOL.to_owned());
    outgoing.exchange.renamed_tools = names.into_renamed();
    Ok(outgoing)
}

/// The model that the deployment names.
fn model_of(target: &Target) -> Result<Model<'_>, ApiError> {
    let wrong = |message: String| ApiError::invalid(message).with_param("model");
    let model = Model::named(&target.model).map_err(wrong)?;
    model.name.check_region(target)?;
    Ok(model)
}

fn cannot_force(plan: &Plan, forced: bool, model: &Model<'_>) -> Option<&'static str> {
    if plan.has_budget {
        return Some(THINKS_IN_BUDGET);
    }
    (forced && !model.forced_tools())
        .then_some("this model cannot be told to call a tool, only `auto` and `none` work")
}

/// Temperature and `top_p`, where the model takes them with this value.
fn chance<'a>(
    name: &str,
    value: Option<&'a RawValue>,
    model: &Model<'_>,
    plan: &Plan,
    params: &mut Params<'_>,
) -> Result<Option<&'a RawValue>, ApiError> {
    let value = match model.is_claude() {
        true => sampling(name, value, &model.claude, plan.thinks, params)?,
        false => value,
    };
    let Some(json) = value else { return Ok(None) };
    let number = json.get().parse::<f64>().unwrap_or(0.0);
    if (0.0..=1.0).contains(&number) || params.unsupported(name, "Bedrock's goes from 0 to 1")? {
        return Ok(value);
    }
    Ok(None)
}

/// Converse has none; the makers do, each in a place of its own.
fn top_k(
    members: &Members<'_>,
    model: &Model<'_>,
    plan: &Plan,
    additional: &mut Additional<'_>,
    params: &mut Params<'_>,
) -> Result<(), ApiError> {
    const NAME: &str = "top_k";
    let Some(top_k) = members.top_k else { return Ok(()) };
    if model.is_nova() {
        return additional.add("inferenceConfig", &json!({"topK": top_k}));
    }
    let top_k = match model.is_claude() {
        true => sampling(NAME, Some(top_k), &model.claude, plan.thinks, params)?,
        false => Some(top_k),
    };
    top_k.map_or(Ok(()), |top_k| additional.add(NAME, &top_k))
}

/// Anthropic's beta header stands in the body here: what the client, the deployment's header and the
/// request itself ask for.
fn add_betas(
    members: &Members<'_>,
    model: &Model<'_>,
    target: &Target,
    betas: &Betas,
    additional: &mut Additional<'_>,
) -> Result<(), ApiError> {
    if !model.is_claude() {
        return Ok(());
    }
    let header = target.extra_headers.iter().find(|(name, _)| name == "anthropic-beta");
    let header = header.map(|(_, value)| value.as_str());
    let stated = members.betas.iter().map(String::as_str).chain(header).collect::<Vec<_>>();
    let stated = stated.join(",");
    let is_taken = |beta: &&str| !REFUSED_BETAS.iter().any(|refused| beta.starts_with(refused));
    let all: Vec<&str> = betas.all(Some(&stated)).into_iter().filter(is_taken).collect();
    if all.is_empty() { Ok(()) } else { additional.add("anthropic_beta", &all) }
}
