//! SageMaker endpoints. One whose name holds `tgi` runs Hugging Face's text generation, every other
//! one a container that takes OpenAI's chat completions. Streams come in event_stream, with each event of the
//! container cut in two.

use std::borrow::Cow;

use hyper::http::request::Parts;
use serde_json::{Value, json};

use super::{
    answer::{Answer, Content, Finish, tokens},
    conversation::Conversation,
    event_stream,
    format::{Cause, Format, ProviderError, percent_decoded},
    head::Head,
    openai::{self, OpenAi},
    settings::Extra,
    stream::{Part, Stream},
};

pub struct Chat;
pub struct Generation;

/// Endpoint and method.
fn place(path: &str) -> Option<(String, &str)> {
    let (endpoint, method) = path.strip_prefix("/endpoints/")?.split_once('/')?;
    let known = matches!(method, "invocations" | "invocations-response-stream");
    (known && !endpoint.is_empty()).then(|| (percent_decoded(endpoint), method))
}

fn is_generation(path: &str) -> Option<bool> {
    place(path).map(|(endpoint, _)| endpoint.split('?').next().is_some_and(|e| e.contains("tgi")))
}

fn wants_stream(request: &Parts) -> bool {
    place(request.uri.path()).is_some_and(|(_, method)| method != "invocations")
}

const HEADERS: &[(&str, &str)] = &[
    ("x-amzn-invoked-production-variant", "AllTraffic"),
    ("x-amzn-requestid", "00000000-0000-4000-8000-000000000000"),
];

/// Adds the container's events in frames.
fn parts(container: &Stream, out: &mut Stream) {
    out.wrap(container, |event| {
        let (head, tail) = event.split_at(event.len() / 2);
        [event_stream::event("PayloadPart", head), event_stream::event("PayloadPart", tail)]
            .concat()
    });
}

fn failed(out: &mut Stream) {
    let body = br#"{"ErrorCode":"ModelInvocationTimeExceeded","Message":"The model timed out."}"#;
    out.raw(Part::Frame, &event_stream::exception("ModelStreamError", body));
}

/// What SageMaker itself says, and what it reports of the container.
fn error(cause: Cause<'_>) -> ProviderError {
    let (status, message) = match cause {
        Cause::Status(status) => (status, "The endpoint refused the request.".to_owned()),
        Cause::NotJson(why) => return model_error(400, &why.to_string()),
        Cause::ContextWindow => {
            return model_error(
                422,
                "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: \
                 5000 `inputs` tokens and 100 `max_new_tokens`",
            );
        }
        Cause::ContentPolicy => (400, "The request was blocked.".to_owned()),
        Cause::Invalid(message) => return model_error(422, message),
    };
    ProviderError::new(status, json!({ "Message": message }).to_string())
}

fn model_error(original: u16, message: &str) -> ProviderError {
    let inner = json!({ "error": message, "error_type": "validation" }).to_string();
    let outer = json!({
        "ErrorCode": "CLIENT_ERROR_FROM_MODEL",
        "LogStreamArn": "arn:aws:logs:us-east-1:000000000000:log-group:mock",
        "Message": format!("Received client error ({original}) from primary with message \"{inner}\"."),
        "OriginalMessage": inner,
        "OriginalStatusCode": original,
    });
    ProviderError::new(424, outer.to_string())
}

impl Format for Chat {
    fn name(&self) -> &'static str {
        "sagemaker_chat"
    }

    fn serves(&self, path: &str) -> bool {
        is_generation(path) == Some(false)
    }

    fn headers(&self) -> &'static [(&'static str, &'static str)] {
        HEADERS
    }

    fn model<'a>(&self, request: &'a Parts, _head: &Head<'a>) -> Option<Cow<'a, str>> {
        place(request.uri.path()).map(|(endpoint, _)| Cow::Owned(endpoint))
    }

    fn validate(&self, head: &Head<'_>, extra: Extra) -> Result<(), ProviderError> {
        openai::validate(head, extra)
    }

    fn wants_stream(&self, request: &Parts, _head: &Head<'_>) -> bool {
        wants_stream(request)
    }

    fn read(&self, body: &Value) -> Conversation {
        openai::read(body)
    }

    fn whole(&self, answer: &Answer) -> Vec<u8> {
        OpenAi.whole(answer)
    }

    fn stream(&self, answer: &Answer, head: &Head<'_>, out: &mut Stream) {
        let mut container = Stream::default();
        OpenAi.stream(answer, head, &mut container);
        parts(&container, out);
    }

    fn stream_content_type(&self) -> &'static str {
        event_stream::CONTENT_TYPE
    }

    fn error(&self, cause: Cause<'_>) -> ProviderError {
        error(cause)
    }

    fn stream_error(&self, out: &mut Stream) {
        failed(out);
    }

    fn malformed_event(&self, out: &mut Stream) {
        out.raw(Part::Token, &event_stream::event("PayloadPart", b"data: {\"choi\n\n"));
    }
}

