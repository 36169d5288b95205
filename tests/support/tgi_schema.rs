//! The body that Hugging Face's text generation takes (SageMaker's `sagemaker/`), checked against its
//! reference: what the server refuses, and members that it would pass over.
//!
//! Source: <https://huggingface.github.io/text-generation-inference/>, "CompatGenerateRequest" and
//! "GenerateParameters", and the limits of
//! <https://github.com/huggingface/text-generation-inference/blob/main/router/src/validation.rs>.

use super::schema::Check;
use serde_json::Value;

const SWITCHES: [&str; 5] =
    ["decoder_input_details", "details", "do_sample", "return_full_text", "watermark"];

const COUNTS: [&str; 6] =
    ["best_of", "max_new_tokens", "seed", "top_k", "top_n_tokens", "truncate"];

/// Everything that is wrong with the body, each with its path. Empty where the server would take it.
pub fn problems(value: &Value) -> Vec<String> {
    let mut check = Check::default();
    let body = check.object(value, "body").clone();
    check.only(&body, &["inputs", "parameters", "stream"], "body");
    check.require(value["inputs"].is_string(), "inputs", "must be a string");
    let stream = body.get("stream").is_none_or(Value::is_boolean);
    check.require(stream, "stream", "must be a flag");
    for (name, value) in check.object(&value["parameters"], "parameters").clone() {
        let fine = match name.as_str() {
            "temperature" | "repetition_penalty" => value.as_f64() > Some(0.0),
            "top_p" | "typical_p" => value.as_f64().is_some_and(|p| p > 0.0 && p < 1.0),
            "frequency_penalty" => value.as_f64().is_some_and(|p| (-2.0..=2.0).contains(&p)),
            "stop" => value.as_array().is_some_and(|list| list.iter().all(Value::is_string)),
            "adapter_id" => value.is_string(),
            "grammar" => value["type"].is_string() && value.get("value").is_some(),
            name if SWITCHES.contains(&name) => value.is_boolean(),
            name if COUNTS.contains(&name) => value.is_u64(),
            _ => false,
        };
        let what = format!("is unknown, or cannot be {value}");
        check.require(fine, &format!("parameters.{name}"), &what);
    }
    check.problems
}
