//! `reasoning_effort` and `thinking`: a budget for the models of 2.5, a level from 3 on.
//!
//! Source: <https://ai.google.dev/gemini-api/docs/thinking>; the budgets are LiteLLM's, so that efforts
//! mean the same for every provider.

use super::model::Model;
use crate::dialect::Params;
use crate::openai::ApiError;
use crate::wire::object::object;
use serde::Serialize;

/// `generationConfig.thinkingConfig`.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ThinkingConfig {
    pub include_thoughts: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thinking_budget: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thinking_level: Option<&'static str>,
}

object! {
    /// `thinking`, as far as it has to be understood.
    pub struct Written {
        kind("type"): Option<String>,
        budget_tokens("budget_tokens"): Option<i64>,
        display("display"): Option<String>,
    }
}

/// A budget that the model sets itself.
const DYNAMIC: i64 = -1;

/// Decides on thinking. `thinking` stands above `reasoning_effort`.
///
/// # Errors
/// 400 for an effort that the model does not know.
pub fn plan(
    written: Option<&Written>,
    effort: Option<&str>,
    model: &Model,
    params: &mut Params<'_>,
) -> Result<Option<ThinkingConfig>, ApiError> {
    match (written, effort) {
        (Some(written), _) => from_thinking(written, model, params),
        (None, Some(effort)) => from_effort("reasoning_effort", effort, model, params),
        (None, None) => Ok(None),
    }
}

fn from_thinking(
    written: &Written,
    model: &Model,
    params: &mut Params<'_>,
) -> Result<Option<ThinkingConfig>, ApiError> {
    const NAME: &str = "thinking";
    for (name, _) in &written.extra {
        params.leave_out(&format!("{NAME}.{name}"));
    }
    let include_thoughts = written.display.as_deref() != Some("omitted");
    let mut config = match (written.kind.as_deref(), written.budget_tokens) {
        (Some("disabled"), _) | (Some("enabled"), Some(0)) => {
            return from_effort(NAME, "none", model, params);
        }
        (Some("enabled" | "adaptive"), _) if !model.thinks() => {
            params.unsupported(NAME, "this model does not think before it answers")?;
            return Ok(None);
        }
        (Some("enabled"), Some(budget)) if model.is_third_generation() => {
            let effort = match budget {
                4096.. => "high",
                2048.. => "medium",
                _ => "low",
            };
            from_effort(NAME, effort, model, params)?.unwrap_or_default()
        }
        (Some("enabled"), Some(budget)) => {
            ThinkingConfig { thinking_budget: Some(budget), ..ThinkingConfig::default() }
        }
        (Some("adaptive"), _) if !model.is_third_generation() => {
            ThinkingConfig { thinking_budget: Some(DYNAMIC), ..ThinkingConfig::default() }
        }
        (Some("enabled" | "adaptive"), _) => ThinkingConfig::default(),
        _ => {
            let why = "its `type` must be `enabled`, perhaps with `budget_tokens`, or `adaptive`, or \
                       `disabled`";
            params.unsupported(NAME, why)?;
            return Ok(None);
        }
    };
    config.include_thoughts = include_thoughts;
    Ok(Some(config))
}

