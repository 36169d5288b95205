//! Recorded embeddings: every number arrives, in the encoding that was asked for.

use crate::corpus::{self, Record};
use crate::support;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use dragoman::dialect::Side;
use dragoman::openai::EmbeddingRequest;
use dragoman::operation::Operation;
use dragoman::translate::{self, Answer, ResponseTranslator};
use serde_json::{Value, json};

/// What the client gets for a recorded answer, asking for this encoding.
fn translated(record: &Record, encoding: &str, split: usize) -> Value {
    let name = format!("{}/{}", record.provider, record.request["model"].as_str().unwrap());
    let base = json!({"api_base": format!("https://{}/v1", record.host)});
    let target = support::deployment(&name, &base).unwrap();
    let mut asked = record.request.clone();
    asked["encoding_format"] = json!(encoding);
    let request = EmbeddingRequest::parse(asked.to_string().into_bytes()).unwrap();
    let outgoing = translate::request(&request, &target, support::NOW, "n").unwrap();
    let sent: Value = serde_json::from_slice(&outgoing.body).unwrap();
    assert_eq!(sent, asked, "{}", record.place);
    let side = Side::of(Operation::Embeddings, target.provider).unwrap();
    let answer = Answer { status: record.status, ..Answer::default() };
    let mut translator = ResponseTranslator::new(side, outgoing.exchange, answer, 1 << 26);
    for piece in record.response.chunks(split) {
        translator.push(piece);
    }
    translator.finish();
    let bytes = translator.take();
    let usage = translator.report().usage.expect("usage");
    let given: Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(json!(usage.prompt_tokens), given["usage"]["prompt_tokens"]);
    given
}

#[test]
fn recorded_vectors_arrive_whole_in_either_encoding() {
    let Some(records) = corpus::records() else {
        println!("No recordings in ../shared/corpus: nothing to check.");
        return;
    };
    let mut checked = 0;
    for record in records.iter().filter(|record| record.path.ends_with("/embeddings")) {
        let said: Value = serde_json::from_slice(&record.response).unwrap();
        for split in [usize::MAX, 1, 7, 4096] {
            assert_eq!(translated(record, "base64", split), said, "{}", record.place);
        }
        let floats = translated(record, "float", usize::MAX);
        for (item, said) in
            floats["data"].as_array().unwrap().iter().zip(said["data"].as_array().unwrap())
        {
            let bytes = STANDARD.decode(said["embedding"].as_str().unwrap()).unwrap();
            let expected: Vec<f32> =
                bytes.as_chunks::<4>().0.iter().map(|b| f32::from_le_bytes(*b)).collect();
            let given: Vec<f32> = serde_json::from_value(item["embedding"].clone()).unwrap();
            assert_eq!(given, expected, "{}", record.place);
        }
        checked += 1;
    }
    println!("Embeddings: {checked} records.");
}
