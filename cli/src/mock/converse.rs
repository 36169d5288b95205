//! AWS Bedrock's Converse API. Shapes follow recorded answers of `bedrock-runtime`, padding (`p`)
//! included; texts of errors are the service's own.

use std::borrow::Cow;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use hyper::http::request::Parts;
use serde_json::{Value, json};

use super::{
    answer::{Answer, Content, Finish, Usage, tokens},
    conversation::{Choice, Conversation, Tool, items, text_of},
    event_stream,
    format::{Cause, Format, ProviderError, bearer, quoted},
    head::Head,
    settings::Extra,
    stream::{Part, Stream},
};

pub struct Converse;

/// The members of a request, by the API reference.
const FIELDS: &[&str] = &[
    "messages",
    "system",
    "inferenceConfig",
    "toolConfig",
    "guardrailConfig",
    "projectIdentifier",
    "additionalModelRequestFields",
    "promptVariables",
    "additionalModelResponseFieldPaths",
    "requestMetadata",
    "performanceConfig",
    "serviceTier",
    "outputConfig",
];

const VALIDATION: &str = "ValidationException";
const UNEXPECTED: &str =
    "The system encountered an unexpected error during processing. Try your request again.";

/// Status, type, message.
const ERRORS: &[(u16, &str, &str)] = &[
    (401, "UnrecognizedClientException", "The security token included in the request is invalid."),
    (
        403,
        "AccessDeniedException",
        "You don't have access to the model with the specified model ID.",
    ),
    (
        404,
        "ResourceNotFoundException",
        "Could not resolve the foundation model from the provided model identifier.",
    ),
    (
        408,
        "ModelTimeoutException",
        "Model has timed out in processing the request. Try your request again.",
    ),
    (424, "ModelErrorException", UNEXPECTED),
    (429, "ThrottlingException", "Too many requests, please wait before trying again."),
    (500, "InternalServerException", UNEXPECTED),
    (503, "ServiceUnavailableException", "Bedrock is unable to process your request."),
];

