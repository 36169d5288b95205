//! A parameter as an input tensor of the inference protocol, of one dimension.

use crate::openai::ApiError;
use serde_json::{Value, json};

/// Numbers that are fractions, also where they are written without one.
const FP32: [&str; 7] = [
    "frequency_penalty",
    "length_penalty",
    "min_p",
    "presence_penalty",
    "repetition_penalty",
    "temperature",
    "top_p",
];

const UINT64: [&str; 3] = ["lora_task_id", "random_seed", "seed"];

/// The tensor called `name` with the value `json`, or with the elements of that list.
///
/// # Errors
/// 400 naming a value that no tensor holds.
pub fn write(name: &str, json: &str) -> Result<Value, ApiError> {
    let elements = match serde_json::from_str(json) {
        Ok(Value::Array(elements)) => elements,
        Ok(value) => vec![value],
        Err(_) => Vec::new(),
    };
    let datatype = match elements.first() {
        Some(Value::Number(_)) if FP32.contains(&name) => "FP32",
        Some(Value::Number(_)) if UINT64.contains(&name) => "UINT64",
        Some(Value::Number(number)) if number.is_f64() => "FP32",
        Some(Value::Number(_)) => "INT32",
        Some(Value::String(_)) => "BYTES",
        Some(Value::Bool(_)) => "BOOL",
        _ => return Err(none(name)),
    };
    let kind = elements.first().map(std::mem::discriminant);
    if elements.iter().any(|element| Some(std::mem::discriminant(element)) != kind) {
        return Err(none(name));
    }
    Ok(json!({"name": name, "shape": [elements.len()], "datatype": datatype, "data": elements}))
}

fn none(name: &str) -> ApiError {
    let message = format!(
        "`{name}` cannot be sent to this model: a tensor holds numbers, texts or flags, of one kind."
    );
    ApiError::invalid(message).with_param(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_type_follows_from_the_name_and_then_from_the_value() {
        for (name, value, datatype) in [
            ("temperature", "1", "FP32"),
            ("seed", "7", "UINT64"),
            ("max_tokens", "7", "INT32"),
            ("own", "0.5", "FP32"),
            ("stop_words", "[\"a\",\"b\"]", "BYTES"),
            ("return_log_probs", "true", "BOOL"),
        ] {
            let tensor = write(name, value).unwrap();
            assert_eq!((&tensor["datatype"], &tensor["name"]), (&json!(datatype), &json!(name)));
            let length = tensor["data"].as_array().unwrap().len();
            assert_eq!(tensor["shape"], json!([length]));
        }
        for value in ["{}", "null", "[]", "[1,\"a\"]", "[[1]]"] {
            assert_eq!(write("own", value).unwrap_err().param.as_deref(), Some("own"), "{value}");
        }
    }
}
