//! Conversations: system prompts, turns, calls with their results, signatures.

use super::*;

fn contents(list: Value, model: &str) -> Value {
    body(&messages(list), model)["contents"].clone()
}

fn call(id: &str, name: &str) -> Value {
    json!({"id": id, "type": "function", "function": {"name": name, "arguments": "{\"a\":1}"}})
}

fn result(id: &str, content: Value) -> Value {
    json!({"role": "tool", "tool_call_id": id, "content": content})
}

const NONE: &str = "c2tpcF90aG91Z2h0X3NpZ25hdHVyZV92YWxpZGF0b3I=";

#[test]
fn system_prompts_stand_outside_and_turns_of_one_role_are_merged() {
    let body = body(
        &messages(json!([
            {"role": "system", "content": "S"}, {"role": "user", "content": "a"},
            {"role": "user", "content": [{"type": "text", "text": "b", "cache_control": {"type": "ephemeral"}}]},
            {"role": "assistant", "content": "c"}, {"role": "assistant", "content": "d"},
            {"role": "developer", "content": "T"}, {"role": "user", "content": ""}])),
        SECOND,
    );
    assert_eq!(body["systemInstruction"], json!({"parts": [{"text": "S"}, {"text": "T"}]}));
    assert_eq!(
        body["contents"],
        json!([{"role": "user", "parts": [{"text": "a"}, {"text": "b"}]},
            {"role": "model", "parts": [{"text": "c"}, {"text": "d"}]},
            {"role": "user", "parts": [{"text": " "}]}])
    );
}

#[test]
fn a_model_without_system_instruction_gets_it_in_the_first_turn() {
    let list = json!([{"role": "system", "content": "S"}, {"role": "user", "content": "a"}]);
    let body = body(&messages(list), "gemini/gemma-3-27b-it");
    let turn = json!([{"role": "user", "parts": [{"text": "S"}, {"text": "a"}]}]);
    assert_eq!((&body["contents"], &body["systemInstruction"]), (&turn, &Value::Null));
}

#[test]
fn a_conversation_without_a_users_turn_gets_one() {
    for list in [
        json!([{"role": "system", "content": "S"}]),
        json!([{"role": "assistant", "content": "x"}]),
    ] {
        assert_eq!(contents(list, SECOND)[0], json!({"role": "user", "parts": [{"text": " "}]}));
    }
}

#[test]
fn results_are_one_turn_in_the_order_of_the_calls() {
    let list = json!([{"role": "user", "content": "go"},
        {"role": "assistant", "content": null, "tool_calls": [call("1", "f"), call("2", "g"), call("3", "f")]},
        result("3", json!("three")), result("1", json!("{\"x\": [1]}")), result("2", json!("[2]")),
        {"role": "user", "content": "and?"}]);
    let parts = |ids: bool| {
        let of = |id: &str, name: &str, response: Value| {
            let id = ids.then(|| json!(id));
            let mut result = json!({"id": id, "name": name, "response": response});
            result.as_object_mut().unwrap().retain(|_, value| !value.is_null());
            json!({"functionResponse": result})
        };
        json!([
            of("1", "f", json!({"x": [1]})),
            of("2", "g", json!({"output": "[2]"})),
            of("3", "f", json!({"output": "three"}))
        ])
    };
    for (model, ids) in [(SECOND, false), (THIRD, true)] {
        let contents = contents(list.clone(), model);
        assert_eq!(contents[2], json!({"role": "user", "parts": parts(ids)}));
        assert_eq!(contents[3], json!({"role": "user", "parts": [{"text": "and?"}]}));
    }
}

#[test]
fn a_result_needs_the_name_of_its_function() {
    let orphan = json!([{"role": "user", "content": "go"}, result("9", json!("x"))]);
    assert_eq!(refused(&messages(orphan), SECOND), "messages[1].tool_call_id");
    let deprecated = json!([{"role": "user", "content": "go"},
        {"role": "assistant", "content": null, "function_call": {"name": "f", "arguments": ""}},
        {"role": "function", "name": "f", "content": "x"}]);
    let contents = contents(deprecated, SECOND);
    assert_eq!(contents[1]["parts"][0]["functionCall"], json!({"name": "f", "args": {}}));
    assert_eq!(contents[2]["parts"][0]["functionResponse"]["name"], "f");
}

#[test]
fn failures_and_odd_objects_are_told_apart_from_results() {
    let mut failed = result("1", json!("boom"));
    failed["is_error"] = json!(true);
    let list = json!([{"role": "user", "content": "go"},
        {"role": "assistant", "tool_calls": [call("1", "f"), call("2", "f"), call("3", "f")]},
        failed, result("2", json!("{\"$ref\": \"x\"}")), result("3", json!([{"type": "text", "text": "a"},
            {"type": "text", "text": "b"}]))]);
    let contents = contents(list, SECOND);
    let response = |place: usize| &contents[2]["parts"][place]["functionResponse"]["response"];
    assert_eq!(response(0), &json!({"error": "boom"}));
    assert_eq!(response(1), &json!({"output": "{\"$ref\": \"x\"}"}));
    assert_eq!(response(2), &json!({"output": "a\nb"}));
}

