use std::{io::Read as _, time::Instant};

use serde_json::{Value, json};

use super::*;

/// A request of five tokens with this model suffix.
fn asked(suffix: &str, stream: bool) -> Value {
    let model = format!("m?tokens=5&{suffix}");
    let messages = json!([{"role":"user","content":"hi"}]);
    json!({"model":model,"messages":messages,"stream":stream,"max_tokens":100})
}

async fn openai(address: SocketAddr, suffix: &str) -> Reply {
    chat(address, asked(suffix, true)).await
}

fn tokens(reply: &Reply) -> usize {
    reply.text().matches("tok ").count()
}

#[tokio::test]
async fn statuses_come_in_the_shape_of_the_provider() {
    let address = mock().await;
    let reply = openai(address, "fault=status:429&retry_after=7").await;
    assert_eq!((reply.status, reply.header("retry-after")), (429, Some("7")));
    assert_eq!(reply.json()["error"]["code"], "rate_limit_exceeded");
    let reply = message(address, asked("fault=status:529", false)).await;
    assert_eq!((reply.status, &reply.json()["error"]["type"]), (529, &json!("overloaded_error")));
    let reply = openai(address, "fault=status:418").await;
    assert_eq!(reply.status, 418);
    assert!(reply.json()["error"]["message"].is_string());
}

#[tokio::test]
async fn prompt_errors_have_the_texts_that_gateways_look_for() {
    let address = mock().await;
    let error = openai(address, "fault=context-window").await.json();
    assert_eq!(error["error"]["code"], "context_length_exceeded");
    let error = openai(address, "fault=content-policy").await.json();
    assert_eq!(error["error"]["code"], "invalid_prompt");
    let error = message(address, asked("fault=context-window", true)).await.json();
    assert!(error["error"]["message"].as_str().unwrap().starts_with("prompt is too long"));
    let error = message(address, asked("fault=content-policy", true)).await.json();
    assert_eq!(error["error"]["message"], "Output blocked by content filtering policy");
}

#[tokio::test]
async fn an_error_event_comes_first_or_after_n_tokens() {
    let address = mock().await;
    let reply = openai(address, "fault=error-in-stream").await;
    assert_eq!((reply.status, reply.end), (200, End::Whole));
    assert_eq!(reply.events().len(), 1);
    assert_eq!(reply.events()[0]["error"]["type"], "server_error");
    let reply = openai(address, "fault=error-mid-stream:2").await;
    assert_eq!((tokens(&reply), reply.end), (2, End::Whole));
    assert!(reply.events().last().unwrap()["error"].is_object());
    assert!(!reply.text().contains("[DONE]"));
    let reply = message(address, asked("fault=error-in-stream", true)).await;
    assert!(reply.text().starts_with("event: error\ndata: {\"type\":\"error\""));
    let reply = chat(address, asked("fault=error-in-stream", false)).await;
    assert_eq!(reply.status, 500);
}

#[tokio::test]
async fn resets_are_real_resets() {
    let address = mock().await;
    let reply = openai(address, "fault=reset").await;
    assert_eq!((reply.end, reply.status), (End::Reset, 0));
    let reply = openai(address, "fault=reset-before-first").await;
    assert_eq!((reply.end, reply.status, reply.body.len()), (End::Reset, 200, 0));
    let reply = openai(address, "fault=reset-mid-stream:3").await;
    assert_eq!((reply.end, tokens(&reply)), (End::Reset, 3));
    let reply = chat(address, asked("fault=reset-mid-stream", false)).await;
    assert_eq!((reply.end, reply.status), (End::Reset, 200));
    assert!(!reply.body.is_empty());
}

#[tokio::test]
async fn a_cut_is_clean_and_a_truncation_is_not() {
    let address = mock().await;
    for body in [asked("fault=cut:2", true), asked("fault=cut:99", true)] {
        let reply = chat(address, body).await;
        assert_eq!(reply.end, End::Whole);
        assert!(!reply.text().contains("\"finish_reason\":\"stop\""));
    }
    assert_eq!(tokens(&openai(address, "fault=cut:2").await), 2);
    let reply = openai(address, "fault=truncate:2").await;
    assert_eq!((reply.end, tokens(&reply)), (End::Truncated, 2));
    let reply = message(address, asked("fault=truncate:0", true)).await;
    assert_eq!((reply.end, tokens(&reply)), (End::Truncated, 0));
    assert!(reply.text().contains("message_start"));
    let reply = chat(address, asked("fault=truncate", false)).await;
    assert_eq!(reply.end, End::Truncated);
    let reply = chat(address, asked("fault=cut", false)).await;
    assert_eq!(reply.end, End::Whole);
    assert!(serde_json::from_slice::<Value>(&reply.body).is_err());
}

#[tokio::test]
async fn a_fault_in_the_middle_counts_tokens_of_thinking_too() {
    let thinking = json!({"type":"enabled","budget_tokens":1024});
    let body = json!({"model":"m?fault=cut:8","max_tokens":2000,"stream":true,"thinking":thinking,
        "messages":[{"role":"user","content":"hi"}]});
    let events = message(mock().await, body).await.events();
    // "The user said: hi. I answer briefly." is seven tokens.
    let thought = events.iter().filter(|event| event["delta"]["thinking"].is_string()).count();
    let said = events.iter().filter(|event| event["delta"]["text"].is_string()).count();
    assert_eq!((thought, said), (7, 1));
}

