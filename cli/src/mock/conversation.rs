//! What a request asks for, in words that all formats share.

use serde_json::Value;

/// A provider's request, read as far as the mock's answer depends on it.
#[derive(Debug, Default)]
pub struct Conversation {
    pub last_user_text: String,
    /// What the tool said, when the last message is a tool's result.
    pub tool_result: Option<String>,
    pub tools: Vec<Tool>,
    pub choice: Choice,
    /// The JSON schema that the answer must fit.
    pub schema: Option<Value>,
    pub reasoning: bool,
    pub max_tokens: Option<u64>,
    pub prompt: PromptWords,
}

impl Conversation {
    /// Takes the functions among `tools`, which stand in OpenAI's shape.
    pub fn take_tools(&mut self, body: &Value) {
        for tool in items(body, "tools") {
            self.prompt.count_definition(tool);
            let function = tool.get("function").unwrap_or(&Value::Null);
            if let Some(name) = function.get("name").and_then(Value::as_str) {
                let schema = function.get("parameters").cloned().unwrap_or_default();
                self.tools.push(Tool { name: name.to_owned(), schema });
            }
        }
    }

    /// Takes a message with a `role` and `content`.
    pub fn take_message(&mut self, message: &Value) {
        let content = message.get("content").unwrap_or(&Value::Null);
        self.prompt.count(content);
        if message.get("role").is_some_and(|role| role == "user") {
            self.last_user_text = text_of(content);
        }
    }

    /// Takes what a tool said, where the last message has one of these roles.
    pub fn take_result(&mut self, messages: &[Value], roles: &[&str]) {
        let role = |message: &Value| Some(roles.contains(&message.get("role")?.as_str()?));
        let last = messages.last().filter(|last| role(last) == Some(true));
        self.tool_result = last.map(|last| text_of(last.get("content").unwrap_or(&Value::Null)));
    }
}

#[derive(Debug)]
pub struct Tool {
    pub name: String,
    pub schema: Value,
}

#[derive(Debug, Default, PartialEq, Eq)]
pub enum Choice {
    #[default]
    Auto,
    None,
    Any,
    Named(String),
}

/// The size of the prompt. A word stands for a token; anything that is not text counts as one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PromptWords {
    pub total: u64,
    /// Words up to the first `cache_control` mark: as if an earlier request had cached them.
    pub cache_read: u64,
    /// Words between the first mark and the last: as if this request were the first to carry them.
    pub cache_write: u64,
}

impl PromptWords {
    /// Counts a message's content: a string, or a list of parts that may be marked for caching.
    pub fn count(&mut self, content: &Value) {
        match content {
            Value::String(text) => self.total += text.split_whitespace().count() as u64,
            Value::Array(parts) => {
                for part in parts {
                    self.count(part);
                }
            }
            Value::Object(part) => {
                match part.get("text").or_else(|| part.get("content")) {
                    Some(inner) => self.count(inner),
                    None => self.total += 1,
                }
                self.note_mark(content);
            }
            _ => {}
        }
    }

    /// Counts the words of a definition, such as a tool's, that is prompt as a whole.
    pub fn count_definition(&mut self, definition: &Value) {
        self.total += definition.to_string().split_whitespace().count() as u64;
        self.note_mark(definition);
    }

    fn note_mark(&mut self, part: &Value) {
        if part.get("cache_control").is_some_and(Value::is_object) {
            self.mark();
        }
    }

    /// What was counted so far is to be cached.
    pub fn mark(&mut self) {
        match self.cache_read {
            0 => self.cache_read = self.total,
            read => self.cache_write = self.total - read,
        }
    }
}

/// All text in a message's content, parts joined with a space.
pub fn text_of(content: &Value) -> String {
    match content {
        Value::String(text) => text.clone(),
        Value::Array(parts) => {
            let texts: Vec<&str> =
                parts.iter().filter_map(|part| part.get("text")?.as_str()).collect();
            texts.join(" ")
        }
        _ => String::new(),
    }
}

/// The elements of an array field, or none.
pub fn items<'a>(body: &'a Value, field: &str) -> &'a [Value] {
    body.get(field).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn words_up_to_the_first_mark_are_read_from_the_cache_and_up_to_the_last_written() {
        let mut words = PromptWords::default();
        words
            .count(&json!([{"type":"text","text":"one two","cache_control":{"type":"ephemeral"}}]));
        words.count(&json!([{"type":"text","text":"three","cache_control":{"type":"ephemeral"}}]));
        words.count(&json!("four five"));
        assert_eq!(words, PromptWords { total: 5, cache_read: 2, cache_write: 1 });
    }

    #[test]
    fn parts_that_are_not_text_count_as_one_word() {
        let mut words = PromptWords::default();
        words.count(&json!([{"type":"image_url","image_url":{"url":"data:…"}}]));
        assert_eq!(words.total, 1);
    }
}
