//! OpenAI chat completions. Shapes follow recorded answers of `api.openai.com`.
//! Azure sends the same with its content filter's verdicts added; see [`render::Extras`].

use hyper::http::request::Parts;
use serde_json::Value;

use super::{
    answer::Answer,
    conversation::{Choice, Conversation, items},
    format::{Cause, Format, ProviderError, bearer},
    head::Head,
    settings::Extra,
    stream::Stream,
};

pub mod render;

pub struct OpenAi;

/// The fields of a request, by the API reference.
const FIELDS: &[&str] = &[
    "model",
    "messages",
    "audio",
    "frequency_penalty",
    "function_call",
    "functions",
    "logit_bias",
    "logprobs",
    "max_completion_tokens",
    "max_tokens",
    "metadata",
    "modalities",
    "n",
    "parallel_tool_calls",
    "prediction",
    "presence_penalty",
    "prompt_cache_key",
    "prompt_cache_retention",
    "reasoning_effort",
    "response_format",
    "safety_identifier",
    "seed",
    "service_tier",
    "stop",
    "store",
    "stream",
    "stream_options",
    "temperature",
    "tool_choice",
    "tools",
    "top_logprobs",
    "top_p",
    "user",
    "verbosity",
    "web_search_options",
];

/// Status, type, code, message.
const ERRORS: &[(u16, &str, &str, &str)] = &[
    (
        401,
        "invalid_request_error",
        "invalid_api_key",
        "Incorrect API key provided: mock****. You can find your API key at \
         https://platform.openai.com/account/api-keys.",
    ),
    (
        403,
        "request_forbidden",
        "unsupported_country_region_territory",
        "Country, region, or territory not supported",
    ),
    (
        404,
        "invalid_request_error",
        "model_not_found",
        "The model `mock` does not exist or you do not have access to it.",
    ),
    (
        429,
        "tokens",
        "rate_limit_exceeded",
        "Rate limit reached for mock in organization org-mock on tokens per min (TPM): Limit \
         30000, Used 29000, Requested 1500. Please try again in 1s. Visit \
         https://platform.openai.com/account/rate-limits to learn more.",
    ),
    (500, "server_error", "", SERVER_ERROR),
    (
        503,
        "server_error",
        "",
        "The server is currently overloaded with other requests. Sorry about that! You can retry \
         your request, or contact us through our help center at help.openai.com if the error \
         persists.",
    ),
];

pub const SERVER_ERROR: &str =
    "The server had an error while processing your request. Sorry about that!";

impl Format for OpenAi {
    fn name(&self) -> &'static str {
        "openai"
    }

    /// Any base path: OpenAI-compatible servers have all sorts.
    fn serves(&self, path: &str) -> bool {
        path.ends_with("/chat/completions")
    }

    fn headers(&self) -> &'static [(&'static str, &'static str)] {
        &[
            ("openai-version", "2020-10-01"),
            ("openai-organization", "org-mock"),
            ("openai-processing-ms", "1"),
            ("x-request-id", "req_mock"),
            ("x-ratelimit-limit-requests", "10000"),
            ("x-ratelimit-remaining-requests", "9999"),
            ("x-ratelimit-limit-tokens", "30000000"),
            ("x-ratelimit-remaining-tokens", "29999000"),
        ]
    }

    fn authenticate(&self, request: &Parts) -> Result<(), ProviderError> {
        match bearer(&request.headers) {
            Some(_) => Ok(()),
            None => Err(error(
                401,
                "invalid_request_error",
                None,
                None,
                "You didn't provide an API key. You need to provide your API key in an \
                 Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY). \
                 You can obtain an API key from https://platform.openai.com/account/api-keys.",
            )),
        }
    }

    fn validate(&self, head: &Head<'_>, extra: Extra) -> Result<(), ProviderError> {
        if head.get::<String>("model").is_none_or(|model| model.is_empty()) {
            return Err(invalid(None, None, "you must provide a model parameter"));
        }
        validate(head, extra)
    }

    fn read(&self, body: &Value) -> Conversation {
        read(body)
    }

    fn whole(&self, answer: &Answer) -> Vec<u8> {
        render::whole(answer, &render::Extras::default())
    }

    fn stream(&self, answer: &Answer, head: &Head<'_>, out: &mut Stream) {
        render::stream(answer, head, &render::Extras::default(), out);
    }

    fn error(&self, cause: Cause<'_>) -> ProviderError {
        match cause {
            Cause::Status(status) => match ERRORS.iter().find(|row| row.0 == status) {
                Some((_, kind, code, message)) => {
                    let code = Some(*code).filter(|code| !code.is_empty());
                    error(status, kind, None, code, message)
                }
                None if status < 500 => {
                    error(status, "invalid_request_error", None, None, "The request was refused.")
                }
                None => error(status, "server_error", None, None, SERVER_ERROR),
            },
            Cause::NotJson(_) => not_json(),
            Cause::ContextWindow => context_window(),
            Cause::ContentPolicy => invalid(
                None,
                Some("invalid_prompt"),
                "Invalid prompt: your prompt was flagged as potentially violating our usage \
                 policy. Please try again with a different prompt: \
                 https://platform.openai.com/docs/guides/reasoning#advice-on-prompting",
            ),
            Cause::Invalid(message) => invalid(None, None, message),
        }
    }

    fn stream_error(&self, out: &mut Stream) {
        render::stream_error(out);
    }

    fn malformed_event(&self, out: &mut Stream) {
        render::malformed_event(out);
    }
}

