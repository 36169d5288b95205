//! The body of Bedrock's `POST /model/{id}/converse` checked against its reference: types, allowed
//! members, ranges and the rules that hold between members.
//!
//! Source: <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html> and the
//! pages of its types.

use serde_json::{Map, Value};

const BODY: [&str; 14] = [
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
    "modelId",
];

/// Formats by kind of block.
const FORMATS: [(&str, &[&str]); 4] = [
    ("image", &["png", "jpeg", "gif", "webp"]),
    ("document", &["pdf", "csv", "doc", "docx", "xls", "xlsx", "html", "txt", "md"]),
    ("video", &["mkv", "mov", "mp4", "webm", "flv", "mpeg", "mpg", "wmv", "three_gp"]),
    (
        "audio",
        &[
            "mp3", "opus", "wav", "aac", "flac", "mp4", "ogg", "mkv", "mka", "x-aac", "m4a",
            "mpeg", "mpga", "pcm", "webm",
        ],
    ),
];

/// Everything that is wrong with the body, each with its path. Empty where the API would take it.
pub fn problems(body: &Value) -> Vec<String> {
    let mut check = Check::default();
    check.body(body);
    check.problems
}

#[derive(Default)]
struct Check {
    problems: Vec<String>,
    documents: Vec<String>,
}

impl Check {
    fn require(&mut self, holds: bool, path: &str, what: &str) {
        if !holds {
            self.problems.push(format!("{path}: {what}"));
        }
    }

