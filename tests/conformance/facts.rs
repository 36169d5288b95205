//! What an answer says, whoever said it in whatever format: what must not get lost.
//!
//! Read from `serde_json::Value`s alone, so that a fault of Dragoman's own types shows.

use crate::support::events;
use serde_json::Value;
use std::collections::BTreeMap;

/// One answer.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Facts {
    pub id: String,
    pub model: String,
    pub choices: BTreeMap<u64, Choice>,
    /// `None` where the answer holds no usage.
    pub usage: Option<Usage>,
    /// The message of a failure that came instead of the rest.
    pub error: Option<String>,
    /// A stream ended as it should.
    pub done: bool,
}

/// One of its choices.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Choice {
    pub content: String,
    pub reasoning: String,
    pub refusal: String,
    /// Cohere's plan before its calls.
    pub plan: String,
    pub calls: Vec<Call>,
    /// Signatures and redacted thinking, in order.
    pub signatures: Vec<String>,
    /// Addresses or titles of what is cited, in order.
    pub cited: Vec<String>,
    /// Blocks of tools that the provider ran itself: their ids.
    pub server_side: Vec<String>,
    /// In OpenAI's words; empty where the provider says none.
    pub finish: String,
}

/// A call of one of the client's tools.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Call {
    pub id: String,
    pub name: String,
    /// As text, until [`Facts::close`] has read it.
    pub text: String,
    pub arguments: Value,
}

/// Tokens, counted as OpenAI does.
#[derive(Debug, Default, Clone, Copy, PartialEq)]
pub struct Usage {
    pub prompt: u64,
    pub completion: u64,
    pub cached: u64,
    pub cache_written: u64,
    pub reasoning: u64,
    pub searches: u64,
}

/// Which reading of OpenAI's format.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum As {
    /// What a provider wrote, with its own names for things.
    Provider,
    /// What a client reads, under OpenAI's and LiteLLM's names alone.
    Client,
}

pub fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or(0)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

impl Facts {
    /// An answer in OpenAI's format, whole or as events.
    pub fn openai(bytes: &[u8], reading: As) -> Self {
        let mut facts = Self::default();
        if let Ok(whole) = serde_json::from_slice::<Value>(bytes) {
            facts.piece(&whole, "message", reading);
            facts.done = true;
        } else {
            for data in events(bytes) {
                match serde_json::from_str::<Value>(&data) {
                    Ok(chunk) => facts.piece(&chunk, "delta", reading),
                    Err(_) => facts.done |= data == "[DONE]",
                }
            }
        }
        facts.close();
        facts
    }

    /// For providers that give calls no ids: any id will do, as long as it is the call's own.
    pub fn take_ids_from(&mut self, client: &Self) {
        for (choice, given) in self.choices.values_mut().zip(client.choices.values()) {
            let mut taken: Vec<&str> = Vec::new();
            for (call, given) in choice.calls.iter_mut().zip(&given.calls) {
                if !given.id.is_empty() && !taken.contains(&given.id.as_str()) {
                    taken.push(&given.id);
                    call.id.clone_from(&given.id);
                }
            }
        }
    }

    /// Reads the calls' arguments, once they are whole.
    pub fn close(&mut self) {
        for call in self.choices.values_mut().flat_map(|choice| &mut choice.calls) {
            let text = std::mem::take(&mut call.text);
            let whole = if text.trim().is_empty() { "{}" } else { &text };
            call.arguments = serde_json::from_str(whole).unwrap_or(Value::String(text));
        }
    }

    fn piece(&mut self, piece: &Value, member: &str, reading: As) {
        for (known, name) in [(&mut self.id, "id"), (&mut self.model, "model")] {
            if known.is_empty() {
                *known = text(&piece[name]).to_owned();
            }
        }
        let usage = match &piece["usage"] {
            Value::Null => &piece["x_groq"]["usage"],
            usage => usage,
        };
        if usage.is_object() {
            self.usage = Some(openai_usage(usage, reading));
        }
        if !piece["error"].is_null() {
            self.error = Some(text(&piece["error"]["message"]).to_owned());
            return;
        }
        for choice in piece["choices"].as_array().into_iter().flatten() {
            let known = self.choices.entry(number(&choice["index"])).or_default();
            known.add(&choice[member], reading);
            let finish = text(&choice["finish_reason"]);
            if !finish.is_empty() {
                known.finish = match (reading, finish) {
                    (As::Provider, "model_length") => "length".into(),
                    _ => finish.to_owned(),
                };
            }
        }
    }
}

