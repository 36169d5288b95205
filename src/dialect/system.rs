//! What the system says, where formats keep it apart from the turns.

use crate::openai::ApiError;
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};
use std::borrow::Cow;

/// The blocks of a `system` member in the provider's own form, a string or a list of blocks. A string
/// is the text of one block, which `block` makes; `kind` is what the list holds.
///
/// # Errors
/// 400 where it is neither.
pub fn written<'a>(
    system: &'a RawValue,
    kind: &str,
    block: impl Fn(String) -> Value,
) -> Result<Vec<Cow<'a, RawValue>>, ApiError> {
    if system.get().starts_with('"') {
        let text: String = serde_json::from_str(system.get()).unwrap_or_default();
        let raw = to_raw_value(&block(text)).ok();
        return Ok(raw.into_iter().map(Cow::Owned).collect());
    }
    let blocks: Vec<&'a RawValue> = serde_json::from_str(system.get()).map_err(|_| {
        ApiError::invalid(format!("`system` must be a string or a list of {kind} blocks."))
            .with_param("system")
    })?;
    Ok(blocks.into_iter().map(Cow::Borrowed).collect())
}

/// 400: the system message at `index` holds something else than text.
#[must_use]
pub fn not_text(index: usize) -> ApiError {
    let path = format!("messages[{index}].content");
    ApiError::invalid(format!("`{path}` of a system message must be text.")).with_param(path)
}
