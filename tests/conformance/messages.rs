//! The facts of an answer in the format of Anthropic's Messages API.

use crate::facts::{Choice, Facts, Usage, number, source_of};
use crate::support::events;
use serde_json::Value;
use std::collections::BTreeMap;

impl Facts {
    /// A message, whole or as events.
    pub fn messages(bytes: &[u8]) -> Self {
        let mut reader = Reader::default();
        if let Ok(whole) = serde_json::from_slice::<Value>(bytes) {
            reader.head(&whole);
            for (index, block) in whole["content"].as_array().into_iter().flatten().enumerate() {
                reader.block(index as u64, block);
            }
            reader.ending(&whole["stop_reason"], &whole["usage"]);
            reader.facts.done = true;
        } else {
            for data in events(bytes) {
                reader.event(&serde_json::from_str(&data).unwrap_or_default());
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
    fn event(&mut self, event: &Value) {
        let index = number(&event["index"]);
        match event["type"].as_str() {
            Some("message_start") => self.head(&event["message"]),
            Some("content_block_start") => self.block(index, &event["content_block"]),
            Some("content_block_delta") => self.delta(index, &event["delta"]),
            Some("message_delta") => self.ending(&event["delta"]["stop_reason"], &event["usage"]),
            Some("message_stop") => self.facts.done = true,
            Some("error") => {
                self.facts.error = Some(text(&event["error"]["message"]).to_owned());
            }
            _ => {}
        }
    }

    fn head(&mut self, message: &Value) {
        self.facts.id = text(&message["id"]).to_owned();
        self.facts.model = text(&message["model"]).to_owned();
        self.count(&message["usage"]);
    }

    fn block(&mut self, index: u64, block: &Value) {
        let choice = &mut self.choice;
        match block["type"].as_str() {
            Some("text") => {
                choice.content.push_str(text(&block["text"]));
                let cited = block["citations"].as_array().into_iter().flatten().map(source_of);
                choice.cited.extend(cited);
            }
            Some("thinking") => {
                choice.reasoning.push_str(text(&block["thinking"]));
                self.sign(text(&block["signature"]));
            }
            Some("redacted_thinking") => self.sign(text(&block["data"])),
            Some("tool_use") => {
                let place = choice.calls.len();
                self.calls.insert(index, place);
                let piece =
                    serde_json::json!({"id": block["id"], "function": {"name": block["name"]}});
                choice.call(place, &piece);
                if block["input"].as_object().is_some_and(|input| !input.is_empty()) {
                    choice.calls[place].text = block["input"].to_string();
                }
            }
            _ => {
                choice.server_side.push([text(&block["id"]), text(&block["tool_use_id"])].concat())
            }
        }
    }

    fn delta(&mut self, index: u64, delta: &Value) {
        let choice = &mut self.choice;
        match delta["type"].as_str() {
            Some("text_delta") => choice.content.push_str(text(&delta["text"])),
            Some("thinking_delta") => choice.reasoning.push_str(text(&delta["thinking"])),
            Some("signature_delta") => self.sign(text(&delta["signature"])),
            Some("citations_delta") => choice.cited.push(source_of(&delta["citation"])),
            Some("input_json_delta") => {
                if let Some(call) = self.calls.get(&index) {
                    choice.calls[*call].text.push_str(text(&delta["partial_json"]));
                }
            }
            _ => {}
        }
    }

    fn sign(&mut self, signature: &str) {
        if !signature.is_empty() {
            self.choice.signatures.push(signature.to_owned());
        }
    }

    fn ending(&mut self, stop_reason: &Value, usage: &Value) {
        self.count(usage);
        self.choice.finish = match text(stop_reason) {
            "max_tokens" | "model_context_window_exceeded" => "length",
            "tool_use" => "tool_calls",
            "refusal" => "content_filter",
            _ => "stop",
        }
        .to_owned();
    }

    /// Later counts stand above earlier ones, member by member.
    fn count(&mut self, usage: &Value) {
        let said = usage.as_object().cloned().unwrap_or_default();
        let known = self.usage.as_object().cloned().unwrap_or_default();
        let said = said.into_iter().filter(|(_, value)| !value.is_null());
        self.usage = known.into_iter().chain(said).collect();
    }

    fn finish(mut self) -> Facts {
        let count = |name: &str| number(&self.usage[name]);
        let (cached, written) =
            (count("cache_read_input_tokens"), count("cache_creation_input_tokens"));
        // Compacting the context is billed beside the totals.
        let beside = |name: &str| -> u64 {
            let list = self.usage["iterations"].as_array().into_iter().flatten();
            list.filter(|one| one["type"] == "compaction").map(|one| number(&one[name])).sum()
        };
        if self.usage.as_object().is_some_and(|usage| !usage.is_empty()) {
            self.facts.usage = Some(Usage {
                prompt: count("input_tokens") + cached + written + beside("input_tokens"),
                completion: count("output_tokens") + beside("output_tokens"),
                cached,
                cache_written: written,
                reasoning: number(&self.usage["output_tokens_details"]["thinking_tokens"]),
                searches: number(&self.usage["server_tool_use"]["web_search_requests"]),
            });
        }
        if self.facts.error.is_none() || self.choice != Choice::default() {
            self.facts.choices.insert(0, self.choice);
        }
        self.facts.close();
        self.facts
    }
}
