//! Anthropic Messages. Shapes, the ping and the spaces before an event's last brace follow
//! recorded answers of `api.anthropic.com`.

use std::io::Write as _;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use hyper::http::request::Parts;
use serde_json::Value;

use super::{
    answer::{Answer, Content, Finish, Usage, tokens},
    conversation::{Choice, Conversation, Tool, items, text_of},
    format::{Cause, Format, ProviderError, filled, quoted},
    head::Head,
    settings::Extra,
    stream::{Part, Stream},
};

pub struct Anthropic;

/// The fields of a request, by the API reference, beta features included.
const FIELDS: &[&str] = &[
    "model",
    "messages",
    "max_tokens",
    "cache_control",
    "container",
    "context_management",
    "inference_geo",
    "mcp_servers",
    "metadata",
    "output_config",
    "output_format",
    "service_tier",
    "speed",
    "stop_sequences",
    "stream",
    "system",
    "temperature",
    "thinking",
    "tool_choice",
    "tools",
    "top_k",
    "top_p",
];

/// Those that only Anthropic itself takes.
const ELSEWHERE: &[&str] = &[
    "model",
    "cache_control",
    "container",
    "inference_geo",
    "mcp_servers",
    "output_format",
    "service_tier",
    "speed",
];

/// Status, type, message.
const ERRORS: &[(u16, &str, &str)] = &[
    (401, "authentication_error", "invalid x-api-key"),
    (
        403,
        "permission_error",
        "Your API key does not have permission to use the specified resource.",
    ),
    (404, "not_found_error", "model: mock"),
    (413, "request_too_large", "Request exceeds the maximum size"),
    (
        429,
        "rate_limit_error",
        "This request would exceed your organization's rate limit of 50 requests per minute.",
    ),
    (500, "api_error", "Internal server error"),
    (504, "timeout_error", "Request timed out"),
    (529, "overloaded_error", "Overloaded"),
];

