//! Oracle's Generative AI: one path, two formats, which the request names and the answers' model tells
//! again. Shapes follow the models of Oracle's SDKs, and its integration for LangChain for streams.

use std::{borrow::Cow, io::Write as _};

use hyper::http::request::Parts;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    answer::{Answer, Content, Finish, Usage, tokens},
    conversation::{Choice, Conversation, Tool, items, text_of},
    format::{Cause, Format, ProviderError, bearer, quoted},
    head::Head,
    settings::Extra,
    stream::{Part, Stream},
};

pub struct Oci;

/// The fields of a request in both formats, by the API reference.
const GENERIC: &[&str] = &[
    "apiFormat",
    "frequencyPenalty",
    "isEcho",
    "isParallelToolCalls",
    "isStream",
    "logProbs",
    "logitBias",
    "maxCompletionTokens",
    "maxTokens",
    "messages",
    "metadata",
    "numGenerations",
    "prediction",
    "presencePenalty",
    "reasoningEffort",
    "responseFormat",
    "seed",
    "serviceTier",
    "stop",
    "streamOptions",
    "temperature",
    "toolChoice",
    "tools",
    "topK",
    "topP",
    "verbosity",
    "webSearchOptions",
];
const COHERE: &[&str] = &[
    "apiFormat",
    "chatHistory",
    "citationQuality",
    "documents",
    "frequencyPenalty",
    "isEcho",
    "isForceSingleStep",
    "isRawPrompting",
    "isSearchQueriesOnly",
    "isStream",
    "maxInputTokens",
    "maxTokens",
    "message",
    "preambleOverride",
    "presencePenalty",
    "promptTruncation",
    "responseFormat",
    "safetyMode",
    "seed",
    "stopSequences",
    "streamOptions",
    "temperature",
    "toolResults",
    "tools",
    "topK",
    "topP",
];

/// Status, code and message.
const ERRORS: &[(u16, &str, &str)] = &[
    (
        401,
        "NotAuthenticated",
        "The required information to complete authentication was not provided or was incorrect.",
    ),
    (404, "NotAuthorizedOrNotFound", "Authorization failed or requested resource not found."),
    (429, "TooManyRequests", "Request is throttled, please try again later."),
    (500, "InternalServerError", "Internal server error."),
    (503, "ServiceUnavailable", "The service is currently unavailable."),
];

/// What a signature must cover. Source:
/// <https://docs.oracle.com/en-us/iaas/Content/API/Concepts/signingrequests.htm>.
const SIGNED: &str = "date (request-target) host content-length content-type x-content-sha256";

