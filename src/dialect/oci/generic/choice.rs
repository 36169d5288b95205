//! `tools` and `tool_choice`.

use super::members::Members;
use crate::dialect::Params;
use crate::dialect::function_tools::{self, Parameters};
use crate::dialect::oci::schema;
use crate::dialect::tool_name::Names;
use crate::openai::ApiError;
use crate::openai::tool::ToolChoice as Asked;
use crate::wire::object::RawJson;
use serde::Serialize;

/// A function that may be called.
#[derive(Debug, Serialize)]
pub struct Declaration<'a> {
    r#type: &'static str,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    parameters: Schema<'a>,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Schema<'a> {
    Inlined(RawJson),
    AsDeclared(Parameters<'a>),
}

impl<'a> From<Parameters<'a>> for Schema<'a> {
    fn from(parameters: Parameters<'a>) -> Self {
        let inlined = match &parameters {
            Parameters::Written(written) => schema::inlined(written),
            Parameters::Any(_) => None,
        };
        inlined.map_or(Self::AsDeclared(parameters), Self::Inlined)
    }
}

/// Which of them; without one the model decides.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ToolChoice<'a> {
    None,
    Required,
    Function { name: &'a str },
}

/// # Errors
/// 400 naming a tool that is wrong or cannot be expressed, or a choice that nothing answers to.
pub fn offer<'a>(
    read: &'a Members<'_>,
    names: &'a Names,
    params: &mut Params<'_>,
) -> Result<(Vec<Declaration<'a>>, Option<ToolChoice<'a>>), ApiError> {
    let choice = read.common.tool_choice.as_ref();
    let offered = function_tools::offer(&read.common.tools, choice, "Oracle", params)?;
    for path in &offered.strict {
        params.unsupported(path, "Oracle cannot promise that arguments follow their schema")?;
    }
    let declarations = offered.tools.into_iter().map(|tool| {
        let function = tool.into_function();
        Declaration {
            r#type: "FUNCTION",
            name: names.sent(function.name),
            description: function.description,
            parameters: function.parameters.into(),
        }
    });
    let declarations: Vec<Declaration<'a>> = declarations.collect();
    let choice = match choice {
        _ if declarations.is_empty() => None,
        Some(Asked::None) => Some(ToolChoice::None),
        Some(Asked::Required | Asked::Allowed { required: true, .. }) => Some(ToolChoice::Required),
        Some(Asked::Function(name)) => Some(ToolChoice::Function { name: names.sent(name) }),
        Some(Asked::Auto | Asked::Allowed { required: false, .. }) | None => None,
    };
    Ok((declarations, choice))
}
