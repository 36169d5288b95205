//! Tools and the choice among them.

use crate::wire::object::{RawJson, object};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};

object! {
    /// A member of `tools`. Providers' built-in tools keep their own `type` and members in `extra`.
    pub struct Tool {
        /// `function`, `custom`, or a provider's built-in tool such as `web_search_20250305`.
        kind("type"): String,
        function("function"): Option<Function>,
        cache_control("cache_control"): Option<RawJson>,
    }
}

object! {
    /// A function that the model may call.
    pub struct Function {
        name("name"): String,
        description("description"): Option<String>,
        /// JSON schema of the arguments.
        parameters("parameters"): Option<RawJson>,
        strict("strict"): Option<bool>,
        cache_control("cache_control"): Option<RawJson>,
    }
}

/// `tool_choice`, and the deprecated `function_call` in the same terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ToolChoice {
    None,
    Auto,
    /// Some tool, whichever.
    Required,
    /// This one.
    Function(String),
    /// Some (`required`) or at most (`auto`) one of these.
    Allowed {
        required: bool,
        names: Vec<String>,
    },
}

object! {
    struct ChoiceObject {
        kind("type"): Option<String>,
        function("function"): Option<Named>,
        /// The flat forms: Anthropic's, and the deprecated `function_call`.
        name("name"): Option<String>,
        allowed_tools("allowed_tools"): Option<AllowedTools>,
    }
}
object! {
    struct Named {
        name("name"): String,
    }
}
object! {
    struct AllowedTools {
        mode("mode"): Option<String>,
        tools("tools"): Vec<AllowedTool>,
    }
}
object! {
    struct AllowedTool {
        function("function"): Option<Named>,
        name("name"): Option<String>,
    }
}

impl<'de> Deserialize<'de> for ToolChoice {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ChoiceVisitor;
        impl<'de> Visitor<'de> for ChoiceVisitor {
            type Value = ToolChoice;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(r#""none", "auto", "required" or {"type": "function", "function": {"name": …}}"#)
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<ToolChoice, E> {
                word(text).ok_or_else(|| E::invalid_value(serde::de::Unexpected::Str(text), &self))
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<ToolChoice, A::Error> {
                use serde::de::{Error, Unexpected, value::MapAccessDeserializer};
                let object = ChoiceObject::deserialize(MapAccessDeserializer::new(map))?;
                if let Some(allowed) = object.allowed_tools {
                    let names = allowed
                        .tools
                        .into_iter()
                        .filter_map(|tool| tool.function.map(|f| f.name).or(tool.name))
                        .collect();
                    let required = allowed.mode.as_deref() == Some("required");
                    return Ok(ToolChoice::Allowed { required, names });
                }
                if let Some(name) = object.function.map(|f| f.name).or(object.name) {
                    return Ok(ToolChoice::Function(name));
                }
                object
                    .kind
                    .as_deref()
                    .and_then(word)
                    .ok_or_else(|| A::Error::invalid_value(Unexpected::Map, &self))
            }
        }
        deserializer.deserialize_any(ChoiceVisitor)
    }
}

fn word(text: &str) -> Option<ToolChoice> {
    match text {
        "none" => Some(ToolChoice::None),
        "auto" => Some(ToolChoice::Auto),
        // `any` is Anthropic's and Mistral's word, which LiteLLM's users also send.
        "required" | "any" => Some(ToolChoice::Required),
        _ => None,
    }
}
