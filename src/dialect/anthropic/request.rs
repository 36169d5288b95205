//! The request: members and messages put together, written once.

use super::NAMES;
use super::beta::{self, Betas};
use super::block::Block;
use super::choice::{self, Choice, THINKS_IN_BUDGET, Wanted};
use super::content::Notes;
use super::context::{self, ContextManagement};
use super::format::{self, Format, JSON_TOOL, JSON_TOOL_DESCRIPTION, NativeFormat};
use super::host::{Host, Version};
use super::members::{Members, OutputConfig, WebSearch};
use super::message::{Conversation, Turn};
use super::model::Model;
use super::sampling::sampling;
use super::thinking::{self, Thinking};
use super::tool::{self, Declaration, FunctionTool, InputSchema, McpServer};
use crate::dialect::bedrock_name::BedrockName;
use crate::dialect::calls::{called_names, is_mid_tool_loop, tool_names};
use crate::dialect::function_tools::undeclared;
use crate::dialect::members::Native;
use crate::dialect::outgoing::to_bytes;
use crate::dialect::tool_name::Names;
use crate::dialect::{Call, Outgoing};
use crate::openai::tool::ToolChoice;
use crate::openai::{ApiError, Message};
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use serde_json::value::RawValue;

/// The body of `POST /v1/messages`, and of what is called otherwise elsewhere.
#[derive(Serialize)]
struct Body<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    anthropic_version: Option<Written<'a>>,
    #[serde(skip_serializing_if = "<[&str]>::is_empty")]
    anthropic_beta: &'a [&'a str],
    #[serde(skip_serializing_if = "Option::is_none")]
    model: Option<&'a str>,
    max_tokens: u64,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    system: Vec<Block<'a>>,
    messages: Vec<Turn<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tools: Vec<Declaration<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool_choice: Option<Choice<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thinking: Option<Thinking<'a>>,
    #[serde(skip_serializing_if = "Output::is_empty")]
    output_config: Output<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    top_p: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    top_k: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    stop_sequences: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<Metadata<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    service_tier: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    context_management: Option<ContextManagement<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    mcp_servers: Vec<McpServer<'a>>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    stream: bool,
    #[serde(flatten)]
    native: &'a Native<'a>,
}

/// The version of the API, ours or the client's.
#[derive(Serialize)]
#[serde(untagged)]
enum Written<'a> {
    Ours(&'static str),
    Raw(&'a RawValue),
}

#[derive(Serialize)]
struct Metadata<'a> {
    user_id: &'a str,
}

/// `output_config`: the client's own members stand above what follows from OpenAI's parameters.
struct Output<'a> {
    written: Option<&'a OutputConfig>,
    effort: Option<&'a str>,
    format: Option<NativeFormat>,
}

impl Output<'_> {
    fn is_empty(&self) -> bool {
        self.written.is_none() && self.effort.is_none() && self.format.is_none()
    }
}

