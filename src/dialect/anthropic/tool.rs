//! `tools` as Anthropic declares them.
//!
//! Source: <https://platform.claude.com/docs/en/agents-and-tools/tool-use/implement-tool-use>; the
//! built-in tools keep the shape that Anthropic gave them and pass as they were written.

use super::beta::{self, Betas};
use super::host::{Feature, Host};
use super::model::Model;
use super::schema;
use crate::dialect::Params;
use crate::dialect::tool_name::Names;
use crate::openai::ApiError;
use crate::openai::tool::{Function, Tool};
use crate::wire::json;
use crate::wire::object::{Extra, RawJson, object};
use crate::wire::text::Text;
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;

/// One member of Anthropic's `tools`.
#[derive(Debug, serde::Serialize)]
#[serde(untagged)]
pub enum Declaration<'a> {
    Function(FunctionTool<'a>),
    BuiltIn(BuiltIn<'a>),
    /// LiteLLM's form of the computer tool: a function whose parameters are its settings.
    Computer(Computer<'a>),
    WebSearch(WebSearch<'a>),
}

/// OpenAI's `web_search_options` as the tool that Anthropic has for it.
#[derive(Debug, serde::Serialize)]
pub struct WebSearch<'a> {
    r#type: &'static str,
    name: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_uses: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_location: Option<Location<'a>>,
}

/// OpenAI's `approximate` holds the members of Anthropic's location but for the type.
#[derive(Debug)]
struct Location<'a>(&'a RawJson);

impl<'a> WebSearch<'a> {
    #[must_use]
    pub fn new(max_uses: Option<u32>, user_location: Option<&'a RawJson>) -> Self {
        let user_location = user_location.map(Location);
        Self { r#type: "web_search_20250305", name: "web_search", max_uses, user_location }
    }
}

impl Serialize for Location<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let members: Vec<(String, RawJson)> =
            serde_json::from_str::<Object>(self.0.get()).unwrap_or_default().extra;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("type", "approximate")?;
        for (name, value) in members.iter().filter(|(name, _)| name != "type") {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

object! {
    struct Object {}
}

impl Declaration<'_> {
    /// Whether it declares the tool that Anthropic is to know as `name`.
    #[must_use]
    pub fn is_named(&self, name: &str) -> bool {
        match self {
            Self::Function(tool) => tool.name == name,
            Self::Computer(tool) => tool.name == name,
            Self::WebSearch(tool) => tool.name == name,
            Self::BuiltIn(BuiltIn(tool)) => {
                let own = tool.extra.iter().find(|(known, _)| known == "name");
                own.is_some_and(|(_, json)| {
                    serde_json::from_str::<Text<'_>>(json.get())
                        .is_ok_and(|own| own.as_str() == name)
                }) || tool.function.as_ref().is_some_and(|function| function.name == name)
            }
        }
    }

    /// A function that takes anything: for calls in the history whose tools are not declared.
    #[must_use]
    pub fn called(name: &str) -> Declaration<'_> {
        Declaration::Function(FunctionTool {
            name,
            description: None,
            input_schema: InputSchema::Ours(any_object()),
            strict: None,
            cache_control: None,
            options: Options::default(),
        })
    }
}

#[derive(Debug, serde::Serialize)]
pub struct FunctionTool<'a> {
    pub name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<&'a str>,
    pub input_schema: InputSchema<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strict: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_control: Option<&'a RawJson>,
    #[serde(flatten)]
    pub options: Options<'a>,
}

#[derive(Debug, serde::Serialize)]
#[serde(untagged)]
pub enum InputSchema<'a> {
    Written(&'a RawValue),
    Ours(Value),
}

/// Anthropic's own settings of a function, which LiteLLM's users put beside `function` or into it.
#[derive(Debug, Default, serde::Serialize)]
pub struct Options<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    defer_loading: Option<&'a RawJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    allowed_callers: Option<&'a RawJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    input_examples: Option<&'a RawJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    eager_input_streaming: Option<&'a RawJson>,
}

/// A tool in Anthropic's own shape.
#[derive(Debug)]
pub struct BuiltIn<'a>(&'a Tool);

impl Serialize for BuiltIn<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if !self.0.kind.is_empty() {
            map.serialize_entry("type", &self.0.kind)?;
        }
        for (name, value) in &self.0.extra {
            map.serialize_entry(name, value)?;
        }
        // LiteLLM's users also write {"type": "bash_20250124", "function": {"name": "bash"}}.
        if let Some(function) = &self.0.function
            && !has(&self.0.extra, "name")
        {
            map.serialize_entry("name", &function.name)?;
        }
        if let Some(mark) = &self.0.cache_control {
            map.serialize_entry("cache_control", mark)?;
        }
        map.end()
    }
}