impl Format for Oci {
    fn name(&self) -> &'static str {
        "oci"
    }

    fn serves(&self, path: &str) -> bool {
        path.ends_with("/20231130/actions/chat")
    }

    fn headers(&self) -> &'static [(&'static str, &'static str)] {
        &[("opc-request-id", "00000000000000000000000000000000/0/0")]
    }

    fn authenticate(&self, request: &Parts) -> Result<(), ProviderError> {
        match is_authentic(request) {
            true => Ok(()),
            false => Err(self.error(Cause::Status(401))),
        }
    }

    fn model<'a>(&self, _request: &'a Parts, head: &Head<'a>) -> Option<Cow<'a, str>> {
        model_of(head).map(Cow::Owned)
    }

    fn validate(&self, head: &Head<'_>, extra: Extra) -> Result<(), ProviderError> {
        let invalid = |message: &str| Err(self.error(Cause::Invalid(message)));
        for name in ["compartmentId", "servingMode", "chatRequest"] {
            if head.raw(name).is_none() {
                return invalid(&format!("{name} must not be null"));
            }
        }
        let request = chat_request(head);
        let (known, is_cohere) = match request.get::<String>("apiFormat").as_deref() {
            Some("GENERIC") => (GENERIC, false),
            Some("COHERE") => (COHERE, true),
            _ => return invalid("apiFormat must be one of COHERE, GENERIC"),
        };
        let model = head.raw("servingMode").unwrap_or_default();
        if is_cohere != model.contains("\"cohere.") {
            return invalid("Chat request type does not match serving model");
        }
        if !is_cohere && (!request.is_array("messages") || request.is_empty_array("messages")) {
            return invalid("messages must not be empty");
        }
        if is_cohere && request.get::<String>("message").is_none() {
            return invalid("message must not be null");
        }
        match request.unknown_field(known).or(head.unknown_field(&[
            "compartmentId",
            "servingMode",
            "chatRequest",
        ])) {
            Some(name) if extra == Extra::Reject => invalid(&format!("Unrecognized field {name}")),
            _ => Ok(()),
        }
    }

    fn wants_stream(&self, _request: &Parts, head: &Head<'_>) -> bool {
        chat_request(head).is_true("isStream")
    }

    fn read(&self, body: &Value) -> Conversation {
        let request = body.get("chatRequest").unwrap_or(&Value::Null);
        let mut conversation = Conversation {
            schema: ["/responseFormat/jsonSchema/schema", "/responseFormat/schema"]
                .iter()
                .find_map(|path| request.pointer(path).cloned()),
            reasoning: matches!(
                request.get("reasoningEffort").and_then(Value::as_str),
                Some("MINIMAL" | "LOW" | "MEDIUM" | "HIGH")
            ),
            max_tokens: ["maxTokens", "maxCompletionTokens"]
                .iter()
                .find_map(|name| request.get(*name)?.as_u64()),
            ..Conversation::default()
        };
        for tool in items(request, "tools") {
            conversation.prompt.count_definition(tool);
            if let Some(name) = tool.get("name").and_then(Value::as_str) {
                conversation.tools.push(Tool { name: name.to_owned(), schema: schema(tool) });
            }
        }
        match request.get("message").and_then(Value::as_str) {
            Some(message) => read_cohere(request, message, &mut conversation),
            None => read_generic(request, &mut conversation),
        }
        conversation
    }

    fn whole(&self, answer: &Answer) -> Vec<u8> {
        let response = match is_coheres(answer) {
            true => cohere(answer),
            false => generic(answer),
        };
        let result =
            json!({"modelId": answer.model, "modelVersion": "1.0.0", "chatResponse": response});
        result.to_string().into_bytes()
    }

    fn stream(&self, answer: &Answer, head: &Head<'_>, out: &mut Stream) {
        let counts = chat_request(head).raw("streamOptions").is_some_and(|it| it.contains("true"));
        let counted = counts.then(|| usage(&answer.usage));
        match is_coheres(answer) {
            true => stream_cohere(answer, counted, out),
            false => stream_generic(answer, counted, out),
        }
    }

    fn error(&self, cause: Cause<'_>) -> ProviderError {
        let invalid = |message: &str| error(400, "InvalidParameter", message);
        match cause {
            Cause::Status(status) => match ERRORS.iter().find(|row| row.0 == status) {
                Some((_, code, message)) => error(status, code, message),
                None if status < 500 => error(status, "InvalidParameter", "Invalid request."),
                None => error(status, "InternalServerError", "Internal server error."),
            },
            Cause::NotJson(why) => error(400, "CannotParseRequest", &why.to_string()),
            Cause::ContextWindow => invalid(
                "too many tokens: total number of tokens in the prompt cannot exceed 128000 - \
                 received 211180.",
            ),
            Cause::ContentPolicy => invalid("Inappropriate content detected!!!"),
            Cause::Invalid(message) => invalid(message),
        }
    }

    fn stream_error(&self, out: &mut Stream) {
        event(
            out,
            Part::Frame,
            &json!({"code": "InternalServerError", "message": "Internal server error."}),
        );
    }

    fn malformed_event(&self, out: &mut Stream) {
        out.sse(Part::Token, None, |bytes| {
            bytes.extend_from_slice(br#"{"index":0,"message":{"role":"ASSIS"#);
        });
    }
}

/// The request inside of the envelope; an empty one where it is no object.
fn chat_request<'a>(head: &Head<'a>) -> Head<'a> {
    head.get("chatRequest").unwrap_or_default()
}

/// The model, or the endpoint that has one.
pub fn model_of(head: &Head<'_>) -> Option<String> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct ServingMode {
        #[serde(alias = "endpointId")]
        model_id: String,
    }
    head.get::<ServingMode>("servingMode").map(|mode| mode.model_id)
}

