//! Golden files: an OpenAI request and the bytes it becomes; Bedrock's bytes and what they become. A
//! stream is kept as its events, one a line, and framed by the test.
//!
//! `UPDATE_GOLDEN=1 cargo test --test converse` writes them anew; the difference is for review.

use super::*;

fn check(name: &str, seen: &str) {
    support::streams::golden(&format!("converse/{name}"), seen);
}

fn sent(model: &str) -> String {
    let openai: Value =
        serde_json::from_str(include_str!("../golden/converse/request.openai.json")).unwrap();
    let params = json!({"extra_headers": {"anthropic-beta": "context-1m-2025-08-07"},
        "drop_params": true});
    let target = support::deployment(model, &params).unwrap();
    let outgoing = support::send(&openai, &target).unwrap();
    let body: Value = serde_json::from_slice(&outgoing.body).unwrap();
    assert_eq!(converse_schema::problems(&body), [""; 0]);
    let seen = json!({"url": outgoing.url(), "headers": outgoing.headers, "body": body,
        "dropped": outgoing.dropped});
    format!("{seen:#}\n")
}

#[test]
fn a_request_with_everything() {
    check("request.claude.json", &sent("bedrock/us-west-2/us.anthropic.claude-sonnet-4-5-v1:0"));
    check("request.nova.json", &sent("bedrock/amazon.nova-2-lite-v1:0"));
}

#[test]
fn a_whole_answer() {
    let mut out = Output::default();
    let body = include_str!("../golden/converse/message.json");
    Converse.whole(&exchange(), body.as_bytes(), &mut out).unwrap();
    let seen: Value = serde_json::from_slice(&out.bytes).unwrap();
    check("message.openai.json", &format!("{seen:#}\n"));
}

#[test]
fn a_streamed_answer() {
    let bytes = frames::stream(include_str!("../golden/converse/stream.events"));
    let out = stream(&bytes, 100, &exchange()).unwrap();
    check("stream.openai.sse", &String::from_utf8(out.bytes).unwrap());
}