#[derive(Debug, serde::Serialize)]
pub struct Computer<'a> {
    r#type: &'a str,
    name: &'a str,
    #[serde(flatten)]
    settings: ComputerSettings,
    #[serde(skip_serializing_if = "Option::is_none")]
    cache_control: Option<&'a RawJson>,
}

#[derive(Debug, serde::Serialize, serde::Deserialize)]
struct ComputerSettings {
    display_width_px: u64,
    display_height_px: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    display_number: Option<u64>,
}

/// What `tools` came to.
#[derive(Debug, Default)]
pub struct Declared<'a> {
    pub tools: Vec<Declaration<'a>>,
    /// Anthropic takes remote MCP servers in a member of their own.
    pub mcp_servers: Vec<McpServer<'a>>,
}

/// Declares the client's tools.
///
/// # Errors
/// 400 naming a tool that is wrong or that Claude has no equivalent for.
pub fn declare<'a>(
    tools: &[&'a Tool],
    names: &'a Names,
    model: &Model<'_>,
    betas: &mut Betas,
    params: &mut Params<'_>,
) -> Result<Declared<'a>, ApiError> {
    let mut declared = Declared::default();
    for (index, &tool) in tools.iter().enumerate() {
        if let Some(feature) = Host::feature_of_tool(&tool.kind)
            && !betas.host().has(feature, &format!("tools[{index}]"), params)?
        {
            continue;
        }
        betas.add_tool(&tool.kind);
        match (tool.kind.as_str(), &tool.function) {
            ("function" | "custom" | "", Some(function)) => {
                declared.tools.push(Declaration::Function(declare_function(
                    index, tool, function, names, model, betas, params,
                )?))
            }
            ("mcp", _) => declared.mcp_servers.push(mcp_server(index, tool, betas)?),
            ("url", _) => declared.mcp_servers.push(McpServer::Written(BuiltIn(tool))),
            (kind, Some(function)) if kind.starts_with("computer_") => {
                declared.tools.push(Declaration::Computer(computer(index, tool, function)?));
            }
            ("function", None) => {
                return Err(ApiError::missing(format!("tools[{index}].function")));
            }
            ("custom" | "", None) if !has(&tool.extra, "input_schema") => {
                let path = format!("tools[{index}]");
                let why = "Claude knows no tools with free text for input; declare a function";
                params.unsupported(&path, why)?;
            }
            // Anthropic's own tools have names; other providers' (`web_search`, `file_search`) have not.
            (kind, None) if kind != "mcp_toolset" && !has(&tool.extra, "name") => {
                let path = format!("tools[{index}]");
                let why = format!("Claude has no tool of the type `{kind}`");
                params.unsupported(&path, &why)?;
            }
            _ => declared.tools.push(Declaration::BuiltIn(BuiltIn(tool))),
        }
    }
    Ok(declared)
}

fn has(extra: &Extra, name: &str) -> bool {
    extra.iter().any(|(known, _)| known == name)
}

fn declare_function<'a>(
    index: usize,
    tool: &'a Tool,
    function: &'a Function,
    names: &'a Names,
    model: &Model<'_>,
    betas: &mut Betas,
    params: &mut Params<'_>,
) -> Result<FunctionTool<'a>, ApiError> {
    if function.name.is_empty() {
        return Err(ApiError::missing(format!("tools[{index}].function.name")));
    }
    let strict = match function.strict {
        Some(true) if !model.structured_outputs() => {
            let why = "this model cannot promise that arguments follow their schema";
            params.unsupported(&format!("tools[{index}].function.strict"), why)?;
            None
        }
        Some(true) => Some(true),
        _ => None,
    };
    let mut options = Options::default();
    for (name, value) in function.extra.iter().chain(&tool.extra) {
        match name.as_str() {
            "defer_loading" => options.defer_loading = Some(value),
            "allowed_callers" => {
                let path = format!("tools[{index}].allowed_callers");
                if betas.host().has(Feature::ProgrammaticTools, &path, params)? {
                    betas.add(beta::ADVANCED_TOOLS);
                    options.allowed_callers = Some(value);
                }
            }
            "input_examples" => {
                betas.add(beta::TOOL_EXAMPLES);
                options.input_examples = Some(value);
            }
            "eager_input_streaming" if betas.host().eager_streaming_is_beta => {
                if value.get() == "true" {
                    betas.add(beta::FINE_GRAINED_STREAMING);
                }
            }
            "eager_input_streaming" => options.eager_input_streaming = Some(value),
            other => params.leave_out(&format!("tools[].{other}")),
        }
    }
    Ok(FunctionTool {
        name: names.sent(&function.name),
        description: function.description.as_deref(),
        input_schema: input_schema(index, function.parameters.as_ref(), strict.is_some())?,
        strict,
        cache_control: tool.cache_control.as_ref().or(function.cache_control.as_ref()),
        options,
    })
}

