//! `tools` as Gemini declares them: one object for all functions, one for each tool of Google's.
//!
//! Source: <https://ai.google.dev/api/caching#Tool>.

use super::address::Service;
use super::google_tool::GoogleTool;
use super::model::Model;
use super::schema;
use crate::dialect::Params;
use crate::dialect::tool_name::Names;
use crate::openai::ApiError;
use crate::openai::tool::{Function, Tool};
use crate::wire::json;
use crate::wire::object::{RawJson, object};
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

/// One member of Gemini's `tools`.
#[derive(Debug)]
pub enum Declaration<'a> {
    Functions(Vec<FunctionDeclaration<'a>>),
    /// `functionDeclarations` as a client wrote them for Google.
    Written(&'a RawJson),
    Google(GoogleTool),
}

impl Serialize for Declaration<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        match self {
            Self::Functions(functions) => map.serialize_entry("functionDeclarations", functions)?,
            Self::Written(json) => map.serialize_entry("functionDeclarations", json)?,
            Self::Google(tool) => map.serialize_entry(tool.name, &tool.settings)?,
        }
        map.end()
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FunctionDeclaration<'a> {
    pub name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parameters_json_schema: Option<Parameters<'a>>,
    /// For models that take no JSON schema.
    #[serde(skip_serializing_if = "Option::is_none")]
    parameters: Option<Value>,
    /// Google's own members.
    #[serde(skip_serializing_if = "Option::is_none")]
    response: Option<&'a RawJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    response_json_schema: Option<&'a RawJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    behavior: Option<&'a RawJson>,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Parameters<'a> {
    Written(&'a RawValue),
    Ours(Value),
}

/// What `tools` came to.
#[derive(Debug, Default)]
pub struct Declared<'a> {
    pub tools: Vec<Declaration<'a>>,
    /// Some function's arguments must follow their schema.
    pub strict: bool,
    pub retrieval_config: Option<Value>,
    /// Functions stand beside tools of Google's that look things up.
    pub mixed: bool,
}

impl Declared<'_> {
    /// Whether there is any function that could be called.
    #[must_use]
    pub fn has_functions(&self) -> bool {
        self.tools.iter().any(|tool| !matches!(tool, Declaration::Google(_)))
    }

    /// Whether `name` can be called, as far as that is known.
    #[must_use]
    pub fn declares(&self, name: &str) -> bool {
        self.tools.iter().any(|tool| match tool {
            Declaration::Functions(functions) => functions.iter().any(|f| f.name == name),
            Declaration::Written(_) => true,
            Declaration::Google(_) => false,
        })
    }
}

/// What declarations depend on.
#[derive(Clone, Copy)]
pub struct Around<'c> {
    pub model: &'c Model,
    pub service: Service,
    /// Tools of Google's that look things up may stand beside functions: the client says so.
    pub may_mix: bool,
}

/// Declares the client's tools, and the search that `web_search_options` asks for.
///
/// # Errors
/// 400 naming a tool that is wrong or that Gemini has no equivalent for.
pub fn declare<'a>(
    tools: &[&'a Tool],
    search: bool,
    names: &'a Names,
    around: Around<'_>,
    params: &mut Params<'_>,
) -> Result<Declared<'a>, ApiError> {
    let mut declared = Declared::default();
    let mut functions = Vec::new();
    let mut googles: Vec<(String, GoogleTool)> = Vec::new();
    for (index, &tool) in tools.iter().enumerate() {
        let path = format!("tools[{index}]");
        if tool.cache_control.is_some() {
            params.leave_out("tools[].cache_control");
        }
        if let Some(google) = GoogleTool::read(tool) {
            googles.push((path, google));
            continue;
        }
        match (tool.kind.as_str(), &tool.function) {
            (_, Some(function)) => {
                let strict = function.strict == Some(true);
                if strict && !around.model.validates_calls() {
                    let why = "this model cannot promise that arguments follow their schema";
                    params.unsupported(&format!("{path}.function.strict"), why)?;
                } else {
                    declared.strict |= strict;
                }
                functions.push(function_declaration(&path, tool, function, names, around, params)?);
            }
            ("function", None) => return Err(ApiError::missing(format!("{path}.function"))),
            (kind, None) => match written(tool) {
                Some(own) => declared.tools.push(Declaration::Written(own)),
                None => {
                    let kind = if kind.is_empty() { "without a type" } else { kind };
                    let why = format!("Gemini has no such tool ({kind}); declare a function");
                    params.unsupported(&path, &why)?;
                }
            },
        }
    }
    if search {
        googles.push(("web_search_options".into(), GoogleTool::search()));
    }
    if !functions.is_empty() {
        declared.tools.insert(0, Declaration::Functions(functions));
    }
    for (path, google) in googles {
        declared.google(&path, google, around, params)?;
    }
    Ok(declared)
}

