//! Streams fed to a dialect and put together again, and golden files.

use dragoman::dialect::{Dialect, Exchange, Output};
use dragoman::openai::ApiError;
use dragoman::wire::Decoder;
use serde_json::{Value, json};
use std::path::Path;

/// Compares with a file below `tests/golden`. With `UPDATE_GOLDEN=1` in the environment it is written
/// anew instead; the difference is for review.
pub fn golden(name: &str, seen: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, seen).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(seen, expected, "{}", path.display());
}

/// The stream's chunks, as the client gets them, and what was learned, feeding `size` bytes at a time.
pub fn stream(
    dialect: &dyn Dialect,
    bytes: &[u8],
    size: usize,
    exchange: &Exchange,
) -> Result<Output, ApiError> {
    let mut translator = dialect.stream(exchange);
    let mut out = Output::default();
    let mut failure = None;
    let mut decoder = Decoder::new(dialect.framing());
    let mut feed = |event: dragoman::wire::Event<'_>| {
        if failure.is_none() {
            failure = translator.event(event, &mut out).err();
        }
    };
    let broken = |error: dragoman::wire::FrameError| ApiError::new(502, error.to_string());
    for chunk in bytes.chunks(size.max(1)) {
        decoder.push(chunk, &mut feed).map_err(broken)?;
    }
    decoder.finish(&mut feed).map_err(broken)?;
    match failure {
        Some(error) => Err(error),
        None => {
            translator.end(&mut out);
            Ok(out)
        }
    }
}

/// The deltas of a stream put together again, as a client does it.
pub fn collected(sse: &[u8]) -> Value {
    let text = std::str::from_utf8(sse).unwrap();
    let (mut content, mut reasoning, mut finish) = (String::new(), String::new(), Value::Null);
    let (mut calls, mut usage) = (Vec::<Value>::new(), Value::Null);
    for line in text.lines().filter_map(|line| line.strip_prefix("data: ")) {
        let Ok(chunk) = serde_json::from_str::<Value>(line) else { continue };
        if chunk["usage"].is_object() {
            usage = chunk["usage"].clone();
        }
        let Some(choice) = chunk["choices"].get(0) else { continue };
        let delta = &choice["delta"];
        content.push_str(delta["content"].as_str().unwrap_or_default());
        reasoning.push_str(delta["reasoning_content"].as_str().unwrap_or_default());
        for call in delta["tool_calls"].as_array().into_iter().flatten() {
            let index = usize::try_from(call["index"].as_u64().unwrap()).unwrap();
            if index == calls.len() {
                calls.push(
                    json!({"id": call["id"], "name": call["function"]["name"], "arguments": ""}),
                );
            }
            let all = calls[index]["arguments"].as_str().unwrap().to_owned()
                + call["function"]["arguments"].as_str().unwrap_or_default();
            calls[index]["arguments"] = all.into();
        }
        if !choice["finish_reason"].is_null() {
            finish = choice["finish_reason"].clone();
        }
    }
    json!({"content": content, "reasoning": reasoning, "calls": calls, "finish": finish, "usage": usage})
}