impl Format for Generation {
    fn name(&self) -> &'static str {
        "sagemaker"
    }

    fn serves(&self, path: &str) -> bool {
        is_generation(path) == Some(true)
    }

    fn headers(&self) -> &'static [(&'static str, &'static str)] {
        HEADERS
    }

    fn model<'a>(&self, request: &'a Parts, _head: &Head<'a>) -> Option<Cow<'a, str>> {
        place(request.uri.path()).map(|(endpoint, _)| Cow::Owned(endpoint))
    }

    fn validate(&self, head: &Head<'_>, extra: Extra) -> Result<(), ProviderError> {
        if head.get::<String>("inputs").is_none() {
            return Err(model_error(422, "missing field `inputs`"));
        }
        let parameters = head.get::<Value>("parameters").unwrap_or_default();
        for (name, least) in [("temperature", 0.0), ("top_p", 0.0), ("max_new_tokens", 0.0)] {
            if parameters[name].as_f64().is_some_and(|value| value <= least) {
                let message = format!("Input validation error: `{name}` must be strictly positive");
                return Err(model_error(422, &message));
            }
        }
        match head.unknown_field(&["inputs", "parameters", "stream"]) {
            Some(name) if extra == Extra::Reject => {
                Err(model_error(422, &format!("unknown field `{name}`")))
            }
            _ => Ok(()),
        }
    }

    fn wants_stream(&self, request: &Parts, _head: &Head<'_>) -> bool {
        wants_stream(request)
    }

    fn read(&self, body: &Value) -> Conversation {
        let inputs = body.get("inputs").cloned().unwrap_or_default();
        let mut conversation = Conversation {
            last_user_text: inputs.as_str().unwrap_or_default().to_owned(),
            max_tokens: body.pointer("/parameters/max_new_tokens").and_then(Value::as_u64),
            ..Conversation::default()
        };
        conversation.prompt.count(&inputs);
        conversation
    }

    fn whole(&self, answer: &Answer) -> Vec<u8> {
        json!([{ "generated_text": said(answer), "details": details(answer) }])
            .to_string()
            .into_bytes()
    }

    fn stream(&self, answer: &Answer, _head: &Head<'_>, out: &mut Stream) {
        let mut container = Stream::default();
        let text = said(answer);
        let mut record = |part, index: usize, token: Value, end: bool| {
            let (text, details) = match end {
                true => (Value::from(text), details(answer)),
                false => (Value::Null, Value::Null),
            };
            let record = json!({ "index": index, "token": token, "generated_text": text,
                "details": details });
            container
                .sse(part, None, |bytes| bytes.extend_from_slice(record.to_string().as_bytes()));
        };
        let mut count = 0;
        for token in tokens(text) {
            count += 1;
            let token = json!({ "id": count, "text": token, "logprob": -0.5, "special": false });
            record(Part::Token, count, token, false);
        }
        let end = json!({ "id": 2, "text": "</s>", "logprob": -0.1, "special": true });
        record(Part::Frame, count + 1, end, true);
        parts(&container, out);
    }

    fn stream_content_type(&self) -> &'static str {
        event_stream::CONTENT_TYPE
    }

    fn error(&self, cause: Cause<'_>) -> ProviderError {
        error(cause)
    }

    fn stream_error(&self, out: &mut Stream) {
        failed(out);
    }

    fn malformed_event(&self, out: &mut Stream) {
        out.raw(Part::Token, &event_stream::event("PayloadPart", b"data:{\"tok\n\n"));
    }
}

fn said(answer: &Answer) -> &str {
    match &answer.content {
        Content::Text(text) | Content::ToolCall { arguments: text, .. } => text,
    }
}

fn details(answer: &Answer) -> Value {
    let reason = match answer.finish {
        Finish::Length => "length",
        Finish::Stop | Finish::ToolCall => "eos_token",
    };
    json!({ "finish_reason": reason, "generated_tokens": answer.usage.output, "seed": null,
        "input_length": answer.usage.input })
}
