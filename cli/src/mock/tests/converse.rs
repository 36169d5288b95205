use dragoman::wire::{Decoder, Event, Framing};
use serde_json::{Value, json};

use super::*;

const MODEL: &str = "us.anthropic.claude";
const HEADERS: &str = "authorization: Bearer key\r\n";

fn said(text: &str) -> Value {
    json!({"messages":[{"role":"user","content":[{"text":text}]}]})
}

async fn ask(address: SocketAddr, model: &str, verb: &str, body: &Value) -> Reply {
    let model = model.replace(':', "%3A").replace('?', "%3F").replace('=', "%3D");
    let path = format!("/model/{model}/{verb}");
    post(address, &path, HEADERS, &body.to_string()).await
}

/// Names and payloads of a stream, read as the gateway reads them: a wrong checksum is an error.
fn events(reply: &Reply) -> Vec<(String, Value)> {
    let mut read = Vec::new();
    let mut decoder = Decoder::new(Framing::EventStream);
    let sink = |event: Event<'_>| {
        let data = serde_json::from_slice(event.data).unwrap_or(Value::Null);
        read.push((event.name.to_owned(), data));
    };
    decoder.push(&reply.body, sink).unwrap();
    read
}

fn texts(reply: &Reply) -> Vec<String> {
    let text = |(_, event): &(String, Value)| event["delta"]["text"].as_str().map(str::to_owned);
    events(reply).iter().filter_map(text).collect()
}

#[tokio::test]
async fn a_message_is_echoed_with_usage() {
    let body = json!({"system":[{"text":"Be brief."},{"cachePoint":{"type":"default"}}],
        "messages":[{"role":"user","content":[{"text":"How are you?"}]}]});
    let reply = ask(mock().await, "anthropic.claude-v2:1", "converse", &body).await;
    let json = reply.json();
    let text = "Hello from bedrock (anthropic.claude-v2:1)! You said: How are you?";
    assert_eq!(json["output"]["message"]["content"], json!([{"text":text}]));
    assert_eq!(json["stopReason"], "end_turn");
    assert_eq!(
        (&json["usage"]["inputTokens"], &json["usage"]["cacheReadInputTokens"]),
        (&json!(3), &json!(2))
    );
    assert!(reply.header("x-amzn-requestid").is_some());
}

#[tokio::test]
async fn a_stream_has_the_real_sequence_of_events() {
    let reply = ask(mock().await, "m?tokens=2", "converse-stream", &said("hi")).await;
    assert_eq!(reply.header("content-type"), Some("application/vnd.amazon.eventstream"));
    let events = events(&reply);
    let names: Vec<&str> = events.iter().map(|(name, _)| name.as_str()).collect();
    let delta = "contentBlockDelta";
    let expected = ["messageStart", delta, delta, "contentBlockStop", "messageStop", "metadata"];
    assert_eq!(names, expected);
    assert_eq!(texts(&reply).concat(), "tok tok ");
    assert_eq!(events[5].1["usage"]["outputTokens"], 2);
}

#[tokio::test]
async fn reasoning_comes_first_and_tools_are_called() {
    let address = mock().await;
    let mut body = said("What is the weather?");
    body["additionalModelRequestFields"] =
        json!({"thinking":{"type":"enabled","budget_tokens":1024}});
    let schema = json!({"type":"object","properties":{"city":{"type":"string"}}});
    body["toolConfig"] =
        json!({"tools":[{"toolSpec":{"name":"get_weather","inputSchema":{"json":schema}}}]});
    let whole = ask(address, MODEL, "converse", &body).await.json();
    let content = &whole["output"]["message"]["content"];
    assert!(content[0]["reasoningContent"]["reasoningText"]["signature"].is_string());
    assert_eq!(content[1]["toolUse"]["input"], json!({"city":"Paris"}));
    assert_eq!(whole["stopReason"], "tool_use");

    let reply = ask(address, MODEL, "converse-stream", &body).await;
    let input: String = events(&reply)
        .iter()
        .filter_map(|(_, event)| event["delta"]["toolUse"]["input"].as_str().map(str::to_owned))
        .collect();
    assert_eq!(input, r#"{"city":"Paris"}"#);
}

#[tokio::test]
async fn wrong_requests_are_refused_in_the_services_words() {
    let address = mock().await;
    let text = |text: &str| json!([{"text":text}]);
    for (body, message) in [
        (json!({}), "The messages field is required."),
        (
            json!({"messages":[{"role":"assistant","content":text("x")}]}),
            "A conversation must start",
        ),
        (
            json!({"messages":[{"role":"user","content":[]}]}),
            "The content field in the Message object",
        ),
        (said(" "), "The text field in the ContentBlock object at messages.0.content.0 is blank."),
        (
            json!({"messages":[{"role":"user","content":[{"toolResult":{}}]}]}),
            "The toolConfig field must be defined",
        ),
        (
            json!({"messages":[{"role":"user","content":text("x")}],"stream":true}),
            "Malformed input",
        ),
    ] {
        let reply = ask(address, "m?extra=reject", "converse", &body).await;
        assert_eq!(
            (reply.status, reply.header("x-amzn-errortype")),
            (400, Some("validationexception"))
        );
        let said = reply.json()["message"].as_str().unwrap().to_owned();
        assert!(said.starts_with(message), "{said}");
    }
    let keyless = post(address, "/model/m/converse", "", &said("hi").to_string()).await;
    assert_eq!(
        (keyless.status, keyless.text().as_str()),
        (403, r#"{"message":"Missing Authentication Token"}"#)
    );
    let signed = "authorization: AWS4-HMAC-SHA256 Credential=a, SignedHeaders=b, Signature=c\r\n";
    assert_eq!(
        post(address, "/model/m/converse", signed, &said("hi").to_string()).await.status,
        200
    );
}

#[tokio::test]
async fn faults_are_those_of_every_format() {
    let address = mock().await;
    let stream = async |fault: &str| {
        ask(address, &format!("m?tokens=5&fault={fault}"), "converse-stream", &said("hi")).await
    };
    let reply = stream("status:429").await;
    assert_eq!(
        (reply.status, reply.header("x-amzn-errortype")),
        (429, Some("throttlingexception"))
    );
    assert_eq!(
        stream("context-window").await.json()["message"],
        "Input is too long for requested model."
    );
    let reply = stream("error-in-stream").await;
    assert_eq!(events(&reply)[0].0, "internalServerException");
    let reply = stream("error-mid-stream:2").await;
    assert_eq!(texts(&reply).len(), 2);
    assert_eq!(events(&reply).last().unwrap().0, "internalServerException");
    let reply = stream("cut:3").await;
    assert_eq!((texts(&reply).len(), reply.end), (3, End::Whole));
    let reply = stream("malformed-stream:2").await;
    assert_eq!(events(&reply)[1].1, Value::Null);
    assert_eq!(stream("reset-mid-stream:2").await.end, End::Reset);
    let split = stream("cut:99&split=7").await;
    assert!(split.chunks[..split.chunks.len() - 1].iter().all(|size| *size == 7));
    assert_eq!(stream("wrong-type:json").await.json()["stopReason"], "end_turn");
    let whole = ask(address, "m?fault=truncate", "converse", &said("hi")).await;
    assert_eq!(whole.end, End::Truncated);
}
