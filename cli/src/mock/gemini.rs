//! Google's Gemini API, as AI Studio and Vertex AI serve it. Shapes and the line ends of events follow
//! recorded answers of `generativelanguage.googleapis.com`.

use std::{borrow::Cow, io::Write as _};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use hyper::http::request::Parts;
use serde::de::IgnoredAny;
use serde_json::{Value, json};

use super::{
    answer::{Answer, Content, Finish, Usage, tokens},
    conversation::{Choice, Conversation, Tool, items, text_of},
    format::{Cause, Format, ProviderError, bearer, filled, percent_decoded, quoted},
    head::Head,
    settings::Extra,
    stream::{Part, Stream},
};

pub struct Gemini;

/// The fields of a request, by the API reference, Vertex AI's included.
const FIELDS: &[&str] = &[
    "cachedContent",
    "contents",
    "generationConfig",
    "labels",
    "modelArmorConfig",
    "safetySettings",
    "serviceTier",
    "systemInstruction",
    "toolConfig",
    "tools",
];

/// Status, Google's word for it, message.
const ERRORS: &[(u16, &str, &str)] = &[
    (400, "INVALID_ARGUMENT", "Request contains an invalid argument."),
    (
        401,
        "UNAUTHENTICATED",
        "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie \
         or other valid authentication credential.",
    ),
    (403, "PERMISSION_DENIED", "The caller does not have permission"),
    (
        404,
        "NOT_FOUND",
        "models/mock is not found for API version v1beta, or is not supported for generateContent.",
    ),
    (
        429,
        "RESOURCE_EXHAUSTED",
        "You exceeded your current quota, please check your plan and billing details.",
    ),
    (500, "INTERNAL", "An internal error has occurred."),
    (503, "UNAVAILABLE", "The model is overloaded. Please try again later."),
    (504, "DEADLINE_EXCEEDED", "The request timed out. Please try again."),
];

const KEY_MISSING: &str = "Method doesn't allow unregistered callers (callers without established \
                           identity). Please use API Key or other form of API consumer identity to \
                           call this API.";

const CONTEXT_WINDOW: &str =
    "The input token count (2098231) exceeds the maximum number of tokens allowed (1048576).";

