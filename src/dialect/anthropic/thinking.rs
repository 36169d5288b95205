//! Extended thinking: `reasoning_effort`, `thinking` and the room that `max_tokens` leaves for them.
//!
//! Models up to 4.5 think within a budget of tokens, 4.6 takes both forms, and later ones decide
//! themselves, guided by `output_config.effort`. Whichever form the client wrote, the one that the
//! model understands is sent. The figures are LiteLLM's, whose users rely on them.
//! Source: <https://platform.claude.com/docs/en/build-with-claude/extended-thinking> and
//! `…/adaptive-thinking`, `…/effort`.

use super::members::Members;
use super::model::Model;
use crate::dialect::Params;
use crate::openai::ApiError;
use crate::wire::object::object;
use serde::Serialize;
use serde_json::value::RawValue;

/// Least `budget_tokens` that the API takes.
const LEAST_BUDGET: u64 = 1024;
/// `max_tokens` beyond the budget where the client set neither.
const ROOM_FOR_ANSWER: u64 = 4096;

/// The `thinking` member as it is sent.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Thinking<'a> {
    /// The client's own, in the model's own form.
    Written(&'a RawValue),
    Config(Config<'a>),
}

#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum Config<'a> {
    Enabled { budget_tokens: u64 },
    Adaptive { display: &'a str },
    Disabled,
}

object! {
    /// `thinking`, as far as it has to be understood.
    pub struct Written {
        kind("type"): Option<String>,
        budget_tokens("budget_tokens"): Option<u64>,
        display("display"): Option<String>,
    }
}

/// What thinking makes of the request.
#[derive(Debug)]
pub struct Plan<'a> {
    pub thinking: Option<Thinking<'a>>,
    /// For `output_config.effort`, where the client did not set that itself.
    pub effort: Option<&'static str>,
    pub max_tokens: u64,
    /// There is a budget; beside one, the API refuses a forced tool call.
    pub has_budget: bool,
}

/// Decides on thinking and `max_tokens`. `thinking` stands above `reasoning_effort`.
///
/// # Errors
/// 400 for an effort that the model does not know, or a budget that leaves no room.
pub fn plan<'a>(
    members: &'a Members<'a>,
    model: &Model<'_>,
    default_max_tokens: u64,
    mid_tool_loop: bool,
    params: &mut Params<'_>,
) -> Result<Plan<'a>, ApiError> {
    let (thinking, effort) = match (&members.thinking, members.reasoning_effort.as_deref()) {
        (Some((json, written)), _) => translated(json, written, model, members.max_tokens),
        (None, Some(effort)) => {
            from_effort(effort, model, members.max_tokens, mid_tool_loop, params)?
        }
        (None, None) => (None, None),
    };
    let budget = match &thinking {
        Some(Thinking::Config(Config::Enabled { budget_tokens })) => *budget_tokens,
        Some(Thinking::Written(_)) => {
            members.thinking.as_ref().and_then(|(_, written)| written.budget_tokens).unwrap_or(0)
        }
        _ => 0,
    };
    let max_tokens = members.max_tokens.unwrap_or(match budget {
        0 => default_max_tokens,
        budget => default_max_tokens.max(budget.saturating_add(ROOM_FOR_ANSWER)),
    });
    Ok(Plan { thinking, effort, max_tokens, has_budget: budget > 0 })
}

type Decision<'a> = (Option<Thinking<'a>>, Option<&'static str>);

/// The client's `thinking`, in the other form where the model refuses the one it wrote.
fn translated<'a>(
    json: &'a RawValue,
    written: &'a Written,
    model: &Model<'_>,
    max_tokens: Option<u64>,
) -> Decision<'a> {
    match written.kind.as_deref() {
        Some("enabled") if model.adaptive_thinking() && !model.thinking_budget() => {
            let effort = match written.budget_tokens.unwrap_or(0) {
                8192.. => "xhigh",
                4096.. => "high",
                2048.. => "medium",
                _ => "low",
            };
            // Older models show their thinking, adaptive ones hide it unless told to.
            let display = written.display.as_deref().unwrap_or("summarized");
            (Some(Thinking::Config(Config::Adaptive { display })), Some(effort))
        }
        Some("adaptive") if model.thinking_budget() && !model.adaptive_thinking() => {
            let budget = fitting(2048, max_tokens);
            (budget.map(|budget_tokens| Thinking::Config(Config::Enabled { budget_tokens })), None)
        }
        // These models think in any case; leaving the member out is what their reference advises.
        Some("disabled") if model.always_thinks() => (None, None),
        _ => (Some(Thinking::Written(json)), None),
    }
}

fn from_effort<'a>(
    effort: &str,
    model: &Model<'_>,
    max_tokens: Option<u64>,
    mid_tool_loop: bool,
    params: &mut Params<'_>,
) -> Result<Decision<'a>, ApiError> {
    const NAME: &str = "reasoning_effort";
    let (level, budget) = match effort {
        "none" if model.always_thinks() => {
            params.unsupported(NAME, "this model cannot be told not to think")?;
            return Ok((None, None));
        }
        "none" if model.adaptive_thinking() => {
            return Ok((Some(Thinking::Config(Config::Disabled)), None));
        }
        // Older models only think when asked to.
        "none" => return Ok((None, None)),
        "minimal" | "low" => ("low", 1024),
        "medium" => ("medium", 2048),
        "high" => ("high", 4096),
        "xhigh" => ("xhigh", 8192),
        "max" => ("max", 16384),
        other => {
            return Err(ApiError::invalid(format!(
                "`{NAME}` is `{other}`; it must be one of none, minimal, low, medium, high, xhigh, max."
            ))
            .with_param(NAME));
        }
    };
    if !model.thinks() {
        params.unsupported(NAME, "this model has no extended thinking")?;
        return Ok((None, None));
    }
    if model.adaptive_thinking() {
        if level == "xhigh" && !model.xhigh_effort() {
            params
                .unsupported(NAME, "this model knows no effort `xhigh`, only `high` and `max`")?;
            return Ok((None, None));
        }
        return Ok((
            Some(Thinking::Config(Config::Adaptive { display: "summarized" })),
            Some(level),
        ));
    }
    if mid_tool_loop {
        // With a budget, the API demands the thinking blocks that led to the tool calls at hand. A
        // history that another provider began has none.
        params.leave_out(NAME);
        return Ok((None, None));
    }
    match fitting(budget, max_tokens) {
        Some(budget_tokens) => {
            Ok((Some(Thinking::Config(Config::Enabled { budget_tokens })), None))
        }
        None => {
            params.unsupported(
                NAME,
                "`max_tokens` leaves no room for the 1024 tokens of thinking that are the least",
            )?;
            Ok((None, None))
        }
    }
}

/// The budget must stay below `max_tokens`.
fn fitting(budget: u64, max_tokens: Option<u64>) -> Option<u64> {
    match max_tokens {
        Some(max) if max <= LEAST_BUDGET => None,
        Some(max) => Some(budget.min(max.saturating_sub(1))),
        None => Some(budget),
    }
}
