//! Cohere's Chat API, version 2. Shapes follow recorded answers of `api.cohere.com` and its
//! reference for streams.

use std::io::Write as _;

use hyper::http::request::Parts;
use serde_json::Value;

use super::{
    answer::{Answer, Content, Finish, Usage, tokens},
    conversation::{Choice, Conversation, items},
    format::{Cause, Format, ProviderError, bearer, quoted},
    head::Head,
    settings::Extra,
    stream::{Part, Stream},
};

pub struct Cohere;

/// The fields of a request, by the API reference.
const FIELDS: &[&str] = &[
    "citation_options",
    "documents",
    "frequency_penalty",
    "k",
    "logprobs",
    "max_tokens",
    "messages",
    "model",
    "p",
    "presence_penalty",
    "priority",
    "response_format",
    "safety_mode",
    "seed",
    "stop_sequences",
    "stream",
    "strict_tools",
    "temperature",
    "thinking",
    "tool_choice",
    "tools",
];

/// Status and message.
const ERRORS: &[(u16, &str)] = &[
    (401, "invalid api token"),
    (402, "billing hard limit reached"),
    (404, "model 'mock' not found, make sure the correct model ID was used"),
    (429, "You are past the per minute request limit, please wait and try again later."),
    (498, "blocked input"),
    (500, "internal server error"),
    (503, "service unavailable"),
];

