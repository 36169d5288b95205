//! `reasoning_effort` and `thinking`, in the words of the model's maker.
//!
//! Claude's decisions are those of the Anthropic dialect. The others' members are LiteLLM's:
//! `reasoning_effort` as it is (gpt-oss, DeepSeek), `reasoning.effort` (OpenAI's own models),
//! `reasoningConfig` (Nova 2, <https://docs.aws.amazon.com/nova/latest/nova2-userguide/extended-thinking.html>).

use super::additional::Additional;
use super::members::Members;
use super::model::{Family, Model};
use crate::dialect::Params;
use crate::dialect::anthropic::beta::{self, Betas};
use crate::dialect::anthropic::thinking::{self, Asked};
use crate::openai::ApiError;
use serde::Serialize;
use serde_json::{Map, Value, json};

const EFFORT: &str = "reasoning_effort";
const THINKING: &str = "thinking";

/// What reasoning makes of the request, beside the members that were added.
#[derive(Debug, Default)]
pub struct Plan {
    /// There is a budget; beside one, a forced tool call is refused.
    pub has_budget: bool,
    /// Claude thinks, in which case it refuses to change the sampling.
    pub thinks: bool,
}

/// Decides on reasoning. Unlike Anthropic, Bedrock wants no `maxTokens` beside it: without one the
/// model's own limit holds.
///
/// # Errors
/// 400 for what the model does not know.
pub fn plan(
    members: &Members<'_>,
    model: &Model<'_>,
    mid_tool_loop: bool,
    (additional, betas, params): (&mut Additional<'_>, &mut Betas, &mut Params<'_>),
) -> Result<Plan, ApiError> {
    if !model.is_claude() {
        others(members, model, additional, params)?;
        return Ok(Plan::default());
    }
    let asked = Asked {
        thinking: members.thinking.as_ref(),
        effort: members.reasoning_effort.as_deref(),
        max_tokens: members.common.max_tokens,
    };
    let plan = thinking::plan(asked, &model.claude, 0, mid_tool_loop, params)?;
    if let Some(thinking) = &plan.thinking {
        additional.add(THINKING, thinking)?;
    }
    let written = members.output_config.as_ref();
    let mut config = Map::new();
    if let Some(effort) = written.and_then(|own| own.effort.as_ref()) {
        config.insert("effort".into(), serde_json::from_str(effort.get()).unwrap_or_default());
    } else if let Some(effort) = plan.effort {
        config.insert("effort".into(), effort.into());
    }
    if config.contains_key("effort") && model.claude.effort_is_beta() {
        betas.add(beta::EFFORT);
    }
    for (name, value) in written.into_iter().flat_map(|own| &own.extra) {
        config.insert(name.clone(), serde_json::from_str(value.get()).unwrap_or_default());
    }
    if !config.is_empty() {
        additional.add("output_config", &Value::Object(config))?;
    }
    Ok(Plan { has_budget: plan.has_budget, thinks: plan.thinks })
}

fn others(
    members: &Members<'_>,
    model: &Model<'_>,
    additional: &mut Additional<'_>,
    params: &mut Params<'_>,
) -> Result<(), ApiError> {
    if let Some(written) = &members.thinking {
        if written.kind.as_deref() == Some("disabled") {
            params.leave_out(THINKING);
        } else {
            params.unsupported(THINKING, "only Claude knows it; use `reasoning_effort`")?;
        }
    }
    let Some(effort) = members.reasoning_effort.as_deref() else { return Ok(()) };
    match (model.family, effort) {
        (Family::Effort, _) => additional.add(EFFORT, &effort),
        (Family::Gpt, _) => additional.add("reasoning", &json!({"effort": effort})),
        (Family::Nova2, "none") => additional.add("reasoningConfig", &json!({"type": "disabled"})),
        (Family::Nova2, "minimal" | "low" | "medium" | "high") => {
            #[derive(Serialize)]
            #[serde(rename_all = "camelCase")]
            struct Config<'e> {
                r#type: &'static str,
                max_reasoning_effort: &'e str,
            }
            let max_reasoning_effort = if effort == "minimal" { "low" } else { effort };
            additional.add("reasoningConfig", &Config { r#type: "enabled", max_reasoning_effort })
        }
        (Family::Nova2, _) => params
            .unsupported(EFFORT, "this model knows the efforts none, low, medium and high")
            .map(|_| ()),
        // It does not reason, or cannot be told how much; either way there is nothing to switch off.
        (_, "none") => {
            params.leave_out(EFFORT);
            Ok(())
        }
        _ => params.unsupported(EFFORT, "this model cannot be told how much to reason").map(|_| ()),
    }
}
