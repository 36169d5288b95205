use serde_json::{Value, json};

use super::*;

fn said(text: &str) -> Value {
    json!({"model":"claude","max_tokens":4096,"messages":[{"role":"user","content":text}]})
}

fn with(mut body: Value, fields: Value) -> Value {
    let more = fields.as_object().unwrap().clone();
    body.as_object_mut().unwrap().extend(more);
    body
}

fn names(reply: &Reply) -> Vec<String> {
    let text = reply.text();
    text.lines().filter_map(|line| Some(line.strip_prefix("event: ")?.to_owned())).collect()
}

fn joined(events: &[Value], field: &str) -> String {
    events.iter().filter_map(|event| event["delta"][field].as_str()).collect()
}

#[tokio::test]
async fn a_message_is_echoed_with_usage() {
    let body = message(mock().await, said("How are you?")).await.json();
    let text = "Hello from anthropic (claude)! You said: How are you?";
    assert_eq!(body["content"], json!([{"type":"text","text":text}]));
    assert_eq!(body["stop_reason"], "end_turn");
    assert_eq!(body["usage"]["input_tokens"], 3);
    assert_eq!(body["usage"]["output_tokens"], 9);
}

#[tokio::test]
async fn a_stream_has_the_real_sequence_of_events() {
    let body = with(said("hi"), json!({"model":"m?tokens=2","stream":true}));
    let reply = message(mock().await, body).await;
    let delta = "content_block_delta";
    let expected = [
        "message_start",
        "content_block_start",
        "ping",
        delta,
        delta,
        "content_block_stop",
        "message_delta",
        "message_stop",
    ];
    assert_eq!(names(&reply), expected);
    let events = reply.events();
    let types: Vec<&str> = events.iter().map(|event| event["type"].as_str().unwrap()).collect();
    assert_eq!(types, expected);
    assert_eq!(joined(&events, "text"), "tok tok ");
    assert_eq!(events[6]["usage"]["output_tokens"], 2);
}

#[tokio::test]
async fn thinking_comes_first_and_is_signed() {
    let address = mock().await;
    let thinking = json!({"thinking":{"type":"enabled","budget_tokens":1024}});
    let asked = with(said("go"), thinking);
    let whole = message(address, asked.clone()).await.json();
    assert_eq!(whole["content"][0]["type"], "thinking");
    let signature = whole["content"][0]["signature"].as_str().unwrap();
    assert_eq!(whole["content"][1]["type"], "text");

    let events = message(address, with(asked, json!({"stream":true}))).await.events();
    assert_eq!(joined(&events, "thinking"), whole["content"][0]["thinking"].as_str().unwrap());
    assert_eq!(joined(&events, "signature"), signature);
    assert_eq!(joined(&events, "text"), whole["content"][1]["text"].as_str().unwrap());
    let starts = events.iter().filter(|event| event["type"] == "content_block_start");
    assert_eq!(starts.map(|event| event["index"].as_u64().unwrap()).collect::<Vec<_>>(), [0, 1]);
}

#[tokio::test]
async fn a_tool_is_called_and_its_result_is_quoted() {
    let address = mock().await;
    let schema = json!({"type":"object","properties":{"city":{"type":"string"}}});
    let tools = json!([{"name":"other","input_schema":{}},{"name":"get","input_schema":schema}]);
    let choice = json!({"type":"tool","name":"get"});
    let asked = with(said("go"), json!({"tools":tools,"tool_choice":choice}));
    let body = message(address, asked.clone()).await.json();
    let call = &body["content"][0];
    assert_eq!(body["stop_reason"], "tool_use");
    assert_eq!((&call["name"], &call["input"]), (&json!("get"), &json!({"city":"Paris"})));

    let events = message(address, with(asked.clone(), json!({"stream":true}))).await.events();
    assert_eq!(events[1]["content_block"]["name"], "get");
    assert_eq!(joined(&events, "partial_json"), "{\"city\":\"Paris\"}");

    let mut next = asked;
    let messages = next["messages"].as_array_mut().unwrap();
    messages.push(json!({"role":"assistant","content":[call]}));
    let result = json!({"type":"tool_result","tool_use_id":call["id"],"content":"21 degrees"});
    messages.push(json!({"role":"user","content":[result]}));
    let body = message(address, next).await.json();
    assert_eq!(body["content"][0]["text"], "The tool answered: 21 degrees");
}

#[tokio::test]
async fn structured_output_fits_the_schema() {
    let schema = json!({"type":"object","properties":{"ok":{"type":"boolean"}}});
    let format = json!({"type":"json_schema","schema":schema});
    let address = mock().await;
    for field in [json!({"output_config":{"format":format}}), json!({"output_format":format})] {
        let body = message(address, with(said("go"), field)).await.json();
        assert_eq!(body["content"][0]["text"], "{\"ok\":true}");
    }
}

#[tokio::test]
async fn marked_prompt_is_read_from_the_cache() {
    let mark = json!({"type":"ephemeral"});
    let system = json!([{"type":"text","text":"one two three","cache_control":mark}]);
    let body =
        message(mock().await, with(said("four five"), json!({"system":system}))).await.json();
    assert_eq!(body["usage"]["cache_read_input_tokens"], 3);
    assert_eq!(body["usage"]["input_tokens"], 2);
}

#[tokio::test]
async fn what_anthropic_refuses_is_refused_in_its_words() {
    let address = mock().await;
    let text = json!([{"role":"user","content":"hi"}]);
    for (body, message) in [
        (json!({"model":"m","messages":text}), "max_tokens: Field required"),
        (json!({"max_tokens":1,"messages":text}), "model: Field required"),
        (with(said("hi"), json!({"messages":[]})), "messages: at least one message is required"),
        (with(said("hi"), json!({"seed":1})), "seed: Extra inputs are not permitted"),
        (
            with(said("hi"), json!({"messages":[{"role":"system","content":"x"}]})),
            "messages: Unexpected role \"system\".",
        ),
        (
            with(said("hi"), json!({"messages":[{"role":"assistant","content":"x"}]})),
            "messages: first message must use the \"user\" role",
        ),
        (
            with(said("hi"), json!({"thinking":{"type":"enabled","budget_tokens":4096}})),
            "`max_tokens` must be greater",
        ),
        (json!([]), "The request body is not valid JSON"),
    ] {
        let reply = super::message(address, body).await;
        let error = reply.json();
        assert_eq!(reply.status, 400);
        assert_eq!(error["type"], "error");
        assert_eq!(error["error"]["type"], "invalid_request_error");
        assert!(error["error"]["message"].as_str().unwrap().starts_with(message), "{error}");
    }
    let body = said("hi").to_string();
    let keyless = post(address, MESSAGES, "anthropic-version: 2023-06-01\r\n", &body).await;
    assert_eq!(
        (keyless.status, &keyless.json()["error"]["type"]),
        (401, &json!("authentication_error"))
    );
    let versionless = post(address, MESSAGES, "x-api-key: k\r\n", &body).await;
    assert_eq!(versionless.json()["error"]["message"], "anthropic-version: header is required");
}

#[tokio::test]
async fn users_may_speak_twice_in_a_row() {
    let twice = json!([{"role":"user","content":"a"},{"role":"user","content":"b"}]);
    assert_eq!(message(mock().await, with(said(""), json!({"messages":twice}))).await.status, 200);
}
