//! Chat completions as bytes, whole and in chunks.

use std::io::Write as _;

use serde_json::Value;

use super::{SERVER_ERROR, error};
use crate::mock::{
    answer::{Answer, Content, Finish, Usage, tokens},
    format::quoted,
    head::Head,
    stream::{Part, Stream},
};

/// What Azure adds, as JSON text that begins with its comma.
#[derive(Default)]
pub struct Extras {
    /// To the whole answer's top level.
    pub top: &'static str,
    /// To each choice that has content.
    pub choice: &'static str,
    /// To each choice that has none.
    pub empty_choice: &'static str,
}

pub fn whole(answer: &Answer, extras: &Extras) -> Vec<u8> {
    let (reasoning, content, calls) = match &answer.content {
        Content::Text(text) => (reasoning_field(answer), quoted(text), String::new()),
        Content::ToolCall { name, arguments } => {
            let calls = format!(
                r#","tool_calls":[{{"id":"call_mock{:020}","type":"function","function":{{"name":{},"arguments":{}}}}}]"#,
                answer.serial,
                quoted(name),
                quoted(arguments),
            );
            (reasoning_field(answer), "null".to_owned(), calls)
        }
    };
    let Extras { top, choice, .. } = extras;
    format!(
        r#"{{"id":"chatcmpl-mock{:020}","object":"chat.completion","created":{},"model":{},"choices":[{{"index":0,"message":{{"role":"assistant","content":{content}{reasoning}{calls},"refusal":null,"annotations":[]}},"logprobs":null,"finish_reason":"{}"{choice}}}],"usage":{},"service_tier":"default","system_fingerprint":"fp_mock"{top}}}"#,
        answer.serial,
        answer.created,
        quoted(&answer.model),
        finish_reason(answer.finish),
        usage(&answer.usage),
    )
    .into_bytes()
}

/// OpenAI itself keeps its reasoning secret; this is the field of those who do not.
fn reasoning_field(answer: &Answer) -> String {
    match answer.reasoning.is_empty() {
        true => String::new(),
        false => format!(r#","reasoning_content":{}"#, quoted(&answer.reasoning)),
    }
}

fn finish_reason(finish: Finish) -> &'static str {
    match finish {
        Finish::Stop => "stop",
        Finish::Length => "length",
        Finish::ToolCall => "tool_calls",
    }
}

fn usage(usage: &Usage) -> String {
    format!(
        r#"{{"prompt_tokens":{},"completion_tokens":{},"total_tokens":{},"prompt_tokens_details":{{"cached_tokens":{},"audio_tokens":0}},"completion_tokens_details":{{"reasoning_tokens":{},"audio_tokens":0,"accepted_prediction_tokens":0,"rejected_prediction_tokens":0}}}}"#,
        usage.input,
        usage.output,
        usage.input + usage.output,
        usage.cache_read,
        usage.reasoning,
    )
}

pub fn stream(answer: &Answer, head: &Head<'_>, extras: &Extras, out: &mut Stream) {
    let asked_usage = head
        .get::<Value>("stream_options")
        .and_then(|options| options.get("include_usage").and_then(Value::as_bool))
        == Some(true);
    let no_usage = if asked_usage { r#","usage":null"# } else { "" };
    let start = format!(
        r#"{{"id":"chatcmpl-mock{:020}","object":"chat.completion.chunk","created":{},"model":{},"service_tier":"default","system_fingerprint":"fp_mock","choices":["#,
        answer.serial,
        answer.created,
        quoted(&answer.model),
    );
    // One choice's delta: `write` adds the fields inside its braces.
    let chunk = |out: &mut Stream, part, finish: &str, write: &dyn Fn(&mut Vec<u8>)| {
        out.sse(part, None, |bytes| {
            bytes.extend_from_slice(start.as_bytes());
            bytes.extend_from_slice(br#"{"index":0,"delta":{"#);
            write(bytes);
            bytes.extend_from_slice(br#"},"logprobs":null,"finish_reason":"#);
            bytes.extend_from_slice(finish.as_bytes());
            let more = if part == Part::Token { extras.choice } else { extras.empty_choice };
            for text in [more, "}]", no_usage, "}"] {
                bytes.extend_from_slice(text.as_bytes());
            }
        });
    };
    let texts = |out: &mut Stream, field: &str, text: &str| {
        for token in tokens(text) {
            chunk(out, Part::Token, "null", &|bytes| field_into(bytes, field, token));
        }
    };
    match &answer.content {
        Content::Text(text) => {
            chunk(out, Part::Frame, "null", &|bytes| {
                bytes.extend_from_slice(br#""role":"assistant","content":"","refusal":null"#);
            });
            texts(out, "reasoning_content", &answer.reasoning);
            texts(out, "content", text);
        }
        Content::ToolCall { name, arguments } => {
            if !answer.reasoning.is_empty() {
                chunk(out, Part::Frame, "null", &|bytes| {
                    bytes.extend_from_slice(br#""role":"assistant","content":null"#);
                });
                texts(out, "reasoning_content", &answer.reasoning);
            }
            let call = format!(
                r#""role":"assistant","content":null,"tool_calls":[{{"index":0,"id":"call_mock{:020}","type":"function","function":{{"name":{},"arguments":""}}}}],"refusal":null"#,
                answer.serial,
                quoted(name),
            );
            chunk(out, Part::Frame, "null", &|bytes| bytes.extend_from_slice(call.as_bytes()));
            for token in tokens(arguments) {
                chunk(out, Part::Token, "null", &|bytes| {
                    bytes.extend_from_slice(br#""tool_calls":[{"index":0,"function":{"#);
                    field_into(bytes, "arguments", token);
                    bytes.extend_from_slice(b"}}]");
                });
            }
        }
    }
    let finish = quoted(finish_reason(answer.finish));
    chunk(out, Part::Frame, &finish, &|_| {});
    if asked_usage {
        let usage = usage(&answer.usage);
        out.sse(Part::Frame, None, |bytes| {
            bytes.extend_from_slice(start.as_bytes());
            bytes.extend_from_slice(br#"],"usage":"#);
            bytes.extend_from_slice(usage.as_bytes());
            bytes.push(b'}');
        });
    }
    out.sse(Part::Frame, None, |bytes| bytes.extend_from_slice(b"[DONE]"));
}

/// `"field":"text"`, without a string in between: this runs once per token.
fn field_into(bytes: &mut Vec<u8>, field: &str, text: &str) {
    bytes.push(b'"');
    bytes.extend_from_slice(field.as_bytes());
    bytes.extend_from_slice(b"\":");
    // Writing to a vector cannot fail.
    let _ = serde_json::to_writer(bytes, text);
}

pub fn stream_error(out: &mut Stream) {
    let body = error(500, "server_error", None, None, SERVER_ERROR).body;
    out.sse(Part::Frame, None, |bytes| bytes.extend_from_slice(body.as_bytes()));
}

pub fn malformed_event(out: &mut Stream) {
    out.sse(Part::Token, None, |bytes| {
        let _ = write!(bytes, r#"{{"id":"chatcmpl-mock","object":"chat.completion.chunk","cho"#);
    });
}
