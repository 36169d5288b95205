//! The body of Cohere's `POST /v2/chat` checked against its reference: types, allowed members, ranges
//! and the rules that hold between members.
//!
//! Source: <https://docs.cohere.com/reference/chat>.

use super::schema::Check;
use serde_json::{Map, Value};

/// Members of the body.
const BODY: [&str; 20] = [
    "model",
    "messages",
    "stream",
    "tools",
    "strict_tools",
    "tool_choice",
    "documents",
    "citation_options",
    "response_format",
    "safety_mode",
    "max_tokens",
    "stop_sequences",
    "temperature",
    "seed",
    "frequency_penalty",
    "presence_penalty",
    "k",
    "p",
    "logprobs",
    "thinking",
];

/// Everything that is wrong with the body, each with its path. Empty where the API would take it.
pub fn problems(value: &Value) -> Vec<String> {
    let mut check = Check::default();
    let body = check.object(value, "body").clone();
    let allowed: Vec<&str> = BODY.into_iter().chain(["priority"]).collect();
    check.only(&body, &allowed, "body");
    check.text(&body, "model", "body");
    for (name, least, most) in [
        ("temperature", 0.0, f64::MAX),
        ("frequency_penalty", 0.0, 1.0),
        ("presence_penalty", 0.0, 1.0),
        ("k", 0.0, 500.0),
        ("p", 0.01, 0.99),
        ("seed", 0.0, f64::MAX),
        ("max_tokens", 0.0, f64::MAX),
    ] {
        if let Some(value) = body.get(name) {
            let inside = value.as_f64().is_some_and(|number| (least..=most).contains(&number));
            check.require(inside, name, &format!("is {value}"));
        }
    }
    for name in ["stream", "strict_tools", "logprobs"] {
        let fine = body.get(name).is_none_or(Value::is_boolean);
        check.require(fine, name, "must be a boolean");
    }
    if let Some(stop) = body.get("stop_sequences") {
        let fine = stop.as_array().is_some_and(|list| list.iter().all(Value::is_string));
        check.require(fine, "stop_sequences", "must be a list of strings");
    }
    if let Some(thinking) = body.get("thinking") {
        let object = check.object(thinking, "thinking").clone();
        check.only(&object, &["type", "token_budget"], "thinking");
        let known = ["enabled", "disabled"].map(Value::from).contains(&thinking["type"]);
        check.require(known, "thinking", "type is unknown");
        let budget = object.get("token_budget").is_none_or(|budget| budget.as_u64() > Some(0));
        check.require(budget, "thinking", "the budget must be positive");
    }
    let has_tools = tools(&mut check, body.get("tools"));
    if let Some(choice) = body.get("tool_choice") {
        check.require(has_tools, "tool_choice", "stands without tools");
        check.require(choice == "REQUIRED" || choice == "NONE", "tool_choice", "is unknown");
    }
    if let Some(format) = body.get("response_format") {
        let object = check.object(format, "response_format").clone();
        check.only(&object, &["type", "json_schema"], "response_format");
        let kind = &format["type"];
        check.require(kind == "json_object" || kind == "text", "response_format", "unknown type");
        let schema = object.get("json_schema").is_none_or(Value::is_object);
        check.require(schema, "response_format", "`json_schema` must be the schema");
        let alone = !has_tools && !body.contains_key("documents");
        check.require(alone, "response_format", "stands beside tools or documents");
    }
    messages(&mut check, body.get("messages"));
    check.problems
}

fn tools(check: &mut Check, tools: Option<&Value>) -> bool {
    let Some(tools) = tools else { return false };
    let list = tools.as_array().cloned().unwrap_or_default();
    check.require(!list.is_empty(), "tools", "must be a list that is not empty");
    for (index, tool) in list.iter().enumerate() {
        let path = format!("tools[{index}]");
        let object = check.object(tool, &path).clone();
        check.only(&object, &["type", "function"], &path);
        check.require(tool["type"] == "function", &path, "must be a function");
        let function = check.object(&tool["function"], &path).clone();
        check.only(&function, &["name", "description", "parameters"], &path);
        check.text(&function, "name", &path);
        check.require(tool["function"]["parameters"].is_object(), &path, "needs `parameters`");
    }
    true
}

fn messages(check: &mut Check, messages: Option<&Value>) {
    let list = messages.and_then(Value::as_array).cloned().unwrap_or_default();
    check.require(!list.is_empty(), "messages", "must be a list that is not empty");
    for (index, message) in list.iter().enumerate() {
        let path = format!("messages[{index}]");
        let object = check.object(message, &path).clone();
        let role = message["role"].as_str().unwrap_or_default();
        let parts: &[&str] = match role {
            "system" => &["text"],
            "user" => &["text", "image_url"],
            "assistant" => &["text", "thinking"],
            "tool" => &["text", "document"],
            _ => &[],
        };
        check.require(!parts.is_empty(), &path, &format!("role is {role:?}"));
        match role {
            "assistant" => {
                const NAMES: [&str; 5] =
                    ["role", "content", "tool_calls", "tool_plan", "citations"];
                check.only(&object, &NAMES, &path);
                let says = object.contains_key("content") || object.contains_key("tool_calls");
                check.require(says, &path, "says nothing");
                for call in message["tool_calls"].as_array().into_iter().flatten() {
                    tool_call(check, call, &path);
                }
            }
            "tool" => {
                check.only(&object, &["role", "content", "tool_call_id"], &path);
                check.text(&object, "tool_call_id", &path);
            }
            _ => check.only(&object, &["role", "content"], &path),
        }
        match object.get("content") {
            Some(Value::String(_)) => {}
            None => check.require(role == "assistant", &path, "`content` is missing"),
            Some(Value::Array(blocks)) => {
                check.require(!blocks.is_empty(), &path, "`content` is an empty list");
                blocks.iter().for_each(|block| self::block(check, block, parts, &path));
            }
            Some(other) => check.say(&path, format_args!("`content` is {other}")),
        }
    }
}

fn tool_call(check: &mut Check, call: &Value, path: &str) {
    let object = check.object(call, path).clone();
    check.only(&object, &["id", "type", "function"], path);
    check.text(&object, "id", path);
    check.require(call["type"] == "function", path, "a call must be a function's");
    let function: Map<String, Value> = check.object(&call["function"], path).clone();
    check.only(&function, &["name", "arguments"], path);
    check.text(&function, "name", path);
    check.text(&function, "arguments", path);
}

fn block(check: &mut Check, block: &Value, kinds: &[&str], path: &str) {
    let object = check.object(block, path).clone();
    let kind = block["type"].as_str().unwrap_or_default();
    check.require(kinds.contains(&kind), path, &format!("no part of the type {kind:?}"));
    check.only(&object, &["type", kind], path);
    match kind {
        "image_url" => {
            let image = check.object(&block[kind], path).clone();
            check.only(&image, &["url", "detail"], path);
            let url = block[kind]["url"].as_str().unwrap_or_default();
            let fine = url.starts_with("http") || url.starts_with("data:image/");
            check.require(fine, path, "`url` is none");
        }
        "document" => check.require(block[kind].is_object(), path, "`document` is no object"),
        _ => check.require(block[kind].is_string(), path, &format!("`{kind}` is no string")),
    }
}
