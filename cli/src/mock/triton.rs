//! Triton's generate extension, in front of a model that counts tokens and says why it stopped (which the
//! backends for TensorRT-LLM and vLLM do where they are asked to).

use std::borrow::Cow;

use hyper::http::request::Parts;
use serde_json::{Value, json};

use super::{
    answer::{Answer, Content, Finish, tokens},
    conversation::Conversation,
    format::{Cause, Format, ProviderError, percent_decoded},
    head::Head,
    settings::Extra,
    stream::{Part, Stream},
};

pub struct Triton;

/// Model and method.
fn place(path: &str) -> Option<(&str, &str)> {
    let (model, method) = path.strip_prefix("/v2/models/")?.rsplit_once('/')?;
    matches!(method, "generate" | "generate_stream").then_some((model, method))
}

impl Format for Triton {
    fn name(&self) -> &'static str {
        "triton"
    }

    fn serves(&self, path: &str) -> bool {
        place(path).is_some()
    }

    fn model<'a>(&self, request: &'a Parts, _head: &Head<'a>) -> Option<Cow<'a, str>> {
        place(request.uri.path()).map(|(model, _)| Cow::Owned(percent_decoded(model)))
    }

    /// Other members are inputs or parameters of the model's.
    fn validate(&self, head: &Head<'_>, _extra: Extra) -> Result<(), ProviderError> {
        if head.get::<String>("text_input").is_none() {
            return Err(error(
                400,
                "Unable to parse 'text_input': attempt to access JSON non-string as string",
            ));
        }
        let parameters = head.get::<Value>("parameters").unwrap_or_default();
        if !parameters["max_tokens"].is_u64() {
            return Err(error(
                400,
                "[request id: <id_unknown>] input 'max_tokens' is missing for model 'ensemble'",
            ));
        }
        Ok(())
    }

    fn wants_stream(&self, request: &Parts, _head: &Head<'_>) -> bool {
        place(request.uri.path()).is_some_and(|(_, method)| method == "generate_stream")
    }

    fn read(&self, body: &Value) -> Conversation {
        let text = body.get("text_input").cloned().unwrap_or_default();
        let mut conversation = Conversation {
            last_user_text: text.as_str().unwrap_or_default().to_owned(),
            max_tokens: body.pointer("/parameters/max_tokens").and_then(Value::as_u64),
            ..Conversation::default()
        };
        conversation.prompt.count(&text);
        conversation
    }

    fn whole(&self, answer: &Answer) -> Vec<u8> {
        reply(answer, said(answer), reason(answer), answer.usage.output).to_string().into_bytes()
    }

    fn stream(&self, answer: &Answer, _head: &Head<'_>, out: &mut Stream) {
        let mut event = |part, reply: Value| {
            out.sse(part, None, |bytes| bytes.extend_from_slice(reply.to_string().as_bytes()));
        };
        for token in tokens(said(answer)) {
            event(Part::Token, reply(answer, token, "None", 1));
        }
        event(Part::Frame, reply(answer, "", reason(answer), 0));
    }

    fn error(&self, cause: Cause<'_>) -> ProviderError {
        match cause {
            Cause::Status(status) if status < 500 => error(status, "the request was refused"),
            Cause::Status(status) => error(status, "Server is not ready"),
            Cause::NotJson(why) => error(400, &format!("failed to parse the request JSON: {why}")),
            Cause::ContextWindow => error(
                400,
                "Executor failed process requestId 1 due to the following error: Prompt length \
                 (9000) exceeds maximum input length (4096).",
            ),
            // A model of one's own has no policy.
            Cause::ContentPolicy => error(400, "content_policy_violation"),
            Cause::Invalid(message) => error(400, message),
        }
    }

    fn stream_error(&self, out: &mut Stream) {
        let data = br#"{"error":"Executor failed process requestId 1"}"#;
        out.sse(Part::Frame, None, |bytes| bytes.extend_from_slice(data));
    }

    fn malformed_event(&self, out: &mut Stream) {
        out.sse(Part::Token, None, |bytes| bytes.extend_from_slice(br#"{"model_name":"mock","te"#));
    }
}

fn said(answer: &Answer) -> &str {
    match &answer.content {
        Content::Text(text) | Content::ToolCall { arguments: text, .. } => text,
    }
}

fn reason(answer: &Answer) -> &'static str {
    match answer.finish {
        Finish::Length => "length",
        Finish::Stop | Finish::ToolCall => "stop",
    }
}

/// `written` tokens are in `text`.
fn reply(answer: &Answer, text: &str, reason: &str, written: u64) -> Value {
    json!({ "finish_reason": reason, "model_name": answer.model, "model_version": "1",
        "num_input_tokens": answer.usage.input, "num_output_tokens": written, "text_output": text })
}

fn error(status: u16, message: &str) -> ProviderError {
    ProviderError::new(status, json!({ "error": message }).to_string())
}