impl Format for Converse {
    fn name(&self) -> &'static str {
        "bedrock"
    }

    fn serves(&self, path: &str) -> bool {
        model_in(path).is_some()
    }

    fn headers(&self) -> &'static [(&'static str, &'static str)] {
        &[("x-amzn-requestid", "00000000-0000-4000-8000-00000000bed0")]
    }

    fn authenticate(&self, request: &Parts) -> Result<(), ProviderError> {
        let signed = request.headers.get("authorization").and_then(|value| value.to_str().ok());
        let signed = signed.is_some_and(|value| value.starts_with("AWS4-HMAC-SHA256 "));
        match signed || bearer(&request.headers).is_some() {
            true => Ok(()),
            false => Err(error(
                403,
                "MissingAuthenticationTokenException",
                "Missing Authentication Token",
            )),
        }
    }

    fn model<'a>(&self, request: &'a Parts, _head: &Head<'a>) -> Option<Cow<'a, str>> {
        model_in(request.uri.path()).map(decoded)
    }

    fn validate(&self, head: &Head<'_>, extra: Extra) -> Result<(), ProviderError> {
        if let Some(name) = head.unknown_field(FIELDS)
            && extra == Extra::Reject
        {
            return Err(invalid(&format!(
                "Malformed input request: #: extraneous key [{name}] is not permitted, please \
                 reformat your input and try again."
            )));
        }
        let messages: Vec<Value> = head.get("messages").unwrap_or_default();
        let mut previous = "assistant";
        for (index, message) in messages.iter().enumerate() {
            let role = message.get("role").and_then(Value::as_str).unwrap_or_default();
            if index == 0 && role != "user" {
                return Err(invalid(
                    "A conversation must start with a user message. Try again with a conversation \
                     that starts with a user message.",
                ));
            }
            if role == previous {
                return Err(invalid(&format!(
                    "The model returned the following errors: messages: roles must alternate between \
                     \"user\" and \"assistant\", but found multiple \"{role}\" roles in a row"
                )));
            }
            previous = if role == "user" { "user" } else { "assistant" };
            validate_content(index, items(message, "content"), head)?;
        }
        match messages.is_empty() {
            true => Err(invalid("The messages field is required. Add a message and try again.")),
            false => Ok(()),
        }
    }

    fn wants_stream(&self, request: &Parts, _head: &Head<'_>) -> bool {
        request.uri.path().ends_with("/converse-stream")
    }

    fn read(&self, body: &Value) -> Conversation {
        let fields = body.get("additionalModelRequestFields").unwrap_or(&Value::Null);
        let config = body.get("toolConfig").unwrap_or(&Value::Null);
        let mut conversation = Conversation {
            choice: choice(config, fields),
            schema: wanted_schema(body),
            reasoning: is_reasoning(fields),
            max_tokens: body.pointer("/inferenceConfig/maxTokens").and_then(Value::as_u64),
            ..Conversation::default()
        };
        // The order in which the prompt cache sees them: tools, system, messages.
        for tool in items(config, "tools") {
            match tool.get("toolSpec") {
                Some(spec) => {
                    conversation.prompt.count_definition(spec);
                    let name = spec.get("name").and_then(Value::as_str).unwrap_or_default();
                    let schema = spec.pointer("/inputSchema/json").cloned().unwrap_or_default();
                    conversation.tools.push(Tool { name: name.to_owned(), schema });
                }
                None => count(&mut conversation, tool),
            }
        }
        items(body, "system").iter().for_each(|block| count(&mut conversation, block));
        let messages = items(body, "messages");
        for message in messages {
            let blocks = items(message, "content");
            blocks.iter().for_each(|block| count(&mut conversation, block));
            if message.get("role").is_some_and(|role| role == "user") {
                conversation.last_user_text =
                    text_of(message.get("content").unwrap_or(&Value::Null));
            }
        }
        conversation.tool_result = messages.last().and_then(|last| {
            let result = items(last, "content").iter().find_map(|block| block.get("toolResult"))?;
            Some(text_of(result.get("content").unwrap_or(&Value::Null)))
        });
        conversation
    }

    fn whole(&self, answer: &Answer) -> Vec<u8> {
        let mut blocks = Vec::new();
        if !answer.reasoning.is_empty() {
            blocks.push(json!({"reasoningContent": {"reasoningText":
                {"text": answer.reasoning, "signature": signature(answer)}}}));
        }
        blocks.push(match &answer.content {
            Content::Text(text) => json!({"text": text}),
            Content::ToolCall { name, arguments } => {
                let input: Value = serde_json::from_str(arguments).unwrap_or_default();
                json!({"toolUse": {"toolUseId": call_id(answer), "name": name, "input": input}})
            }
        });
        json!({
            "metrics": {"latencyMs": 1},
            "output": {"message": {"content": blocks, "role": "assistant"}},
            "stopReason": stop_reason(answer.finish),
            "usage": usage(&answer.usage),
        })
        .to_string()
        .into_bytes()
    }

    fn stream(&self, answer: &Answer, _head: &Head<'_>, out: &mut Stream) {
        event(out, Part::Frame, "messageStart", &json!({"p": "abcdefg", "role": "assistant"}));
        let mut blocks = Blocks { out, index: 0 };
        if !answer.reasoning.is_empty() {
            for token in tokens(&answer.reasoning) {
                blocks.delta(Part::Token, &json!({"reasoningContent": {"text": token}}));
            }
            let signed = json!({"reasoningContent": {"signature": signature(answer)}});
            blocks.delta(Part::Frame, &signed);
            blocks.stop();
        }
        match &answer.content {
            Content::Text(text) => {
                for token in tokens(text) {
                    blocks.delta(Part::Token, &json!({"text": token}));
                }
            }
            Content::ToolCall { name, arguments } => {
                blocks.start(&json!({"toolUse": {"name": name, "toolUseId": call_id(answer)}}));
                for token in tokens(arguments) {
                    blocks.delta(Part::Token, &json!({"toolUse": {"input": token}}));
                }
            }
        }
        blocks.stop();
        let stop = json!({"p": "abcd", "stopReason": stop_reason(answer.finish)});
        event(out, Part::Frame, "messageStop", &stop);
        let metadata =
            json!({"metrics": {"latencyMs": 1}, "p": "abcde", "usage": usage(&answer.usage)});
        event(out, Part::Frame, "metadata", &metadata);
    }

    fn stream_content_type(&self) -> &'static str {
        event_stream::CONTENT_TYPE
    }

    fn error(&self, cause: Cause<'_>) -> ProviderError {
        match cause {
            Cause::Status(status) => match ERRORS.iter().find(|row| row.0 == status) {
                Some((_, kind, message)) => error(status, kind, message),
                None if status < 500 => error(status, VALIDATION, "The request was refused."),
                None => error(status, "InternalServerException", UNEXPECTED),
            },
            Cause::NotJson(why) => error(400, "SerializationException", &why.to_string()),
            Cause::ContextWindow => invalid("Input is too long for requested model."),
            Cause::ContentPolicy => invalid(
                "The model returned the following errors: Output blocked by content filtering policy",
            ),
            Cause::Invalid(message) => invalid(message),
        }
    }

    fn stream_error(&self, out: &mut Stream) {
        let body = json!({"message": UNEXPECTED}).to_string();
        let failure = event_stream::exception("internalServerException", body.as_bytes());
        out.raw(Part::Frame, &failure);
    }

    fn malformed_event(&self, out: &mut Stream) {
        let broken = br#"{"contentBlockIndex":0,"del"#;
        out.raw(Part::Token, &event_stream::event("contentBlockDelta", broken));
    }
}

/// The id in `/model/{id}/converse` or `…/converse-stream`, as it stands there.
fn model_in(path: &str) -> Option<&str> {
    let path = path.strip_suffix("/converse").or_else(|| path.strip_suffix("/converse-stream"))?;
    let (before, id) = path.rsplit_once('/')?;
    before.ends_with("/model").then_some(id)
}

