//! Google's own members of a request, which pass as they were written.
//!
//! LiteLLM's users write them among OpenAI's, in snake or in camel case. Source:
//! <https://ai.google.dev/api/generate-content>; those of Vertex AI alone:
//! <https://cloud.google.com/vertex-ai/docs/reference/rest/v1/GenerationConfig>.

use crate::openai::ApiError;
use crate::wire::json;
use serde::Serialize;
use serde::ser::Serializer;
use serde_json::Value;
use serde_json::value::RawValue;
use std::borrow::Cow;

/// A value of the client's or of ours.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub enum Json<'a> {
    Raw(&'a RawValue),
    Ours(Value),
}

/// An object whose later members replace earlier ones of the same name.
#[derive(Debug, Default)]
pub struct Object<'a>(Vec<(Cow<'a, str>, Json<'a>)>);

impl<'a> Object<'a> {
    pub fn set(&mut self, name: impl Into<Cow<'a, str>>, value: Json<'a>) {
        let name = name.into();
        match self.0.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) => *known = value,
            None => self.0.push((name, value)),
        }
    }

    pub fn set_ours(&mut self, name: &'static str, value: impl Into<Value>) {
        self.set(name, Json::Ours(value.into()));
    }

    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(known, _)| known == name)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes over the members of an object that a client wrote.
    ///
    /// # Errors
    /// 400 naming `path` where it is no object.
    pub fn merge(&mut self, raw: &'a RawValue, path: &str) -> Result<(), ApiError> {
        let members: Members<'a> = serde_json::from_str(raw.get()).map_err(|_| {
            ApiError::invalid(format!("`{path}` must be an object.")).with_param(path)
        })?;
        for (name, value) in members.0 {
            self.set(camel(&name).map_or(name, Cow::Owned), Json::Raw(value));
        }
        Ok(())
    }
}

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

/// An object's members as they were written.
struct Members<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de> serde::Deserialize<'de> for Members<'de> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = Members<'de>;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: serde::de::MapAccess<'de>>(
                self,
                mut map: A,
            ) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some((name, value)) =
                    map.next_entry::<crate::wire::text::Text<'de>, &'de RawValue>()?
                {
                    members.push((name.0, value));
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Visitor)
    }
}

/// Members of `generationConfig`.
const GENERATION: [&str; 26] = [
    "audioTimestamp",
    "audioTranscriptionConfig",
    "candidateCount",
    "enableAffectiveDialog",
    "enableEnhancedCivicAnswers",
    "frequencyPenalty",
    "imageConfig",
    "logprobs",
    "maxOutputTokens",
    "mediaResolution",
    "modelSelectionConfig",
    "presencePenalty",
    "responseFormat",
    "responseJsonSchema",
    "responseLogprobs",
    "responseMimeType",
    "responseModalities",
    "responseSchema",
    "routingConfig",
    "seed",
    "speechConfig",
    "stopSequences",
    "thinkingConfig",
    "topK",
    "topP",
    "translationConfig",
];

/// Members of the body itself.
const BODY: [&str; 7] = [
    "cachedContent",
    "continuationToken",
    "labels",
    "modelArmorConfig",
    "safetySettings",
    "serviceTier",
    "systemInstruction",
];

/// Where a member that a client wrote belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Home {
    /// In `generationConfig`, under this name.
    Generation(&'static str),
    /// In the body, under this name.
    Body(&'static str),
}

/// The home of one of Google's own members, written in snake or camel case.
#[must_use]
pub fn home(name: &str) -> Option<Home> {
    let camel = camel(name);
    let name = camel.as_deref().unwrap_or(name);
    let among = |names: &[&'static str]| names.iter().copied().find(|known| *known == name);
    among(&GENERATION).map(Home::Generation).or_else(|| among(&BODY).map(Home::Body))
}

/// `safety_settings` → `safetySettings`; `None` where nothing changes.
#[must_use]
pub fn camel(name: &str) -> Option<String> {
    if !name.contains('_') {
        return None;
    }
    let mut words = name.split('_');
    let mut camel = words.next().unwrap_or_default().to_owned();
    for word in words {
        let mut letters = word.chars();
        camel.extend(letters.next().map(|letter| letter.to_ascii_uppercase()));
        camel.push_str(letters.as_str());
    }
    Some(camel)
}

/// The members of an object of the client's as values of ours.
///
/// # Errors
/// 400 naming `path` where it is no object.
pub fn value_members(
    raw: &RawValue,
    path: &str,
) -> Result<serde_json::Map<String, Value>, ApiError> {
    Ok(json::read(raw.get(), path)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn googles_members_are_known_in_both_cases() {
        for name in ["safety_settings", "safetySettings"] {
            assert_eq!(home(name), Some(Home::Body("safetySettings")));
        }
        assert_eq!(home("image_config"), Some(Home::Generation("imageConfig")));
        assert_eq!(home("x_unheard_of"), None);
    }

    #[test]
    fn later_members_replace_earlier_ones() {
        let raw: &RawValue = serde_json::from_str(r#"{"top_k": 1.50, "b": {}}"#).unwrap();
        let mut object = Object::default();
        object.set_ours("topK", 3);
        object.merge(raw, "x").unwrap();
        assert_eq!(serde_json::to_string(&object).unwrap(), r#"{"topK":1.50,"b":{}}"#);
        let list: &RawValue = serde_json::from_str("[]").unwrap();
        assert_eq!(object.merge(list, "x").unwrap_err().param.as_deref(), Some("x"));
    }
}
