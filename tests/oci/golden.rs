//! Golden files: an OpenAI request and the body it becomes; Oracle's bytes and what they become.
//!
//! `UPDATE_GOLDEN=1 cargo test --test oci` writes them anew; the difference is for review.

use super::*;

fn request(model: &str, format: &str, openai: &str) {
    let openai = serde_json::from_str(openai).unwrap();
    let outgoing = send(model, &openai, json!({})).unwrap();
    let seen = json!({"url": outgoing.url(), "body": details(model, &openai),
        "dropped": outgoing.dropped, "renamed": outgoing.exchange.renamed_tools});
    support::streams::golden(&format!("oci/{format}.request.oci.json"), &format!("{seen:#}\n"));
}

fn streamed(dialect: &dyn Dialect, name: &str, bytes: &[u8]) {
    let out = stream(dialect, bytes, 100).unwrap();
    let seen = String::from_utf8(out.bytes).unwrap();
    support::streams::golden(&format!("oci/{name}.openai.sse"), &seen);
}

fn answer(dialect: &dyn Dialect, format: &str, answer: &str) {
    let seen = whole(dialect, &serde_json::from_str(answer).unwrap()).unwrap();
    support::streams::golden(&format!("oci/{format}.answer.openai.json"), &format!("{seen:#}\n"));
}

#[test]
fn a_generic_request_with_everything() {
    request(LLAMA, "generic", include_str!("../golden/oci/generic.request.openai.json"));
}

#[test]
fn a_request_to_cohere_with_everything() {
    request(COHERE, "cohere", include_str!("../golden/oci/cohere.request.openai.json"));
}

#[test]
fn a_whole_generic_answer_of_several_choices() {
    answer(&Generic, "generic", include_str!("../golden/oci/generic.answer.oci.json"));
}

#[test]
fn a_whole_answer_of_cohere_that_cites() {
    answer(&Cohere, "cohere", include_str!("../golden/oci/cohere.answer.oci.json"));
}

#[test]
fn a_generic_stream_of_thinking_and_text() {
    streamed(&Generic, "generic.text", include_bytes!("../golden/oci/generic.text.sse"));
}

#[test]
fn a_generic_stream_of_calls() {
    streamed(&Generic, "generic.tools", include_bytes!("../golden/oci/generic.tools.sse"));
}

#[test]
fn a_stream_of_cohere_that_cites() {
    streamed(&Cohere, "cohere.text", include_bytes!("../golden/oci/cohere.text.sse"));
}

#[test]
fn a_stream_of_cohere_that_calls_tools() {
    streamed(&Cohere, "cohere.tools", include_bytes!("../golden/oci/cohere.tools.sse"));
}
