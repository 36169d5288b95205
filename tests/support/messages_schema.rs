//! The body of Anthropic's `POST /v1/messages` checked against its reference: types, allowed
//! members, ranges and the rules that hold between members. Also as others serve it, who may want the
//! model in the address and have fewer features.
//!
//! Source: <https://platform.claude.com/docs/en/api/messages> and
//! `…/build-with-claude/claude-on-vertex-ai`, `…/claude-on-amazon-bedrock`.

use super::schema::Check;
use serde_json::{Map, Value};

/// Members of the body.
const BODY: [&str; 23] = [
    "model",
    "max_tokens",
    "messages",
    "system",
    "metadata",
    "stop_sequences",
    "stream",
    "temperature",
    "top_k",
    "top_p",
    "tools",
    "tool_choice",
    "thinking",
    "service_tier",
    "container",
    "context_management",
    "mcp_servers",
    "output_config",
    "cache_control",
    "inference_geo",
    "speed",
    "output_format",
    "betas",
];

/// Where the body goes, as far as the address tells.
#[derive(Clone, Copy, PartialEq)]
enum Host {
    Anthropic,
    Bedrock,
    Vertex,
}

/// Everything that is wrong with the body, each with its path. Empty where the API at `url` would take
/// it.
pub fn problems(body: &Value, url: &str) -> Vec<String> {
    let host = if url.ends_with(":rawPredict") || url.ends_with(":streamRawPredict") {
        Host::Vertex
    } else if url.ends_with("/invoke") || url.ends_with("/invoke-with-response-stream") {
        Host::Bedrock
    } else {
        Host::Anthropic
    };
    let mut check = Messages { host, check: Check::default() };
    check.body(body);
    if host == Host::Vertex {
        let streams = url.ends_with(":streamRawPredict");
        check.require(streams == (body["stream"] == true), "stream", "must be as the address says");
    }
    check.check.problems
}

struct Messages {
    host: Host,
    check: Check,
}

impl std::ops::Deref for Messages {
    type Target = Check;

    fn deref(&self) -> &Check {
        &self.check
    }
}

impl std::ops::DerefMut for Messages {
    fn deref_mut(&mut self) -> &mut Check {
        &mut self.check
    }
}

/// Members that Vertex AI and Bedrock have not.
const ANTHROPIC_ONLY: [&str; 9] = [
    "model",
    "service_tier",
    "container",
    "mcp_servers",
    "cache_control",
    "inference_geo",
    "speed",
    "output_format",
    "betas",
];

impl Messages {
    fn body(&mut self, value: &Value) {
        let body = self.object(value, "body");
        let mut names = BODY.to_vec();
        let version = match self.host {
            Host::Anthropic => None,
            Host::Bedrock => Some("bedrock-2023-05-31"),
            Host::Vertex => Some("vertex-2023-10-16"),
        };
        match version {
            None => self.text(body, "model", "body"),
            Some(version) => {
                names.retain(|name| !ANTHROPIC_ONLY.contains(name));
                names.extend(["anthropic_version", "anthropic_beta"]);
                let told = body.get("anthropic_version").is_some_and(|own| own == version);
                self.require(told, "anthropic_version", "must be the host's");
            }
        }
        if self.host == Host::Bedrock {
            names.retain(|name| *name != "stream");
        }
        self.only(body, &names, "body");
        if let Some(betas) = body.get("anthropic_beta") {
            let fine = betas.as_array().is_some_and(|list| list.iter().all(Value::is_string));
            self.require(fine, "anthropic_beta", "must be a list of strings");
        }
        let max_tokens = body.get("max_tokens").and_then(Value::as_u64);
        self.require(max_tokens.is_some(), "max_tokens", "must be a whole number");
        for (name, limit) in [("temperature", 1.0), ("top_p", 1.0)] {
            if let Some(value) = body.get(name) {
                let inside = value.as_f64().is_some_and(|number| (0.0..=limit).contains(&number));
                self.require(inside, name, "must be a number from 0 to 1");
            }
        }
        if let Some(value) = body.get("top_k") {
            self.require(value.is_u64(), "top_k", "must be a whole number");
        }
        if let Some(stop) = body.get("stop_sequences") {
            let full = |item: &Value| item.as_str().is_some_and(|text| !text.trim().is_empty());
            let fine = stop.as_array().is_some_and(|list| list.iter().all(full));
            self.require(fine, "stop_sequences", "must be strings with more than white space");
        }
        if let Some(metadata) = body.get("metadata") {
            let metadata = self.object(metadata, "metadata");
            self.only(metadata, &["user_id"], "metadata");
        }
        if let Some(tier) = body.get("service_tier") {
            self.require(tier == "auto" || tier == "standard_only", "service_tier", "is unknown");
        }
        if let Some(stream) = body.get("stream") {
            self.require(stream.is_boolean(), "stream", "must be a boolean");
        }
        self.system(body.get("system"));
        let tools = self.tools(body.get("tools"));
        self.tool_choice(body.get("tool_choice"), &tools);
        self.thinking(body, max_tokens.unwrap_or(0));
        self.messages(body.get("messages"), !tools.is_empty() || body.contains_key("mcp_servers"));
    }

