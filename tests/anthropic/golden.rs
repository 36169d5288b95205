//! Golden files: an OpenAI request and the bytes it becomes; Anthropic's bytes and what they become.
//!
//! `UPDATE_GOLDEN=1 cargo test --test anthropic` writes them anew; the difference is for review.

use super::*;

pub fn check(name: &str, seen: &str) {
    support::streams::golden(&format!("anthropic/{name}"), seen);
}

#[test]
fn a_request_with_everything() {
    let openai: Value =
        serde_json::from_str(include_str!("../golden/anthropic/request.openai.json")).unwrap();
    let outgoing = send(&openai, &target(NEW, ParamPolicy::default())).unwrap();
    let body: Value = serde_json::from_slice(&outgoing.body).unwrap();
    let seen = json!({"url": outgoing.url(), "headers": outgoing.headers, "body": body});
    check("request.anthropic.json", &format!("{seen:#}\n"));
}

#[test]
fn a_whole_answer() {
    let mut out = Output::default();
    let body = include_str!("../golden/anthropic/message.anthropic.json");
    ANTHROPIC.whole(&exchange(), body.as_bytes(), &mut out).unwrap();
    let seen: Value = serde_json::from_slice(&out.bytes).unwrap();
    check("message.openai.json", &format!("{seen:#}\n"));
}

#[test]
fn a_streamed_answer() {
    let out = stream(include_bytes!("../golden/anthropic/stream.sse"), 100, &exchange()).unwrap();
    check("stream.openai.sse", &String::from_utf8(out.bytes).unwrap());
}