    fn object<'v>(&mut self, value: &'v Value, path: &str) -> &'v Map<String, Value> {
        static EMPTY: std::sync::LazyLock<Map<String, Value>> = std::sync::LazyLock::new(Map::new);
        self.require(value.is_object(), path, &format!("is no object: {value}"));
        value.as_object().unwrap_or(&EMPTY)
    }

    /// No member but these, none of them null, and the first `required` of them there.
    fn only(&mut self, value: &Value, names: &[&str], required: usize, path: &str) {
        for (name, value) in self.object(value, path) {
            self.require(names.contains(&name.as_str()), path, &format!("unknown member `{name}`"));
            self.require(!value.is_null(), path, &format!("`{name}` is null"));
        }
        for name in &names[..required] {
            self.require(!value[*name].is_null(), path, &format!("`{name}` is missing"));
        }
    }

    /// The one member of a union.
    fn union<'v>(&mut self, value: &'v Value, names: &[&str], path: &str) -> (&'v str, &'v Value) {
        static NULL: Value = Value::Null;
        let object = self.object(value, path);
        self.require(object.len() == 1, path, &format!("must have one member: {value}"));
        let (name, value) = object.iter().next().map_or(("", &NULL), |(n, v)| (n.as_str(), v));
        self.require(names.contains(&name), path, &format!("unknown member `{name}`"));
        (name, value)
    }

    fn one_of(&mut self, value: &Value, words: &[&str], path: &str) {
        let known = value.as_str().is_some_and(|word| words.contains(&word));
        self.require(known, path, &format!("is {value}"));
    }

    fn text(&mut self, value: &Value, path: &str) {
        let full = value.as_str().is_some_and(|text| !text.trim().is_empty());
        self.require(full, path, "must be text with more than white space");
    }

    fn list<'v>(&mut self, value: &'v Value, path: &str) -> &'v [Value] {
        self.require(value.is_array(), path, &format!("is no list: {value}"));
        value.as_array().map_or(&[], Vec::as_slice)
    }

    fn body(&mut self, body: &Value) {
        self.only(body, &BODY, 0, "body");
        for (index, block) in list(&body["system"]).iter().enumerate() {
            let path = format!("system[{index}]");
            let (name, value) = self.union(block, &["text", "guardContent", "cachePoint"], &path);
            self.block(name, value, &path);
        }
        self.cache_points(list(&body["system"]), "system");
        self.inference(&body["inferenceConfig"]);
        let tools = self.tools(&body["toolConfig"]);
        self.additional(body);
        self.output(&body["outputConfig"]);
        if let Some(labels) = body["requestMetadata"].as_object() {
            let fits = |text: &str| {
                let mark = |c: char| " \t\n\r:_@$#=/+,-.".contains(c);
                text.len() <= 256 && text.chars().all(|c| c.is_ascii_alphanumeric() || mark(c))
            };
            let fine = labels.iter().all(|(name, value)| {
                !name.is_empty() && fits(name) && value.as_str().is_some_and(fits)
            });
            self.require(fine && (1..=16).contains(&labels.len()), "requestMetadata", "is wrong");
        }
        if !body["serviceTier"].is_null() {
            const TIERS: [&str; 4] = ["priority", "default", "flex", "reserved"];
            self.only(&body["serviceTier"], &["type"], 1, "serviceTier");
            self.one_of(&body["serviceTier"]["type"], &TIERS, "serviceTier.type");
        }
        let paths = list(&body["additionalModelResponseFieldPaths"]);
        let is_pointer = |path: &Value| path.as_str().is_some_and(|path| path.starts_with('/'));
        let fine = paths.len() <= 10 && paths.iter().all(is_pointer);
        self.require(fine, "additionalModelResponseFieldPaths", "must be up to 10 JSON pointers");
        self.messages(&body["messages"], tools);
    }

    fn inference(&mut self, config: &Value) {
        let path = "inferenceConfig";
        if config.is_null() {
            return;
        }
        self.only(config, &["maxTokens", "temperature", "topP", "stopSequences"], 0, path);
        let tokens = &config["maxTokens"];
        let fine = tokens.is_null() || tokens.as_u64().is_some_and(|count| count >= 1);
        self.require(fine, path, "maxTokens must be at least 1");
        for name in ["temperature", "topP"] {
            let value = &config[name];
            let inside = value.as_f64().is_some_and(|number| (0.0..=1.0).contains(&number));
            self.require(value.is_null() || inside, path, &format!("{name} is {value}"));
        }
        for stop in list(&config["stopSequences"]) {
            self.text(stop, "inferenceConfig.stopSequences");
        }
    }

    /// Answers with the tools' names; `None` without a configuration.
    fn tools(&mut self, config: &Value) -> Option<Vec<String>> {
        if config.is_null() {
            return None;
        }
        self.only(config, &["tools", "toolChoice"], 1, "toolConfig");
        let mut names: Vec<String> = Vec::new();
        let tools = self.list(&config["tools"], "toolConfig.tools");
        self.require(!tools.is_empty(), "toolConfig.tools", "is empty");
        for (index, tool) in tools.iter().enumerate() {
            let path = format!("toolConfig.tools[{index}]");
            let (kind, value) = self.union(tool, &["toolSpec", "systemTool", "cachePoint"], &path);
            if kind == "cachePoint" {
                self.block(kind, value, &path);
                continue;
            }
            let name = value["name"].as_str().unwrap_or_default().to_owned();
            self.require(is_name(&name), &path, &format!("name is {name:?}"));
            self.require(!names.contains(&name), &path, &format!("{name} is there twice"));
            names.push(name);
            if kind == "toolSpec" {
                let members = ["name", "inputSchema", "description", "strict"];
                self.only(value, &members, 2, &path);
                self.only(&value["inputSchema"], &["json"], 1, &path);
                let is_object = value["inputSchema"]["json"]["type"] == "object";
                self.require(is_object, &path, "inputSchema.json.type must be object");
                let described = value["description"].as_str().is_none_or(|text| !text.is_empty());
                self.require(described, &path, "description is empty");
            }
        }
        self.cache_points(tools, "toolConfig.tools");
        let choice = &config["toolChoice"];
        if !choice.is_null() {
            let (kind, value) = self.union(choice, &["auto", "any", "tool"], "toolChoice");
            let known = kind != "tool" || names.iter().any(|name| value["name"] == name.as_str());
            self.require(known, "toolChoice", &format!("names no tool: {value}"));
            let empty = kind == "tool" || value.as_object().is_some_and(Map::is_empty);
            self.require(empty, "toolChoice", "must be empty");
        }
        Some(names)
    }

    /// What Claude's own members have to do with the others.
    fn additional(&mut self, body: &Value) {
        let path = "additionalModelRequestFields";
        let fields = &body[path];
        if fields.is_null() {
            return;
        }
        self.require(fields.as_object().is_some_and(|o| !o.is_empty()), path, "is no full object");
        let choice = &body["toolConfig"]["toolChoice"];
        let both = !choice.is_null() && !fields["tool_choice"]["type"].is_null();
        self.require(!both, path, "tool_choice.type stands beside toolChoice");
        if fields["thinking"]["type"] == "enabled" {
            let most = body["inferenceConfig"]["maxTokens"].as_u64().unwrap_or(u64::MAX);
            let budget = fields["thinking"]["budget_tokens"].as_u64().unwrap_or(0);
            let fits = (1024..most).contains(&budget);
            self.require(fits, path, &format!("budget {budget} of {most} tokens"));
            let forced = choice["any"].is_object() || choice["tool"].is_object();
            self.require(!forced, path, "thinking stands beside a forced tool");
            let temperature = body["inferenceConfig"]["temperature"].as_f64();
            self.require(temperature.is_none_or(|t| t == 1.0), path, "thinking beside temperature");
        }
    }

    fn output(&mut self, config: &Value) {
        if config.is_null() {
            return;
        }
        let path = "outputConfig";
        self.only(config, &["textFormat", "effort"], 0, path);
        let format = &config["textFormat"];
        self.only(format, &["type", "structure"], 2, path);
        self.require(format["type"] == "json_schema", path, "type");
        let schema = &format["structure"]["jsonSchema"];
        self.only(schema, &["schema", "name", "description"], 1, path);
        let text = schema["schema"].as_str().unwrap_or_default();
        let fine = serde_json::from_str::<Map<String, Value>>(text).is_ok();
        self.require(fine, path, "the schema is no JSON object as text");
    }

    fn messages(&mut self, messages: &Value, tools: Option<Vec<String>>) {
        let list = self.list(messages, "messages");
        self.require(!list.is_empty(), "messages", "is empty");
        let mut previous = "assistant";
        for (index, message) in list.iter().enumerate() {
            let path = format!("messages[{index}]");
            self.only(message, &["role", "content"], 2, &path);
            let role = message["role"].as_str().unwrap_or_default();
            self.one_of(&message["role"], &["user", "assistant"], &path);
            self.require(role != previous, &path, "the turns must alternate, the user first");
            previous = role;
            let blocks = self.list(&message["content"], &path);
            self.require(!blocks.is_empty(), &path, "content is empty");
            self.cache_points(blocks, &path);
            let has = |kind: &str| blocks.iter().any(|block| !block[kind].is_null());
            self.require(!has("document") || has("text"), &path, "a document without a text");
            for (place, block) in blocks.iter().enumerate() {
                const KINDS: [&str; 11] = [
                    "text",
                    "image",
                    "document",
                    "video",
                    "audio",
                    "toolUse",
                    "toolResult",
                    "guardContent",
                    "cachePoint",
                    "reasoningContent",
                    "citationsContent",
                ];
                let path = format!("{path}.content[{place}]");
                let (kind, value) = self.union(block, &KINDS, &path);
                let speaker = match kind {
                    "toolUse" | "reasoningContent" => Some("assistant"),
                    "toolResult" if value["type"].is_null() => Some("user"),
                    "image" | "document" | "video" | "audio" => Some("user"),
                    _ => None,
                };
                let fits = speaker.is_none_or(|speaker| speaker == role);
                self.require(fits, &path, &format!("{kind} of the {role}"));
                let configured = tools.is_some() || !matches!(kind, "toolUse" | "toolResult");
                self.require(configured, &path, "a call or a result without toolConfig");
                self.block(kind, value, &path);
            }
        }
    }

    /// A cache point is not the first, and does not follow another.
    fn cache_points(&mut self, blocks: &[Value], path: &str) {
        let is_point = |block: &Value| !block["cachePoint"].is_null();
        let first = blocks.first().is_some_and(is_point);
        let twice = blocks.windows(2).any(|pair| is_point(&pair[0]) && is_point(&pair[1]));
        self.require(!first && !twice, path, "a cache point without anything before it");
    }

    fn block(&mut self, kind: &str, value: &Value, path: &str) {
        match kind {
            "text" => self.text(value, path),
            "cachePoint" => {
                self.only(value, &["type", "ttl"], 1, path);
                self.require(value["type"] == "default", path, "type must be default");
                if !value["ttl"].is_null() {
                    self.one_of(&value["ttl"], &["5m", "1h"], path);
                }
            }
            "toolUse" => {
                self.only(value, &["toolUseId", "name", "input", "type"], 3, path);
                self.require(is_id(&value["toolUseId"]), path, "toolUseId");
                self.require(value["name"].as_str().is_some_and(is_name), path, "name");
                self.require(value["input"].is_object(), path, "input must be an object");
            }
            "toolResult" => {
                self.only(value, &["toolUseId", "content", "status", "type"], 2, path);
                self.require(is_id(&value["toolUseId"]), path, "toolUseId");
                if !value["status"].is_null() {
                    self.one_of(&value["status"], &["success", "error"], path);
                }
                for (place, inner) in self.list(&value["content"], path).iter().enumerate() {
                    const KINDS: [&str; 6] =
                        ["text", "json", "image", "document", "video", "searchResult"];
                    let path = format!("{path}.content[{place}]");
                    let (kind, value) = self.union(inner, &KINDS, &path);
                    self.block(kind, value, &path);
                }
            }
            "reasoningContent" => {
                let (kind, value) = self.union(value, &["reasoningText", "redactedContent"], path);
                if kind == "reasoningText" {
                    self.only(value, &["text", "signature"], 1, path);
                }
            }
            "guardContent" => {
                self.union(value, &["text", "image"], path);
            }
            _ => {
                let Some((_, formats)) = FORMATS.iter().find(|row| row.0 == kind) else { return };
                if kind == "document" {
                    let members = ["name", "source", "format", "context", "citations"];
                    self.only(value, &members, 2, path);
                    let name = value["name"].as_str().unwrap_or_default().to_owned();
                    self.require(is_document_name(&name), path, &format!("name is {name:?}"));
                    self.require(!self.documents.contains(&name), path, "a name twice");
                    self.documents.push(name);
                } else {
                    self.only(value, &["format", "source"], 2, path);
                }
                self.one_of(&value["format"], formats, path);
                let sources = ["bytes", "s3Location", "text", "content"];
                let (source, at) = self.union(&value["source"], &sources, path);
                let fine = match source {
                    "bytes" => at.as_str().is_some_and(|bytes| !bytes.is_empty()),
                    "s3Location" => at["uri"].as_str().is_some_and(|uri| uri.starts_with("s3://")),
                    _ => kind == "document",
                };
                self.require(fine, path, &format!("source is {at}"));
            }
        }
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn is_name(name: &str) -> bool {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    (1..=64).contains(&name.len()) && name.chars().all(is_allowed)
}

fn is_id(value: &Value) -> bool {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | ':');
    value.as_str().is_some_and(|id| (1..=64).contains(&id.len()) && id.chars().all(is_allowed))
}

fn is_document_name(name: &str) -> bool {
    let is_allowed =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, ' ' | '-' | '(' | ')' | '[' | ']');
    (1..=200).contains(&name.len()) && name.chars().all(is_allowed) && !name.contains("  ")
}
