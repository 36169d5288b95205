//! The body of Oracle's `POST /20231130/actions/chat` checked against its reference: types, allowed
//! members, words and the rules that hold between members.
//!
//! Source: `ChatDetails`, `GenericChatRequest` and `CohereChatRequest` of
//! <https://docs.oracle.com/en-us/iaas/api/#/en/generative-ai-inference/20231130/> and Oracle's SDKs.

use super::schema::Check;
use serde_json::{Map, Value};

/// Members of both formats, and what they hold.
const NUMBERS: [&str; 6] =
    ["temperature", "topP", "topK", "seed", "frequencyPenalty", "presencePenalty"];

const GENERIC: [&str; 20] = [
    "apiFormat",
    "messages",
    "reasoningEffort",
    "verbosity",
    "metadata",
    "isStream",
    "streamOptions",
    "numGenerations",
    "isEcho",
    "stop",
    "logProbs",
    "maxTokens",
    "maxCompletionTokens",
    "logitBias",
    "prediction",
    "responseFormat",
    "toolChoice",
    "isParallelToolCalls",
    "tools",
    "webSearchOptions",
];

const COHERE: [&str; 20] = [
    "apiFormat",
    "message",
    "chatHistory",
    "documents",
    "responseFormat",
    "isSearchQueriesOnly",
    "preambleOverride",
    "isStream",
    "streamOptions",
    "maxTokens",
    "maxInputTokens",
    "promptTruncation",
    "isEcho",
    "tools",
    "toolResults",
    "isForceSingleStep",
    "stopSequences",
    "isRawPrompting",
    "citationQuality",
    "safetyMode",
];

/// Members with one of a few words.
const WORDS: [(&str, &[&str]); 6] = [
    ("reasoningEffort", &["NONE", "MINIMAL", "LOW", "MEDIUM", "HIGH"]),
    ("verbosity", &["LOW", "MEDIUM", "HIGH"]),
    ("serviceTier", &["AUTO", "DEFAULT", "PRIORITY"]),
    ("promptTruncation", &["OFF", "AUTO_PRESERVE_ORDER"]),
    ("citationQuality", &["ACCURATE", "FAST"]),
    ("safetyMode", &["CONTEXTUAL", "STRICT", "OFF"]),
];

/// What is wrong with a body; nothing where it is right.
pub fn problems(value: &Value) -> Vec<String> {
    let mut check = Check::default();
    let body = check.object(value, "body").clone();
    check.only(&body, &["compartmentId", "servingMode", "chatRequest"], "body");
    check.text(&body, "compartmentId", "body");
    serving_mode(&mut check, &value["servingMode"]);
    let request = check.object(&value["chatRequest"], "chatRequest").clone();
    match value["chatRequest"]["apiFormat"].as_str() {
        Some("GENERIC") => generic(&mut check, &request),
        Some("COHERE") => cohere(&mut check, &request),
        other => check.say("apiFormat", format_args!("is {other:?}")),
    }
    check.problems
}

fn serving_mode(check: &mut Check, mode: &Value) {
    let object = check.object(mode, "servingMode").clone();
    let id = match mode["servingType"].as_str() {
        Some("ON_DEMAND") => "modelId",
        Some("DEDICATED") => "endpointId",
        other => return check.say("servingType", format_args!("is {other:?}")),
    };
    check.only(&object, &["servingType", id], "servingMode");
    check.text(&object, id, "servingMode");
}

/// What holds for members of both formats.
fn common(check: &mut Check, request: &Map<String, Value>, own: &[&str]) {
    let allowed: Vec<&str> = own.iter().copied().chain(NUMBERS).collect();
    check.only(request, &allowed, "chatRequest");
    let has = |name: &str| request.get(name);
    for name in NUMBERS {
        check.require(has(name).is_none_or(Value::is_number), name, "must be a number");
    }
    for name in ["maxTokens", "maxCompletionTokens", "maxInputTokens", "logProbs", "numGenerations"]
    {
        check.require(has(name).is_none_or(Value::is_u64), name, "must be a whole number");
    }
    for name in ["isStream", "isEcho", "isParallelToolCalls", "isForceSingleStep", "isRawPrompting"]
    {
        check.require(has(name).is_none_or(Value::is_boolean), name, "must be a boolean");
    }
    for (name, words) in WORDS {
        let fine = has(name).is_none_or(|v| v.as_str().is_some_and(|word| words.contains(&word)));
        check.require(fine, name, "is no word of its own");
    }
    for name in ["stop", "stopSequences"] {
        let texts = |v: &Value| v.as_array().is_some_and(|list| list.iter().all(Value::is_string));
        check.require(has(name).is_none_or(texts), name, "must be a list of strings");
    }
    let streams = has("isStream").is_some_and(|stream| *stream == true);
    match has("streamOptions") {
        Some(options) => {
            check.require(streams, "streamOptions", "stands where nothing is streamed");
            let object = check.object(options, "streamOptions").clone();
            check.only(&object, &["isIncludeUsage"], "streamOptions");
        }
        None => check.require(!streams, "streamOptions", "is missing: nothing would be counted"),
    }
}