impl Choice {
    fn add(&mut self, said: &Value, reading: As) {
        match &said["content"] {
            Value::String(text) => self.content.push_str(text),
            Value::Array(parts) if reading == As::Provider => self.parts(parts),
            _ => {}
        }
        self.refusal.push_str(text(&said["refusal"]));
        let names: &[&str] = match reading {
            As::Provider => &["reasoning_content", "reasoning"],
            As::Client => &["reasoning_content"],
        };
        match names.iter().map(|name| text(&said[*name])).find(|text| !text.is_empty()) {
            Some(reasoning) => self.reasoning.push_str(reasoning),
            None if reading == As::Client => {}
            None => {
                let details = said["reasoning_details"].as_array().into_iter().flatten();
                details.for_each(|detail| {
                    self.reasoning.push_str(text(&detail["text"]));
                    self.reasoning.push_str(text(&detail["summary"]));
                });
            }
        }
        for (place, call) in said["tool_calls"].as_array().into_iter().flatten().enumerate() {
            let index = call["index"].as_u64().map_or(place, |index| index as usize);
            self.call(index, call);
        }
        for block in said["thinking_blocks"].as_array().into_iter().flatten() {
            let own = [text(&block["signature"]), text(&block["data"])];
            self.signatures
                .extend(own.into_iter().filter(|text| !text.is_empty()).map(str::to_owned));
        }
        if reading == As::Client {
            self.add_gemini(said);
        }
        let specific = &said["provider_specific_fields"];
        self.plan.push_str(text(&specific["tool_plan"]));
        for list in ["server_tool_use", "web_search_results", "tool_results"] {
            for block in specific[list].as_array().into_iter().flatten() {
                let ids = ["/id", "/tool_use_id", "/toolUse/toolUseId", "/toolResult/toolUseId"];
                let id = ids.iter().find_map(|path| block.pointer(path)?.as_str());
                self.server_side.push(id.unwrap_or_default().to_owned());
            }
        }
        for citation in specific["citations"].as_array().into_iter().flatten().flat_map(flat) {
            self.cited.push(source_of(citation));
        }
        for block in specific["citationsContent"].as_array().into_iter().flatten() {
            self.cited.extend(block["citations"].as_array().into_iter().flatten().map(source_of));
        }
        if specific["citation"].is_object() {
            self.cited.push(source_of(&specific["citation"]));
        }
    }

    /// Mistral's parts.
    fn parts(&mut self, parts: &[Value]) {
        for part in parts {
            match part["type"].as_str() {
                Some("thinking") => match &part["thinking"] {
                    Value::Array(inner) => {
                        inner.iter().for_each(|part| self.reasoning.push_str(text(&part["text"])));
                    }
                    thinking => self.reasoning.push_str(text(thinking)),
                },
                _ => self.content.push_str(text(&part["text"])),
            }
        }
    }

    pub fn call(&mut self, index: usize, piece: &Value) {
        if self.calls.len() <= index {
            self.calls.resize_with(index + 1, Call::default);
        }
        let call = &mut self.calls[index];
        call.id.push_str(text(&piece["id"]));
        call.name.push_str(text(&piece["function"]["name"]));
        call.text.push_str(text(&piece["function"]["arguments"]));
    }
}

fn flat(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(list) => list.iter().collect(),
        other => vec![other],
    }
}

/// What a citation points to.
pub fn source_of(citation: &Value) -> String {
    let names = ["url", "document_title", "title", "source", "cited_text", "text"];
    names.iter().map(|name| text(&citation[*name])).find(|t| !t.is_empty()).unwrap_or("").into()
}

/// Some providers have names of their own for cached tokens; a client finds them under OpenAI's.
fn openai_usage(usage: &Value, reading: As) -> Usage {
    let names = ["num_cached_tokens", "cached_tokens", "prompt_cache_hit_tokens"];
    let own = |name: &str| reading == As::Provider && usage[name].is_u64();
    let other_name = names.into_iter().find(|name| own(name)).unwrap_or_default();
    let (prompt, completion) =
        (&usage["prompt_tokens_details"], &usage["completion_tokens_details"]);
    Usage {
        prompt: number(&usage["prompt_tokens"]),
        completion: number(&usage["completion_tokens"]),
        cached: number(&prompt["cached_tokens"]).max(number(&usage[other_name])),
        cache_written: number(&usage["cache_creation_input_tokens"]),
        reasoning: number(&completion["reasoning_tokens"]),
        searches: number(&usage["server_tool_use"]["web_search_requests"]),
    }
}
