//! The body of Triton's generate extension and of its inference protocol, checked against their
//! references, and the names against those of TensorRT-LLM's ensemble and of vLLM's backend.
//!
//! Source: <https://github.com/triton-inference-server/server/blob/main/docs/protocol/extension_generate.md>,
//! <https://kserve.github.io/website/docs/concepts/architecture/data-plane/v2-protocol>.

use super::schema::Check;
use serde_json::Value;

/// Everything that is wrong with the body, each with its path.
pub fn problems(value: &Value, vllm: bool) -> Vec<String> {
    let mut check = Check::default();
    let body = check.object(value, "body").clone();
    if body.contains_key("inputs") {
        check.only(&body, &["inputs"], "body");
        for input in value["inputs"].as_array().into_iter().flatten() {
            tensor(&mut check, input);
        }
        let first = &value["inputs"][0];
        check.require(first["name"] == "text_input", "inputs[0]", "must be the text");
        return check.problems;
    }
    check.only(&body, &["text_input", "parameters"], "body");
    check.require(value["text_input"].is_string(), "text_input", "must be a string");
    let parameters = check.object(&value["parameters"], "parameters").clone();
    for (name, value) in &parameters {
        // A list stands only where the model has a tensor of that name.
        let list = ["stop_words", "bad_words"].contains(&name.as_str()) && !vllm;
        let fine = match name.as_str() {
            "max_tokens" | "seed" | "top_k" => value.is_u64(),
            "temperature" | "top_p" | "presence_penalty" | "frequency_penalty" => value.is_number(),
            "stream" | "exclude_input_in_output" => value.is_boolean(),
            "stop" => vllm && value.is_string(),
            "stop_words" | "bad_words" if vllm => false,
            _ if list => value.is_string() || value.as_array().is_some_and(|l| !l.is_empty()),
            _ => !value.is_null(),
        };
        check.require(fine, &format!("parameters.{name}"), &format!("cannot be {value}"));
    }
    for name in ["max_tokens", "stream", "exclude_input_in_output"] {
        check.require(parameters.contains_key(name), "parameters", &format!("`{name}` is missing"));
    }
    check.problems
}

fn tensor(check: &mut Check, input: &Value) {
    let object = check.object(input, "inputs").clone();
    check.only(&object, &["name", "shape", "datatype", "data"], "inputs");
    check.text(&object, "name", "inputs");
    let data = input["data"].as_array().cloned().unwrap_or_default();
    check.require(input["shape"] == serde_json::json!([data.len()]), "inputs", "shape");
    let is = |value: &Value| match input["datatype"].as_str() {
        Some("BYTES") => value.is_string(),
        Some("BOOL") => value.is_boolean(),
        Some("INT32") => value.as_i64().is_some_and(|n| i32::try_from(n).is_ok()),
        Some("UINT64") => value.is_u64(),
        Some("FP32") => value.is_number(),
        _ => false,
    };
    check.require(!data.is_empty() && data.iter().all(is), "inputs", &format!("{input}"));
}
