use serde_json::{Value, json};

use super::*;

const PATH: &str = "/api/chat";

async fn ask(address: SocketAddr, fields: Value) -> Reply {
    let mut body = json!({"model":"m","messages":[{"role":"user","content":"hi"}],"stream":false});
    body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    post(address, PATH, "", &body.to_string()).await
}

fn lines(reply: &Reply) -> Vec<Value> {
    reply.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn tools() -> Value {
    let schema = json!({"type":"object","properties":{"city":{"type":"string"}}});
    json!([{"type":"function","function":{"name":"get","parameters":schema}}])
}

#[tokio::test]
async fn a_message_is_echoed_with_counts() {
    let body = ask(mock().await, json!({})).await.json();
    assert_eq!(body["message"]["content"], "Hello from ollama (m)! You said: hi");
    assert_eq!((&body["done"], &body["done_reason"]), (&json!(true), &json!("stop")));
    assert_eq!((&body["prompt_eval_count"], &body["eval_count"]), (&json!(1), &json!(7)));
}

#[tokio::test]
async fn a_stream_is_json_lines_and_comes_unless_refused() {
    let address = mock().await;
    let reply = ask(address, json!({"model":"m?tokens=2","stream":null})).await;
    assert_eq!(reply.header("content-type"), Some("application/x-ndjson"));
    let lines = lines(&reply);
    assert_eq!(lines.len(), 3);
    assert_eq!(
        (&lines[0]["message"]["content"], &lines[0]["done"]),
        (&json!("tok "), &json!(false))
    );
    assert_eq!((&lines[2]["done"], &lines[2]["eval_count"]), (&json!(true), &json!(2)));
}

#[tokio::test]
async fn thinking_tools_and_formats_are_what_was_asked_for() {
    let address = mock().await;
    let body = ask(address, json!({"think":"low"})).await.json();
    assert!(body["message"]["thinking"].is_string());
    let schema = json!({"type":"object","properties":{"ok":{"type":"boolean"}}});
    let body = ask(address, json!({"format":schema})).await.json();
    assert_eq!(body["message"]["content"], "{\"ok\":true}");
    let messages = json!([{"role":"user","content":"the weather"}]);
    let asked = json!({"messages":messages,"tools":tools(),"stream":true});
    let lines = lines(&ask(address, asked).await);
    let call = &lines[0]["message"]["tool_calls"][0]["function"];
    assert_eq!(call, &json!({"name":"get","arguments":{"city":"Paris"}}));
    let body = ask(address, json!({"options":{"num_predict":2}})).await.json();
    assert_eq!(body["done_reason"], "length");
}

#[tokio::test]
async fn what_ollama_refuses_is_refused_in_its_words() {
    let address = mock().await;
    let parts = json!([{"role":"user","content":[{"type":"text","text":"hi"}]}]);
    let image = json!([{"role":"user","content":"hi","images":["data:image/png;base64,AA"]}]);
    for (fields, message) in [
        (json!({"messages":parts}), "cannot unmarshal"),
        (json!({"messages":image}), "illegal base64"),
        (json!({"model":null}), "model is required"),
        (json!({"messages":[{"role":"developer"}]}), "invalid role"),
    ] {
        let reply = ask(address, fields).await;
        assert_eq!(reply.status, 400);
        assert!(reply.json()["error"].as_str().unwrap().contains(message), "{}", reply.text());
    }
    let fault = json!({"model":"m?tokens=5&fault=error-mid-stream:2","stream":true});
    let lines = lines(&ask(address, fault).await);
    assert_eq!(lines.len(), 3);
    assert!(lines[2]["error"].is_string());
}