pub fn is_authentic(request: &Parts) -> bool {
    is_signed(request) || bearer(&request.headers).is_some()
}

/// Whether there is a signature of all that must be signed, and all of that is there.
fn is_signed(request: &Parts) -> bool {
    let header = |name: &str| request.headers.get(name).and_then(|value| value.to_str().ok());
    let signature = header("authorization").unwrap_or_default();
    let is_there = |name: &str| match name {
        "(request-target)" => true,
        "host" => request.uri.host().is_some() || header(name).is_some(),
        name => header(name).is_some(),
    };
    signature.starts_with("Signature version=\"1\",")
        && signature.contains(&format!("headers=\"{SIGNED}\""))
        && signature.contains("keyId=\"ocid1.")
        && SIGNED.split(' ').all(is_there)
}

/// The JSON schema of a tool's parameters; Cohere's name their Python types.
fn schema(tool: &Value) -> Value {
    if let Some(schema) = tool.get("parameters") {
        return schema.clone();
    }
    let definitions = tool.get("parameterDefinitions").and_then(Value::as_object);
    let properties = definitions.into_iter().flatten().map(|(name, definition)| {
        let kind = match definition.get("type").and_then(Value::as_str) {
            Some("int") => "integer",
            Some("float") => "number",
            Some("bool") => "boolean",
            Some("list") => "array",
            Some("dict" | "object") => "object",
            _ => "string",
        };
        (name.clone(), json!({"type": kind}))
    });
    json!({"type": "object", "properties": properties.collect::<serde_json::Map<_, _>>()})
}

fn read_generic(request: &Value, conversation: &mut Conversation) {
    let choice = request.get("toolChoice").unwrap_or(&Value::Null);
    let text = |name: &str| choice.get(name).and_then(Value::as_str);
    conversation.choice = match (text("type"), text("name")) {
        (Some("FUNCTION"), Some(name)) => Choice::Named(name.to_owned()),
        (Some("REQUIRED"), _) => Choice::Any,
        (Some("NONE"), _) => Choice::None,
        _ => Choice::Auto,
    };
    let messages = items(request, "messages");
    for message in messages {
        let content = message.get("content").unwrap_or(&Value::Null);
        conversation.prompt.count(content);
        if message.get("role").is_some_and(|role| role == "USER") {
            conversation.last_user_text = text_of(content);
        }
    }
    let last = messages.last().filter(|last| last.get("role").is_some_and(|it| it == "TOOL"));
    conversation.tool_result = last.and_then(|last| last.get("content")).map(text_of);
}

fn read_cohere(request: &Value, message: &str, conversation: &mut Conversation) {
    for turn in items(request, "chatHistory") {
        let said = turn.get("message").unwrap_or(&Value::Null);
        conversation.prompt.count(said);
        if turn.get("role").is_some_and(|role| role == "USER") {
            conversation.last_user_text = text_of(said);
        }
    }
    conversation.prompt.count(&Value::from(message));
    match items(request, "toolResults").last() {
        Some(result) => {
            let output = result.pointer("/outputs/0/output").unwrap_or(&Value::Null);
            conversation.tool_result = Some(text_of(output));
        }
        None => conversation.last_user_text = message.to_owned(),
    }
}

/// Its models have a format of their own.
fn is_coheres(answer: &Answer) -> bool {
    answer.model.starts_with("cohere.")
}

fn generic(answer: &Answer) -> Value {
    let mut message = json!({"role": "ASSISTANT"});
    if !answer.reasoning.is_empty() {
        message["reasoningContent"] = answer.reasoning.as_str().into();
    }
    match &answer.content {
        Content::Text(text) => message["content"] = json!([{"type": "TEXT", "text": text}]),
        Content::ToolCall { name, arguments } => {
            message["toolCalls"] = json!([{"type": "FUNCTION", "id": call_id(answer),
                "name": name, "arguments": arguments}]);
        }
    }
    json!({"apiFormat": "GENERIC", "timeCreated": "2026-01-01T00:00:00.000Z",
        "choices": [{"index": 0, "message": message, "finishReason": generic_finish(answer)}],
        "usage": usage(&answer.usage)})
}

