//! The body of Gemini's `generateContent` checked against its reference: types, allowed members, ranges
//! and the rules that hold between members and turns.
//!
//! Source: <https://ai.google.dev/api/generate-content>, <https://ai.google.dev/api/caching>.

use serde_json::{Map, Value};

const BODY: [&str; 11] = [
    "contents",
    "systemInstruction",
    "tools",
    "toolConfig",
    "generationConfig",
    "safetySettings",
    "cachedContent",
    "labels",
    "serviceTier",
    "modelArmorConfig",
    "continuationToken",
];

const GENERATION: [&str; 23] = [
    "temperature",
    "topP",
    "topK",
    "candidateCount",
    "maxOutputTokens",
    "stopSequences",
    "seed",
    "presencePenalty",
    "frequencyPenalty",
    "responseLogprobs",
    "logprobs",
    "responseMimeType",
    "responseSchema",
    "responseJsonSchema",
    "responseModalities",
    "thinkingConfig",
    "speechConfig",
    "imageConfig",
    "mediaResolution",
    "audioTimestamp",
    "routingConfig",
    "enableEnhancedCivicAnswers",
    "enableAffectiveDialog",
];

const GOOGLE_TOOLS: [&str; 12] = [
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

/// Everything that is wrong with the body that `model` gets, each with its path. Empty where the API
/// would take it.
pub fn problems(body: &Value, model: &str) -> Vec<String> {
    let name = model.rsplit('/').next().unwrap_or(model);
    let old = ["gemini-1", "gemini-2", "gemma"].iter().any(|old| name.starts_with(old));
    let mut check = Check { problems: Vec::new(), third_generation: !old };
    check.body(body, name);
    check.problems
}

struct Check {
    problems: Vec<String>,
    third_generation: bool,
}

impl Check {
    fn say(&mut self, path: &str, what: impl std::fmt::Display) {
        self.problems.push(format!("{path}: {what}"));
    }

    fn require(&mut self, holds: bool, path: &str, what: &str) {
        if !holds {
            self.say(path, what);
        }
    }

    fn object<'v>(&mut self, value: &'v Value, path: &str) -> &'v Map<String, Value> {
        static EMPTY: std::sync::LazyLock<Map<String, Value>> = std::sync::LazyLock::new(Map::new);
        value.as_object().unwrap_or_else(|| {
            self.say(path, format_args!("is no object: {value}"));
            &EMPTY
        })
    }

    /// No member but these, and none of them null.
    fn only(&mut self, object: &Map<String, Value>, names: &[&str], path: &str) {
        for (name, value) in object {
            self.require(names.contains(&name.as_str()), path, &format!("unknown member `{name}`"));
            self.require(!value.is_null(), path, &format!("`{name}` is null"));
        }
    }

    fn body(&mut self, value: &Value, model: &str) {
        let body = self.object(value, "body");
        // Unknown members come from `extra_body`, which is for them.
        let known: Map<String, Value> =
            body.iter().filter(|(name, _)| *name != "x_unheard_of").map(own).collect();
        self.only(&known, &BODY, "body");
        if let Some(system) = body.get("systemInstruction") {
            self.require(!model.starts_with("gemma"), "systemInstruction", "Gemma takes none");
            let parts = system["parts"].as_array().cloned().unwrap_or_default();
            self.require(!parts.is_empty(), "systemInstruction", "has no parts");
            for part in &parts {
                self.require(part["text"].is_string(), "systemInstruction", "must be text");
            }
        }
        let functions = self.tools(body.get("tools"));
        self.tool_config(body.get("toolConfig"), &functions);
        let generation = body.get("generationConfig").cloned().unwrap_or_default();
        if body.contains_key("generationConfig") {
            self.generation(&generation, model);
        }
        let json = generation["responseMimeType"] == "application/json";
        self.require(
            self.third_generation || !json || functions.is_empty(),
            "generationConfig",
            "a JSON format stands beside functions",
        );
        self.contents(body.get("contents"));
    }

    fn generation(&mut self, value: &Value, model: &str) {
        let path = "generationConfig";
        let config = self.object(value, path);
        self.only(config, &GENERATION, path);
        self.require(!config.is_empty(), path, "is empty");
        for name in ["temperature", "topP", "topK", "presencePenalty", "frequencyPenalty"] {
            let number = config.get(name).is_none_or(Value::is_number);
            self.require(number, path, &format!("`{name}` must be a number"));
        }
        for name in ["candidateCount", "maxOutputTokens", "seed", "logprobs"] {
            let whole = config.get(name).is_none_or(|value| value.is_i64() || value.is_u64());
            self.require(whole, path, &format!("`{name}` must be a whole number"));
        }
        if let Some(stop) = config.get("stopSequences") {
            let full = |item: &Value| item.as_str().is_some_and(|text| !text.is_empty());
            let fine = stop.as_array().is_some_and(|list| list.iter().all(full));
            self.require(fine, path, "`stopSequences` must be strings that are not empty");
        }
        if config.contains_key("logprobs") {
            let asked = config.get("responseLogprobs") == Some(&Value::Bool(true));
            self.require(asked, path, "`logprobs` stands without `responseLogprobs`");
        }
        let (schema, json_schema) =
            (config.get("responseSchema"), config.get("responseJsonSchema"));
        self.require(schema.is_none() || json_schema.is_none(), path, "has two schemas");
        if schema.or(json_schema).is_some() {
            let json =
                config.get("responseMimeType").is_some_and(|kind| kind == "application/json");
            self.require(json, path, "a schema stands without `responseMimeType`");
        }
        if let Some(schema) = schema {
            self.schema(schema, path);
        }
        if let Some(modalities) = config.get("responseModalities") {
            let known =
                |item: &Value| ["TEXT", "IMAGE", "AUDIO", "VIDEO"].iter().any(|m| item == m);
            let fine = modalities.as_array().is_some_and(|list| list.iter().all(known));
            self.require(fine, path, "`responseModalities` are unknown");
        }
        if let Some(thinking) = config.get("thinkingConfig") {
            let object = self.object(thinking, path);
            const NAMES: [&str; 3] = ["includeThoughts", "thinkingBudget", "thinkingLevel"];
            self.only(object, &NAMES, path);
            let level = object.get("thinkingLevel").and_then(Value::as_str);
            let known = level.is_none_or(|it| ["minimal", "low", "medium", "high"].contains(&it));
            self.require(known, path, &format!("thinking level {level:?}"));
            let both = level.is_some() && object.contains_key("thinkingBudget");
            self.require(!both, path, "has a thinking level and a budget");
            let right = self.third_generation || level.is_none();
            self.require(right, path, "a model before Gemini 3 gets a thinking level");
            let thinks = !["gemini-1", "gemini-2.0", "gemma"].iter().any(|m| model.starts_with(m));
            self.require(thinks, path, "a model that does not think is told how to");
        }
    }

    /// The subset of OpenAPI's schemas, where JSON schema is not taken.
    fn schema(&mut self, schema: &Value, path: &str) {
        const NAMES: [&str; 22] = [
            "type",
            "format",
            "title",
            "description",
            "nullable",
            "enum",
            "maxItems",
            "minItems",
            "properties",
            "required",
            "minProperties",
            "maxProperties",
            "minLength",
            "maxLength",
            "pattern",
            "example",
            "anyOf",
            "propertyOrdering",
            "default",
            "items",
            "minimum",
            "maximum",
        ];
        let object = self.object(schema, path);
        self.only(object, &NAMES, path);
        if let Some(kind) = object.get("type").and_then(Value::as_str) {
            const KINDS: [&str; 6] = ["STRING", "NUMBER", "INTEGER", "BOOLEAN", "ARRAY", "OBJECT"];
            self.require(KINDS.contains(&kind), path, &format!("type {kind}"));
        }
        for inner in schema["properties"].as_object().into_iter().flat_map(Map::values) {
            self.schema(inner, path);
        }
        for inner in schema["anyOf"].as_array().into_iter().flatten().chain(schema.get("items")) {
            self.schema(inner, path);
        }
    }

    /// Answers with the functions' names.
    fn tools(&mut self, tools: Option<&Value>) -> Vec<String> {
        let mut names = Vec::new();
        let Some(tools) = tools else { return names };
        let list = tools.as_array().cloned().unwrap_or_default();
        self.require(!list.is_empty(), "tools", "must be a list that is not empty");
        for (index, tool) in list.iter().enumerate() {
            let path = format!("tools[{index}]");
            let tool = self.object(tool, &path);
            self.require(tool.len() == 1, &path, "must hold one kind of tool");
            for (kind, value) in tool {
                if kind != "functionDeclarations" {
                    let known = GOOGLE_TOOLS.contains(&kind.as_str()) && value.is_object();
                    self.require(known, &path, &format!("unknown tool {kind}"));
                    continue;
                }
                for function in value.as_array().into_iter().flatten() {
                    self.function(function, &path, &mut names);
                }
            }
        }
        names
    }

    fn function(&mut self, function: &Value, path: &str, names: &mut Vec<String>) {
        const NAMES: [&str; 7] = [
            "name",
            "description",
            "parameters",
            "parametersJsonSchema",
            "response",
            "responseJsonSchema",
            "behavior",
        ];
        let object = self.object(function, path);
        self.only(object, &NAMES, path);
        let name = function["name"].as_str().unwrap_or_default();
        self.require(is_name(name), path, &format!("`name` is {name:?}"));
        self.require(!names.iter().any(|known| known == name), path, "`name` is there twice");
        names.push(name.to_owned());
        let both = object.contains_key("parameters") && object.contains_key("parametersJsonSchema");
        self.require(!both, path, "has two schemas");
        if let Some(schema) = object.get("parametersJsonSchema") {
            self.require(schema["type"] == "object", path, "arguments must be an object");
        }
        if let Some(schema) = object.get("parameters") {
            self.schema(schema, path);
            let full = schema["properties"].as_object().is_some_and(|list| !list.is_empty());
            self.require(full, path, "`properties` must not be empty");
        }
    }

    fn tool_config(&mut self, config: Option<&Value>, functions: &[String]) {
        let Some(config) = config else { return };
        let path = "toolConfig";
        let config = self.object(config, path);
        const NAMES: [&str; 3] =
            ["functionCallingConfig", "retrievalConfig", "includeServerSideToolInvocations"];
        self.only(config, &NAMES, path);
        let Some(calling) = config.get("functionCallingConfig") else { return };
        let object = self.object(calling, path);
        self.only(object, &["mode", "allowedFunctionNames"], path);
        let mode = calling["mode"].as_str().unwrap_or_default();
        let known = ["AUTO", "ANY", "NONE", "VALIDATED"].contains(&mode);
        self.require(known, path, &format!("mode {mode:?}"));
        self.require(!functions.is_empty(), path, "a mode stands without functions");
        if let Some(allowed) = object.get("allowedFunctionNames") {
            self.require(mode == "ANY", path, "`allowedFunctionNames` need the mode ANY");
            for name in allowed.as_array().into_iter().flatten() {
                let known = functions.iter().any(|function| name == function);
                self.require(known, path, &format!("allows {name}, which is not declared"));
            }
        }
    }

    fn contents(&mut self, contents: Option<&Value>) {
        let list = contents.and_then(Value::as_array).cloned().unwrap_or_default();
        self.require(!list.is_empty(), "contents", "must be a list that is not empty");
        let (mut previous, mut calls): (&str, Vec<Value>) = ("", Vec::new());
        for (index, turn) in list.iter().enumerate() {
            let path = format!("contents[{index}]");
            let object = self.object(turn, &path);
            self.only(object, &["role", "parts"], &path);
            let parts = turn["parts"].as_array().cloned().unwrap_or_default();
            self.require(!parts.is_empty(), &path, "has no parts");
            let results = parts.iter().any(|part| part["functionResponse"].is_object());
            let kind = match turn["role"].as_str() {
                Some("user") if results => "results",
                Some("user") => "user",
                Some("model") => "model",
                other => {
                    self.say(&path, format_args!("role is {other:?}"));
                    ""
                }
            };
            self.require(kind != previous, &path, "turns of one role follow each other");
            self.require(index > 0 || kind != "model", &path, "the first turn must be the user's");
            previous = kind;
            let mut first_call = true;
            for (place, part) in parts.iter().enumerate() {
                let path = format!("{path}.parts[{place}]");
                self.part(part, kind, &mut first_call, &path);
            }
            if kind == "results" {
                self.order(&parts, &calls, &path);
            }
            let called = |part: &Value| part.get("functionCall").cloned();
            calls = parts.iter().filter_map(called).collect();
        }
    }

    /// Results stand in the order of the calls before them.
    fn order(&mut self, parts: &[Value], calls: &[Value], path: &str) {
        let results = parts.iter().filter_map(|part| part.get("functionResponse"));
        let mut calls = calls.iter();
        for result in results {
            let found =
                calls.any(|call| call["name"] == result["name"] && call["id"] == result["id"]);
            self.require(
                found,
                path,
                &format!("the result of {} has no call before", result["name"]),
            );
        }
    }

    fn part(&mut self, part: &Value, turn: &str, first_call: &mut bool, path: &str) {
        const DATA: [&str; 9] = [
            "text",
            "inlineData",
            "fileData",
            "functionCall",
            "functionResponse",
            "executableCode",
            "codeExecutionResult",
            "toolCall",
            "toolResponse",
        ];
        const BESIDE: [&str; 3] = ["thought", "thoughtSignature", "videoMetadata"];
        let object = self.object(part, path);
        self.only(object, &[&DATA[..], &BESIDE[..]].concat(), path);
        let held: Vec<&str> = DATA.into_iter().filter(|name| object.contains_key(*name)).collect();
        self.require(held.len() == 1, path, &format!("holds {held:?}"));
        let signed = object.get("thoughtSignature").is_some_and(Value::is_string);
        self.require(!signed || turn == "model", path, "a signature outside of the model's turns");
        match held.first().copied() {
            Some("text") => {
                let full = part["text"].as_str().is_some_and(|text| !text.is_empty());
                self.require(full, path, "`text` must not be empty");
            }
            Some("inlineData") => {
                let blob = self.object(&part["inlineData"], path);
                self.only(blob, &["mimeType", "data"], path);
                let kind = blob.get("mimeType").and_then(Value::as_str);
                self.require(kind.is_some_and(|kind| kind.contains('/')), path, "no media type");
            }
            Some("fileData") => {
                let file = self.object(&part["fileData"], path);
                self.only(file, &["mimeType", "fileUri"], path);
                let uri = part["fileData"]["fileUri"].as_str().unwrap_or_default();
                let known = uri.starts_with("https://") || uri.starts_with("gs://");
                self.require(known, path, &format!("cannot be fetched: {uri}"));
            }
            Some("functionCall") => {
                self.require(turn == "model", path, "a call outside of the model's turns");
                let call = self.object(&part["functionCall"], path);
                self.only(call, &["id", "name", "args"], path);
                self.function_name(call, path);
                self.require(part["functionCall"]["args"].is_object(), path, "no arguments");
                let strict = self.third_generation && std::mem::take(first_call);
                self.require(signed || !strict, path, "the first call has no signature");
            }
            Some("functionResponse") => {
                self.require(turn == "results", path, "a result among other parts");
                let result = self.object(&part["functionResponse"], path);
                self.only(result, &["id", "name", "response", "parts"], path);
                self.function_name(result, path);
                let object = part["functionResponse"]["response"].is_object();
                self.require(object, path, "`response` must be an object");
                let media = part["functionResponse"]["parts"].as_array().into_iter().flatten();
                for part in media {
                    self.require(self.third_generation, path, "media in an old model's result");
                    self.part(part, turn, first_call, path);
                }
            }
            _ => {}
        }
        if turn == "results" && self.third_generation {
            let result = object.contains_key("functionResponse") || path.is_empty();
            let nested = object.contains_key("inlineData") || object.contains_key("fileData");
            self.require(result || nested, path, "something else among results");
        }
    }

    /// Ids are taken from Gemini 3 on.
    fn function_name(&mut self, object: &Map<String, Value>, path: &str) {
        let name = object.get("name").and_then(Value::as_str).unwrap_or_default();
        self.require(is_name(name), path, &format!("`name` is {name:?}"));
        let id = object.get("id");
        self.require(self.third_generation || id.is_none(), path, "an old model gets an id");
        let plain = id.is_none_or(|id| id.as_str().is_some_and(|id| !id.contains("__thought__")));
        self.require(plain, path, "`id` must be what Gemini gave");
    }
}

fn own((name, value): (&String, &Value)) -> (String, Value) {
    (name.clone(), value.clone())
}

fn is_name(name: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "_-.:".contains(c);
    let first = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    (1..=64).contains(&name.len()) && first && name.chars().all(allowed)
}
