//! The facts of an answer in the format of Google's Gemini API.

use crate::facts::{Choice, Facts, Usage, number};
use crate::support::events;
use serde_json::{Value, json};
use std::collections::BTreeMap;

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

impl Facts {
    /// An answer, whole or as events. A stream ends when it ends.
    pub fn gemini(bytes: &[u8]) -> Self {
        let mut reader = Reader::default();
        match serde_json::from_slice::<Value>(bytes) {
            Ok(whole) => reader.piece(&whole),
            Err(_) => {
                for data in events(bytes) {
                    reader.piece(&serde_json::from_str(&data).unwrap_or_default());
                }
            }
        }
        reader.finish()
    }
}

#[derive(Default)]
struct Reader {
    facts: Facts,
    usage: Value,
    /// Google bills what a search read by the query.
    searched: bool,
    finish: BTreeMap<u64, String>,
}

impl Reader {
    fn piece(&mut self, piece: &Value) {
        for (known, name) in
            [(&mut self.facts.id, "responseId"), (&mut self.facts.model, "modelVersion")]
        {
            if known.is_empty() {
                *known = text(&piece[name]).to_owned();
            }
        }
        if piece["usageMetadata"].is_object() {
            self.usage = piece["usageMetadata"].clone();
        }
        if piece["error"].is_object() {
            self.facts.error = Some(text(&piece["error"]["message"]).to_owned());
        }
        for (place, candidate) in piece["candidates"].as_array().into_iter().flatten().enumerate() {
            let index = candidate["index"].as_u64().unwrap_or(place as u64);
            let choice = self.facts.choices.entry(index).or_default();
            for part in candidate["content"]["parts"].as_array().into_iter().flatten() {
                part_of(choice, part);
            }
            let grounding = &candidate["groundingMetadata"];
            let queries = grounding["webSearchQueries"].as_array();
            self.searched |= queries.is_some_and(|queries| !queries.is_empty());
            choice.cited.extend(cited(grounding));
            if let Some(finish) = candidate["finishReason"].as_str() {
                self.finish.insert(index, finish.to_owned());
                choice.refusal = match finish {
                    "STOP" | "MAX_TOKENS" | "MALFORMED_FUNCTION_CALL" | "UNEXPECTED_TOOL_CALL" => {
                        String::new()
                    }
                    _ => text(&candidate["finishMessage"]).to_owned(),
                };
            }
        }
    }

    fn finish(mut self) -> Facts {
        for (index, native) in self.finish {
            let choice = self.facts.choices.entry(index).or_default();
            choice.finish = match native.as_str() {
                "STOP" | "UNEXPECTED_TOOL_CALL" if !choice.calls.is_empty() => "tool_calls",
                "MAX_TOKENS" => "length",
                "STOP" | "MALFORMED_FUNCTION_CALL" | "UNEXPECTED_TOOL_CALL" => "stop",
                _ => "content_filter",
            }
            .to_owned();
        }
        let count = |name: &str| number(&self.usage[name]);
        if self.usage.is_object() {
            let tools = if self.searched { 0 } else { count("toolUsePromptTokenCount") };
            self.facts.usage = Some(Usage {
                prompt: count("promptTokenCount") + tools,
                completion: count("candidatesTokenCount") + count("thoughtsTokenCount"),
                cached: count("cachedContentTokenCount"),
                cache_written: 0,
                reasoning: count("thoughtsTokenCount"),
                searches: 0,
            });
        }
        self.facts.done = self.facts.error.is_none();
        self.facts.close();
        self.facts
    }
}

fn part_of(choice: &mut Choice, part: &Value) {
    match &part["thought"] {
        Value::Bool(true) => choice.reasoning.push_str(text(&part["text"])),
        _ => choice.content.push_str(text(&part["text"])),
    }
    let signature = text(&part["thoughtSignature"]);
    if !signature.is_empty() {
        choice.signatures.push(signature.to_owned());
    }
    if let Value::Object(call) = &part["functionCall"] {
        let place = choice.calls.len();
        let piece = json!({"id": call.get("id"), "function": {"name": call["name"],
            "arguments": call.get("args").map(Value::to_string)}});
        choice.call(place, &piece);
    }
    for (member, code) in [("executableCode", "code"), ("codeExecutionResult", "output")] {
        if part[member].is_object() {
            choice.server_side.push(text(&part[member][code]).to_owned());
        }
    }
}

/// Addresses, or texts where there are none, of what each passage rests on.
fn cited(grounding: &Value) -> Vec<String> {
    let supports = grounding["groundingSupports"].as_array().into_iter().flatten();
    supports.map(|support| text(&support["segment"]["text"]).to_owned()).collect()
}

impl Choice {
    /// What a client finds of Gemini's in a message or delta, beside what every provider gives it.
    pub fn add_gemini(&mut self, said: &Value) {
        let specific = &said["provider_specific_fields"];
        for signature in specific["thought_signatures"].as_array().into_iter().flatten() {
            self.signatures.push(text(signature).to_owned());
        }
        for call in said["tool_calls"].as_array().into_iter().flatten() {
            let own = text(&call["provider_specific_fields"]["thought_signature"]);
            if !own.is_empty() {
                self.signatures.push(own.to_owned());
                assert!(text(&call["id"]).ends_with(own), "the id lacks the signature");
            }
        }
        for (list, code) in [("executable_code", "code"), ("code_execution_results", "output")] {
            for part in specific[list].as_array().into_iter().flatten() {
                self.server_side.push(text(&part[code]).to_owned());
            }
        }
        let grounding = specific["vertex_ai_grounding_metadata"].as_array().into_iter().flatten();
        self.cited.extend(grounding.flat_map(cited));
    }
}
