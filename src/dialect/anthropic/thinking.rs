//! Extended thinking: `reasoning_effort`, `thinking` and the room that `max_tokens` leaves for them.
//!
//! Models up to 4.5 think within a budget of tokens, 4.6 takes both forms, and later ones decide
//! themselves, guided by `output_config.effort`. Whichever form the client wrote, the one that the
//! model understands is sent. The figures are LiteLLM's, whose users rely on them.
//! Source: <https://platform.claude.com/docs/en/build-with-claude/extended-thinking> and
//! `…/adaptive-thinking`, `…/effort`.

use super::model::Model;
use crate::dialect::Params;
use crate::openai::ApiError;
use crate::wire::object::object;
use serde::Serialize;

/// Least `budget_tokens` that the API takes.
const LEAST_BUDGET: u64 = 1024;
/// `max_tokens` beyond the budget where the client set neither.
const ROOM_FOR_ANSWER: u64 = 4096;

/// The `thinking` member as it is sent.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum Thinking<'a> {
    Enabled {
        budget_tokens: u64,
        #[serde(skip_serializing_if = "Option::is_none")]
        display: Option<&'a str>,
    },
    Adaptive {
        #[serde(skip_serializing_if = "Option::is_none")]
        display: Option<&'a str>,
    },
    Disabled,
}

/// How adaptive models are told to show their thinking, as older ones do unasked.
const SHOWN: Option<&str> = Some("summarized");

object! {
    /// `thinking`, as far as it has to be understood.
    pub struct Written {
        kind("type"): Option<String>,
        budget_tokens("budget_tokens"): Option<u64>,
        display("display"): Option<String>,
    }
}

/// What the client says of it.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    pub thinking: Option<&'a Written>,
    /// OpenAI's `reasoning_effort`.
    pub effort: Option<&'a str>,
    pub max_tokens: Option<u64>,
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
    /// Thinking is on, in which case the API refuses to change the sampling.
    pub thinks: bool,
}

/// Decides on thinking and `max_tokens`. `thinking` stands above `reasoning_effort`.
///
/// # Errors
/// 400 for an effort that the model does not know, or a budget that leaves no room.
pub fn plan<'a>(
    asked: Asked<'a>,
    model: &Model<'_>,
    default_max_tokens: u64,
    mid_tool_loop: bool,
    params: &mut Params<'_>,
) -> Result<Plan<'a>, ApiError> {
    let (thinking, effort) = match (asked.thinking, asked.effort) {
        (Some(written), _) => translated(written, model, asked.max_tokens, params)?,
        (None, Some(effort)) => {
            from_effort(effort, model, asked.max_tokens, mid_tool_loop, params)?
        }
        (None, None) => (None, None),
    };
    let budget = match &thinking {
        Some(Thinking::Enabled { budget_tokens, .. }) => *budget_tokens,
        _ => 0,
    };
    let max_tokens = asked.max_tokens.unwrap_or(match budget {
        0 => default_max_tokens,
        budget => default_max_tokens.max(budget.saturating_add(ROOM_FOR_ANSWER)),
    });
    let thinks = matches!(thinking, Some(Thinking::Enabled { .. } | Thinking::Adaptive { .. }));
    Ok(Plan { thinking, effort, max_tokens, has_budget: budget > 0, thinks })
}

type Decision<'a> = (Option<Thinking<'a>>, Option<&'static str>);

/// The client's `thinking`, in the other form where the model refuses the one it wrote. Providers
/// that borrowed the member know it without a budget, and with members of their own.
fn translated<'a>(
    written: &'a Written,
    model: &Model<'_>,
    max_tokens: Option<u64>,
    params: &mut Params<'_>,
) -> Result<Decision<'a>, ApiError> {
    const NAME: &str = "thinking";
    for (name, _) in &written.extra {
        params.leave_out(&format!("{NAME}.{name}"));
    }
    let display = written.display.as_deref();
    let thinking = match (written.kind.as_deref(), written.budget_tokens) {
        // Models that always think want no member at all, says their reference; old ones never do.
        (Some("disabled"), _) if model.always_thinks() || !model.thinks() => None,
        (Some("disabled"), _) => Some(Thinking::Disabled),
        (Some("enabled" | "adaptive"), _) if !model.thinks() => {
            params.unsupported(NAME, "this model has no extended thinking")?;
            None
        }
        (Some("enabled"), budget) if model.adaptive_thinking() && !model.thinking_budget() => {
            let effort = match budget.unwrap_or(0) {
                8192.. => "xhigh",
                4096.. => "high",
                2048.. => "medium",
                _ => "low",
            };
            return Ok((Some(Thinking::Adaptive { display: display.or(SHOWN) }), Some(effort)));
        }
        (Some("enabled"), Some(budget_tokens)) => {
            Some(Thinking::Enabled { budget_tokens, display })
        }
        (Some("adaptive"), _) if model.adaptive_thinking() => Some(Thinking::Adaptive { display }),
        (Some("enabled"), None) if model.adaptive_thinking() => {
            Some(Thinking::Adaptive { display: display.or(SHOWN) })
        }
        (Some("enabled" | "adaptive"), _) => fitting(2048, max_tokens)
            .map(|budget_tokens| Thinking::Enabled { budget_tokens, display }),
        _ => {
            params.unsupported(
                NAME,
                "its `type` must be `enabled` with `budget_tokens`, or `adaptive`, or `disabled`",
            )?;
            None
        }
    };
    Ok((thinking, None))
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
            return Ok((Some(Thinking::Disabled), None));
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
        return Ok((Some(Thinking::Adaptive { display: SHOWN }), Some(level)));
    }
    if mid_tool_loop {
        // With a budget, the API demands the thinking blocks that led to the tool calls at hand. A
        // history that another provider began has none.
        params.leave_out(NAME);
        return Ok((None, None));
    }
    match fitting(budget, max_tokens) {
        Some(budget_tokens) => Ok((Some(Thinking::Enabled { budget_tokens, display: None }), None)),
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