/// Without percent-encoding.
fn decoded(segment: &str) -> Cow<'_, str> {
    if !segment.contains('%') {
        return Cow::Borrowed(segment);
    }
    let mut bytes = Vec::with_capacity(segment.len());
    let mut rest = segment.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let digits = tail.get(..2).filter(|_| first == b'%');
        let code = digits.and_then(|digits| std::str::from_utf8(digits).ok());
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            None => {
                bytes.push(first);
                rest = tail;
            }
        }
    }
    Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())
}

fn validate_content(index: usize, blocks: &[Value], head: &Head<'_>) -> Result<(), ProviderError> {
    if blocks.is_empty() {
        return Err(invalid(&format!(
            "The content field in the Message object at messages.{index} is empty. Add a \
             ContentBlock object to the content field and try again."
        )));
    }
    for (place, block) in blocks.iter().enumerate() {
        let text = block.get("text").and_then(Value::as_str);
        if text.is_some_and(|text| text.trim().is_empty()) {
            return Err(invalid(&format!(
                "The text field in the ContentBlock object at messages.{index}.content.{place} is \
                 blank. Add text to the text field, and try again."
            )));
        }
        let is_tool = block.get("toolUse").is_some() || block.get("toolResult").is_some();
        if is_tool && head.raw("toolConfig").is_none() {
            return Err(invalid(
                "The toolConfig field must be defined when using toolUse and toolResult content \
                 blocks.",
            ));
        }
    }
    Ok(())
}

fn count(conversation: &mut Conversation, block: &Value) {
    let prompt = &mut conversation.prompt;
    if block.get("cachePoint").is_some() {
        prompt.mark();
    } else {
        prompt.count(block.get("toolResult").unwrap_or(block));
    }
}

fn choice(config: &Value, fields: &Value) -> Choice {
    if fields.pointer("/tool_choice/type").is_some_and(|kind| kind == "none") {
        return Choice::None;
    }
    match config.get("toolChoice") {
        Some(choice) if choice.get("any").is_some() => Choice::Any,
        Some(choice) => match choice.pointer("/tool/name").and_then(Value::as_str) {
            Some(name) => Choice::Named(name.to_owned()),
            None => Choice::Auto,
        },
        None => Choice::Auto,
    }
}

fn wanted_schema(body: &Value) -> Option<Value> {
    let schema = body.pointer("/outputConfig/textFormat/structure/jsonSchema/schema")?;
    serde_json::from_str(schema.as_str()?).ok()
}

fn is_reasoning(fields: &Value) -> bool {
    let is_on = |path: &str| {
        let kind = fields.pointer(path).and_then(Value::as_str);
        matches!(kind, Some("enabled" | "adaptive"))
    };
    is_on("/thinking/type")
        || is_on("/reasoningConfig/type")
        || fields.get("reasoning_effort").is_some_and(|effort| effort != "none")
}

fn stop_reason(finish: Finish) -> &'static str {
    match finish {
        Finish::Stop => "end_turn",
        Finish::Length => "max_tokens",
        Finish::ToolCall => "tool_use",
    }
}

/// `inputTokens` leaves out what the cache has to do with.
fn usage(usage: &Usage) -> Value {
    let Usage { input, cache_read: read, cache_write: write, output, .. } = *usage;
    json!({
        "cacheReadInputTokens": read,
        "cacheWriteInputTokens": write,
        "inputTokens": input.saturating_sub(read + write),
        "outputTokens": output,
        "totalTokens": input + output,
    })
}

/// Looks like a signature, and changes when the reasoning changes.
fn signature(answer: &Answer) -> String {
    BASE64_STANDARD.encode(format!("mock signature of: {}", answer.reasoning))
}

fn call_id(answer: &Answer) -> String {
    format!("tooluse_{:022}", answer.serial)
}

/// The content blocks of a stream, numbered in order.
struct Blocks<'a> {
    out: &'a mut Stream,
    index: u32,
}

impl Blocks<'_> {
    fn start(&mut self, start: &Value) {
        let data = json!({"contentBlockIndex": self.index, "p": "abc", "start": start});
        event(self.out, Part::Frame, "contentBlockStart", &data);
    }

    fn delta(&mut self, part: Part, delta: &Value) {
        let data = json!({"contentBlockIndex": self.index, "delta": delta, "p": "abcdef"});
        event(self.out, part, "contentBlockDelta", &data);
    }

    fn stop(&mut self) {
        let data = json!({"contentBlockIndex": self.index, "p": "ab"});
        event(self.out, Part::Frame, "contentBlockStop", &data);
        self.index += 1;
    }
}

fn event(out: &mut Stream, part: Part, name: &str, data: &Value) {
    let data = data.to_string();
    out.raw(part, &event_stream::event(name, data.as_bytes()));
}

fn invalid(message: &str) -> ProviderError {
    error(400, VALIDATION, message)
}

fn error(status: u16, kind: &'static str, message: &str) -> ProviderError {
    let header = Some(("x-amzn-errortype", kind));
    ProviderError {
        header,
        ..ProviderError::new(status, format!(r#"{{"message":{}}}"#, quoted(message)))
    }
}