    fn system(&mut self, system: Option<&Value>) {
        match system {
            None | Some(Value::String(_)) => {}
            Some(Value::Array(blocks)) => {
                for (index, block) in blocks.iter().enumerate() {
                    let path = format!("system[{index}]");
                    self.require(block["type"] == "text", &path, "must be text");
                    self.block(block, &path);
                }
            }
            Some(other) => self.say("system", format_args!("is {other}")),
        }
    }

    /// Answers with the tools' names.
    fn tools(&mut self, tools: Option<&Value>) -> Vec<String> {
        let mut names = Vec::new();
        let Some(tools) = tools else { return names };
        let list = tools.as_array().cloned().unwrap_or_default();
        self.require(!list.is_empty(), "tools", "must be a list that is not empty");
        for (index, tool) in list.iter().enumerate() {
            let path = format!("tools[{index}]");
            let tool = self.object(tool, &path);
            let kind = tool.get("type").and_then(Value::as_str).unwrap_or("custom");
            if kind == "mcp_toolset" {
                continue;
            }
            let name = tool.get("name").and_then(Value::as_str).unwrap_or_default();
            self.require(is_name(name, 128), &path, &format!("`name` is {name:?}"));
            self.require(!names.contains(&name.to_owned()), &path, "`name` is there twice");
            names.push(name.to_owned());
            if kind != "custom" {
                continue;
            }
            const TOOL: [&str; 10] = [
                "type",
                "name",
                "description",
                "input_schema",
                "cache_control",
                "strict",
                "defer_loading",
                "allowed_callers",
                "input_examples",
                "eager_input_streaming",
            ];
            self.only(tool, &TOOL, &path);
            let schema = tool.get("input_schema");
            let is_object = schema.is_some_and(|schema| schema["type"] == "object");
            self.require(is_object, &path, "`input_schema.type` must be object");
        }
        names
    }

    fn tool_choice(&mut self, choice: Option<&Value>, tools: &[String]) {
        let Some(choice) = choice else { return };
        let path = "tool_choice";
        let choice = self.object(choice, path);
        self.require(!tools.is_empty(), path, "stands without tools");
        match choice.get("type").and_then(Value::as_str) {
            Some("auto" | "any") => self.only(choice, &["type", "disable_parallel_tool_use"], path),
            Some("none") => self.only(choice, &["type"], path),
            Some("tool") => {
                self.only(choice, &["type", "name", "disable_parallel_tool_use"], path);
                let name = choice.get("name").and_then(Value::as_str).unwrap_or_default();
                let known = tools.iter().any(|tool| tool == name);
                self.require(known, path, &format!("names no tool: {name:?}"));
            }
            other => self.say(path, format_args!("type is {other:?}")),
        }
    }

    fn thinking(&mut self, body: &Map<String, Value>, max_tokens: u64) {
        let Some(thinking) = body.get("thinking") else { return };
        let path = "thinking";
        let thinking = self.object(thinking, path);
        match thinking.get("type").and_then(Value::as_str) {
            Some("enabled") => {
                self.only(thinking, &["type", "budget_tokens", "display"], path);
                let budget = thinking.get("budget_tokens").and_then(Value::as_u64).unwrap_or(0);
                let fits = (1024..max_tokens).contains(&budget);
                self.require(fits, path, &format!("budget {budget} of {max_tokens} tokens"));
                let choice = body.get("tool_choice").map(|choice| &choice["type"]);
                let forced = choice.is_some_and(|kind| kind == "any" || kind == "tool");
                self.require(!forced, path, "stands beside a forced tool");
                let warm = body.get("temperature").is_none_or(|value| value.as_f64() == Some(1.0));
                self.require(warm, path, "stands beside a temperature other than 1");
                self.require(!body.contains_key("top_k"), path, "stands beside top_k");
            }
            Some("adaptive") => self.only(thinking, &["type", "display"], path),
            Some("disabled") => self.only(thinking, &["type"], path),
            other => self.say(path, format_args!("type is {other:?}")),
        }
    }

