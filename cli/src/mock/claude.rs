//! Anthropic Messages as Vertex AI, Bedrock and Azure AI serve them: the same words, with model,
//! version and method in other places, and each host's own errors for what it decides itself.

use std::borrow::Cow;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use hyper::http::request::Parts;
use serde_json::{Value, json};

use super::{
    answer::Answer,
    anthropic::{self, Anthropic, Rules},
    conversation::Conversation,
    event_stream,
    format::{Cause, Format, ProviderError, bearer, filled, percent_decoded},
    head::Head,
    settings::Extra,
    stream::{Part, Stream},
};

/// `…/publishers/anthropic/models/MODEL:rawPredict` and `:streamRawPredict`.
pub struct Vertex;
/// `/model/MODEL/invoke` and `/invoke-with-response-stream`.
pub struct Bedrock;
/// `…/anthropic/v1/messages`.
pub struct Azure;

const VERTEX: Rules = Rules { version: Some("vertex-2023-10-16"), stream: true };
const BEDROCK: Rules = Rules { version: Some("bedrock-2023-05-31"), stream: false };

/// Model and method.
fn vertex_place(path: &str) -> Option<(&str, &str)> {
    let (project, rest) = path.split_once("/publishers/anthropic/models/")?;
    let (model, method) = rest.rsplit_once(':')?;
    let known = matches!(method, "rawPredict" | "streamRawPredict");
    let place = project.contains("/projects/") && project.contains("/locations/");
    (known && place && !model.is_empty() && !model.contains('/')).then_some((model, method))
}

fn bedrock_place(path: &str) -> Option<(&str, &str)> {
    let (model, method) = path.strip_prefix("/model/")?.split_once('/')?;
    let known = matches!(method, "invoke" | "invoke-with-response-stream");
    (known && !model.is_empty()).then_some((model, method))
}

/// The model of the path, settings included.
fn decoded(place: Option<(&str, &str)>) -> Option<Cow<'static, str>> {
    place.map(|(model, _)| Cow::Owned(percent_decoded(model)))
}

impl Format for Vertex {
    fn name(&self) -> &'static str {
        "vertex"
    }

    fn serves(&self, path: &str) -> bool {
        vertex_place(path).is_some()
    }

    fn headers(&self) -> &'static [(&'static str, &'static str)] {
        &[("request-id", "req_vrtx_mock"), ("x-vertex-ai-internal-prediction-backend", "harpoon")]
    }

    fn authenticate(&self, request: &Parts) -> Result<(), ProviderError> {
        match bearer(&request.headers) {
            Some(_) => Ok(()),
            None => Err(google_error(401, "UNAUTHENTICATED", NO_TOKEN)),
        }
    }

    fn model<'a>(&self, request: &'a Parts, _head: &Head<'a>) -> Option<Cow<'a, str>> {
        decoded(vertex_place(request.uri.path()))
    }

    fn validate(&self, head: &Head<'_>, extra: Extra) -> Result<(), ProviderError> {
        anthropic::validate(head, extra, &VERTEX)
    }

    fn wants_stream(&self, request: &Parts, _head: &Head<'_>) -> bool {
        vertex_place(request.uri.path()).is_some_and(|(_, method)| method == "streamRawPredict")
    }

    fn read(&self, body: &Value) -> Conversation {
        Anthropic.read(body)
    }

    fn whole(&self, answer: &Answer) -> Vec<u8> {
        Anthropic.whole(answer)
    }

    fn stream(&self, answer: &Answer, head: &Head<'_>, out: &mut Stream) {
        Anthropic.stream(answer, head, out);
    }

    fn error(&self, cause: Cause<'_>) -> ProviderError {
        match cause {
            Cause::Status(401) => google_error(401, "UNAUTHENTICATED", NO_TOKEN),
            Cause::Status(429) => google_error(
                429,
                "RESOURCE_EXHAUSTED",
                "Quota exceeded for aiplatform.googleapis.com/online_prediction_requests_per_base_model \
                 with base model: anthropic-claude. Please submit a quota increase request.",
            ),
            cause => Anthropic.error(cause),
        }
    }

    fn stream_error(&self, out: &mut Stream) {
        Anthropic.stream_error(out);
    }

    fn malformed_event(&self, out: &mut Stream) {
        Anthropic.malformed_event(out);
    }
}

const NO_TOKEN: &str = "Request had invalid authentication credentials. Expected OAuth 2 access \
                        token, login cookie or other valid authentication credential.";

fn google_error(status: u16, kind: &str, message: &str) -> ProviderError {
    let error = json!({ "error": { "code": status, "message": message, "status": kind } });
    ProviderError::new(status, format!("[{error}]"))
}

