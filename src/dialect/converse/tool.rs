//! `tools` as Converse declares them.
//!
//! Source: `Tool` and `ToolSpecification` in the API reference. Claude's own tools (computer, shell,
//! editor) stand in `additionalModelRequestFields`, in Anthropic's shape.

use super::block::CachePoint;
use super::model::Model;
use crate::dialect::Params;
use crate::dialect::anthropic::tool::{InputSchema, any_object, input_schema};
use crate::dialect::tool_name::Names;
use crate::openai::ApiError;
use crate::openai::tool::{Function, Tool};
use crate::wire::object::RawJson;
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;

/// One member of `toolConfig.tools`.
#[derive(Debug, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Declaration<'a> {
    ToolSpec(ToolSpec<'a>),
    SystemTool {
        name: &'static str,
    },
    CachePoint(CachePoint),
    /// A member that is in Converse's own shape already.
    #[serde(untagged)]
    Native(Native<'a>),
}

#[derive(Debug, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ToolSpec<'a> {
    pub name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<&'a str>,
    pub input_schema: Schema<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strict: Option<bool>,
}

#[derive(Debug, serde::Serialize)]
pub struct Schema<'a> {
    pub json: InputSchema<'a>,
}

/// `{"toolSpec": …}`, `{"systemTool": …}` or `{"cachePoint": …}`.
#[derive(Debug)]
pub struct Native<'a>(&'static str, &'a RawJson);

impl Serialize for Native<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry(self.0, self.1)?;
        map.end()
    }
}

const NATIVE: [&str; 3] = ["toolSpec", "systemTool", "cachePoint"];

/// The tools of Claude's that Bedrock passes on, by the beginnings of their types; LiteLLM's list.
const CLAUDES: [&str; 3] = ["computer_", "bash_", "text_editor_"];

impl<'a> Declaration<'a> {
    #[must_use]
    pub fn is_named(&self, name: &str) -> bool {
        match self {
            Self::ToolSpec(spec) => spec.name == name,
            Self::SystemTool { name: own } => *own == name,
            Self::CachePoint(_) => false,
            Self::Native(Native(_, json)) => serde_json::from_str::<Value>(json.get())
                .is_ok_and(|value| value.get("name").is_some_and(|own| own == name)),
        }
    }

    /// A function that takes anything: for calls in the history whose tools are not declared.
    #[must_use]
    pub fn called(name: &'a str) -> Self {
        let input_schema = Schema { json: InputSchema::Ours(any_object()) };
        Self::ToolSpec(ToolSpec { name, description: None, input_schema, strict: None })
    }

    /// A function with this schema.
    #[must_use]
    pub fn with_schema(name: &'a str, description: &'a str, schema: Value) -> Self {
        let input_schema = Schema { json: InputSchema::Ours(schema) };
        let description = Some(description);
        Self::ToolSpec(ToolSpec { name, description, input_schema, strict: None })
    }
}

/// What `tools` came to.
#[derive(Debug, Default)]
pub struct Declared<'a> {
    pub tools: Vec<Declaration<'a>>,
    /// Claude's own.
    pub claudes: Vec<&'a Tool>,
}

/// Declares the client's tools.
///
/// # Errors
/// 400 naming a tool that is wrong or that there is no equivalent for.
pub fn declare<'a>(
    tools: &[&'a Tool],
    names: &'a Names,
    model: &Model<'_>,
    params: &mut Params<'_>,
) -> Result<Declared<'a>, ApiError> {
    let mut declared = Declared::default();
    for (index, &tool) in tools.iter().enumerate() {
        let native = NATIVE.into_iter().find_map(|name| {
            let own = tool.extra.iter().find(|(known, _)| known == name)?;
            Some(Native(name, &own.1))
        });
        match (tool.kind.as_str(), &tool.function) {
            ("", None) if native.is_some() => {
                declared.tools.extend(native.map(Declaration::Native));
                continue;
            }
            ("function" | "custom" | "", Some(function)) => {
                let spec = spec(index, tool, function, names, model, params)?;
                declared.tools.push(Declaration::ToolSpec(spec));
            }
            ("function", None) => {
                return Err(ApiError::missing(format!("tools[{index}].function")));
            }
            (kind, _) if CLAUDES.iter().any(|own| kind.starts_with(own)) && model.is_claude() => {
                declared.claudes.push(tool);
                continue;
            }
            (kind, _) => {
                let what = if kind.is_empty() { "custom" } else { kind };
                let why = format!("Bedrock has no tool of the type `{what}`; declare a function");
                params.unsupported(&format!("tools[{index}]"), &why)?;
                continue;
            }
        }
        let function = tool.function.as_ref();
        let mark = tool.cache_control.as_ref();
        let mark = mark.or_else(|| function.and_then(|function| function.cache_control.as_ref()));
        match mark {
            Some(mark) if model.caches_tools() => {
                declared.tools.push(Declaration::CachePoint(CachePoint::of(mark, model, params)));
            }
            Some(_) => params.leave_out("tools[].cache_control"),
            None => {}
        }
    }
    Ok(declared)
}

fn spec<'a>(
    index: usize,
    tool: &'a Tool,
    function: &'a Function,
    names: &'a Names,
    model: &Model<'_>,
    params: &mut Params<'_>,
) -> Result<ToolSpec<'a>, ApiError> {
    if function.name.is_empty() {
        return Err(ApiError::missing(format!("tools[{index}].function.name")));
    }
    let mut strict = function.strict.filter(|strict| *strict);
    if strict.is_some() && !model.strict_tools() {
        let why = "this model cannot promise that arguments follow their schema";
        params.unsupported(&format!("tools[{index}].function.strict"), why)?;
        strict = None;
    }
    for (name, _) in function.extra.iter().chain(&tool.extra) {
        params.leave_out(&format!("tools[].{name}"));
    }
    Ok(ToolSpec {
        name: names.sent(&function.name),
        description: function.description.as_deref().filter(|text| !text.is_empty()),
        input_schema: Schema {
            json: input_schema(index, function.parameters.as_ref(), strict.is_some())?,
        },
        strict,
    })
}