#[test]
fn images_in_results_stand_inside_them_or_behind_them() {
    let image = json!({"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}});
    let list = json!([{"role": "user", "content": "go"}, {"role": "assistant", "tool_calls": [call("1", "f")]},
        result("1", json!([{"type": "text", "text": "see"}, image]))]);
    let blob = json!({"inlineData": {"mimeType": "image/png", "data": "AAAA"}});
    let new = contents(list.clone(), THIRD);
    assert_eq!(new[2]["parts"][0]["functionResponse"]["parts"], json!([blob]));
    let old = contents(list, SECOND);
    assert_eq!(old[2]["parts"][1], blob);
    assert_eq!(old[2]["parts"][0]["functionResponse"]["response"], json!({"output": "see"}));
}

#[test]
fn calls_carry_their_signature_or_the_placeholder_where_one_is_demanded() {
    let mut own = call("1", "f");
    own["provider_specific_fields"] = json!({"thought_signature": "sig"});
    let mut inner = call("1", "f");
    inner["function"]["provider_specific_fields"] = json!({"thought_signature": "sig"});
    for signed in [own, inner, call("1__thought__sig", "f")] {
        let id = signed["id"].clone();
        let list = json!([{"role": "user", "content": "go"},
            {"role": "assistant", "tool_calls": [signed, call("2", "g")]},
            {"role": "tool", "tool_call_id": id, "content": "x"}, result("2", json!("y"))]);
        let contents = contents(list, THIRD);
        let parts = &contents[1]["parts"];
        assert_eq!(parts[0]["thoughtSignature"], "sig");
        assert_eq!(
            (&parts[0]["functionCall"]["id"], &parts[1]["thoughtSignature"]),
            (&json!("1"), &Value::Null)
        );
        assert_eq!(contents[2]["parts"][0]["functionResponse"]["id"], "1");
    }
    let unsigned = json!([{"role": "user", "content": "go"},
        {"role": "assistant", "tool_calls": [call("1", "f"), call("2", "g")]}]);
    let parts = contents(unsigned.clone(), THIRD)[1]["parts"].clone();
    assert_eq!(
        (&parts[0]["thoughtSignature"], &parts[1]["thoughtSignature"]),
        (&json!(NONE), &Value::Null)
    );
    assert_eq!(contents(unsigned, SECOND)[1]["parts"][0]["thoughtSignature"], Value::Null);
}

#[test]
fn an_answer_survives_the_way_to_the_client_and_back() {
    let parts = json!([{"text": "Hm.", "thought": true, "thoughtSignature": "t"},
        {"executableCode": {"language": "PYTHON", "code": "1"}},
        {"codeExecutionResult": {"outcome": "OUTCOME_OK", "output": "1"}},
        {"toolCall": {"toolType": "GOOGLE_SEARCH_WEB", "id": "s", "args": {"q": 1}}, "thoughtSignature": "u"},
        {"toolResponse": {"toolType": "GOOGLE_SEARCH_WEB", "id": "s", "response": {"r": 1}}},
        {"text": "Hello", "thoughtSignature": "v"},
        {"inlineData": {"mimeType": "image/png", "data": "AAAA"}, "thoughtSignature": "w"},
        {"functionCall": {"id": "c", "name": "f", "args": {"a": 1}}, "thoughtSignature": "x"}]);
    let answer = json!({"candidates": [{"content": {"parts": parts}, "finishReason": "STOP"}]});
    let message = whole(&answer)["choices"][0]["message"].clone();
    let contents = contents(json!([{"role": "user", "content": "go"}, message]), THIRD);
    assert_eq!(contents[1]["parts"], parts);
}

#[test]
fn another_providers_thoughts_are_left_out_and_noted() {
    let blocks = json!([{"type": "thinking", "thinking": "Hm", "signature": "ErUBCkYIARgCIkDxxxxxxxxxxxxxxxxxxxxxxxxxxx"},
        {"type": "redacted_thinking", "data": "x"}, {"type": "thinking", "thinking": "unsigned"}]);
    let list = messages(json!([{"role": "user", "content": "go"},
        {"role": "assistant", "content": "a", "reasoning_content": "Hm", "thinking_blocks": blocks, "annotations": []}]));
    assert_eq!(body(&list, THIRD)["contents"][1]["parts"], json!([{"text": "a"}]));
    assert_eq!(send(&list, THIRD).dropped, ["messages[].thinking_blocks"]);
}