fn generic(check: &mut Check, request: &Map<String, Value>) {
    let own: Vec<&str> = GENERIC.into_iter().chain(["serviceTier"]).collect();
    common(check, request, &own);
    let limits = request.contains_key("maxTokens") && request.contains_key("maxCompletionTokens");
    check.require(!limits, "maxTokens", "stands beside maxCompletionTokens");
    for name in ["metadata", "logitBias"] {
        let fine = request.get(name).is_none_or(Value::is_object);
        check.require(fine, name, "must be an object");
    }
    let mut names = Vec::new();
    for (index, tool) in list(check, request, "tools").iter().enumerate() {
        let path = format!("tools[{index}]");
        let object = check.object(tool, &path).clone();
        check.only(&object, &["type", "name", "description", "parameters"], &path);
        check.require(tool["type"] == "FUNCTION", &path, "must be a function");
        check.require(tool["parameters"].is_object(), &path, "needs `parameters`");
        function_name(check, &tool["name"], "-", &path);
        names.push(tool["name"].clone());
    }
    if let Some(choice) = request.get("toolChoice") {
        check.require(!names.is_empty(), "toolChoice", "stands without tools");
        let object = check.object(choice, "toolChoice").clone();
        match choice["type"].as_str() {
            Some("AUTO" | "NONE" | "REQUIRED") => check.only(&object, &["type"], "toolChoice"),
            Some("FUNCTION") => {
                check.only(&object, &["type", "name"], "toolChoice");
                check.require(names.contains(&choice["name"]), "toolChoice", "names no tool");
            }
            other => check.say("toolChoice", format_args!("type is {other:?}")),
        }
    }
    if let Some(format) = request.get("responseFormat") {
        let object = check.object(format, "responseFormat").clone();
        match format["type"].as_str() {
            Some("TEXT" | "JSON_OBJECT") => check.only(&object, &["type"], "responseFormat"),
            Some("JSON_SCHEMA") => {
                check.only(&object, &["type", "jsonSchema"], "responseFormat");
                let schema = check.object(&format["jsonSchema"], "jsonSchema").clone();
                check.only(&schema, &["name", "description", "schema", "isStrict"], "jsonSchema");
                check.text(&schema, "name", "jsonSchema");
            }
            other => check.say("responseFormat", format_args!("type is {other:?}")),
        }
    }
    if let Some(prediction) = request.get("prediction") {
        check.require(prediction["type"] == "CONTENT", "prediction", "has an unknown type");
        for part in prediction["content"].as_array().into_iter().flatten() {
            content(check, part, &["TEXT"], "prediction");
        }
    }
    let messages = list(check, request, "messages");
    check.require(!messages.is_empty(), "messages", "must not be empty");
    for (index, message) in messages.iter().enumerate() {
        generic_message(check, message, &format!("messages[{index}]"));
    }
}

fn generic_message(check: &mut Check, message: &Value, path: &str) {
    let object = check.object(message, path).clone();
    const MEDIA: [&str; 5] = ["TEXT", "IMAGE", "VIDEO", "AUDIO", "DOCUMENT"];
    let (members, parts): (&[&str], &[&str]) = match message["role"].as_str() {
        Some("SYSTEM" | "DEVELOPER") => (&["name"], &["TEXT"]),
        Some("USER") => (&["name"], &MEDIA),
        Some("ASSISTANT") => (&["name", "refusal", "toolCalls", "reasoningContent"], &["TEXT"]),
        Some("TOOL") => (&["toolCallId"], &["TEXT"]),
        other => return check.say(path, format_args!("role is {other:?}")),
    };
    let allowed: Vec<&str> = members.iter().copied().chain(["role", "content"]).collect();
    check.only(&object, &allowed, path);
    for part in list(check, &object, "content") {
        content(check, &part, parts, path);
    }
    match message["role"].as_str() {
        Some("ASSISTANT") => {
            let says = ["content", "toolCalls", "refusal"].iter().any(|n| object.contains_key(*n));
            check.require(says, path, "says nothing");
            for call in list(check, &object, "toolCalls") {
                let object = check.object(&call, path).clone();
                check.only(&object, &["id", "type", "name", "arguments"], path);
                check.require(call["type"] == "FUNCTION", path, "a call must be a function's");
                check.require(call["id"].is_string(), path, "a call needs an id");
                check.text(&object, "arguments", path);
                function_name(check, &call["name"], "-", path);
            }
        }
        role => {
            check.require(object.contains_key("content"), path, "`content` is missing");
            let answers = role != Some("TOOL") || message["toolCallId"].is_string();
            check.require(answers, path, "answers no call");
        }
    }
}

