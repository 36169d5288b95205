//! `tool_choice` and `parallel_tool_calls`.

use super::format::JSON_TOOL;
use super::model::Model;
use crate::dialect::Params;
use crate::dialect::names::Names;
use crate::openai::ApiError;
use crate::openai::tool::ToolChoice;
use serde::Serialize;

/// Anthropic's `tool_choice`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Choice<'a> {
    #[serde(rename = "type")]
    kind: Kind,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    disable_parallel_tool_use: Option<bool>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Auto,
    Any,
    Tool,
    None,
}

/// What the choice depends on.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    pub choice: Option<&'a ToolChoice>,
    pub one_at_a_time: bool,
    /// The client declared tools that the model may call.
    pub has_tools: bool,
    /// Tools are declared only because the history calls them.
    pub history_only: bool,
    /// The answer is to be given through [`JSON_TOOL`].
    pub json_tool: bool,
    /// A thinking budget is set, beside which the API refuses a forced call.
    pub thinks_in_budget: bool,
}

/// The choice to send, if any.
///
/// # Errors
/// 400 for a call that is demanded where there is no tool, or of a model that cannot be forced.
pub fn choose<'a>(
    wanted: Wanted<'a>,
    names: &'a Names,
    model: &Model<'_>,
    params: &mut Params<'_>,
) -> Result<Option<Choice<'a>>, ApiError> {
    let (kind, name) = match wanted.choice {
        Some(ToolChoice::Required | ToolChoice::Allowed { required: true, .. }) => {
            (Kind::Any, None)
        }
        Some(ToolChoice::Function(name)) => (Kind::Tool, Some(names.sent(name))),
        Some(ToolChoice::None) => (Kind::None, None),
        Some(ToolChoice::Auto | ToolChoice::Allowed { .. }) | None => (Kind::Auto, None),
    };
    let forced = matches!(kind, Kind::Any | Kind::Tool);
    if forced && !wanted.has_tools {
        return Err(ApiError::invalid(
            "`tool_choice` demands a call, but `tools` declares nothing that could be called.",
        )
        .with_param("tool_choice"));
    }
    if wanted.json_tool {
        return Ok(Some(for_json(kind, wanted, model)));
    }
    if !wanted.has_tools {
        let kind = Kind::None;
        return Ok(wanted.history_only.then_some(Choice {
            kind,
            name: None,
            disable_parallel_tool_use: None,
        }));
    }
    if forced && !model.forced_tools() {
        params.unsupported(
            "tool_choice",
            "this model cannot be forced to call a tool, only `auto` and `none` work",
        )?;
        return Ok(finished(Kind::Auto, None, wanted));
    }
    if forced && wanted.thinks_in_budget {
        let why = "Claude cannot be forced to call a tool while it thinks within a budget";
        params.unsupported("tool_choice", why)?;
        return Ok(finished(Kind::Auto, None, wanted));
    }
    if kind == Kind::Auto && wanted.choice.is_none() && !wanted.one_at_a_time {
        return Ok(None);
    }
    Ok(finished(kind, name, wanted))
}

fn finished<'a>(kind: Kind, name: Option<&'a str>, wanted: Wanted<'_>) -> Option<Choice<'a>> {
    let disable = wanted.one_at_a_time && kind != Kind::None;
    Some(Choice { kind, name, disable_parallel_tool_use: disable.then_some(true) })
}

/// The JSON tool is forced where it can be; beside tools of the client's own, either may be called.
fn for_json<'a>(kind: Kind, wanted: Wanted<'_>, model: &Model<'_>) -> Choice<'a> {
    let own_tools = wanted.has_tools && kind != Kind::None;
    let (kind, name) = match (wanted.thinks_in_budget || !model.forced_tools(), own_tools) {
        (true, _) => (Kind::Auto, None),
        (false, true) => (Kind::Any, None),
        (false, false) => (Kind::Tool, Some(JSON_TOOL)),
    };
    let disable = wanted.one_at_a_time || !own_tools;
    Choice { kind, name, disable_parallel_tool_use: disable.then_some(true) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::ParamPolicy;

    fn json(wanted: Wanted<'_>, model: &str) -> Result<String, ApiError> {
        let policy = ParamPolicy::default();
        let names = Names::default();
        let choice =
            choose(wanted, &names, &Model::named(model), &mut Params::new(&policy, "anthropic"))?;
        Ok(serde_json::to_string(&choice).unwrap())
    }

    const TOOLS: Wanted<'_> = Wanted {
        choice: None,
        one_at_a_time: false,
        has_tools: true,
        history_only: false,
        json_tool: false,
        thinks_in_budget: false,
    };

    #[test]
    fn every_form_has_its_word() {
        let one = ToolChoice::Function("f".into());
        for (choice, expected) in [
            (ToolChoice::Auto, r#"{"type":"auto"}"#),
            (ToolChoice::Required, r#"{"type":"any"}"#),
            (ToolChoice::None, r#"{"type":"none"}"#),
            (one, r#"{"type":"tool","name":"f"}"#),
        ] {
            let wanted = Wanted { choice: Some(&choice), ..TOOLS };
            assert_eq!(json(wanted, "claude-sonnet-4-5").unwrap(), expected);
        }
        let wanted = Wanted { one_at_a_time: true, ..TOOLS };
        assert_eq!(
            json(wanted, "claude-sonnet-4-5").unwrap(),
            r#"{"type":"auto","disable_parallel_tool_use":true}"#
        );
        assert_eq!(json(TOOLS, "claude-sonnet-4-5").unwrap(), "null");
    }

    #[test]
    fn a_demand_that_cannot_be_met_is_refused() {
        let required = ToolChoice::Required;
        let wanted = Wanted { choice: Some(&required), has_tools: false, ..TOOLS };
        assert_eq!(
            json(wanted, "claude-sonnet-4-5").unwrap_err().param.as_deref(),
            Some("tool_choice")
        );
        let wanted = Wanted { choice: Some(&required), ..TOOLS };
        assert!(json(wanted, "claude-fable-5-1").is_err());
    }

    #[test]
    fn the_json_tool_is_forced_unless_other_tools_or_thinking_stand_beside_it() {
        let wanted = Wanted { json_tool: true, has_tools: false, ..TOOLS };
        assert!(json(wanted, "claude-opus-4-1").unwrap().contains(r#""name":"json_tool_call""#));
        let wanted = Wanted { json_tool: true, ..TOOLS };
        assert_eq!(json(wanted, "claude-opus-4-1").unwrap(), r#"{"type":"any"}"#);
        let wanted = Wanted { json_tool: true, thinks_in_budget: true, ..TOOLS };
        assert_eq!(json(wanted, "claude-opus-4-1").unwrap(), r#"{"type":"auto"}"#);
    }
}
