//! Golden files: an OpenAI request and the body it becomes; Ollama's bytes and what they become.
//!
//! `UPDATE_GOLDEN=1 cargo test --test ollama` writes them anew; the difference is for review.

use super::*;

#[test]
fn a_request_with_everything() {
    let openai =
        serde_json::from_str(include_str!("../golden/ollama/request.openai.json")).unwrap();
    let outgoing = OLLAMA.send(&openai, json!({})).unwrap();
    let seen = json!({"url": outgoing.url(), "headers": outgoing.headers, "body": OLLAMA.body(&openai),
        "dropped": outgoing.dropped});
    support::streams::golden("ollama/request.ollama.json", &format!("{seen:#}\n"));
}

#[test]
fn a_whole_answer() {
    let answer = serde_json::from_str(include_str!("../golden/ollama/answer.ollama.json")).unwrap();
    support::streams::golden(
        "ollama/answer.openai.json",
        &format!("{:#}\n", OLLAMA.whole(&answer).unwrap()),
    );
}

#[test]
fn a_streamed_answer() {
    let out = OLLAMA.stream(include_bytes!("../golden/ollama/stream.ndjson"), 100).unwrap();
    support::streams::golden("ollama/stream.openai.sse", &String::from_utf8(out.bytes).unwrap());
}