fn content(check: &mut Check, part: &Value, kinds: &[&str], path: &str) {
    let object = check.object(part, path).clone();
    let kind = part["type"].as_str().unwrap_or_default();
    check.require(kinds.contains(&kind), path, &format!("no part of the type {kind:?}"));
    let member = match kind {
        "IMAGE" => "imageUrl",
        "VIDEO" => "videoUrl",
        "AUDIO" => "audioUrl",
        "DOCUMENT" => "documentUrl",
        _ => "text",
    };
    check.only(&object, &["type", member], path);
    if member == "text" {
        return check.require(part["text"].is_string(), path, "`text` is no string");
    }
    let media = check.object(&part[member], path).clone();
    check.only(&media, &["url", "detail"], path);
    check.text(&media, "url", path);
    let detail = media.get("detail").is_none_or(|d| *d == "AUTO" || *d == "LOW" || *d == "HIGH");
    check.require(detail, path, "`detail` is no word of its own");
}

fn cohere(check: &mut Check, request: &Map<String, Value>) {
    common(check, request, &COHERE);
    let results = list(check, request, "toolResults");
    let message = request.get("message").and_then(Value::as_str);
    check.require(message.is_some(), "message", "must be a string");
    check.require(
        results.is_empty() || message == Some(""),
        "message",
        "stands beside the results that are to be answered",
    );
    results.iter().for_each(|result| tool_result(check, result, "toolResults"));
    for (index, tool) in list(check, request, "tools").iter().enumerate() {
        let path = format!("tools[{index}]");
        let object = check.object(tool, &path).clone();
        check.only(&object, &["name", "description", "parameterDefinitions"], &path);
        function_name(check, &tool["name"], "", &path);
        check.require(tool["description"].is_string(), &path, "needs a description");
        for (name, definition) in tool["parameterDefinitions"].as_object().into_iter().flatten() {
            let path = format!("{path}.{name}");
            let object = check.object(definition, &path).clone();
            check.only(&object, &["description", "type", "isRequired"], &path);
            let python = ["str", "float", "int", "bool", "list", "dict", "object"];
            let known = definition["type"].as_str().is_some_and(|kind| python.contains(&kind));
            check.require(known, &path, "has a type that is none of Python's");
        }
    }
    for (index, turn) in list(check, request, "chatHistory").iter().enumerate() {
        let path = format!("chatHistory[{index}]");
        let object = check.object(turn, &path).clone();
        let members: &[&str] = match turn["role"].as_str() {
            Some("USER" | "SYSTEM") => &["role", "message"],
            Some("CHATBOT") => &["role", "message", "toolCalls"],
            Some("TOOL") => &["role", "toolResults"],
            other => return check.say(&path, format_args!("role is {other:?}")),
        };
        check.only(&object, members, &path);
        for call in list(check, &object, "toolCalls") {
            tool_call(check, &call, &path);
        }
        let results = list(check, &object, "toolResults");
        results.iter().for_each(|result| tool_result(check, result, &path));
        match members.contains(&"message") {
            true => check.require(turn["message"].is_string(), &path, "`message` is missing"),
            false => check.require(!results.is_empty(), &path, "has no results"),
        }
    }
    for document in list(check, request, "documents") {
        check.object(&document, "documents");
    }
    if let Some(format) = request.get("responseFormat") {
        let object = check.object(format, "responseFormat").clone();
        check.only(&object, &["type", "schema"], "responseFormat");
        let known = format["type"] == "JSON_OBJECT" || format["type"] == "TEXT";
        check.require(known, "responseFormat", "has an unknown type");
    }
}

fn tool_call(check: &mut Check, call: &Value, path: &str) {
    let object = check.object(call, path).clone();
    check.only(&object, &["name", "parameters"], path);
    function_name(check, &call["name"], "", path);
    check.object(&call["parameters"], path);
}

fn tool_result(check: &mut Check, result: &Value, path: &str) {
    let object = check.object(result, path).clone();
    check.only(&object, &["call", "outputs"], path);
    tool_call(check, &result["call"], path);
    let outputs = result["outputs"].as_array().cloned().unwrap_or_default();
    check.require(!outputs.is_empty(), path, "has no outputs");
    outputs.iter().for_each(|output| drop(check.object(output, path).clone()));
}

/// Letters, digits, `_` and these marks; where there are none, no digit begins it.
fn function_name(check: &mut Check, name: &Value, marks: &str, path: &str) {
    let name = name.as_str().unwrap_or_default();
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || marks.contains(c);
    let begins = !marks.is_empty() || !name.starts_with(|c: char| c.is_ascii_digit());
    let fits = (1..=64).contains(&name.len()) && name.chars().all(plain) && begins;
    check.require(fits, path, &format!("{name:?} is no name of a function"));
}

/// A list, which must not be empty where it is there.
fn list(check: &mut Check, object: &Map<String, Value>, name: &str) -> Vec<Value> {
    let Some(value) = object.get(name) else { return Vec::new() };
    let list = value.as_array().cloned().unwrap_or_default();
    check.require(!list.is_empty(), name, "must be a list that is not empty");
    list
}
