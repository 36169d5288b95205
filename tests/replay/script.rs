//! What a provider does with an attempt, as a list of events.

use serde_json::json;

/// One thing that happens.
#[derive(Debug, Clone)]
pub enum Step {
    /// Response headers, with a body to come.
    Headers(u16, dragoman::session::Headers),
    /// Response headers without any body.
    Bare(u16),
    /// A piece of the body.
    Body(String),
    /// The last piece of the body.
    Last(String),
    /// A piece of a body that is no text.
    Bytes(Vec<u8>),
    /// The end of the body, alone.
    End,
    /// A response that Envoy itself makes: nobody there, or no route.
    Local(u16, String),
    /// The provider's connection is gone, in the middle of whatever it was.
    Reset,
    /// Time passes, ms.
    Wait(u64),
    /// The client goes away. Who of the two filters gets to know it first?
    ClientGone(First),
    /// Not an event: the client must have been given a text that ends like this by now.
    ClientHas(&'static str),
    /// Not an event: the client must not have been given anything by now.
    ClientHasNothing,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum First {
    Gateway,
    Adapter,
}

pub type Script = Vec<Step>;

pub fn headers(status: u16, list: &[(&str, &str)]) -> Step {
    let owned =
        list.iter().map(|(name, value)| ((*name).to_owned().into(), (*value).to_owned().into()));
    Step::Headers(status, owned.collect())
}

/// A whole answer of OpenAI's.
pub fn answers(text: &str) -> Script {
    let body = json!({
        "id": "c1", "object": "chat.completion", "created": 1, "model": "gpt-4o-served",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100},
    });
    vec![
        headers(200, &[("content-type", "application/json"), ("x-request-id", "req_1")]),
        Step::Body(body.to_string()),
        Step::End,
    ]
}

/// An error with OpenAI's shape.
pub fn error(status: u16, message: &str) -> Script {
    error_with(status, &[], &json!({"error": {"message": message, "type": "x"}}).to_string())
}

/// An error with headers of its own.
pub fn error_with(status: u16, list: &[(&str, &str)], body: &str) -> Script {
    vec![headers(status, list), Step::Last(body.to_owned())]
}

pub fn stream_headers() -> Step {
    headers(200, &[("content-type", "text/event-stream")])
}

/// A chunk with content.
pub fn delta(text: &str) -> Step {
    event(&json!({"id": "c1", "choices": [{"index": 0, "delta": {"content": text}}]}).to_string())
}

/// The chunk that opens a stream and holds no content.
pub fn role() -> Step {
    event(r#"{"id":"c1","choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}"#)
}

pub fn finish() -> Step {
    event(r#"{"id":"c1","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#)
}

pub fn usage() -> Step {
    event(r#"{"id":"c1","choices":[],"usage":{"prompt_tokens":1000,"completion_tokens":2}}"#)
}

pub fn event(data: &str) -> Step {
    Step::Body(format!("data: {data}\n\n"))
}

/// A whole stream of OpenAI's.
pub fn streams(words: &[&str]) -> Script {
    let mut script = vec![stream_headers(), role()];
    script.extend(words.iter().map(|word| delta(word)));
    script.extend([finish(), usage(), event("[DONE]"), Step::End]);
    script
}
