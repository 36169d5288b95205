//! The facts of an answer in the format of Bedrock's Converse API.

use crate::facts::{Choice, Facts, Usage, number, source_of};
use crate::support::frames;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::collections::BTreeMap;

impl Facts {
    /// An answer, whole or as frames.
    pub fn converse(bytes: &[u8]) -> Self {
        let mut reader = Reader::default();
        if let Ok(whole) = serde_json::from_slice::<Value>(bytes) {
            let blocks = whole["output"]["message"]["content"].as_array();
            for (index, block) in blocks.into_iter().flatten().enumerate() {
                reader.block(index as u64, block);
            }
            reader.ending(&whole["stopReason"], &whole["usage"]);
            reader.facts.done = true;
        } else {
            for (name, event) in frames::read(bytes) {
                reader.event(&name, &event);
            }
        }
        reader.finish()
    }
}

#[derive(Default)]
struct Reader {
    facts: Facts,
    choice: Choice,
    /// The place among the calls of each block that is one.
    calls: BTreeMap<u64, usize>,
    usage: Value,
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

impl Reader {
    fn event(&mut self, name: &str, event: &Value) {
        let index = number(&event["contentBlockIndex"]);
        match name {
            "contentBlockStart" => self.block(index, &event["start"]),
            "contentBlockDelta" => self.delta(index, &event["delta"]),
            "messageStop" => self.ending(&event["stopReason"], &Value::Null),
            "metadata" => {
                self.usage = event["usage"].clone();
                self.facts.done = true;
            }
            failed if failed.ends_with("Exception") => {
                self.facts.error = Some(text(&event["message"]).to_owned());
            }
            _ => {}
        }
    }

    fn block(&mut self, index: u64, block: &Value) {
        self.choice.content.push_str(text(&block["text"]));
        self.reasoning(&block["reasoningContent"]["reasoningText"]);
        self.reasoning(&json!({"redactedContent": block["reasoningContent"]["redactedContent"]}));
        let cited = &block["citationsContent"];
        for piece in cited["content"].as_array().into_iter().flatten() {
            self.choice.content.push_str(text(&piece["text"]));
        }
        self.choice
            .cited
            .extend(cited["citations"].as_array().into_iter().flatten().map(source_of));
        if block["toolResult"].is_object() {
            self.choice.server_side.push(text(&block["toolResult"]["toolUseId"]).to_owned());
        }
        let call = &block["toolUse"];
        if call["type"] == "server_tool_use" {
            self.choice.server_side.push(text(&call["toolUseId"]).to_owned());
        } else if call.is_object() {
            let place = self.choice.calls.len();
            self.calls.insert(index, place);
            let piece = json!({"id": call["toolUseId"], "function": {"name": call["name"]}});
            self.choice.call(place, &piece);
            if call["input"].is_object() {
                self.choice.calls[place].text = call["input"].to_string();
            }
        }
    }

    fn delta(&mut self, index: u64, delta: &Value) {
        self.choice.content.push_str(text(&delta["text"]));
        self.reasoning(&delta["reasoningContent"]);
        if delta["citation"].is_object() {
            self.choice.cited.push(source_of(&delta["citation"]));
        }
        if let Some(call) = self.calls.get(&index) {
            self.choice.calls[*call].text.push_str(text(&delta["toolUse"]["input"]));
        }
    }

    /// A redacted thought is base64 of what Claude itself gives out, which is what the client gets.
    fn reasoning(&mut self, said: &Value) {
        self.choice.reasoning.push_str(text(&said["text"]));
        let redacted = STANDARD.decode(text(&said["redactedContent"])).unwrap();
        let redacted = String::from_utf8(redacted).unwrap();
        for signature in [text(&said["signature"]), &redacted] {
            if !signature.is_empty() {
                self.choice.signatures.push(signature.to_owned());
            }
        }
    }

    fn ending(&mut self, stop_reason: &Value, usage: &Value) {
        self.usage = usage.clone();
        self.choice.finish = match text(stop_reason) {
            "max_tokens" | "model_context_window_exceeded" => "length",
            "tool_use" => "tool_calls",
            "guardrail_intervened" | "content_filtered" => "content_filter",
            _ => "stop",
        }
        .to_owned();
    }

    fn finish(mut self) -> Facts {
        let count = |name: &str| number(&self.usage[name]);
        let (cached, written) = (count("cacheReadInputTokens"), count("cacheWriteInputTokens"));
        if self.usage.is_object() {
            self.facts.usage = Some(Usage {
                prompt: count("inputTokens") + cached + written,
                completion: count("outputTokens"),
                cached,
                cache_written: written,
                ..Usage::default()
            });
        }
        if self.facts.error.is_none() || self.choice != Choice::default() {
            self.facts.choices.insert(0, self.choice);
        }
        self.facts.close();
        self.facts
    }
}
