//! `context_management`: what the server clears or sums up as a conversation grows long.
//!
//! Source: <https://platform.claude.com/docs/en/build-with-claude/context-editing> and `…/compaction`.

use super::beta::{self, Betas};
use crate::openai::ApiError;
use crate::wire::object::object;
use serde::Serialize;
use serde_json::value::RawValue;

/// The member as it is sent.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum ContextManagement<'a> {
    Written(&'a RawValue),
    Ours { edits: Vec<Compaction> },
}

#[derive(Debug, Serialize)]
pub struct Compaction {
    r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    trigger: Option<Trigger>,
}

#[derive(Debug, Serialize)]
pub struct Trigger {
    r#type: &'static str,
    value: u64,
}

object! {
    struct Edits {
        edits("edits"): Vec<Edit>,
    }
}
object! {
    struct Edit {
        kind("type"): String,
        compact_threshold("compact_threshold"): Option<f64>,
    }
}

/// Anthropic's object passes as it is; OpenAI's list of compactions is rewritten.
///
/// # Errors
/// 400 for what is neither.
pub fn read<'a>(json: &'a RawValue, betas: &mut Betas) -> Result<ContextManagement<'a>, ApiError> {
    const NAME: &str = "context_management";
    let wrong = |error: serde_json::Error| {
        ApiError::invalid(format!("`{NAME}` is wrong: {error}.")).with_param(NAME)
    };
    if !json.get().starts_with('[') {
        let written: Edits = serde_json::from_str(json.get()).map_err(wrong)?;
        for edit in &written.edits {
            let compaction = edit.kind.starts_with("compact_");
            betas.add(if compaction { beta::COMPACTION } else { beta::CONTEXT_MANAGEMENT });
        }
        return Ok(ContextManagement::Written(json));
    }
    betas.add(beta::COMPACTION);
    let list: Vec<Edit> = serde_json::from_str(json.get()).map_err(wrong)?;
    let compaction = |edit: Edit| match edit.kind.as_str() {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // float casts saturate
        "compaction" => Ok(Compaction {
            r#type: "compact_20260112",
            trigger: edit
                .compact_threshold
                .map(|value| Trigger { r#type: "input_tokens", value: value as u64 }),
        }),
        other => Err(ApiError::invalid(format!(
            "`{NAME}` holds the type `{other}`; in a list, only `compaction` is known."
        ))
        .with_param(NAME)),
    };
    let edits = list.into_iter().map(compaction).collect::<Result<_, _>>()?;
    Ok(ContextManagement::Ours { edits })
}
