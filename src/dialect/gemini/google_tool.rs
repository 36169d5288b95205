//! Tools that Google runs itself: search, maps, code, pages, the computer.
//!
//! LiteLLM's users write them as Google does, `{"googleSearch": {}}`, in snake or camel case, or by
//! OpenAI's types where those mean the same. Source: <https://ai.google.dev/gemini-api/docs/tools>.

use super::native::camel;
use crate::openai::tool::Tool;
use crate::wire::object::RawJson;
use serde_json::{Map, Value};

/// Google's names.
const NAMES: [&str; 12] = [
    "googleSearch",
    "googleSearchRetrieval",
    "enterpriseWebSearch",
    "urlContext",
    "codeExecution",
    "googleMaps",
    "computerUse",
    "fileSearch",
    "retrieval",
    "mcpServers",
    "parallelAiSearch",
    "exaAiSearch",
];

/// A tool of Google's.
#[derive(Debug)]
pub struct GoogleTool {
    pub name: &'static str,
    pub settings: Value,
    /// `toolConfig.retrievalConfig`, which stands outside of the tool.
    pub retrieval_config: Option<Value>,
}

impl GoogleTool {
    /// `web_search_options`.
    #[must_use]
    pub fn search() -> Self {
        Self { name: "googleSearch", settings: Value::Object(Map::new()), retrieval_config: None }
    }

    /// Reads one; `None` where it is none of Google's.
    #[must_use]
    pub fn read(tool: &Tool) -> Option<Self> {
        if tool.function.is_some() {
            return None;
        }
        let by_type = || {
            let name = match tool.kind.as_str() {
                kind if kind.starts_with("web_search") => Some("googleSearch"),
                "code_interpreter" => Some("codeExecution"),
                kind => known(kind),
            }?;
            // OpenAI's settings of its own tools say nothing to Google's.
            let own = known(&tool.kind).is_some();
            let members = tool.extra.iter().filter(|_| own);
            Some((name, members.map(|(name, json)| (name.clone(), value(json))).collect()))
        };
        let by_member = || match tool.extra.as_slice() {
            [(name, json)] => Some((known(name)?, object(json)?)),
            _ => None,
        };
        let (name, settings) = by_member().or_else(by_type)?;
        Some(match name {
            "googleMaps" => maps(settings),
            "computerUse" => computer(settings),
            _ => Self { name, settings: Value::Object(settings), retrieval_config: None },
        })
    }

    /// It looks things up, beside which older models take no functions.
    #[must_use]
    pub fn searches(&self) -> bool {
        matches!(
            self.name,
            "googleSearch" | "googleSearchRetrieval" | "enterpriseWebSearch" | "urlContext"
        )
    }

    /// Vertex AI alone has it.
    #[must_use]
    pub fn is_vertex_ais(&self) -> bool {
        matches!(
            self.name,
            "enterpriseWebSearch" | "retrieval" | "parallelAiSearch" | "exaAiSearch"
        )
    }
}

fn known(name: &str) -> Option<&'static str> {
    let camel = camel(name);
    let name = camel.as_deref().unwrap_or(name);
    NAMES.iter().copied().find(|known| *known == name)
}

fn value(json: &RawJson) -> Value {
    serde_json::from_str(json.get()).unwrap_or_default()
}

fn object(json: &RawJson) -> Option<Map<String, Value>> {
    match value(json) {
        Value::Object(members) => Some(members),
        Value::Null | Value::Bool(true) => Some(Map::new()),
        _ => None,
    }
}

/// Where one is belongs to the request, not to the tool.
fn maps(mut settings: Map<String, Value>) -> GoogleTool {
    let mut take = |names: [&str; 2]| names.iter().find_map(|name| settings.shift_remove(*name));
    let written = take(["retrievalConfig", "retrieval_config"]);
    let (latitude, longitude) = (take(["latitude", ""]), take(["longitude", ""]));
    let language = take(["languageCode", "language_code"]);
    let retrieval_config = written.or_else(|| {
        let mut config = Map::new();
        if let (Some(latitude), Some(longitude)) = (latitude, longitude) {
            let place = serde_json::json!({"latitude": latitude, "longitude": longitude});
            config.insert("latLng".into(), place);
        }
        config.extend(language.map(|language| ("languageCode".to_owned(), language)));
        (!config.is_empty()).then_some(Value::Object(config))
    });
    GoogleTool { name: "googleMaps", settings: Value::Object(settings), retrieval_config }
}

fn computer(settings: Map<String, Value>) -> GoogleTool {
    let translate = |(name, value): (String, Value)| {
        let name = camel(&name).unwrap_or(name);
        let value = match (name.as_str(), value.as_str()) {
            ("environment", Some("browser")) => "ENVIRONMENT_BROWSER".into(),
            ("environment", Some("unspecified")) => "ENVIRONMENT_UNSPECIFIED".into(),
            _ => value,
        };
        (name, value)
    };
    let settings = settings.into_iter().map(translate).collect();
    GoogleTool { name: "computerUse", settings: Value::Object(settings), retrieval_config: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Option<String> {
        let tool = GoogleTool::read(&serde_json::from_str(json).unwrap())?;
        let config = tool.retrieval_config.map(|config| format!(" {config}"));
        Some(format!("{} {}{}", tool.name, tool.settings, config.unwrap_or_default()))
    }

    #[test]
    fn googles_tools_are_known_however_they_are_written() {
        for (json, expected) in [
            (r#"{"googleSearch": {}}"#, "googleSearch {}"),
            (r#"{"google_search": {}}"#, "googleSearch {}"),
            (r#"{"type": "google_search"}"#, "googleSearch {}"),
            (r#"{"type": "web_search", "search_context_size": "low"}"#, "googleSearch {}"),
            (r#"{"type": "web_search_preview_2025_03_11"}"#, "googleSearch {}"),
            (r#"{"url_context": {}}"#, "urlContext {}"),
            (r#"{"codeExecution": {}}"#, "codeExecution {}"),
            (r#"{"type": "code_interpreter", "container": {"type": "auto"}}"#, "codeExecution {}"),
            (
                r#"{"enterpriseWebSearch": {"excludeDomains": ["x"]}}"#,
                r#"enterpriseWebSearch {"excludeDomains":["x"]}"#,
            ),
            (
                r#"{"type": "computer_use", "environment": "browser", "excluded_predefined_functions": ["a"]}"#,
                r#"computerUse {"environment":"ENVIRONMENT_BROWSER","excludedPredefinedFunctions":["a"]}"#,
            ),
            (
                r#"{"googleMaps": {"enableWidget": true, "latitude": 1.5, "longitude": 2, "languageCode": "en"}}"#,
                r#"googleMaps {"enableWidget":true} {"latLng":{"latitude":1.5,"longitude":2},"languageCode":"en"}"#,
            ),
        ] {
            assert_eq!(read(json).as_deref(), Some(expected), "{json}");
        }
        for other in [r#"{"type": "file_search_x"}"#, r#"{"type": "mcp", "server_url": "x"}"#, "{}"]
        {
            assert_eq!(read(other), None, "{other}");
        }
    }
}
