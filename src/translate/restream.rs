//! A whole completion as a stream, for a client that asked for one and a provider that gave none.

use crate::dialect::Exchange;
use crate::openai::{ApiError, Chunk};
use crate::wire::sse;
use serde_json::{Map, Value, json};

/// `completion` (an OpenAI chat completion) as SSE: one chunk with everything, one that finishes, the
/// usage chunk where it is wanted, `[DONE]`.
///
/// # Errors
/// 502 where it is no completion.
pub fn chunks(completion: &[u8], exchange: &Exchange) -> Result<Vec<u8>, ApiError> {
    let mut head: Map<String, Value> = serde_json::from_slice(completion).map_err(|error| {
        ApiError::new(502, format!("The provider's answer is not JSON: {error}."))
    })?;
    let Some(Value::Array(choices)) = head.shift_remove("choices") else {
        return Err(ApiError::new(502, "The provider's answer has no `choices`."));
    };
    let usage = head.shift_remove("usage");
    head.insert("object".into(), Chunk::OBJECT.into());
    let mut out = Vec::with_capacity(completion.len() + 512);
    let mut write = |choices: Vec<Value>, usage: Option<Value>| {
        let mut chunk = head.clone();
        chunk.insert("choices".into(), choices.into());
        if let Some(usage) = usage {
            chunk.insert("usage".into(), usage);
        }
        sse::write_data(&mut out, Value::Object(chunk).to_string().as_bytes());
    };
    let (deltas, ends) = choices.into_iter().map(split).unzip();
    write(deltas, None);
    write(ends, None);
    if exchange.include_usage && usage.is_some() {
        write(Vec::new(), usage);
    }
    sse::write_data(&mut out, b"[DONE]");
    Ok(out)
}

/// A choice as its delta and as its end.
fn split(mut choice: Value) -> (Value, Value) {
    let mut take = |name: &str| choice.get_mut(name).map_or(Value::Null, Value::take);
    let (index, mut delta, finish, logprobs) =
        (take("index"), take("message"), take("finish_reason"), take("logprobs"));
    if let Some(calls) = delta.get_mut("tool_calls").and_then(Value::as_array_mut) {
        for (position, call) in calls.iter_mut().enumerate() {
            if let Some(call) = call.as_object_mut() {
                call.insert("index".into(), position.into());
            }
        }
    }
    (
        json!({"index": index, "delta": delta, "logprobs": logprobs, "finish_reason": null}),
        json!({"index": index, "delta": {}, "logprobs": null, "finish_reason": finish}),
    )
}

#[cfg(test)]
mod tests;