    fn messages(&mut self, messages: Option<&Value>, has_tools: bool) {
        let list = messages.and_then(Value::as_array).cloned().unwrap_or_default();
        self.require(!list.is_empty(), "messages", "must be a list that is not empty");
        let first = list.first().map(|first| &first["role"]);
        self.require(first.is_none_or(|role| role == "user"), "messages[0]", "must be the user's");
        let mut previous = "";
        for (index, message) in list.iter().enumerate() {
            let path = format!("messages[{index}]");
            let object = self.object(message, &path);
            self.only(object, &["role", "content"], &path);
            let role = object.get("role").and_then(Value::as_str).unwrap_or_default();
            let known = ["user", "assistant", "system"].contains(&role);
            self.require(known, &path, &format!("role is {role:?}"));
            self.require(role != previous, &path, "the turns must alternate");
            previous = if role == "user" { "user" } else { "" };
            let blocks = message["content"].as_array().cloned().unwrap_or_default();
            let text = message["content"].as_str().is_some_and(|text| !text.trim().is_empty());
            self.require(text || !blocks.is_empty(), &path, "`content` is empty");
            let mut results_over = false;
            for (place, block) in blocks.iter().enumerate() {
                let path = format!("{path}.content[{place}]");
                let is_result = block["type"] == "tool_result";
                self.require(!is_result || !results_over, &path, "results must come first");
                results_over |= !is_result;
                let is_call = block["type"] == "tool_use";
                self.require(!is_call || has_tools, &path, "a call, but no tools");
                self.require(!is_call || role == "assistant", &path, "a call of the user's");
                self.require(!is_result || role == "user", &path, "a result of the assistant's");
                self.block(block, &path);
            }
        }
    }

    fn block(&mut self, block: &Value, path: &str) {
        let object = self.object(block, path);
        let mark = "cache_control";
        let text = |name: &str| object.get(name).and_then(Value::as_str);
        if let Some(mark) = object.get(mark) {
            self.require(mark["type"] == "ephemeral", path, "`cache_control` must be ephemeral");
        }
        match text("type") {
            Some("text") => {
                self.only(object, &["type", "text", "citations", mark], path);
                let full = text("text").is_some_and(|text| !text.trim().is_empty());
                self.require(full, path, "`text` must hold more than white space");
            }
            Some("image") => {
                self.only(object, &["type", "source", mark], path);
                self.source(&block["source"], path, false);
            }
            Some("document") => {
                const NAMES: [&str; 6] =
                    ["type", "source", "title", "context", "citations", "cache_control"];
                self.only(object, &NAMES, path);
                self.source(&block["source"], path, true);
            }
            Some("tool_use") => {
                self.only(object, &["type", "id", "name", "input", "caller", mark], path);
                self.require(text("id").is_some_and(|id| is_name(id, usize::MAX)), path, "id");
                self.require(text("name").is_some_and(|name| is_name(name, 200)), path, "name");
                self.require(block["input"].is_object(), path, "`input` must be an object");
            }
            Some("tool_result") => {
                self.only(object, &["type", "tool_use_id", "content", "is_error", mark], path);
                let id = text("tool_use_id").is_some_and(|id| is_name(id, usize::MAX));
                self.require(id, path, "tool_use_id");
                for (place, inner) in block["content"].as_array().into_iter().flatten().enumerate()
                {
                    let path = format!("{path}.content[{place}]");
                    self.block(inner, &path);
                }
            }
            Some("thinking") => {
                self.only(object, &["type", "thinking", "signature"], path);
                self.text(object, "signature", path);
                self.require(text("thinking").is_some(), path, "`thinking` is missing");
            }
            Some("redacted_thinking") => {
                self.only(object, &["type", "data"], path);
                self.text(object, "data", path);
            }
            Some(kind) => {
                let known = ["container_upload", "search_result", "server_tool_use", "compaction"];
                let fine = known.contains(&kind) || kind.ends_with("_tool_result");
                self.require(fine, path, &format!("type is {kind:?}"));
            }
            None => self.say(path, "`type` is missing"),
        }
    }

    fn source(&mut self, source: &Value, path: &str, is_document: bool) {
        let object = self.object(source, path);
        match source["type"].as_str() {
            Some("base64") => {
                self.only(object, &["type", "media_type", "data"], path);
                let media_type = source["media_type"].as_str().unwrap_or_default();
                const TYPES: [&str; 5] =
                    ["image/jpeg", "image/png", "image/gif", "image/webp", "application/pdf"];
                self.require(TYPES.contains(&media_type), path, &format!("is {media_type:?}"));
            }
            Some("url") => {
                let fetches =
                    self.host == Host::Anthropic || self.host == Host::Vertex && is_document;
                self.require(fetches, path, "this host fetches nothing");
                self.only(object, &["type", "url"], path);
                let url = source["url"].as_str().unwrap_or_default();
                self.require(url.starts_with("http"), path, "`url` is none");
            }
            Some("file") => {
                let has_files = self.host == Host::Anthropic;
                self.require(has_files, path, "this host has no files");
                self.only(object, &["type", "file_id"], path);
            }
            Some("text") => {
                self.only(object, &["type", "media_type", "data"], path);
                self.require(source["media_type"] == "text/plain", path, "must be plain text");
            }
            other => self.say(path, format_args!("source type is {other:?}")),
        }
    }
}

fn is_name(name: &str, longest: usize) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    (1..=longest).contains(&name.len()) && name.chars().all(allowed)
}
