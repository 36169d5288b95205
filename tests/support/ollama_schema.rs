//! The body of Ollama's `POST /api/chat` checked against its reference: Ollama itself passes over
//! members that it does not know, so what it would not read is wrong here.
//!
//! Source: <https://docs.ollama.com/api/chat>, and the `ChatRequest`, `Message` and `Options` of
//! <https://github.com/ollama/ollama/blob/main/api/types.go>.

use super::schema::Check;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

/// Members of the body.
const BODY: [&str; 12] = [
    "model",
    "messages",
    "stream",
    "format",
    "keep_alive",
    "tools",
    "options",
    "think",
    "truncate",
    "shift",
    "logprobs",
    "top_logprobs",
];

const WHOLE: [&str; 12] = [
    "num_ctx",
    "num_keep",
    "num_batch",
    "num_gpu",
    "num_thread",
    "main_gpu",
    "num_predict",
    "top_k",
    "repeat_last_n",
    "mirostat",
    "seed",
    "draft_num_predict",
];

const FRACTIONS: [&str; 10] = [
    "temperature",
    "top_p",
    "min_p",
    "typical_p",
    "tfs_z",
    "repeat_penalty",
    "frequency_penalty",
    "presence_penalty",
    "mirostat_tau",
    "mirostat_eta",
];

const SWITCHES: [&str; 8] = [
    "use_mmap",
    "use_mlock",
    "numa",
    "low_vram",
    "f16_kv",
    "logits_all",
    "vocab_only",
    "penalize_newline",
];

/// Everything that is wrong with the body, each with its path. Empty where the API would take it.
pub fn problems(value: &Value) -> Vec<String> {
    let mut check = Check::default();
    let body = check.object(value, "body").clone();
    check.only(&body, &BODY, "body");
    check.text(&body, "model", "body");
    check.require(value["stream"].is_boolean(), "stream", "must be said: it is true otherwise");
    let levels = ["low", "medium", "high", "max"].map(Value::from);
    let think = body.get("think").is_none_or(|think| think.is_boolean() || levels.contains(think));
    check.require(think, "think", "must be a boolean or a level");
    let format = body.get("format").is_none_or(|format| format.is_object() || format == "json");
    check.require(format, "format", "must be `json` or a schema");
    let logprobs = body.get("logprobs").is_none_or(Value::is_boolean);
    check.require(logprobs, "logprobs", "must be a boolean");
    let top = body.get("top_logprobs").is_none_or(|top| top.as_u64() <= Some(20));
    check.require(top, "top_logprobs", "goes from 0 to 20");
    if let Some(options) = body.get("options") {
        self::options(&mut check, options);
    }
    for (index, tool) in value["tools"].as_array().into_iter().flatten().enumerate() {
        let path = format!("tools[{index}]");
        let object = check.object(tool, &path).clone();
        check.only(&object, &["type", "function"], &path);
        let function = check.object(&tool["function"], &path).clone();
        check.only(&function, &["name", "description", "parameters"], &path);
        check.text(&function, "name", &path);
        check.require(tool["function"]["parameters"].is_object(), &path, "needs `parameters`");
    }
    let messages = value["messages"].as_array().cloned().unwrap_or_default();
    check.require(!messages.is_empty(), "messages", "must be a list that is not empty");
    for (index, message) in messages.iter().enumerate() {
        self::message(&mut check, message, &format!("messages[{index}]"));
    }
    check.problems
}

fn options(check: &mut Check, options: &Value) {
    for (name, value) in check.object(options, "options").clone() {
        let path = format!("options.{name}");
        let fine = match name.as_str() {
            "stop" => value.as_array().is_some_and(|list| list.iter().all(Value::is_string)),
            name if WHOLE.contains(&name) => value.is_i64() || value.is_u64(),
            name if FRACTIONS.contains(&name) => value.is_number(),
            name if SWITCHES.contains(&name) => value.is_boolean(),
            _ => false,
        };
        check.require(fine, &path, &format!("is unknown, or cannot be {value}"));
    }
}

fn message(check: &mut Check, message: &Value, path: &str) {
    const NAMES: [&str; 7] =
        ["role", "content", "thinking", "images", "tool_calls", "tool_name", "tool_call_id"];
    let object = check.object(message, path).clone();
    check.only(&object, &NAMES, path);
    let role = message["role"].as_str().unwrap_or_default();
    let known = ["system", "user", "assistant", "tool"].contains(&role);
    check.require(known, path, &format!("role is {role:?}"));
    check.require(message["content"].is_string(), path, "`content` must be a string");
    let thinking = object.get("thinking").is_none_or(Value::is_string);
    check.require(
        thinking && (role == "assistant" || !object.contains_key("thinking")),
        path,
        "thinking",
    );
    for image in message["images"].as_array().into_iter().flatten() {
        let fine = image.as_str().is_some_and(|data| STANDARD.decode(data).is_ok());
        check.require(fine, path, "an image must be base64 alone");
    }
    for call in message["tool_calls"].as_array().into_iter().flatten() {
        check.require(role == "assistant", path, "a call of somebody else's");
        let object = check.object(call, path).clone();
        check.only(&object, &["id", "function"], path);
        let function = check.object(&call["function"], path).clone();
        check.only(&function, &["index", "name", "arguments"], path);
        check.text(&function, "name", path);
        check.require(call["function"]["arguments"].is_object(), path, "arguments: no object");
    }
}