fn from_effort(
    name: &str,
    effort: &str,
    model: &Model,
    params: &mut Params<'_>,
) -> Result<Option<ThinkingConfig>, ApiError> {
    const EFFORTS: [&str; 8] =
        ["none", "disable", "minimal", "low", "medium", "high", "xhigh", "max"];
    if !EFFORTS.contains(&effort) {
        return Err(ApiError::invalid(format!(
            "`{name}` is `{effort}`; it must be one of {}.",
            EFFORTS.join(", ")
        ))
        .with_param(name));
    }
    let off = matches!(effort, "none" | "disable");
    if !model.thinks() {
        if !off {
            params.unsupported(name, "this model does not think before it answers")?;
        }
        return Ok(None);
    }
    if off && !model.stops_thinking() && !model.thinks_minimally() {
        params.unsupported(name, "this model cannot be told not to think")?;
        return Ok(None);
    }
    let include_thoughts = !off;
    if !model.is_third_generation() {
        let thinking_budget = Some(match effort {
            "minimal" => model.least_budget(),
            "low" => 1024,
            "medium" => 2048,
            "high" => 4096,
            "xhigh" => 8192,
            "max" => 16384,
            _ => 0,
        });
        return Ok(Some(ThinkingConfig {
            include_thoughts,
            thinking_budget,
            thinking_level: None,
        }));
    }
    // Where a model lacks a level, the one that Google's own OpenAI-compatible endpoint takes for it.
    let level = match effort {
        "none" | "disable" | "minimal" if model.thinks_minimally() => "minimal",
        "medium" if model.thinks_medium() => "medium",
        "medium" | "high" => "high",
        "xhigh" | "max" => {
            let why = format!("this model knows no effort `{effort}`, only up to `high`");
            params.unsupported(name, &why)?;
            return Ok(None);
        }
        _ => "low",
    };
    Ok(Some(ThinkingConfig {
        include_thoughts,
        thinking_budget: None,
        thinking_level: Some(level),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::ParamPolicy;

    fn planned(json: &str, model: &str) -> Result<String, ApiError> {
        let policy = ParamPolicy::default();
        let mut params = Params::new(&policy, "gemini");
        let model = Model::named(model);
        let plan = match json.strip_prefix('"') {
            Some(effort) => {
                super::plan(None, Some(effort.trim_end_matches('"')), &model, &mut params)
            }
            None => {
                let written = serde_json::from_str(json).unwrap();
                super::plan(Some(&written), Some("low"), &model, &mut params)
            }
        };
        Ok(serde_json::to_string(&plan?).unwrap())
    }

    #[test]
    fn efforts_are_budgets_or_levels() {
        let thinks = |rest: &str| format!(r#"{{"includeThoughts":true,{rest}}}"#);
        for (effort, model, expected) in [
            (r#""low""#, "gemini-2.5-flash", r#""thinkingBudget":1024"#),
            (r#""max""#, "gemini-2.5-pro", r#""thinkingBudget":16384"#),
            (r#""minimal""#, "gemini-2.5-flash-lite", r#""thinkingBudget":512"#),
            (r#""minimal""#, "gemini-3-pro-preview", r#""thinkingLevel":"low""#),
            (r#""minimal""#, "gemini-3-flash-preview", r#""thinkingLevel":"minimal""#),
            (r#""medium""#, "gemini-3-pro-preview", r#""thinkingLevel":"high""#),
            (r#""medium""#, "gemini-3.1-pro-preview", r#""thinkingLevel":"medium""#),
            (
                r#"{"type":"enabled","budget_tokens":3000}"#,
                "gemini-2.5-pro",
                r#""thinkingBudget":3000"#,
            ),
            (
                r#"{"type":"enabled","budget_tokens":3000}"#,
                "gemini-3.1-pro",
                r#""thinkingLevel":"medium""#,
            ),
            (r#"{"type":"adaptive"}"#, "gemini-2.5-pro", r#""thinkingBudget":-1"#),
        ] {
            assert_eq!(planned(effort, model).unwrap(), thinks(expected), "{effort} {model}");
        }
        assert_eq!(
            planned(r#"{"type":"enabled","display":"omitted"}"#, "gemini-3-pro").unwrap(),
            r#"{"includeThoughts":false}"#
        );
    }

    #[test]
    fn thinking_is_turned_off_where_that_is_possible() {
        for off in [r#""none""#, r#""disable""#, r#"{"type":"disabled"}"#] {
            assert_eq!(
                planned(off, "gemini-2.5-flash").unwrap(),
                r#"{"includeThoughts":false,"thinkingBudget":0}"#
            );
            assert_eq!(
                planned(off, "gemini-3-flash-preview").unwrap(),
                r#"{"includeThoughts":false,"thinkingLevel":"minimal"}"#
            );
            assert_eq!(planned(off, "gemini-2.0-flash").unwrap(), "null");
            for model in ["gemini-2.5-pro", "gemini-3-pro-preview"] {
                assert!(planned(off, model).unwrap_err().message.contains("not to think"));
            }
        }
    }

    #[test]
    fn what_a_model_does_not_know_is_refused() {
        assert!(planned(r#""low""#, "gemini-2.0-flash").is_err());
        assert!(planned(r#""xhigh""#, "gemini-3-pro-preview").is_err());
        assert!(planned(r#""much""#, "gemini-2.5-pro").unwrap_err().message.contains("`much`"));
        assert!(planned("{}", "gemini-2.5-pro").is_err());
    }
}
