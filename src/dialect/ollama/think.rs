//! `think`, from `reasoning_effort` or `thinking`.
//!
//! Most models only know on and off; gpt-oss cannot be switched off and knows three levels.
//! Source: <https://docs.ollama.com/capabilities/thinking>.

use crate::dialect::Params;
use crate::openai::ApiError;
use crate::wire::object::object;
use serde::Serialize;

object! {
    /// Anthropic's `thinking`, which LiteLLM's users also send to others.
    pub struct Written {
        kind("type"): String,
        budget_tokens("budget_tokens"): Option<u64>,
    }
}

/// Ollama's form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Think {
    Switch(bool),
    Level(&'static str),
}

/// `thinking` stands above `reasoning_effort`.
///
/// # Errors
/// 400 for what the model cannot be told.
pub fn plan(
    written: Option<&Written>,
    effort: Option<&str>,
    model: &str,
    params: &mut Params<'_>,
) -> Result<Option<Think>, ApiError> {
    let (name, effort) = match (written, effort) {
        (Some(written), _) => ("thinking", effort_of(written, params)?),
        (None, Some(effort)) => ("reasoning_effort", Some(effort)),
        (None, None) => return Ok(None),
    };
    let Some(effort) = effort else { return Ok(None) };
    let levels = model.rsplit('/').next().is_some_and(|name| name.starts_with("gpt-oss"));
    Ok(match (effort, levels) {
        ("none", true) => {
            params.unsupported(name, "gpt-oss cannot be kept from thinking")?;
            None
        }
        ("none", false) => Some(Think::Switch(false)),
        ("minimal" | "low", true) => Some(Think::Level("low")),
        ("medium", true) => Some(Think::Level("medium")),
        ("high" | "xhigh" | "max", true) => Some(Think::Level("high")),
        ("minimal" | "low" | "medium" | "high" | "xhigh" | "max", false) => {
            Some(Think::Switch(true))
        }
        (other, _) => {
            let why = format!("it is `{other}`; none, minimal, low, medium and high are known");
            params.unsupported(name, &why)?;
            None
        }
    })
}

/// A budget is told by the level that LiteLLM takes for it, where there are levels; otherwise a model
/// thinks as long as it does.
fn effort_of(written: &Written, params: &mut Params<'_>) -> Result<Option<&'static str>, ApiError> {
    if written.budget_tokens.is_some() {
        params.leave_out("thinking.budget_tokens");
    }
    Ok(match (written.kind.as_str(), written.budget_tokens) {
        ("enabled", Some(..=1024)) => Some("low"),
        ("enabled" | "adaptive", Some(..=2048) | None) => Some("medium"),
        ("enabled" | "adaptive", Some(_)) => Some("high"),
        ("disabled", _) => Some("none"),
        (other, _) => {
            let why = format!("its type is `{other}`; enabled, adaptive and disabled are known");
            params.unsupported("thinking", &why)?;
            None
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::ParamPolicy;

    #[test]
    fn models_are_switched_and_gpt_oss_has_levels() {
        let policy = ParamPolicy::default();
        let plan = |written: Option<&str>, effort, model| {
            let written = written.map(|json| serde_json::from_str(json).unwrap());
            plan(written.as_ref(), effort, model, &mut Params::new(&policy, "ollama"))
                .map_err(|error| error.param.unwrap())
        };
        let on = Ok(Some(Think::Switch(true)));
        let off = Ok(Some(Think::Switch(false)));
        assert_eq!(plan(None, None, "qwen3"), Ok(None));
        assert_eq!(plan(None, Some("low"), "qwen3"), on);
        assert_eq!(plan(None, Some("none"), "qwen3"), off);
        assert_eq!(plan(None, Some("xhigh"), "me/gpt-oss:20b"), Ok(Some(Think::Level("high"))));
        assert_eq!(plan(None, Some("none"), "gpt-oss:20b"), Err("reasoning_effort".into()));
        assert_eq!(plan(None, Some("huge"), "qwen3"), Err("reasoning_effort".into()));
        let budget = Some(r#"{"type":"enabled","budget_tokens":1000}"#);
        assert_eq!(plan(budget, None, "gpt-oss"), Ok(Some(Think::Level("low"))));
        assert_eq!(plan(Some(r#"{"type":"disabled"}"#), Some("high"), "qwen3"), off);
        assert_eq!(plan(Some("{}"), None, "qwen3"), Err("thinking".into()));
    }
}