/// Google's own form of function declarations.
fn written(tool: &Tool) -> Option<&RawJson> {
    match tool.extra.as_slice() {
        [(name, json)]
            if matches!(name.as_str(), "functionDeclarations" | "function_declarations") =>
        {
            Some(json)
        }
        _ => None,
    }
}

impl Declared<'_> {
    fn google(
        &mut self,
        path: &str,
        tool: GoogleTool,
        around: Around<'_>,
        params: &mut Params<'_>,
    ) -> Result<(), ApiError> {
        let same = |known: &Declaration<'_>| matches!(known, Declaration::Google(g) if g.name == tool.name);
        if self.tools.iter().any(same) {
            return Ok(());
        }
        if tool.is_vertex_ais() && around.service == Service::AiStudio {
            let why = format!("`{}` is a tool of Vertex AI's alone", tool.name);
            if !params.unsupported(path, &why)? {
                return Ok(());
            }
        }
        if tool.searches() && self.has_functions() {
            let can = around.model.is_third_generation() && around.service == Service::AiStudio;
            if !can && !around.may_mix {
                let why = format!("this model takes no `{}` beside functions", tool.name);
                if !params.unsupported(path, &why)? {
                    return Ok(());
                }
            }
            self.mixed = true;
        }
        self.retrieval_config =
            self.retrieval_config.take().or_else(|| tool.retrieval_config.clone());
        self.tools.push(Declaration::Google(tool));
        Ok(())
    }
}

fn function_declaration<'a>(
    path: &str,
    tool: &'a Tool,
    function: &'a Function,
    names: &'a Names,
    around: Around<'_>,
    params: &mut Params<'_>,
) -> Result<FunctionDeclaration<'a>, ApiError> {
    if function.name.is_empty() {
        return Err(ApiError::missing(format!("{path}.function.name")));
    }
    if function.cache_control.is_some() {
        params.leave_out("tools[].cache_control");
    }
    let mut declaration = FunctionDeclaration {
        name: names.sent(&function.name),
        description: function.description.as_deref(),
        parameters_json_schema: None,
        parameters: None,
        response: None,
        response_json_schema: None,
        behavior: None,
    };
    for (name, value) in function.extra.iter().chain(&tool.extra) {
        match name.as_str() {
            "response" => declaration.response = Some(value),
            "response_json_schema" | "responseJsonSchema" => {
                declaration.response_json_schema = Some(value);
            }
            "behavior" => declaration.behavior = Some(value),
            other => params.leave_out(&format!("tools[].{other}")),
        }
    }
    let path = format!("{path}.function.parameters");
    match &function.parameters {
        Some(written) if around.model.json_schema() => {
            declaration.parameters_json_schema = parameters(&path, written)?;
        }
        Some(written) => {
            let members: Map<String, Value> = json::read(written.get(), &path)?;
            let schema = schema::rewrite(&with_type(members), &path, params)?;
            // Objects must have properties here; a function without arguments has no parameters.
            let empty =
                schema.get("properties").is_none_or(|p| p.as_object().is_none_or(Map::is_empty));
            declaration.parameters = (!empty).then_some(schema);
        }
        None => {}
    }
    Ok(declaration)
}

/// The arguments' schema, which must say that it is an object's. An empty one says nothing.
fn parameters<'a>(path: &str, written: &'a RawJson) -> Result<Option<Parameters<'a>>, ApiError> {
    object! {
        struct Kind {
            kind("type"): Option<Value>,
        }
    }
    let kind: Kind = json::read(written.get(), path)?;
    match kind.kind {
        Some(kind) if kind == "object" => Ok(Some(Parameters::Written(written))),
        None if kind.extra.is_empty() => Ok(None),
        _ => {
            let members: Map<String, Value> = json::read(written.get(), path)?;
            Ok(Some(Parameters::Ours(with_type(members))))
        }
    }
}

fn with_type(mut members: Map<String, Value>) -> Value {
    members.insert("type".into(), "object".into());
    Value::Object(members)
}
