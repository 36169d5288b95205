//! The facts of an answer in the format of Cohere's Chat API.

use crate::facts::{Choice, Facts, Usage, number, source_of};
use crate::support::events;
use serde_json::Value;

impl Facts {
    /// An answer, whole or as events. It does not name its model.
    pub fn cohere(bytes: &[u8], model: &str) -> Self {
        let mut facts = Self { model: model.to_owned(), ..Self::default() };
        let mut choice = Choice::default();
        if let Ok(whole) = serde_json::from_slice::<Value>(bytes) {
            facts.id = text(&whole["id"]).to_owned();
            message(&whole["message"], &mut choice);
            ending(&whole, &mut choice, &mut facts);
        } else {
            for data in events(bytes) {
                let event = serde_json::from_str(&data).unwrap_or_default();
                self::event(&event, &mut choice, &mut facts);
            }
        }
        facts.choices.insert(0, choice);
        facts.close();
        facts
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn message(message: &Value, choice: &mut Choice) {
    for block in list(&message["content"]) {
        choice.content.push_str(text(&block["text"]));
        choice.reasoning.push_str(text(&block["thinking"]));
    }
    list(&message["tool_calls"]).enumerate().for_each(|(place, call)| choice.call(place, call));
    choice.cited.extend(list(&message["citations"]).map(source_of));
    choice.plan.push_str(text(&message["tool_plan"]));
}

fn event(event: &Value, choice: &mut Choice, facts: &mut Facts) {
    let said = &event["delta"]["message"];
    match text(&event["type"]) {
        "message-start" => facts.id = text(&event["id"]).to_owned(),
        "content-start" | "content-delta" => {
            choice.content.push_str(text(&said["content"]["text"]));
            choice.reasoning.push_str(text(&said["content"]["thinking"]));
        }
        "tool-plan-delta" => choice.plan.push_str(text(&said["tool_plan"])),
        "tool-call-start" => choice.call(choice.calls.len(), &said["tool_calls"]),
        "tool-call-delta" => choice.call(choice.calls.len() - 1, &said["tool_calls"]),
        "citation-start" => choice.cited.push(source_of(&said["citations"])),
        "message-end" => ending(&event["delta"], choice, facts),
        _ => {}
    }
}

fn ending(end: &Value, choice: &mut Choice, facts: &mut Facts) {
    facts.done = true;
    choice.finish = match text(&end["finish_reason"]) {
        "MAX_TOKENS" => "length",
        "TOOL_CALL" => "tool_calls",
        _ => "stop",
    }
    .to_owned();
    let usage = &end["usage"];
    if usage.is_object() {
        facts.usage = Some(Usage {
            prompt: number(&usage["tokens"]["input_tokens"]),
            completion: number(&usage["tokens"]["output_tokens"]),
            cached: number(&usage["cached_tokens"]),
            ..Usage::default()
        });
    }
}
