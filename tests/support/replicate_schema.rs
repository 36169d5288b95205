//! The body of Replicate's `POST …/predictions`: the envelope against the reference, the inputs against
//! the schemas of the official language models.
//!
//! Source: <https://replicate.com/docs/reference/http>, and the pages "API" of the models, such as
//! <https://replicate.com/meta/meta-llama-3.1-405b-instruct/api>.

use super::schema::Check;
use serde_json::Value;

/// Inputs of the models whose names begin so; models that are not listed may have any.
const INPUTS: [(&str, &[&str]); 6] = [
    (
        "anthropic/claude-",
        &[
            "prompt",
            "image",
            "system_prompt",
            "max_tokens",
            "max_image_resolution",
            "extended_thinking",
            "thinking_budget_tokens",
            "effort",
        ],
    ),
    (
        "openai/gpt-4",
        &[
            "prompt",
            "system_prompt",
            "messages",
            "image_input",
            "temperature",
            "max_completion_tokens",
            "top_p",
            "frequency_penalty",
            "presence_penalty",
        ],
    ),
    (
        "openai/gpt-5",
        &[
            "prompt",
            "system_prompt",
            "messages",
            "image_input",
            "reasoning_effort",
            "verbosity",
            "max_completion_tokens",
        ],
    ),
    ("openai/o1-mini", &["prompt", "messages", "max_completion_tokens"]),
    (
        "meta/meta-llama-3",
        &[
            "prompt",
            "system_prompt",
            "max_tokens",
            "min_tokens",
            "temperature",
            "top_p",
            "top_k",
            "presence_penalty",
            "frequency_penalty",
            "length_penalty",
            "stop_sequences",
            "prompt_template",
        ],
    ),
    (
        "meta/llama-2",
        &[
            "prompt",
            "system_prompt",
            "max_new_tokens",
            "min_new_tokens",
            "temperature",
            "top_p",
            "top_k",
            "stop_sequences",
            "seed",
            "debug",
            "prompt_template",
            "repetition_penalty",
            "length_penalty",
        ],
    ),
];

/// Everything that is wrong with the body for `model`, each with its path.
pub fn problems(value: &Value, model: &str) -> Vec<String> {
    let mut check = Check::default();
    let body = check.object(value, "body").clone();
    check.only(&body, &["input", "version"], "body");
    let is_version = model.rsplit(':').next().is_some_and(|last| last.len() == 64);
    let version = body.get("version").is_some_and(Value::is_string);
    check.require(version == is_version, "version", "stands where the address names no model");
    let inputs = check.object(&value["input"], "input").clone();
    if let Some((_, names)) = INPUTS.iter().find(|(beginning, _)| model.starts_with(beginning)) {
        // What a test's `extra_body` holds is sent unasked.
        let asked = inputs.iter().filter(|(name, _)| *name != "top_k");
        let asked = asked.map(|(name, value)| (name.clone(), value.clone())).collect();
        check.only(&asked, names, "input");
    }
    let messages = inputs.contains_key("messages");
    check.require(messages != inputs.contains_key("prompt"), "input", "one of prompt and messages");
    for message in value["input"]["messages"].as_array().into_iter().flatten() {
        let object = check.object(message, "messages").clone();
        check.only(&object, &["role", "content"], "messages");
        check.require(message["content"].is_string(), "messages", "content must be a string");
        let role = message["role"].as_str().unwrap_or_default();
        check.require(["system", "user", "assistant"].contains(&role), "messages", role);
    }
    for (name, value) in &inputs {
        let fine = match name.as_str() {
            "messages" => value.as_array().is_some_and(|list| !list.is_empty()),
            name if name.starts_with("max_") || name.starts_with("min_") => value.is_u64(),
            "temperature" | "top_p" | "presence_penalty" | "frequency_penalty" => value.is_number(),
            "top_k" | "seed" => value.is_i64(),
            "debug" => value.is_boolean(),
            "prompt" | "system_prompt" | "system_instruction" | "prompt_template"
            | "stop_sequences" | "reasoning_effort" | "verbosity" => value.is_string(),
            _ => true,
        };
        check.require(fine, &format!("input.{name}"), &format!("cannot be {value}"));
    }
    check.problems
}