impl Format for Cohere {
    fn name(&self) -> &'static str {
        "cohere"
    }

    fn serves(&self, path: &str) -> bool {
        path.ends_with("/v2/chat")
    }

    fn headers(&self) -> &'static [(&'static str, &'static str)] {
        &[("x-debug-trace-id", "00000000000000000000000000000000")]
    }

    fn authenticate(&self, request: &Parts) -> Result<(), ProviderError> {
        match bearer(&request.headers) {
            Some(_) => Ok(()),
            None => Err(error(401, "no api key supplied")),
        }
    }

    fn validate(&self, head: &Head<'_>, extra: Extra) -> Result<(), ProviderError> {
        let invalid = |message: &str| Err(error(400, &format!("invalid request: {message}")));
        if head.raw("model").is_none() {
            return invalid("model is required");
        }
        if !head.is_array("messages") || head.is_empty_array("messages") {
            return invalid("messages must have at least one message");
        }
        for (name, least, most) in
            [("p", 0.01, 0.99), ("frequency_penalty", 0.0, 1.0), ("presence_penalty", 0.0, 1.0)]
        {
            if head.get::<f64>(name).is_some_and(|value| !(least..=most).contains(&value)) {
                return invalid(&format!("{name} must be between {least} and {most} inclusive."));
            }
        }
        match head.get::<String>("tool_choice").as_deref() {
            None if head.raw("tool_choice").is_some() => {
                return invalid("tool_choice must be a string");
            }
            None | Some("REQUIRED" | "NONE") => {}
            Some(_) => return invalid("tool_choice must be one of REQUIRED, NONE"),
        }
        if head.raw("response_format").is_some_and(|format| format.contains("json_"))
            && (head.is_array("tools") || head.is_array("documents"))
        {
            return invalid("cannot specify both response_format and tools or documents");
        }
        match head.unknown_field(FIELDS) {
            Some(name) if extra == Extra::Reject => invalid(&format!("unknown field: {name}")),
            _ => Ok(()),
        }
    }

    fn read(&self, body: &Value) -> Conversation {
        let kind = |name: &str| body.get(name).and_then(|value| value.get("type")?.as_str());
        let mut conversation = Conversation {
            choice: match body.get("tool_choice").and_then(Value::as_str) {
                Some("REQUIRED") => Choice::Any,
                Some("NONE") => Choice::None,
                _ => Choice::Auto,
            },
            schema: body.pointer("/response_format/json_schema").cloned(),
            reasoning: kind("thinking") == Some("enabled"),
            max_tokens: body.get("max_tokens").and_then(Value::as_u64),
            ..Conversation::default()
        };
        conversation.take_tools(body);
        let messages = items(body, "messages");
        messages.iter().for_each(|message| conversation.take_message(message));
        conversation.take_result(messages, &["tool"]);
        conversation
    }

    fn whole(&self, answer: &Answer) -> Vec<u8> {
        let mut blocks = Vec::new();
        if !answer.reasoning.is_empty() {
            let thinking = quoted(&answer.reasoning);
            blocks.push(format!(r#"{{"type":"thinking","thinking":{thinking}}}"#));
        }
        let mut calls = String::new();
        match &answer.content {
            Content::Text(text) => {
                blocks.push(format!(r#"{{"type":"text","text":{}}}"#, quoted(text)));
            }
            Content::ToolCall { name, arguments } => {
                calls = format!(
                    r#","tool_plan":{},"tool_calls":[{{"id":{},"type":"function","function":{{"name":{},"arguments":{}}}}}]"#,
                    quoted(PLAN),
                    quoted(&call_id(name, answer.serial)),
                    quoted(name),
                    quoted(arguments),
                );
            }
        }
        let content = match blocks.is_empty() {
            true => String::new(),
            false => format!(r#","content":[{}]"#, blocks.join(",")),
        };
        format!(
            r#"{{"id":"{}","finish_reason":"{}","message":{{"role":"assistant"{calls}{content}}},"usage":{}}}"#,
            id(answer.serial),
            finish_reason(answer.finish),
            usage(&answer.usage),
        )
        .into_bytes()
    }

    fn stream(&self, answer: &Answer, _head: &Head<'_>, out: &mut Stream) {
        let id = id(answer.serial);
        out.sse(Part::Frame, Some("message-start"), |bytes| {
            // Writing to a vector cannot fail.
            let _ = write!(
                bytes,
                r#"{{"id":"{id}","type":"message-start","delta":{{"message":{{"role":"assistant","content":[],"tool_plan":"","tool_calls":[],"citations":[]}}}}}}"#
            );
        });
        let mut index = 0;
        if !answer.reasoning.is_empty() {
            content(out, index, "thinking", &answer.reasoning);
            index += 1;
        }
        match &answer.content {
            Content::Text(text) => content(out, index, "text", text),
            Content::ToolCall { name, arguments } => {
                for token in tokens(PLAN) {
                    let plan = format!(r#""tool_plan":{}"#, quoted(token));
                    message(out, Part::Frame, "tool-plan-delta", None, &plan);
                }
                let call = format!(
                    r#""tool_calls":{{"id":{},"type":"function","function":{{"name":{},"arguments":""}}}}"#,
                    quoted(&call_id(name, answer.serial)),
                    quoted(name),
                );
                message(out, Part::Frame, "tool-call-start", Some(0), &call);
                for token in tokens(arguments) {
                    let piece = quoted(token);
                    let piece = format!(r#""tool_calls":{{"function":{{"arguments":{piece}}}}}"#);
                    message(out, Part::Token, "tool-call-delta", Some(0), &piece);
                }
                end(out, "tool-call-end", 0);
            }
        }
        out.sse(Part::Frame, Some("message-end"), |bytes| {
            let _ = write!(
                bytes,
                r#"{{"type":"message-end","delta":{{"finish_reason":"{}","usage":{}}}}}"#,
                finish_reason(answer.finish),
                usage(&answer.usage),
            );
        });
    }

    fn error(&self, cause: Cause<'_>) -> ProviderError {
        match cause {
            Cause::Status(status) => match ERRORS.iter().find(|row| row.0 == status) {
                Some((_, message)) => error(status, message),
                None if status < 500 => error(status, "invalid request"),
                None => error(status, "internal server error"),
            },
            Cause::NotJson(why) => error(400, &format!("invalid request: {why}")),
            Cause::ContextWindow => error(
                400,
                "too many tokens: size limit exceeded by 83180 tokens. Try using shorter or fewer \
                 inputs. The limit for this model is 128000 tokens.",
            ),
            Cause::ContentPolicy => error(498, "blocked input"),
            Cause::Invalid(message) => error(400, message),
        }
    }

    fn stream_error(&self, out: &mut Stream) {
        out.sse(Part::Frame, Some("message-end"), |bytes| {
            bytes.extend_from_slice(
                br#"{"type":"message-end","delta":{"finish_reason":"ERROR","error":"internal server error"}}"#,
            );
        });
    }

    fn malformed_event(&self, out: &mut Stream) {
        out.sse(Part::Token, Some("content-delta"), |bytes| {
            bytes.extend_from_slice(br#"{"type":"content-delta","index":0,"delta":{"mess"#);
        });
    }
}

const PLAN: &str = "I will use the tool.";

fn content(out: &mut Stream, index: u32, field: &str, text: &str) {
    let start = format!(r#""content":{{"type":"{field}","{field}":""}}"#);
    message(out, Part::Frame, "content-start", Some(index), &start);
    for token in tokens(text) {
        let piece = format!(r#""content":{{"{field}":{}}}"#, quoted(token));
        message(out, Part::Token, "content-delta", Some(index), &piece);
    }
    end(out, "content-end", index);
}

fn message(out: &mut Stream, part: Part, kind: &str, index: Option<u32>, fields: &str) {
    let index = index.map(|index| format!(r#""index":{index},"#)).unwrap_or_default();
    out.sse(part, Some(kind), |bytes| {
        let _ = write!(bytes, r#"{{"type":"{kind}",{index}"delta":{{"message":{{{fields}}}}}}}"#);
    });
}

fn end(out: &mut Stream, kind: &str, index: u32) {
    out.sse(Part::Frame, Some(kind), |bytes| {
        let _ = write!(bytes, r#"{{"type":"{kind}","index":{index}}}"#);
    });
}

fn id(serial: u64) -> String {
    format!("00000000-0000-4000-8000-{serial:012}")
}

fn call_id(name: &str, serial: u64) -> String {
    format!("{name}_{serial:012}")
}

fn finish_reason(finish: Finish) -> &'static str {
    match finish {
        Finish::Stop => "COMPLETE",
        Finish::Length => "MAX_TOKENS",
        Finish::ToolCall => "TOOL_CALL",
    }
}

/// What Cohere adds to the prompt itself is among the tokens and is not billed.
fn usage(usage: &Usage) -> String {
    let Usage { input, output, cache_read, .. } = usage;
    format!(
        r#"{{"billed_units":{{"input_tokens":{input},"output_tokens":{output}}},"tokens":{{"input_tokens":{input},"output_tokens":{output}}},"cached_tokens":{cache_read}}}"#
    )
}

fn error(status: u16, message: &str) -> ProviderError {
    let message = quoted(message);
    let id = id(0);
    ProviderError::new(status, format!(r#"{{"id":"{id}","message":{message}}}"#))
}