fn cohere(answer: &Answer) -> Value {
    let mut response = json!({"apiFormat": "COHERE", "text": said(answer), "chatHistory": [],
        "finishReason": cohere_finish(answer), "usage": usage(&answer.usage)});
    if let Some(calls) = coheres_calls(answer) {
        response["toolCalls"] = calls;
    }
    response
}

fn stream_generic(answer: &Answer, counted: Option<Value>, out: &mut Stream) {
    let mut new = |part, member: &str, value: Value| {
        let mut message = json!({"role": "ASSISTANT"});
        message[member] = value;
        event(out, part, &json!({"index": 0, "message": message, "pad": "aaaa"}));
    };
    for token in tokens(&answer.reasoning) {
        new(Part::Token, "reasoningContent", token.into());
    }
    match &answer.content {
        Content::Text(text) => {
            for token in tokens(text) {
                new(Part::Token, "content", json!([{"type": "TEXT", "text": token}]));
            }
        }
        Content::ToolCall { name, arguments } => {
            let start = json!([{"type": "FUNCTION", "id": call_id(answer), "name": name}]);
            new(Part::Frame, "toolCalls", start);
            for token in tokens(arguments) {
                let piece = json!([{"type": "FUNCTION", "arguments": token}]);
                new(Part::Token, "toolCalls", piece);
            }
        }
    }
    let end = json!({"message": {"role": "ASSISTANT"}, "finishReason": generic_finish(answer),
        "pad": "aa"});
    event(out, Part::Frame, &end);
    if let Some(usage) = counted {
        event(out, Part::Frame, &json!({"usage": usage, "pad": "a"}));
    }
}

fn stream_cohere(answer: &Answer, counted: Option<Value>, out: &mut Stream) {
    for token in tokens(said(answer)) {
        let piece = json!({"apiFormat": "COHERE", "text": token, "pad": "aaaa"});
        event(out, Part::Token, &piece);
    }
    // The last event repeats everything.
    let mut end = cohere(answer);
    if let Some(calls) = coheres_calls(answer) {
        let piece = json!({"apiFormat": "COHERE", "text": "", "toolCalls": calls, "pad": "aa"});
        event(out, Part::Token, &piece);
    }
    match counted {
        Some(usage) => end["usage"] = usage,
        None => drop(end.as_object_mut().and_then(|end| end.remove("usage"))),
    }
    event(out, Part::Frame, &end);
}

fn event(out: &mut Stream, part: Part, document: &Value) {
    out.sse(part, None, |bytes| {
        // Writing to a vector cannot fail.
        let _ = write!(bytes, "{document}");
    });
}

fn said(answer: &Answer) -> &str {
    match &answer.content {
        Content::Text(text) => text,
        Content::ToolCall { .. } => "I will use the tool.",
    }
}

fn coheres_calls(answer: &Answer) -> Option<Value> {
    let Content::ToolCall { name, arguments } = &answer.content else { return None };
    let parameters: Value = serde_json::from_str(arguments).unwrap_or_else(|_| json!({}));
    Some(json!([{"name": name, "parameters": parameters}]))
}

fn call_id(answer: &Answer) -> String {
    format!("call_{:024}", answer.serial)
}

fn generic_finish(answer: &Answer) -> &'static str {
    match answer.finish {
        Finish::Stop => "stop",
        Finish::Length => "length",
        Finish::ToolCall => "tool_calls",
    }
}

fn cohere_finish(answer: &Answer) -> &'static str {
    match answer.finish {
        Finish::Length => "MAX_TOKENS",
        Finish::Stop | Finish::ToolCall => "COMPLETE",
    }
}

fn usage(usage: &Usage) -> Value {
    let Usage { input, output, cache_read, reasoning, .. } = usage;
    json!({"promptTokens": input, "completionTokens": output, "totalTokens": input + output,
        "promptTokensDetails": {"cachedTokens": cache_read},
        "completionTokensDetails": {"reasoningTokens": reasoning}})
}

fn error(status: u16, code: &str, message: &str) -> ProviderError {
    let (code, message) = (quoted(code), quoted(message));
    ProviderError::new(status, format!(r#"{{"code":{code},"message":{message}}}"#))
}
