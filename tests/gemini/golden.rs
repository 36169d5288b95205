//! Golden files: an OpenAI request and the bytes it becomes; Google's bytes and what they become.
//!
//! `UPDATE_GOLDEN=1 cargo test --test gemini` writes them anew; the difference is for review.

use super::*;

fn check(name: &str, seen: &str) {
    support::streams::golden(&format!("gemini/{name}"), seen);
}

#[test]
fn a_request_with_everything() {
    let openai: Value =
        serde_json::from_str(include_str!("../golden/gemini/request.openai.json")).unwrap();
    for (model, file) in [(SECOND, "request.second.json"), (VERTEX, "request.vertex.json")] {
        let outgoing = send(&openai, model);
        let body = body(&openai, model);
        let seen = json!({"url": outgoing.url(), "headers": outgoing.headers, "body": body,
            "left out": outgoing.dropped});
        check(file, &format!("{seen:#}\n"));
    }
}

#[test]
fn a_whole_answer() {
    let mut out = Output::default();
    let body = include_str!("../golden/gemini/answer.gemini.json");
    Gemini.whole(&exchange(), body.as_bytes(), &mut out).unwrap();
    let seen: Value = serde_json::from_slice(&out.bytes).unwrap();
    check("answer.openai.json", &format!("{seen:#}\n"));
}

#[test]
fn a_streamed_answer() {
    let out = stream(include_bytes!("../golden/gemini/stream.sse"), 100).unwrap();
    check("stream.openai.sse", &String::from_utf8(out.bytes).unwrap());
}
