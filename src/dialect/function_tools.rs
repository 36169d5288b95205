//! Functions declared in OpenAI's own shape, for formats that took it over without the rest.

use super::Params;
use crate::openai::ApiError;
use crate::openai::tool::{Function, Tool, ToolChoice};
use crate::wire::object::RawJson;
use serde::Serialize;

/// `{"type": "function", "function": {…}}`.
#[derive(Debug, Serialize)]
pub struct Declaration<'a> {
    r#type: &'static str,
    function: Declared<'a>,
}

impl<'a> Declaration<'a> {
    /// What is declared, for formats that put it elsewhere.
    pub fn into_function(self) -> Declared<'a> {
        self.function
    }
}

#[derive(Debug, Serialize)]
pub struct Declared<'a> {
    pub name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<&'a str>,
    pub parameters: Parameters<'a>,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Parameters<'a> {
    Written(&'a RawJson),
    /// What OpenAI takes an absent schema for, spelled out where the format demands one.
    Any(AnyObject),
}

#[derive(Debug, Serialize)]
pub struct AnyObject {
    r#type: &'static str,
    properties: NoMembers,
}

#[derive(Debug, Serialize)]
struct NoMembers {}

const ANY: AnyObject = AnyObject { r#type: "object", properties: NoMembers {} };

/// The functions that the model is offered.
#[derive(Debug, Default)]
pub struct Offered<'a> {
    pub tools: Vec<Declaration<'a>>,
    /// Paths of the functions whose arguments the client wants to follow their schema strictly.
    pub strict: Vec<String>,
}

/// Declares the functions that `choice` leaves: one that is named stands alone, and `allowed_tools`
/// leaves those that it names. `whose` is the provider, for messages.
///
/// # Errors
/// 400 naming a tool that is wrong, or that is no function; naming `tool_choice` where it demands
/// what `tools` does not declare.
pub fn offer<'a>(
    tools: &'a [Tool],
    choice: Option<&ToolChoice>,
    whose: &str,
    params: &mut Params<'_>,
) -> Result<Offered<'a>, ApiError> {
    let is_left = |function: &Function| match choice {
        Some(ToolChoice::Function(name)) => function.name == *name,
        Some(ToolChoice::Allowed { names, .. }) => names.contains(&function.name),
        _ => true,
    };
    let mut offered = Offered::default();
    for (index, tool) in tools.iter().enumerate() {
        let path = format!("tools[{index}]");
        let Some(function) = &tool.function else {
            if tool.kind == "function" {
                return Err(ApiError::missing(format!("{path}.function")));
            }
            let why = format!("{whose} takes functions only, no tools of the type `{}`", tool.kind);
            params.unsupported(&path, &why)?;
            continue;
        };
        if function.name.is_empty() {
            return Err(ApiError::missing(format!("{path}.function.name")));
        }
        if !is_left(function) {
            continue;
        }
        if tool.cache_control.is_some() || function.cache_control.is_some() {
            params.leave_out("tools[].cache_control");
        }
        for (name, _) in function.extra.iter().chain(&tool.extra) {
            params.leave_out(&format!("tools[].{name}"));
        }
        if function.strict == Some(true) {
            offered.strict.push(format!("{path}.function.strict"));
        }
        let parameters = function.parameters.as_ref();
        offered.tools.push(Declaration {
            r#type: "function",
            function: Declared {
                name: &function.name,
                description: function.description.as_deref(),
                parameters: parameters.map_or(Parameters::Any(ANY), Parameters::Written),
            },
        });
    }
    if offered.tools.is_empty() && demands_a_call(choice) {
        return Err(match choice {
            Some(ToolChoice::Function(name)) => undeclared(name),
            _ => demands("a tool, but `tools` declares nothing that could be called"),
        });
    }
    Ok(offered)
}

/// The same for formats that have no choice: a model that may not call is offered nothing, and none
/// can be made to call, for which `why` is the reason. Where that demand may be dropped, the model is
/// still offered only what it was to choose from.
///
/// # Errors
/// See [`offer`]; 400 naming `tool_choice` where it demands a call and nobody allowed to drop it.
pub fn offer_without_choice<'a>(
    tools: &'a [Tool],
    choice: Option<&ToolChoice>,
    whose: &str,
    why: &str,
    params: &mut Params<'_>,
) -> Result<Offered<'a>, ApiError> {
    let offered = offer(tools, choice, whose, params)?;
    if choice == Some(&ToolChoice::None) {
        return Ok(Offered::default());
    }
    if demands_a_call(choice) {
        params.unsupported("tool_choice", why)?;
    }
    Ok(offered)
}

/// 400: the choice names what `tools` does not declare.
#[must_use]
pub fn undeclared(name: &str) -> ApiError {
    demands(&format!("`{name}`, which `tools` does not declare"))
}

fn demands(what: &str) -> ApiError {
    ApiError::invalid(format!("`tool_choice` demands a call of {what}.")).with_param("tool_choice")
}

/// Whether the model may not answer without a call.
pub fn demands_a_call(choice: Option<&ToolChoice>) -> bool {
    matches!(
        choice,
        Some(
            ToolChoice::Required
                | ToolChoice::Function(_)
                | ToolChoice::Allowed { required: true, .. }
        )
    )
}

/// The deprecated `functions` as tools.
pub fn from_functions(functions: Vec<Function>) -> impl Iterator<Item = Tool> {
    functions.into_iter().map(|function| Tool {
        kind: "function".into(),
        function: Some(function),
        ..Tool::default()
    })
}
