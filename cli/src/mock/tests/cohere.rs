use serde_json::{Value, json};

use super::*;

const PATH: &str = "/v2/chat";

async fn ask(address: SocketAddr, fields: Value) -> Reply {
    let mut body = json!({"model":"m","messages":[{"role":"user","content":"hi"}]});
    body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    post(address, PATH, OPENAI_HEADERS, &body.to_string()).await
}

fn tools() -> Value {
    let schema = json!({"type":"object","properties":{"city":{"type":"string"}}});
    json!([{"type":"function","function":{"name":"get","parameters":schema}}])
}

#[tokio::test]
async fn a_message_is_echoed_with_usage() {
    let body = ask(mock().await, json!({})).await.json();
    let text = "Hello from cohere (m)! You said: hi";
    assert_eq!(body["message"]["content"], json!([{"type":"text","text":text}]));
    assert_eq!(body["finish_reason"], "COMPLETE");
    assert_eq!(body["usage"]["tokens"], json!({"input_tokens":1,"output_tokens":7}));
}

#[tokio::test]
async fn a_stream_has_the_real_sequence_of_events() {
    let reply = ask(mock().await, json!({"model":"m?tokens=2","stream":true})).await;
    let events = reply.events();
    let kinds: Vec<&str> = events.iter().map(|event| event["type"].as_str().unwrap()).collect();
    let delta = "content-delta";
    let expected = ["message-start", "content-start", delta, delta, "content-end", "message-end"];
    assert_eq!(kinds, expected);
    assert_eq!(events[2]["delta"]["message"]["content"]["text"], "tok ");
    assert_eq!(events[5]["delta"]["usage"]["tokens"]["output_tokens"], 2);
}

#[tokio::test]
async fn a_tool_is_planned_and_called() {
    let address = mock().await;
    let asked = json!({"tools":tools(),"tool_choice":"REQUIRED"});
    let body = ask(address, asked.clone()).await.json();
    assert_eq!(body["finish_reason"], "TOOL_CALL");
    let call = &body["message"]["tool_calls"][0];
    assert_eq!(call["function"], json!({"name":"get","arguments":"{\"city\":\"Paris\"}"}));
    assert!(body["message"]["tool_plan"].is_string());

    let mut streamed = asked;
    streamed["stream"] = true.into();
    let events = ask(address, streamed).await.events();
    let pieces = events.iter().filter_map(|event| {
        event["delta"]["message"]["tool_calls"]["function"]["arguments"].as_str()
    });
    assert_eq!(pieces.collect::<String>(), "{\"city\":\"Paris\"}");

    let messages = json!([{"role":"user","content":"hi"},
        {"role":"assistant","tool_calls":[call]},
        {"role":"tool","tool_call_id":call["id"],"content":"21 degrees"}]);
    let body = ask(address, json!({"messages":messages,"tools":tools()})).await.json();
    assert_eq!(body["message"]["content"][0]["text"], "The tool answered: 21 degrees");
}

#[tokio::test]
async fn thinking_comes_first() {
    let address = mock().await;
    let body = ask(address, json!({"thinking":{"type":"enabled"}})).await.json();
    assert_eq!(body["message"]["content"][0]["type"], "thinking");
    assert_eq!(body["message"]["content"][1]["type"], "text");
}

#[tokio::test]
async fn what_cohere_refuses_is_refused_in_its_words() {
    let address = mock().await;
    for (fields, message) in [
        (json!({"messages":[]}), "messages must have at least one"),
        (json!({"p":1}), "p must be between"),
        (json!({"tool_choice":"auto"}), "tool_choice must be one of"),
        (json!({"tools":tools(),"response_format":{"type":"json_object"}}), "response_format"),
        (json!({"top_p":0.5}), "unknown field: top_p"),
    ] {
        let reply = ask(address, fields).await;
        assert_eq!(reply.status, 400);
        assert!(reply.json()["message"].as_str().unwrap().contains(message), "{}", reply.text());
    }
    assert_eq!(post(address, PATH, "", "{}").await.status, 401);
    let fault = json!({"model":"m?fault=error-in-stream","stream":true});
    let events = ask(address, fault).await.events();
    assert_eq!(events[0]["delta"]["finish_reason"], "ERROR");
    let fault = json!({"model":"m?fault=context-window"});
    assert!(ask(address, fault).await.json()["message"].as_str().unwrap().starts_with("too many"));
}
