//! `tool_choice` as `toolConfig`.
//!
//! Source: <https://ai.google.dev/gemini-api/docs/function-calling#function-calling-modes>.

use super::native::{Json, Object};
use super::tool::Declared;
use crate::dialect::function_tools::undeclared;
use crate::dialect::tool_name::Names;
use crate::openai::ApiError;
use crate::openai::tool::ToolChoice;
use serde_json::{Map, Value};

/// `toolConfig`.
///
/// # Errors
/// 400 for a call that is demanded of what is not declared.
pub fn config<'a>(
    choice: Option<&ToolChoice>,
    declared: &Declared<'_>,
    names: &Names,
) -> Result<Object<'a>, ApiError> {
    let mut config = Object::default();
    if let Some(calling) = calling(choice, declared, names)? {
        config.set("functionCallingConfig", Json::Ours(Value::Object(calling)));
    }
    if let Some(retrieval) = &declared.retrieval_config {
        config.set("retrievalConfig", Json::Ours(retrieval.clone()));
    }
    if declared.mixed {
        config.set_ours("includeServerSideToolInvocations", true);
    }
    Ok(config)
}

/// Whether arguments are to follow their schemas although the model may also answer in text. Where a
/// call is demanded they do so anyway.
pub fn validates(choice: Option<&ToolChoice>, declared: &Declared<'_>) -> bool {
    let may_answer = matches!(
        choice,
        None | Some(ToolChoice::Auto | ToolChoice::Allowed { required: false, .. })
    );
    may_answer && declared.strict && declared.has_functions()
}

fn calling(
    choice: Option<&ToolChoice>,
    declared: &Declared<'_>,
    names: &Names,
) -> Result<Option<Map<String, Value>>, ApiError> {
    // Within `VALIDATED` the model may still answer in text.
    let auto = if validates(choice, declared) { "VALIDATED" } else { "AUTO" };
    let (mode, allowed): (&str, &[String]) = match choice {
        None if declared.strict => (auto, &[]),
        None => return Ok(None),
        // Only the tools that may be called were declared.
        Some(ToolChoice::Auto | ToolChoice::Allowed { required: false, .. }) => (auto, &[]),
        Some(ToolChoice::None) => ("NONE", &[]),
        Some(ToolChoice::Required) => ("ANY", &[]),
        Some(ToolChoice::Allowed { required: true, names }) => ("ANY", names),
        Some(ToolChoice::Function(name)) => ("ANY", std::slice::from_ref(name)),
    };
    if !declared.has_functions() {
        return match mode {
            "ANY" => Err(ApiError::invalid(
                "`tool_choice` demands a call, but `tools` declares no function that could be called.",
            )
            .with_param("tool_choice")),
            _ => Ok(None),
        };
    }
    if let Some(name) = allowed.iter().find(|name| !declared.declares(names.sent(name))) {
        return Err(undeclared(name));
    }
    let mut calling = Map::new();
    calling.insert("mode".into(), mode.into());
    if !allowed.is_empty() {
        let allowed: Vec<Value> = allowed.iter().map(|name| names.sent(name).into()).collect();
        calling.insert("allowedFunctionNames".into(), allowed.into());
    }
    Ok(Some(calling))
}