#[tokio::test]
async fn stalls_keep_the_connection_open() {
    let address = mock().await;
    let reply = openai(address, "fault=stall").await;
    assert_eq!((reply.end, reply.status), (End::Silence, 0));
    let reply = openai(address, "fault=stall-before-first").await;
    assert_eq!((reply.end, reply.status, reply.body.len()), (End::Silence, 200, 0));
    let reply = openai(address, "fault=stall-mid-stream:2").await;
    assert_eq!((reply.end, tokens(&reply)), (End::Silence, 2));
}

#[tokio::test]
async fn malformed_answers_are_not_json() {
    let address = mock().await;
    for stream in [false, true] {
        let reply = chat(address, asked("fault=malformed", stream)).await;
        assert_eq!((reply.status, reply.end), (200, End::Whole));
        assert!(serde_json::from_slice::<Value>(&reply.body).is_err());
    }
    let text = openai(address, "fault=malformed-stream:2").await.text();
    let data: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("data: ")).collect();
    assert!(serde_json::from_str::<Value>(data[0]).is_ok());
    assert!(serde_json::from_str::<Value>(data[1]).is_err());
    assert!(serde_json::from_str::<Value>(data[2]).is_ok());
    let reply = chat(address, asked("fault=malformed-stream:2", false)).await;
    assert!(serde_json::from_slice::<Value>(&reply.body).is_err());
}

#[tokio::test]
async fn answers_can_be_of_another_kind_than_was_asked_for() {
    let address = mock().await;
    let reply = openai(address, "fault=empty").await;
    assert_eq!((reply.status, reply.header("content-length")), (200, Some("0")));
    let reply = openai(address, "fault=html").await;
    assert_eq!(reply.header("content-type"), Some("text/html; charset=utf-8"));
    assert!(reply.text().starts_with("<!DOCTYPE html>"));
    let reply = openai(address, "fault=wrong-type:json").await;
    assert_eq!(reply.json()["object"], "chat.completion");
    let reply = chat(address, asked("fault=wrong-type:sse", false)).await;
    assert!(reply.text().ends_with("data: [DONE]\n\n"));
}

#[tokio::test]
async fn gzip_comes_although_nobody_asked() {
    let address = mock().await;
    for stream in [false, true] {
        let reply = chat(address, asked("fault=gzip", stream)).await;
        assert_eq!(reply.header("content-encoding"), Some("gzip"));
        let mut text = String::new();
        flate2::read::GzDecoder::new(&reply.body[..]).read_to_string(&mut text).unwrap();
        assert_eq!(text.matches("tok ").count(), 5);
    }
}

#[tokio::test]
async fn fail_first_counts_per_model() {
    let address = mock().await;
    let suffix = "fault=status:503&fail_first=2";
    let mut statuses = Vec::new();
    for _ in 0..3 {
        statuses.push(openai(address, suffix).await.status);
    }
    assert_eq!(statuses, [503, 503, 200]);
    assert_eq!(openai(address, "fault=status:503&fail_first=1").await.status, 503);
    let reset = post(address, "/__mock/reset", "", "").await;
    assert_eq!(reset.status, 200);
    assert_eq!(openai(address, suffix).await.status, 503);
}

#[tokio::test]
async fn streams_can_be_split_and_use_other_line_ends() {
    let address = mock().await;
    let plain = openai(address, "").await;
    let split = openai(address, "split=7").await;
    assert_eq!(plain.text().len(), split.text().len());
    assert!(split.chunks[..split.chunks.len() - 1].iter().all(|size| *size == 7));
    let crlf = openai(address, "newline=crlf").await.text();
    assert!(crlf.ends_with("data: [DONE]\r\n\r\n") && !crlf.replace("\r\n", "").contains('\n'));
    let cr = openai(address, "newline=cr").await.text();
    assert!(cr.ends_with("data: [DONE]\r\r") && !cr.contains('\n'));
}

#[tokio::test]
async fn latency_and_pace_take_their_time() {
    let address = mock().await;
    let started = Instant::now();
    let reply = openai(address, "latency=60&ttft=60&tps=50").await;
    assert_eq!((tokens(&reply), reply.end), (5, End::Whole));
    // Four pauses of 20 ms between five tokens.
    assert!(started.elapsed() >= Duration::from_millis(200), "{:?}", started.elapsed());
    assert!(reply.chunks.len() >= 5);
}

#[tokio::test]
async fn a_header_sets_what_the_model_name_does_not() {
    let headers = format!("{OPENAI_HEADERS}x-mock-fault: status:418\r\n");
    let body = asked("", false).to_string();
    let address = mock().await;
    assert_eq!(post(address, CHAT, &headers, &body).await.status, 418);
    let reply = chat(address, asked("fault=oops", false)).await;
    assert_eq!(reply.status, 400);
    assert!(reply.text().contains("There is no mock fault `oops`"));
}