/// The schema of any arguments.
#[must_use]
pub fn any_object() -> Value {
    serde_json::json!({"type": "object", "properties": {}})
}

/// The arguments' schema, which must say that it is an object's.
///
/// # Errors
/// 400 for one that is no object.
pub fn input_schema(
    index: usize,
    parameters: Option<&RawJson>,
    strict: bool,
) -> Result<InputSchema<'_>, ApiError> {
    let Some(parameters) = parameters else { return Ok(InputSchema::Ours(any_object())) };
    object! {
        struct Kind {
            kind("type"): Option<Value>,
        }
    }
    let path = || format!("tools[{index}].function.parameters");
    let wrong = |error: json::JsonError| {
        ApiError::invalid(format!("`{}` is wrong: {}.", error.path, error.reason))
            .with_param(error.path)
    };
    if !strict {
        let kind: Kind = json::read(parameters.get(), "").map_err(|mut error| {
            error.path = path();
            wrong(error)
        })?;
        if kind.kind.is_some_and(|kind| kind == "object") {
            return Ok(InputSchema::Written(parameters));
        }
    }
    let mut schema: serde_json::Map<String, Value> =
        json::read(parameters.get(), &path()).map_err(wrong)?;
    schema.insert("type".into(), "object".into());
    schema.entry("properties").or_insert_with(|| Value::Object(serde_json::Map::new()));
    let mut schema = Value::Object(schema);
    if strict {
        schema::adapt(&mut schema);
    }
    Ok(InputSchema::Ours(schema))
}

fn computer<'a>(
    index: usize,
    tool: &'a Tool,
    function: &'a Function,
) -> Result<Computer<'a>, ApiError> {
    let path = format!("tools[{index}].function.parameters");
    let settings = function.parameters.as_ref().map_or("{}", |json| json.get());
    let settings: ComputerSettings = serde_json::from_str(settings).map_err(|_| {
        ApiError::invalid(format!(
            "`{path}` must hold `display_width_px` and `display_height_px` for a computer tool."
        ))
        .with_param(path)
    })?;
    let name = if function.name.is_empty() { "computer" } else { &function.name };
    Ok(Computer { r#type: &tool.kind, name, settings, cache_control: tool.cache_control.as_ref() })
}

/// A member of `mcp_servers`.
#[derive(Debug, serde::Serialize)]
#[serde(untagged)]
pub enum McpServer<'a> {
    Written(BuiltIn<'a>),
    Raw(&'a RawValue),
    Ours {
        r#type: &'static str,
        url: String,
        name: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        authorization_token: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        tool_configuration: Option<ToolConfiguration<'a>>,
    },
}

#[derive(Debug, serde::Serialize)]
pub struct ToolConfiguration<'a> {
    allowed_tools: &'a RawJson,
}

/// OpenAI's `{"type": "mcp", "server_url", "server_label", "headers", "allowed_tools"}`.
fn mcp_server<'a>(
    index: usize,
    tool: &'a Tool,
    betas: &mut Betas,
) -> Result<McpServer<'a>, ApiError> {
    object! {
        struct Headers {
            authorization("Authorization"): Option<String>,
            lower("authorization"): Option<String>,
        }
    }
    betas.add(beta::MCP);
    let member =
        |name: &str| tool.extra.iter().find(|(known, _)| known == name).map(|(_, value)| value);
    let text = |name: &str| {
        member(name).and_then(|json| serde_json::from_str::<String>(json.get()).ok()).ok_or_else(
            || {
                let path = format!("tools[{index}].{name}");
                ApiError::invalid(format!("`{path}` must be a string.")).with_param(path)
            },
        )
    };
    let headers: Option<Headers> =
        member("headers").and_then(|json| serde_json::from_str(json.get()).ok());
    let token = headers.and_then(|headers| headers.authorization.or(headers.lower));
    Ok(McpServer::Ours {
        r#type: "url",
        url: text("server_url")?,
        name: text("server_label")?,
        authorization_token: token
            .map(|token| token.strip_prefix("Bearer ").unwrap_or(&token).to_owned()),
        tool_configuration: member("allowed_tools")
            .map(|allowed_tools| ToolConfiguration { allowed_tools }),
    })
}