impl Serialize for Output<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        let written = self.written;
        match (written.and_then(|own| own.effort.as_ref()), self.effort) {
            (Some(own), _) => map.serialize_entry("effort", own)?,
            (None, Some(effort)) => map.serialize_entry("effort", effort)?,
            (None, None) => {}
        }
        match (written.and_then(|own| own.format.as_ref()), &self.format) {
            (Some(own), _) => map.serialize_entry("format", own)?,
            (None, Some(format)) => map.serialize_entry("format", format)?,
            (None, None) => {}
        }
        for (name, value) in written.into_iter().flat_map(|own| &own.extra) {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

/// Writes the request.
///
/// # Errors
/// See [`crate::dialect::Dialect::request`].
pub fn write(call: &Call<'_>, host: &'static Host) -> Result<Outgoing, ApiError> {
    let Call { request, target, .. } = *call;
    host.check_model(target.own_model())?;
    if host.bedrock_names {
        BedrockName::read(target.provider.own_name(&target.model)).check_region(target)?;
    }
    let path = target.path("/v1/messages", request.stream)?;
    let model = Model::at(&target.model, host);
    let mut params = call.params();
    let mut betas = Betas::new(host);
    let members = Members::read(call, &mut betas, &mut params)?;
    let tools = members.common.offered();
    let names = Names::new(tool_names(&tools, &request.messages), &NAMES);

    let mut conversation = Conversation::read(
        &request.messages,
        &names,
        &model,
        &mut Notes { betas: &mut betas, params: &mut params },
    )?;
    if let Some(system) = members.system {
        conversation.lead_system(system)?;
    }

    let plan = thinking::plan(
        thinking::Asked {
            thinking: members.thinking.as_ref(),
            effort: members.reasoning_effort.as_deref(),
            max_tokens: members.common.max_tokens,
        },
        &model,
        target.default_max_tokens,
        is_mid_tool_loop(&request.messages),
        &mut params,
    )?;
    let must_call = matches!(
        members.common.tool_choice,
        Some(
            ToolChoice::Required
                | ToolChoice::Function(_)
                | ToolChoice::Allowed { required: true, .. }
        )
    );
    // Where a call is demanded there is no answer that could have a format.
    let format = match must_call {
        true => Format::Text,
        false => format::choose(members.response_format.as_ref(), model.structured_outputs())?,
    };

    let mut declared = tool::declare(&tools, &names, &model, &mut betas, &mut params)?;
    if let Some(search) = &members.web_search {
        declared.tools.push(Declaration::WebSearch(web_search(search)));
    }
    declared.mcp_servers.extend(members.mcp_servers.iter().map(|json| McpServer::Raw(json)));
    let has_tools = !declared.tools.is_empty() || !declared.mcp_servers.is_empty();
    if declared.tools.is_empty() {
        // The API demands declarations for calls in the history, also where none may be made.
        declared.tools.extend(called(&request.messages, &names));
    }
    let history_only = !has_tools && !declared.tools.is_empty();
    let (native_format, json_tool) = match format {
        Format::Text => (None, false),
        Format::Native(format) => (Some(format), false),
        Format::Tool(schema) => {
            declared.tools.push(json_tool(schema));
            (None, true)
        }
    };
    let wanted = Wanted {
        choice: members.common.tool_choice.as_ref(),
        one_at_a_time: members.one_tool_at_a_time,
        has_tools,
        history_only,
        json_tool,
        cannot_force: plan.has_budget.then_some(THINKS_IN_BUDGET),
    };
    if let Some(ToolChoice::Function(name)) = &members.common.tool_choice
        && has_tools
        && declared.mcp_servers.is_empty()
        && !declared.tools.iter().any(|tool| tool.is_named(names.sent(name)))
    {
        return Err(undeclared(name));
    }
    let tool_choice = choice::choose(wanted, &names, &model, &mut params)?;
    if (plan.effort.is_some() || members.output_config.as_ref().is_some_and(|o| o.effort.is_some()))
        && model.effort_is_beta()
    {
        betas.add(beta::EFFORT);
    }
    let context_management =
        members.context_management.map(|json| context::read(json, &mut betas)).transpose()?;

    let configured = target.extra_headers.iter().find(|(name, _)| name == "anthropic-beta");
    let betas = betas.all(configured.map(|(_, value)| value.as_str()));
    let body = Body {
        anthropic_version: match (&host.version, members.version) {
            (Version::Header(_), _) => None,
            (Version::Body(_), Some(written)) => Some(Written::Raw(written)),
            (Version::Body(version), None) => Some(Written::Ours(version)),
        },
        anthropic_beta: if host.takes_betas_in_body() { &betas } else { &[] },
        model: host.model_in_body.then(|| target.own_model()),
        max_tokens: plan.max_tokens,
        system: conversation.system,
        messages: conversation.turns,
        tools: declared.tools,
        tool_choice,
        thinking: plan.thinking,
        output_config: Output {
            written: members.output_config.as_ref(),
            effort: plan.effort,
            format: native_format,
        },
        temperature: sampling(
            "temperature",
            members.temperature,
            &model,
            plan.thinks,
            &mut params,
        )?,
        top_p: sampling("top_p", members.top_p, &model, plan.thinks, &mut params)?,
        top_k: sampling("top_k", members.top_k, &model, plan.thinks, &mut params)?,
        stop_sequences: &members.stop,
        metadata: members.user_id.as_deref().map(|user_id| Metadata { user_id }),
        service_tier: members.service_tier,
        context_management,
        mcp_servers: declared.mcp_servers,
        stream: request.stream && host.stream_in_body,
        native: &members.native,
    };
    let body = to_bytes(&body, request)?;
    let header = (host.takes_betas_in_header() && !betas.is_empty()).then(|| betas.join(","));
    let mut outgoing = call.post(target.own_model(), path, body, params.into_dropped());
    outgoing.exchange.json_tool = json_tool.then(|| JSON_TOOL.to_owned());
    outgoing.exchange.renamed_tools = names.into_renamed();
    if let Version::Header(version) = host.version {
        outgoing.set_header("anthropic-version", version);
    }
    if let Some(betas) = header {
        outgoing.set_header("anthropic-beta", betas);
    }
    Ok(outgoing)
}

/// Declarations of what the history calls, each once.
fn called<'a>(messages: &'a [Message], names: &'a Names) -> Vec<Declaration<'a>> {
    let mut seen = hashbrown::HashSet::new();
    called_names(messages)
        .filter(|name| seen.insert(*name))
        .map(|name| Declaration::called(names.sent(name)))
        .collect()
}

fn json_tool(schema: serde_json::Value) -> Declaration<'static> {
    Declaration::Function(FunctionTool {
        name: JSON_TOOL,
        description: Some(JSON_TOOL_DESCRIPTION),
        input_schema: InputSchema::Ours(schema),
        strict: None,
        cache_control: None,
        options: tool::Options::default(),
    })
}

/// How often Claude may search, by OpenAI's size of the search context. LiteLLM's figures.
fn web_search(search: &WebSearch) -> tool::WebSearch<'_> {
    let max_uses = match search.search_context_size.as_deref() {
        Some("low") => Some(1),
        Some("medium") => Some(5),
        Some("high") => Some(10),
        _ => None,
    };
    let user_location = search.user_location.as_ref().and_then(|place| place.approximate.as_ref());
    tool::WebSearch::new(max_uses, user_location)
}
