//! Ollama's native chat: JSON lines instead of server-sent events, no key, and a stream unless the
//! request says otherwise. Like the real one it passes over fields that it does not know.

use std::io::Write as _;

use hyper::http::request::Parts;
use serde_json::Value;

use super::{
    answer::{Answer, Content, Finish, tokens},
    conversation::{Conversation, items},
    format::{Cause, Format, ProviderError, quoted},
    head::Head,
    settings::Extra,
    stream::{Part, Stream},
};

pub struct Ollama;

/// Status and message.
const ERRORS: &[(u16, &str)] = &[
    (401, "unauthorized"),
    (404, "model 'mock' not found"),
    (429, "you have reached your hourly usage limit, please upgrade to continue"),
    (500, "model runner has unexpectedly stopped, this may be due to resource limitations"),
    (503, "server busy, please try again.  maximum pending requests exceeded"),
];

impl Format for Ollama {
    fn name(&self) -> &'static str {
        "ollama"
    }

    fn serves(&self, path: &str) -> bool {
        path.ends_with("/api/chat")
    }

    fn validate(&self, head: &Head<'_>, _extra: Extra) -> Result<(), ProviderError> {
        #[derive(serde::Deserialize)]
        struct Message {
            role: String,
            #[serde(default)]
            content: String,
            #[serde(default)]
            images: Vec<String>,
        }
        if head.raw("model").is_none() {
            return Err(error(400, "model is required"));
        }
        let Some(messages) = head.get::<Vec<Message>>("messages") else {
            return Err(error(
                400,
                "json: cannot unmarshal object into Go struct field ChatRequest.messages",
            ));
        };
        for Message { role, content, images } in messages {
            if !matches!(role.as_str(), "system" | "user" | "assistant" | "tool") {
                let message = format!("invalid role: {role:?} with {} bytes", content.len());
                return Err(error(400, &message));
            }
            if images.iter().any(|image| image.contains(':')) {
                return Err(error(400, "illegal base64 data at input byte 4"));
            }
        }
        Ok(())
    }

    fn wants_stream(&self, _request: &Parts, head: &Head<'_>) -> bool {
        head.raw("stream") != Some("false")
    }

    fn read(&self, body: &Value) -> Conversation {
        let think = body.get("think").unwrap_or(&Value::Null);
        let mut conversation = Conversation {
            schema: body.get("format").filter(|format| format.is_object()).cloned(),
            reasoning: think == &Value::Bool(true) || think.is_string(),
            max_tokens: body.pointer("/options/num_predict").and_then(Value::as_u64),
            ..Conversation::default()
        };
        conversation.take_tools(body);
        let messages = items(body, "messages");
        messages.iter().for_each(|message| conversation.take_message(message));
        conversation.take_result(messages, &["tool"]);
        conversation
    }

    fn whole(&self, answer: &Answer) -> Vec<u8> {
        let mut fields = String::new();
        if !answer.reasoning.is_empty() {
            fields = format!(r#","thinking":{}"#, quoted(&answer.reasoning));
        }
        let text = match &answer.content {
            Content::Text(text) => text.as_str(),
            Content::ToolCall { name, arguments } => {
                fields.push_str(&call(name, arguments));
                ""
            }
        };
        let mut bytes = Vec::new();
        document(&mut bytes, answer, text, &fields, true);
        bytes
    }

    fn stream(&self, answer: &Answer, _head: &Head<'_>, out: &mut Stream) {
        for token in tokens(&answer.reasoning) {
            let thinking = format!(r#","thinking":{}"#, quoted(token));
            out.line(Part::Token, |bytes| document(bytes, answer, "", &thinking, false));
        }
        match &answer.content {
            Content::Text(text) => {
                for token in tokens(text) {
                    out.line(Part::Token, |bytes| document(bytes, answer, token, "", false));
                }
            }
            Content::ToolCall { name, arguments } => {
                let call = call(name, arguments);
                out.line(Part::Token, |bytes| document(bytes, answer, "", &call, false));
            }
        }
        out.line(Part::Frame, |bytes| document(bytes, answer, "", "", true));
    }

    fn stream_content_type(&self) -> &'static str {
        "application/x-ndjson"
    }

    fn error(&self, cause: Cause<'_>) -> ProviderError {
        match cause {
            Cause::Status(status) => match ERRORS.iter().find(|row| row.0 == status) {
                Some((_, message)) => error(status, message),
                None if status < 500 => error(status, "the request was refused"),
                None => error(status, "internal server error"),
            },
            Cause::NotJson(why) => error(400, &why.to_string()),
            Cause::ContextWindow => {
                error(400, "prompt too long; exceeded max context length by 83180 tokens")
            }
            // A local model refuses in its answer, if at all; the cloud's words are not known.
            Cause::ContentPolicy => error(403, "content_policy_violation"),
            Cause::Invalid(message) => error(400, message),
        }
    }

    fn stream_error(&self, out: &mut Stream) {
        out.line(Part::Frame, |bytes| {
            bytes.extend_from_slice(
                br#"{"error":"an error was encountered while running the model: unexpected EOF"}"#,
            );
        });
    }

    fn malformed_event(&self, out: &mut Stream) {
        out.line(Part::Token, |bytes| {
            bytes.extend_from_slice(br#"{"model":"mock","message":{"role":"assis"#);
        });
    }
}

/// One answer or one piece of it; the last counts the tokens.
fn document(bytes: &mut Vec<u8>, answer: &Answer, text: &str, fields: &str, done: bool) {
    let (model, text) = (quoted(&answer.model), quoted(text));
    // Writing to a vector cannot fail.
    let _ = write!(
        bytes,
        r#"{{"model":{model},"created_at":"2026-01-01T00:00:00.000000001Z","message":{{"role":"assistant","content":{text}{fields}}},"done":{done}"#
    );
    if done {
        let reason = match answer.finish {
            Finish::Stop | Finish::ToolCall => "stop",
            Finish::Length => "length",
        };
        let _ = write!(
            bytes,
            r#","done_reason":"{reason}","total_duration":4883583458,"load_duration":1334875,"prompt_eval_count":{},"prompt_eval_duration":342546000,"eval_count":{},"eval_duration":4535599000"#,
            answer.usage.input, answer.usage.output,
        );
    }
    bytes.push(b'}');
}

/// Ollama gives arguments as an object and, in most versions, no id.
fn call(name: &str, arguments: &str) -> String {
    let name = quoted(name);
    format!(r#","tool_calls":[{{"function":{{"name":{name},"arguments":{arguments}}}}}]"#)
}

fn error(status: u16, message: &str) -> ProviderError {
    ProviderError::new(status, format!(r#"{{"error":{}}}"#, quoted(message)))
}