impl Format for Gemini {
    fn name(&self) -> &'static str {
        "gemini"
    }

    fn serves(&self, path: &str) -> bool {
        model(path).is_some()
    }

    fn headers(&self) -> &'static [(&'static str, &'static str)] {
        &[("server-timing", "gfet4t7; dur=1"), ("x-content-type-options", "nosniff")]
    }

    fn authenticate(&self, request: &Parts) -> Result<(), ProviderError> {
        let is_vertex = request.uri.path().contains("/projects/");
        match (is_vertex, filled(&request.headers, "x-goog-api-key")) {
            (false, true) => Ok(()),
            _ if bearer(&request.headers).is_some() => Ok(()),
            (true, _) => Err(self.error(Cause::Status(401))),
            (false, false) => Err(error(403, "PERMISSION_DENIED", KEY_MISSING)),
        }
    }

    fn model<'a>(&self, request: &'a Parts, _head: &Head<'a>) -> Option<Cow<'a, str>> {
        Some(Cow::Owned(percent_decoded(model(request.uri.path())?)))
    }

    fn wants_stream(&self, request: &Parts, _head: &Head<'_>) -> bool {
        request.uri.path().ends_with(":streamGenerateContent")
    }

    fn validate(&self, head: &Head<'_>, extra: Extra) -> Result<(), ProviderError> {
        if !head.is_array("contents") || head.is_empty_array("contents") {
            return Err(invalid("* GenerateContentRequest.contents: contents is not specified\n"));
        }
        if let Some(name) = head.unknown_field(FIELDS)
            && extra == Extra::Reject
        {
            return Err(invalid(&format!(
                "Invalid JSON payload received. Unknown name \"{name}\": Cannot find field."
            )));
        }
        validate_turns(&head.get::<Vec<Turn>>("contents").unwrap_or_default())
    }

    fn read(&self, body: &Value) -> Conversation {
        let generation = body.get("generationConfig").unwrap_or(&Value::Null);
        let schema = ["responseJsonSchema", "responseSchema"];
        let mut conversation = Conversation {
            choice: choice(body.pointer("/toolConfig/functionCallingConfig")),
            schema: schema.iter().find_map(|name| generation.get(*name)).cloned(),
            reasoning: generation
                .pointer("/thinkingConfig/includeThoughts")
                .is_some_and(|wanted| wanted == true),
            max_tokens: generation.get("maxOutputTokens").and_then(Value::as_u64),
            ..Conversation::default()
        };
        for function in items(body, "tools").iter().flat_map(|it| items(it, "functionDeclarations"))
        {
            conversation.prompt.count_definition(function);
            if let Some(name) = function.get("name").and_then(Value::as_str) {
                let schema = function.get("parametersJsonSchema").cloned().unwrap_or_default();
                conversation.tools.push(Tool { name: name.to_owned(), schema });
            }
        }
        conversation.prompt.count(body.pointer("/systemInstruction/parts").unwrap_or(&Value::Null));
        let contents = items(body, "contents");
        for content in contents {
            let parts = content.get("parts").unwrap_or(&Value::Null);
            conversation.prompt.count(parts);
            if content.get("role").is_some_and(|role| role == "user") {
                conversation.last_user_text = text_of(parts);
            }
        }
        conversation.tool_result = contents.last().and_then(|last| {
            let mut parts = items(last, "parts").iter();
            let response = parts.find_map(|part| part.pointer("/functionResponse/response"))?;
            let text = response.get("output").and_then(Value::as_str).map(str::to_owned);
            Some(text.unwrap_or_else(|| response.to_string()))
        });
        conversation
    }

    fn whole(&self, answer: &Answer) -> Vec<u8> {
        let mut parts = Vec::new();
        if !answer.reasoning.is_empty() {
            parts.push(json!({"text": answer.reasoning, "thought": true}));
        }
        parts.push(match &answer.content {
            Content::Text(text) => json!({ "text": text }),
            Content::ToolCall { name, arguments } => function_call(answer, name, arguments),
        });
        let candidate = json!({"content": {"parts": parts, "role": "model"},
            "finishReason": finish_reason(answer.finish), "index": 0});
        let body = json!({"candidates": [candidate], "usageMetadata": usage(&answer.usage),
            "modelVersion": answer.model, "responseId": response_id(answer)});
        // Google's answers are written for people to read.
        format!("{body:#}\n").into_bytes()
    }

    fn stream(&self, answer: &Answer, _head: &Head<'_>, out: &mut Stream) {
        let mut events = Events { answer, out };
        for token in tokens(&answer.reasoning) {
            events.part(Part::Token, |out| {
                write!(out, r#"{{"text": {},"thought": true}}"#, quoted(token))
            });
        }
        match &answer.content {
            Content::Text(text) => {
                for token in tokens(text) {
                    events.part(Part::Token, |out| write!(out, r#"{{"text": {}}}"#, quoted(token)));
                }
            }
            Content::ToolCall { name, arguments } => {
                let call = function_call(answer, name, arguments);
                events.part(Part::Token, |out| write!(out, "{call}"));
            }
        }
        events.last();
    }

    fn error(&self, cause: Cause<'_>) -> ProviderError {
        match cause {
            Cause::Status(status) => match ERRORS.iter().find(|row| row.0 == status) {
                Some((_, word, message)) => error(status, word, message),
                None if status < 500 => {
                    error(status, "FAILED_PRECONDITION", "The request was refused.")
                }
                None => error(status, "INTERNAL", "An internal error has occurred."),
            },
            Cause::NotJson(why) => {
                invalid(&format!("Invalid JSON payload received. Unexpected token. {why}"))
            }
            Cause::ContextWindow => invalid(CONTEXT_WINDOW),
            // A prompt that Google will not answer is an answer without candidates.
            Cause::ContentPolicy => ProviderError::new(
                200,
                json!({"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"},
                    "usageMetadata": {"promptTokenCount": 5, "totalTokenCount": 5},
                    "modelVersion": "mock"})
                .to_string(),
            ),
            Cause::Invalid(message) => invalid(message),
        }
    }

    fn stream_error(&self, out: &mut Stream) {
        out.sse(Part::Frame, None, |bytes| {
            let error = self.error(Cause::Status(503));
            bytes.extend_from_slice(error.body.as_bytes());
        });
    }

    fn malformed_event(&self, out: &mut Stream) {
        out.sse(Part::Token, None, |bytes| {
            bytes.extend_from_slice(br#"{"candidates": [{"content": {"parts": [{"te"#);
        });
    }
}

/// The model's name in a path, still encoded.
fn model(path: &str) -> Option<&str> {
    let (place, method) = path.rsplit_once(':')?;
    let known = matches!(method, "generateContent" | "streamGenerateContent");
    let (before, name) = place.rsplit_once('/')?;
    let is_model = before.ends_with("/models") || before.ends_with("/endpoints");
    (known && is_model && !name.is_empty()).then_some(name)
}

/// A turn without its depths.
#[derive(serde::Deserialize)]
struct Turn {
    role: Option<String>,
    #[serde(default)]
    parts: Vec<Kind>,
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct Kind {
    function_call: Option<IgnoredAny>,
    function_response: Option<IgnoredAny>,
}

/// Roles, and calls that are answered in the next turn by as many results.
fn validate_turns(contents: &[Turn]) -> Result<(), ProviderError> {
    let mut calls = 0;
    for (index, turn) in contents.iter().enumerate() {
        if !matches!(turn.role.as_deref(), None | Some("user" | "model")) {
            return Err(invalid("Please use a valid role: user, model."));
        }
        if turn.parts.is_empty() {
            return Err(invalid(&format!(
                "* GenerateContentRequest.contents[{index}].parts: contents.parts must not be empty.\n"
            )));
        }
        let called = turn.parts.iter().filter(|part| part.function_call.is_some()).count();
        let answered = turn.parts.iter().filter(|part| part.function_response.is_some()).count();
        if answered > 0 && answered != calls {
            return Err(invalid(
                "Please ensure that the number of function response parts is equal to the number of \
                 function call parts of the function call turn.",
            ));
        }
        if called > 0 && index == 0 {
            return Err(invalid(
                "Please ensure that function call turn comes immediately after a user turn or after \
                 a function response turn.",
            ));
        }
        calls = called;
    }
    Ok(())
}

fn choice(config: Option<&Value>) -> Choice {
    let mode = config.and_then(|config| config.get("mode")?.as_str());
    let allowed = config.map_or(&[][..], |config| items(config, "allowedFunctionNames"));
    match (mode, allowed) {
        (Some("NONE"), _) => Choice::None,
        (Some("ANY"), [only]) => Choice::Named(only.as_str().unwrap_or_default().to_owned()),
        (Some("ANY"), _) => Choice::Any,
        _ => Choice::Auto,
    }
}

fn finish_reason(finish: Finish) -> &'static str {
    match finish {
        Finish::Stop | Finish::ToolCall => "STOP",
        Finish::Length => "MAX_TOKENS",
    }
}

/// Signed, as those of Gemini 3 are; the signature changes when the call changes.
fn function_call(answer: &Answer, name: &str, arguments: &str) -> Value {
    let args: Value = serde_json::from_str(arguments).unwrap_or_default();
    let signature = BASE64_STANDARD.encode(format!("mock signature {} {name}", answer.serial));
    json!({"functionCall": {"name": name, "args": args}, "thoughtSignature": signature})
}

fn response_id(answer: &Answer) -> String {
    format!("mock{:020}", answer.serial)
}

/// Thoughts are counted beside the candidates.
fn usage(usage: &Usage) -> Value {
    let candidates = usage.output.saturating_sub(usage.reasoning);
    let mut counts = json!({"promptTokenCount": usage.input, "candidatesTokenCount": candidates,
        "totalTokenCount": usage.input + usage.output,
        "promptTokensDetails": [{"modality": "TEXT", "tokenCount": usage.input}]});
    let rest =
        [("thoughtsTokenCount", usage.reasoning), ("cachedContentTokenCount", usage.cache_read)];
    for (name, count) in rest.into_iter().filter(|(_, count)| *count > 0) {
        counts[name] = count.into();
    }
    counts
}

/// The events of a stream, of which each is an answer of its own.
struct Events<'a> {
    answer: &'a Answer,
    out: &'a mut Stream,
}

impl Events<'_> {
    fn part(&mut self, kind: Part, write_part: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) {
        let (model, id) = (quoted(&self.answer.model), response_id(self.answer));
        let input = self.answer.usage.input;
        self.out.sse(kind, None, |bytes| {
            // Writing to a vector cannot fail.
            bytes.extend_from_slice(br#"{"candidates": [{"content": {"parts": ["#);
            let _ = write_part(bytes);
            let _ = write!(
                bytes,
                r#"],"role": "model"}},"index": 0}}],"usageMetadata": {{"promptTokenCount": {input},"totalTokenCount": {input}}},"modelVersion": {model},"responseId": "{id}"}}"#
            );
        });
    }

    fn last(&mut self) {
        let answer = self.answer;
        let candidate = json!({"content": {"parts": [{"text": ""}], "role": "model"},
            "finishReason": finish_reason(answer.finish), "index": 0});
        let body = json!({"candidates": [candidate], "usageMetadata": usage(&answer.usage),
            "modelVersion": answer.model, "responseId": response_id(answer)});
        self.out.sse(Part::Frame, None, |bytes| {
            let _ = write!(bytes, "{body}");
        });
    }
}

fn invalid(message: &str) -> ProviderError {
    error(400, "INVALID_ARGUMENT", message)
}

fn error(status: u16, word: &str, message: &str) -> ProviderError {
    let mut body = json!({"error": {"code": status, "message": message, "status": word}});
    if status == 429 {
        body["error"]["details"] = json!([
            {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "3.2s"}]);
    }
    ProviderError::new(status, body.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_services_paths_name_the_model() {
        let vertex = "/v1/projects/p/locations/l/publishers/google/models/g%3Ftokens%3D2";
        for (path, name) in [
            ("/v1beta/models/gemini-3:generateContent", Some("gemini-3")),
            (&format!("{vertex}:streamGenerateContent"), Some("g%3Ftokens%3D2")),
            ("/v1beta/models/gemini-3:countTokens", None),
            ("/v1beta/models/:generateContent", None),
            ("/v1beta/models", None),
        ] {
            assert_eq!(model(path), name, "{path}");
        }
    }
}