impl Format for Anthropic {
    fn name(&self) -> &'static str {
        "anthropic"
    }

    fn serves(&self, path: &str) -> bool {
        path.ends_with("/v1/messages")
    }

    fn headers(&self) -> &'static [(&'static str, &'static str)] {
        &[
            ("request-id", "req_011MockMockMockMockMockMo"),
            ("anthropic-organization-id", "00000000-0000-4000-8000-000000000000"),
            ("anthropic-ratelimit-requests-limit", "50"),
            ("anthropic-ratelimit-requests-remaining", "49"),
            ("anthropic-ratelimit-tokens-limit", "80000"),
            ("anthropic-ratelimit-tokens-remaining", "79000"),
        ]
    }

    fn authenticate(&self, request: &Parts) -> Result<(), ProviderError> {
        if !filled(&request.headers, "x-api-key") {
            return Err(error(401, "authentication_error", "x-api-key header is required"));
        }
        if !filled(&request.headers, "anthropic-version") {
            return Err(invalid("anthropic-version: header is required"));
        }
        Ok(())
    }

    fn validate(&self, head: &Head<'_>, extra: Extra) -> Result<(), ProviderError> {
        validate(head, extra, &OWN)
    }

    fn read(&self, body: &Value) -> Conversation {
        let mut conversation = Conversation {
            choice: choice(body),
            schema: wanted_schema(body),
            reasoning: matches!(
                body.pointer("/thinking/type").and_then(Value::as_str),
                Some("enabled" | "adaptive")
            ),
            max_tokens: body.get("max_tokens").and_then(Value::as_u64),
            ..Conversation::default()
        };
        // The order in which the prompt cache sees them: tools, system, messages.
        for tool in items(body, "tools") {
            conversation.prompt.count_definition(tool);
            if let Some(name) = tool.get("name").and_then(Value::as_str) {
                let schema = tool.get("input_schema").cloned().unwrap_or_default();
                conversation.tools.push(Tool { name: name.to_owned(), schema });
            }
        }
        conversation.prompt.count(body.get("system").unwrap_or(&Value::Null));
        let messages = items(body, "messages");
        for message in messages {
            let content = message.get("content").unwrap_or(&Value::Null);
            conversation.prompt.count(content);
            if message.get("role").is_some_and(|role| role == "user") {
                conversation.last_user_text = text_of(content);
            }
        }
        conversation.tool_result = messages.last().and_then(|last| {
            let mut parts = items(last, "content").iter();
            let result =
                parts.find(|part| part.get("type").is_some_and(|it| it == "tool_result"))?;
            Some(text_of(result.get("content").unwrap_or(&Value::Null)))
        });
        conversation
    }

    fn whole(&self, answer: &Answer) -> Vec<u8> {
        let mut blocks = Vec::new();
        if !answer.reasoning.is_empty() {
            blocks.push(format!(
                r#"{{"type":"thinking","thinking":{},"signature":"{}"}}"#,
                quoted(&answer.reasoning),
                signature(answer),
            ));
        }
        blocks.push(match &answer.content {
            Content::Text(text) => format!(r#"{{"type":"text","text":{}}}"#, quoted(text)),
            Content::ToolCall { name, arguments } => format!(
                r#"{{"type":"tool_use","id":"toolu_01{:022}","name":{},"input":{arguments}}}"#,
                answer.serial,
                quoted(name),
            ),
        });
        format!(
            r#"{{"model":{},"id":"msg_01{:022}","type":"message","role":"assistant","content":[{}],"stop_reason":"{}","stop_sequence":null,"usage":{}}}"#,
            quoted(&answer.model),
            answer.serial,
            blocks.join(","),
            stop_reason(answer.finish),
            usage(&answer.usage, answer.usage.output),
        )
        .into_bytes()
    }

    fn stream(&self, answer: &Answer, _head: &Head<'_>, out: &mut Stream) {
        let model = quoted(&answer.model);
        let (serial, usage) = (answer.serial, usage(&answer.usage, 1));
        event(
            out,
            "message_start",
            &format!(
                r#""message":{{"model":{model},"id":"msg_01{serial:022}","type":"message","role":"assistant","content":[],"stop_reason":null,"stop_sequence":null,"usage":{usage}}}"#
            ),
        );
        let mut blocks = Blocks { out, index: 0 };
        if !answer.reasoning.is_empty() {
            blocks.start(r#"{"type":"thinking","thinking":"","signature":""}"#);
            blocks.deltas("thinking_delta", "thinking", &answer.reasoning);
            blocks.delta(Part::Frame, "signature_delta", "signature", &signature(answer));
            blocks.stop();
        }
        match &answer.content {
            Content::Text(text) => {
                blocks.start(r#"{"type":"text","text":""}"#);
                blocks.deltas("text_delta", "text", text);
            }
            Content::ToolCall { name, arguments } => {
                let name = quoted(name);
                blocks.start(&format!(
                    r#"{{"type":"tool_use","id":"toolu_01{serial:022}","name":{name},"input":{{}}}}"#
                ));
                blocks.delta(Part::Frame, "input_json_delta", "partial_json", "");
                blocks.deltas("input_json_delta", "partial_json", arguments);
            }
        }
        blocks.stop();
        event(
            out,
            "message_delta",
            &format!(
                r#""delta":{{"stop_reason":"{}","stop_sequence":null}},"usage":{{"input_tokens":{},"cache_creation_input_tokens":{},"cache_read_input_tokens":{},"output_tokens":{}}}"#,
                stop_reason(answer.finish),
                uncached(&answer.usage),
                answer.usage.cache_write,
                answer.usage.cache_read,
                answer.usage.output,
            ),
        );
        out.sse(Part::Frame, Some("message_stop"), |bytes| {
            bytes.extend_from_slice(br#"{"type":"message_stop"          }"#);
        });
    }

    fn error(&self, cause: Cause<'_>) -> ProviderError {
        match cause {
            Cause::Status(status) => match ERRORS.iter().find(|row| row.0 == status) {
                Some((_, kind, message)) => error(status, kind, message),
                None if status < 500 => {
                    error(status, "invalid_request_error", "The request was refused.")
                }
                None => error(status, "api_error", "Internal server error"),
            },
            Cause::NotJson(why) => invalid(&format!("The request body is not valid JSON: {why}")),
            Cause::ContextWindow => invalid("prompt is too long: 211180 tokens > 200000 maximum"),
            Cause::ContentPolicy => invalid("Output blocked by content filtering policy"),
            Cause::Invalid(message) => invalid(message),
        }
    }

    fn stream_error(&self, out: &mut Stream) {
        out.sse(Part::Frame, Some("error"), |bytes| {
            bytes.extend_from_slice(
                br#"{"type":"error","error":{"details":null,"type":"overloaded_error","message":"Overloaded"},"request_id":"req_011MockMockMockMockMockMo"}"#,
            );
        });
    }

    fn malformed_event(&self, out: &mut Stream) {
        out.sse(Part::Token, Some("content_block_delta"), |bytes| {
            bytes.extend_from_slice(br#"{"type":"content_block_delta","index":0,"delta":{"ty"#);
        });
    }
}

/// Where model, version and the wish for a stream stand.
pub struct Rules {
    /// What the body's `anthropic_version` must be; then the model stands elsewhere.
    pub version: Option<&'static str>,
    /// The body may say whether to stream.
    pub stream: bool,
}

const OWN: Rules = Rules { version: None, stream: true };

pub fn validate(head: &Head<'_>, extra: Extra, rules: &Rules) -> Result<(), ProviderError> {
    let first = if rules.version.is_some() { "anthropic_version" } else { "model" };
    for field in [first, "max_tokens", "messages"] {
        if head.raw(field).is_none() {
            return Err(invalid(&format!("{field}: Field required")));
        }
    }
    let Some(most) = head.get::<u64>("max_tokens") else {
        return Err(invalid("max_tokens: Input should be a valid integer"));
    };
    if most == 0 {
        return Err(invalid("max_tokens: Input should be greater than or equal to 1"));
    }
    if !head.is_array("messages") {
        return Err(invalid("messages: Input should be a valid list"));
    }
    if head.is_empty_array("messages") {
        return Err(invalid("messages: at least one message is required"));
    }
    validate_roles(head)?;
    validate_thinking(head, most)?;
    let version = head.get::<String>("anthropic_version");
    if rules.version.is_some() && version.as_deref() != rules.version {
        return Err(invalid("anthropic_version: Input should be the version of this API"));
    }
    let known: Vec<&str> = match rules.version {
        None => FIELDS.to_vec(),
        Some(_) => {
            let own = ["anthropic_version", "anthropic_beta"];
            let stays =
                |field: &&&str| !ELSEWHERE.contains(field) && (rules.stream || **field != "stream");
            FIELDS.iter().filter(stays).copied().chain(own).collect()
        }
    };
    match head.unknown_field(&known) {
        Some(name) if extra == Extra::Reject => {
            Err(invalid(&format!("{name}: Extra inputs are not permitted")))
        }
        _ => Ok(()),
    }
}

/// A conversation begins with the user; roles need not alternate after that.
fn validate_roles(head: &Head<'_>) -> Result<(), ProviderError> {
    #[derive(serde::Deserialize)]
    struct Message {
        role: String,
    }
    let Some(messages) = head.get::<Vec<Message>>("messages") else {
        return Err(invalid("messages.0.role: Field required"));
    };
    match messages.iter().find(|message| !matches!(message.role.as_str(), "user" | "assistant")) {
        Some(Message { role }) if role == "system" => {
            return Err(invalid(
                "messages: Unexpected role \"system\". The Messages API accepts a top-level \
                 `system` parameter, not \"system\" as an input message role.",
            ));
        }
        Some(_) => {
            return Err(invalid(
                "messages: Unexpected role. Allowed roles are \"user\" or \"assistant\"",
            ));
        }
        None => {}
    }
    match messages.first() {
        Some(Message { role }) if role != "user" => {
            Err(invalid("messages: first message must use the \"user\" role"))
        }
        _ => Ok(()),
    }
}

fn validate_thinking(head: &Head<'_>, max_tokens: u64) -> Result<(), ProviderError> {
    let thinking = head.get::<Value>("thinking").unwrap_or_default();
    if thinking.get("type").is_none_or(|kind| kind != "enabled") {
        return Ok(());
    }
    match thinking.get("budget_tokens").and_then(Value::as_u64) {
        None => Err(invalid("thinking.enabled.budget_tokens: Field required")),
        Some(budget) if budget < 1024 => Err(invalid(
            "thinking.enabled.budget_tokens: Input should be greater than or equal to 1024",
        )),
        Some(budget) if budget >= max_tokens => {
            Err(invalid("`max_tokens` must be greater than `thinking.budget_tokens`."))
        }
        Some(_) => Ok(()),
    }
}

fn choice(body: &Value) -> Choice {
    let choice = body.get("tool_choice").unwrap_or(&Value::Null);
    match choice.get("type").and_then(Value::as_str) {
        Some("none") => Choice::None,
        Some("any") => Choice::Any,
        Some("tool") => {
            Choice::Named(choice.get("name").and_then(Value::as_str).unwrap_or_default().to_owned())
        }
        _ => Choice::Auto,
    }
}

fn wanted_schema(body: &Value) -> Option<Value> {
    let format = body.pointer("/output_config/format").or_else(|| body.get("output_format"))?;
    format.get("schema").cloned()
}

fn stop_reason(finish: Finish) -> &'static str {
    match finish {
        Finish::Stop => "end_turn",
        Finish::Length => "max_tokens",
        Finish::ToolCall => "tool_use",
    }
}

/// Unlike elsewhere, `input_tokens` leaves out what the cache has to do with.
fn uncached(usage: &Usage) -> u64 {
    usage.input.saturating_sub(usage.cache_read + usage.cache_write)
}

fn usage(usage: &Usage, output: u64) -> String {
    let Usage { cache_read: read, cache_write: write, .. } = usage;
    format!(
        r#"{{"input_tokens":{},"cache_creation_input_tokens":{write},"cache_read_input_tokens":{read},"cache_creation":{{"ephemeral_5m_input_tokens":{write},"ephemeral_1h_input_tokens":0}},"output_tokens":{output},"service_tier":"standard"}}"#,
        uncached(usage),
    )
}

/// Looks like a signature, and changes when the thinking changes.
fn signature(answer: &Answer) -> String {
    BASE64_STANDARD.encode(format!("mock signature of: {}", answer.reasoning))
}

/// The content blocks of a stream, numbered in order.
struct Blocks<'a> {
    out: &'a mut Stream,
    index: u32,
}

impl Blocks<'_> {
    fn start(&mut self, block: &str) {
        let index = self.index;
        let fields = format!(r#""index":{index},"content_block":{block}"#);
        event(self.out, "content_block_start", &fields);
        if index == 0 {
            self.out.sse(Part::Frame, Some("ping"), |bytes| {
                bytes.extend_from_slice(br#"{"type": "ping"}"#);
            });
        }
    }

    fn deltas(&mut self, kind: &str, field: &str, text: &str) {
        for token in tokens(text) {
            self.delta(Part::Token, kind, field, token);
        }
    }

    fn delta(&mut self, part: Part, kind: &str, field: &str, text: &str) {
        let index = self.index;
        self.out.sse(part, Some("content_block_delta"), |bytes| {
            // Writing to a vector cannot fail.
            let _ = write!(
                bytes,
                r#"{{"type":"content_block_delta","index":{index},"delta":{{"type":"{kind}","{field}":"#
            );
            let _ = serde_json::to_writer(&mut *bytes, text);
            bytes.extend_from_slice(b"}     }");
        });
    }

    fn stop(&mut self) {
        let fields = format!(r#""index":{}"#, self.index);
        event(self.out, "content_block_stop", &fields);
        self.index += 1;
    }
}

fn event(out: &mut Stream, name: &str, fields: &str) {
    out.sse(Part::Frame, Some(name), |bytes| {
        // Writing to a vector cannot fail.
        let _ = write!(bytes, r#"{{"type":"{name}",{fields}   }}"#);
    });
}

pub fn invalid(message: &str) -> ProviderError {
    error(400, "invalid_request_error", message)
}

fn error(status: u16, kind: &str, message: &str) -> ProviderError {
    let message = quoted(message);
    let body = format!(
        r#"{{"type":"error","error":{{"type":"{kind}","message":{message}}},"request_id":"req_011MockMockMockMockMockMo"}}"#
    );
    ProviderError::new(status, body)
}