pub fn validate(head: &Head<'_>, extra: Extra) -> Result<(), ProviderError> {
    if head.raw("messages").is_none() {
        let message = "Missing required parameter: 'messages'.";
        return Err(invalid(Some("messages"), Some("missing_required_parameter"), message));
    }
    if !head.is_array("messages") {
        let message = "Invalid type for 'messages': expected an array of objects, but got \
                       something else instead.";
        return Err(invalid(Some("messages"), Some("invalid_type"), message));
    }
    if head.is_empty_array("messages") {
        let message = "Invalid 'messages': empty array. Expected an array with minimum length 1, \
                       but got an empty array instead.";
        return Err(invalid(Some("messages"), Some("empty_array"), message));
    }
    if head.raw("stream_options").is_some() && !head.is_true("stream") {
        let message = "The 'stream_options' parameter is only allowed when 'stream' is enabled.";
        return Err(invalid(Some("stream_options"), None, message));
    }
    match head.unknown_field(FIELDS) {
        Some(name) if extra == Extra::Reject => {
            let message = format!("Unrecognized request argument supplied: {name}");
            Err(invalid(None, None, &message))
        }
        _ => Ok(()),
    }
}

pub fn read(body: &Value) -> Conversation {
    let mut conversation = Conversation {
        choice: choice(body),
        schema: wanted_schema(body),
        reasoning: body
            .get("reasoning_effort")
            .is_some_and(|effort| effort.is_string() && effort != "none"),
        max_tokens: ["max_completion_tokens", "max_tokens"]
            .iter()
            .find_map(|field| body.get(field)?.as_u64()),
        ..Conversation::default()
    };
    conversation.take_tools(body);
    let messages = items(body, "messages");
    for message in messages {
        conversation.take_message(message);
        for call in items(message, "tool_calls") {
            conversation.prompt.count_definition(call);
        }
    }
    conversation.take_result(messages, &["tool", "function"]);
    conversation
}

fn choice(body: &Value) -> Choice {
    let Some(choice) = body.get("tool_choice") else { return Choice::Auto };
    match choice.as_str() {
        Some("none") => Choice::None,
        Some("required") => Choice::Any,
        Some(_) => Choice::Auto,
        None => match choice.pointer("/function/name").and_then(Value::as_str) {
            Some(name) => Choice::Named(name.to_owned()),
            None => Choice::Auto,
        },
    }
}

fn wanted_schema(body: &Value) -> Option<Value> {
    let format = body.get("response_format")?;
    match format.get("type")?.as_str()? {
        "json_schema" => format.pointer("/json_schema/schema").cloned(),
        "json_object" => {
            let text = serde_json::json!({ "type": "string" });
            Some(serde_json::json!({ "type": "object", "properties": { "text": text } }))
        }
        _ => None,
    }
}

pub fn not_json() -> ProviderError {
    invalid(
        None,
        None,
        "We could not parse the JSON body of your request. (HINT: This likely means you aren't \
         using your HTTP library correctly. The OpenAI API expects a JSON payload, but what was \
         sent was not valid JSON. If you have trouble figuring out how to fix this, please \
         contact us through our help center at help.openai.com.)",
    )
}

pub fn context_window() -> ProviderError {
    invalid(
        Some("messages"),
        Some("context_length_exceeded"),
        "This model's maximum context length is 128000 tokens. However, your messages resulted in \
         200012 tokens. Please reduce the length of the messages.",
    )
}

pub fn invalid(param: Option<&str>, code: Option<&str>, message: &str) -> ProviderError {
    error(400, "invalid_request_error", param, code, message)
}

pub fn error(
    status: u16,
    kind: &str,
    param: Option<&str>,
    code: Option<&str>,
    message: &str,
) -> ProviderError {
    let error =
        serde_json::json!({ "message": message, "type": kind, "param": param, "code": code });
    ProviderError::new(status, serde_json::json!({ "error": error }).to_string())
}
