//! Golden files: an OpenAI request and the body it becomes; Cohere's bytes and what they become.
//!
//! `UPDATE_GOLDEN=1 cargo test --test cohere` writes them anew; the difference is for review.

use super::*;

#[test]
fn a_request_with_everything() {
    let openai =
        serde_json::from_str(include_str!("../golden/cohere/request.openai.json")).unwrap();
    let outgoing = COHERE.send(&openai, json!({})).unwrap();
    let seen = json!({"url": outgoing.url(), "headers": outgoing.headers, "body": COHERE.body(&openai),
        "dropped": outgoing.dropped});
    support::streams::golden("cohere/request.cohere.json", &format!("{seen:#}\n"));
}

#[test]
fn a_whole_answer() {
    let answer = serde_json::from_str(include_str!("../golden/cohere/answer.cohere.json")).unwrap();
    support::streams::golden(
        "cohere/answer.openai.json",
        &format!("{:#}\n", COHERE.whole(&answer).unwrap()),
    );
}

#[test]
fn a_streamed_answer_that_cites() {
    let out = COHERE.stream(include_bytes!("../golden/cohere/text.sse"), 100).unwrap();
    support::streams::golden("cohere/text.openai.sse", &String::from_utf8(out.bytes).unwrap());
}

#[test]
fn a_streamed_answer_that_calls_tools() {
    let out = COHERE.stream(include_bytes!("../golden/cohere/tools.sse"), 100).unwrap();
    support::streams::golden("cohere/tools.openai.sse", &String::from_utf8(out.bytes).unwrap());
}
