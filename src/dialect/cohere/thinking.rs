//! `thinking` and `reasoning_effort`.
//!
//! Cohere's reasoning models think unless told not to, within a budget of tokens where one is given.
//! Its own OpenAI-compatible endpoint takes the efforts `none` and `high` for off and on; those
//! between are budgets here, of LiteLLM's figures.
//! Source: <https://docs.cohere.com/docs/reasoning>.

use crate::dialect::Params;
use crate::openai::ApiError;
use crate::wire::object::object;
use serde::Serialize;

object! {
    /// `thinking`: Cohere's own form, or Anthropic's.
    pub struct Written {
        kind("type"): String,
        token_budget("token_budget"): Option<u64>,
        budget_tokens("budget_tokens"): Option<u64>,
    }
}

/// Cohere's form.
#[derive(Debug, Serialize, PartialEq, Eq)]
pub struct Thinking {
    r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    token_budget: Option<u64>,
}

/// `thinking` stands above `reasoning_effort`.
///
/// # Errors
/// 400 for a form that Cohere does not know.
pub fn plan(
    written: Option<&Written>,
    effort: Option<&str>,
    params: &mut Params<'_>,
) -> Result<Option<Thinking>, ApiError> {
    let on = |token_budget| Some(Thinking { r#type: "enabled", token_budget });
    let off = Some(Thinking { r#type: "disabled", token_budget: None });
    if let Some(written) = written {
        return Ok(match written.kind.as_str() {
            "enabled" | "adaptive" => on(written.token_budget.or(written.budget_tokens)),
            "disabled" => off,
            other => {
                let why = format!("its type is `{other}`; Cohere knows enabled and disabled");
                params.unsupported("thinking", &why)?;
                None
            }
        });
    }
    Ok(match effort {
        None => None,
        Some("none") => off,
        Some("minimal") => on(Some(128)),
        Some("low") => on(Some(1024)),
        Some("medium") => on(Some(2048)),
        Some("high" | "xhigh" | "max") => on(None),
        Some(other) => {
            let why = format!("it is `{other}`; none, minimal, low, medium and high are known");
            params.unsupported("reasoning_effort", &why)?;
            None
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::ParamPolicy;

    #[test]
    fn efforts_become_budgets_and_the_written_form_stands_above_them() {
        let policy = ParamPolicy::default();
        let plan = |written: Option<&str>, effort| {
            let written = written.map(|json| serde_json::from_str(json).unwrap());
            let thinking = plan(written.as_ref(), effort, &mut Params::new(&policy, "cohere"));
            thinking.map(|thinking| serde_json::to_string(&thinking).unwrap())
        };
        for (written, effort, expected) in [
            (None, None, "null"),
            (None, Some("none"), r#"{"type":"disabled"}"#),
            (None, Some("low"), r#"{"type":"enabled","token_budget":1024}"#),
            (None, Some("high"), r#"{"type":"enabled"}"#),
            (Some(r#"{"type":"disabled"}"#), Some("high"), r#"{"type":"disabled"}"#),
            (
                Some(r#"{"type":"enabled","budget_tokens":9}"#),
                None,
                r#"{"type":"enabled","token_budget":9}"#,
            ),
            (
                Some(r#"{"type":"enabled","token_budget":7}"#),
                None,
                r#"{"type":"enabled","token_budget":7}"#,
            ),
        ] {
            assert_eq!(plan(written, effort).unwrap(), expected);
        }
        let param = |error: ApiError| error.param;
        assert_eq!(
            plan(None, Some("huge")).unwrap_err().param.as_deref(),
            Some("reasoning_effort")
        );
        assert_eq!(plan(Some("{}"), None).map_err(param), Err(Some("thinking".into())));
    }
}
