//! `toolChoice`, and what of the choice only Claude's own `tool_choice` can say.
//!
//! Source: `ToolChoice` in the API reference. Converse has no "none"; Bedrock refuses a `type` in
//! Claude's member beside a `toolChoice`, says LiteLLM.

use super::additional::Additional;
use super::model::Model;
use crate::dialect::Params;
use crate::dialect::anthropic::choice::{Choice, Kind};
use crate::openai::ApiError;
use serde::Serialize;
use serde_json::json;

const CLAUDES: &str = "tool_choice";

/// A call that is demanded. That the model may choose is what holds without one.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum ToolChoice<'a> {
    Any {},
    Tool { name: &'a str },
}

/// Whether tools are declared at all, and what is demanded.
#[derive(Debug, PartialEq, Eq)]
pub enum Decision<'a> {
    NoTools,
    Tools(Option<ToolChoice<'a>>),
}

/// What the decision depends on beside the choice.
#[derive(Debug, Clone, Copy)]
pub struct Circumstances {
    /// `toolConfig` has tools; otherwise there are only Claude's own.
    pub configured: bool,
    /// The messages hold calls, which have to be declared.
    pub history: bool,
    /// The client itself said `none`.
    pub stated: bool,
}

/// Expresses `choice`.
///
/// # Errors
/// 400 for `none` where the tools have to stay and the model cannot be told.
pub fn express<'a>(
    choice: Option<Choice<'a>>,
    around: Circumstances,
    model: &Model<'_>,
    additional: &mut Additional<'_>,
    params: &mut Params<'_>,
) -> Result<Decision<'a>, ApiError> {
    let Some(choice) = choice else { return Ok(Decision::Tools(None)) };
    if choice.kind == Kind::None {
        if !around.history {
            return Ok(Decision::NoTools);
        }
        if model.is_claude() {
            additional.add(CLAUDES, &json!({"type": "none"}))?;
        } else if around.stated {
            let why = "this model cannot be told not to use tools, which Bedrock wants declared as \
                       long as the messages hold calls";
            params.unsupported("tool_choice", why)?;
        }
        return Ok(Decision::Tools(None));
    }
    if !around.configured {
        additional.add(CLAUDES, &choice)?;
        return Ok(Decision::Tools(None));
    }
    let demanded = match (choice.kind, choice.name) {
        (Kind::Tool, Some(name)) => Some(ToolChoice::Tool { name }),
        (Kind::Any | Kind::Tool, _) => Some(ToolChoice::Any {}),
        (Kind::Auto | Kind::None, _) => None,
    };
    if choice.disable_parallel_tool_use == Some(true) && model.one_tool_at_a_time() {
        let one = match demanded {
            Some(_) => json!({"disable_parallel_tool_use": true}),
            None => json!({"type": "auto", "disable_parallel_tool_use": true}),
        };
        additional.add(CLAUDES, &one)?;
    }
    Ok(Decision::Tools(demanded))
}