impl Format for Bedrock {
    fn name(&self) -> &'static str {
        "bedrock"
    }

    fn serves(&self, path: &str) -> bool {
        bedrock_place(path).is_some()
    }

    fn headers(&self) -> &'static [(&'static str, &'static str)] {
        &[("x-amzn-requestid", "00000000-0000-4000-8000-000000000000")]
    }

    /// A signature is not checked, a key neither.
    fn authenticate(&self, request: &Parts) -> Result<(), ProviderError> {
        match filled(&request.headers, "authorization") {
            true => Ok(()),
            false => Err(aws_error(403, "Missing Authentication Token")),
        }
    }

    fn model<'a>(&self, request: &'a Parts, _head: &Head<'a>) -> Option<Cow<'a, str>> {
        decoded(bedrock_place(request.uri.path()))
    }

    fn validate(&self, head: &Head<'_>, extra: Extra) -> Result<(), ProviderError> {
        anthropic::validate(head, extra, &BEDROCK).map_err(|error| {
            let body: Value = serde_json::from_str(&error.body).unwrap_or_default();
            let message = body["error"]["message"].as_str().unwrap_or_default();
            aws_error(400, message)
        })
    }

    fn wants_stream(&self, request: &Parts, _head: &Head<'_>) -> bool {
        bedrock_place(request.uri.path()).is_some_and(|(_, method)| method != "invoke")
    }

    fn read(&self, body: &Value) -> Conversation {
        Anthropic.read(body)
    }

    fn whole(&self, answer: &Answer) -> Vec<u8> {
        Anthropic.whole(answer)
    }

    fn stream(&self, answer: &Answer, head: &Head<'_>, out: &mut Stream) {
        let mut plain = Stream::default();
        Anthropic.stream(answer, head, &mut plain);
        out.wrap(&plain, |event| chunk(data_of(event)));
    }

    fn stream_content_type(&self) -> &'static str {
        event_stream::CONTENT_TYPE
    }

    fn error(&self, cause: Cause<'_>) -> ProviderError {
        match cause {
            Cause::Status(403) => aws_error(403, "User is not authorized to perform this action."),
            Cause::Status(404) => aws_error(404, "Could not resolve the foundation model."),
            Cause::Status(429) => {
                aws_error(429, "Too many requests, please wait before trying again.")
            }
            Cause::Status(status) => aws_error(status, "The request could not be processed."),
            Cause::NotJson(why) => aws_error(400, &format!("Malformed input request: {why}")),
            Cause::ContextWindow => aws_error(400, "Input is too long for requested model."),
            Cause::ContentPolicy => aws_error(400, "Output blocked by content filtering policy"),
            Cause::Invalid(message) => aws_error(400, message),
        }
    }

    fn stream_error(&self, out: &mut Stream) {
        let body = br#"{"message":"Too many requests, please wait before trying again."}"#;
        out.raw(Part::Frame, &event_stream::exception("throttlingException", body));
    }

    fn malformed_event(&self, out: &mut Stream) {
        out.raw(Part::Token, &chunk(br#"{"type":"content_block_delta","index":0,"delta":{"ty"#));
    }
}

/// One of Anthropic's events in a frame. The padding hides how long it is.
fn chunk(data: &[u8]) -> Vec<u8> {
    let payload = json!({ "bytes": BASE64_STANDARD.encode(data), "p": "abcdefghijk" });
    event_stream::event("chunk", payload.to_string().as_bytes())
}

fn aws_error(status: u16, message: &str) -> ProviderError {
    ProviderError::new(status, json!({ "message": message }).to_string())
}

impl Format for Azure {
    fn name(&self) -> &'static str {
        "azure_ai"
    }

    fn serves(&self, path: &str) -> bool {
        path.ends_with("/anthropic/v1/messages")
    }

    fn headers(&self) -> &'static [(&'static str, &'static str)] {
        &[
            ("apim-request-id", "00000000-0000-4000-8000-000000000000"),
            ("request-id", "req_011MockMockMockMockMockMo"),
        ]
    }

    fn authenticate(&self, request: &Parts) -> Result<(), ProviderError> {
        let headers = &request.headers;
        let keyed = ["api-key", "x-api-key"].iter().any(|name| filled(headers, name));
        if !keyed && bearer(headers).is_none() {
            let message = "Access denied due to invalid subscription key or wrong API endpoint.";
            let error = json!({ "error": { "code": "401", "message": message } });
            return Err(ProviderError::new(401, error.to_string()));
        }
        match filled(headers, "anthropic-version") {
            true => Ok(()),
            false => Err(anthropic::invalid("anthropic-version: header is required")),
        }
    }

    fn validate(&self, head: &Head<'_>, extra: Extra) -> Result<(), ProviderError> {
        Anthropic.validate(head, extra)
    }

    fn read(&self, body: &Value) -> Conversation {
        Anthropic.read(body)
    }

    fn whole(&self, answer: &Answer) -> Vec<u8> {
        Anthropic.whole(answer)
    }

    fn stream(&self, answer: &Answer, head: &Head<'_>, out: &mut Stream) {
        Anthropic.stream(answer, head, out);
    }

    fn error(&self, cause: Cause<'_>) -> ProviderError {
        Anthropic.error(cause)
    }

    fn stream_error(&self, out: &mut Stream) {
        Anthropic.stream_error(out);
    }

    fn malformed_event(&self, out: &mut Stream) {
        Anthropic.malformed_event(out);
    }
}

/// The data of one server-sent event, as [`Stream::sse`] writes it.
fn data_of(event: &[u8]) -> &[u8] {
    const FIELD: &[u8] = b"data: ";
    let start = event.windows(FIELD.len()).position(|window| window == FIELD);
    event[start.map_or(0, |at| at + FIELD.len())..].trim_ascii_end()
}
