use super::*;
use crate::dialect::{Side, fixture};
use crate::openai::embeddings::MAX_INPUTS;
use crate::operation::Operation;
use crate::translate::{self, Answer, ResponseTranslator};
use serde_json::{Value, json};

fn request(members: Value) -> Request {
    let mut body = json!({"model": "m"});
    body.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    Request::parse(Operation::Embeddings, body.to_string().into_bytes()).unwrap()
}

fn texts(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("\u{e9}\"{number}")).collect()
}

/// What the pieces hold, as the provider is sent them.
fn sent(pieces: &[Request], target: &Target) -> Vec<Value> {
    let write = |piece| translate::any(piece, target, &target.credential, 1, "n").unwrap().body;
    pieces.iter().map(|piece| serde_json::from_slice(&write(piece)).unwrap()).collect()
}

#[test]
fn what_is_too_much_is_split_in_order_and_each_piece_has_all_else() {
    let target = fixture::target("cohere", "embed-v4.0", None);
    let asked = request(json!({"input": texts(200), "dimensions": 256}));
    let pieces = split(&asked, &target).unwrap().unwrap();
    let sent = sent(&pieces, &target);
    let sizes: Vec<usize> =
        sent.iter().map(|body| body["texts"].as_array().unwrap().len()).collect();
    assert_eq!(sizes, [96, 96, 8]);
    let all: Vec<Value> =
        sent.iter().flat_map(|body| body["texts"].as_array().unwrap().clone()).collect();
    assert_eq!(json!(all), json!(texts(200)));
    assert!(sent.iter().all(|body| body["output_dimension"] == 256));
}

#[test]
fn what_fits_is_not_split() {
    for (provider, model, count) in [
        ("cohere", "embed-v4.0", 96),
        ("openai", "text-embedding-3-small", 2_000),
        ("ollama", "m", 500),
    ] {
        let target = fixture::target(provider, model, None);
        assert!(split(&request(json!({"input": texts(count)})), &target).unwrap().is_none());
    }
    let target = fixture::target("bedrock", "amazon.titan-embed-text-v1", None);
    assert!(split(&request(json!({"input": "one"})), &target).unwrap().is_none());
}

#[test]
fn there_are_no_more_pieces_than_inputs() {
    let target = fixture::target("bedrock", "amazon.titan-embed-text-v1", None);
    let pieces = split(&request(json!({"input": texts(MAX_INPUTS)})), &target).unwrap().unwrap();
    assert_eq!(pieces.len(), MAX_INPUTS);
    let error = split(&request(json!({"input": texts(MAX_INPUTS + 1)})), &target).unwrap_err();
    assert_eq!((error.status, error.param.as_deref()), (400, Some("input")));
    assert!(error.message.contains("more than 2048"), "{}", error.message);
}

/// A piece's answer, translated.
fn answered(piece: &Request, target: &Target, body: &Value) -> (Vec<u8>, Report) {
    let written = translate::any(piece, target, &target.credential, 1, "n");
    let exchange = written.unwrap().exchange;
    let side = Side::of(Operation::Embeddings, target.provider).unwrap();
    let answer = Answer { status: 200, ..Answer::default() };
    let mut translator = ResponseTranslator::new(side, exchange, answer, 1 << 20);
    translator.push(body.to_string().as_bytes());
    translator.finish();
    (translator.take(), translator.report().clone())
}

#[test]
fn answers_are_joined_in_order_whatever_the_order_they_come_in() {
    let target = fixture::target("bedrock", "amazon.titan-embed-text-v2:0", None);
    let pieces = split(&request(json!({"input": texts(3)})), &target).unwrap().unwrap();
    let mut joiner = Joiner::new(pieces.len(), 1 << 20);
    for number in [2, 0, 1] {
        assert!(!joiner.is_whole());
        let body = json!({"embedding": [number], "inputTextTokenCount": 10 + number});
        let (list, report) = answered(&pieces[number], &target, &body);
        joiner.put(number, list.clone(), report.clone()).unwrap();
        joiner.put(number, b"again".to_vec(), report).unwrap();
    }
    assert!(joiner.is_whole());
    let (list, report) = joiner.finish().unwrap();
    let list: Value = serde_json::from_slice(&list).unwrap();
    let item = |index| json!({"object": "embedding", "index": index, "embedding": [index]});
    assert_eq!(list["data"], json!([item(0), item(1), item(2)]));
    assert_eq!(list["usage"], json!({"prompt_tokens": 33, "total_tokens": 33}));
    assert_eq!(list["model"], "amazon.titan-embed-text-v2:0");
    assert_eq!(report.usage.unwrap().prompt_tokens, 33);
    assert!(!report.estimated);
}

#[test]
fn a_guess_in_one_piece_makes_the_whole_a_guess() {
    let list = br#"{"data":[{"index":0,"embedding":[1]}],"usage":{}}"#;
    let mut joiner = Joiner::new(2, 1 << 20);
    joiner.put(0, list.to_vec(), Report::default()).unwrap();
    joiner.put(1, list.to_vec(), Report { estimated: true, ..Report::default() }).unwrap();
    assert!(joiner.finish().unwrap().1.estimated);
}

#[test]
fn a_missing_or_broken_piece_is_a_bad_gateway_and_so_is_too_much() {
    let report = Report::default;
    assert_eq!(Joiner::new(1, 9).finish().unwrap_err().status, 502);
    assert_eq!(Joiner::new(0, 9).finish().unwrap_err().status, 502);
    let mut joiner = Joiner::new(2, 9);
    assert_eq!(joiner.put(0, vec![b' '; 10], report()).unwrap_err().status, 502);
    let mut joiner = Joiner::new(1, 9);
    assert_eq!(joiner.put(0, vec![0xff], report()).unwrap_err().status, 502);
    for broken in ["{}", "[]", "{\"data\":5}", "{\"data\":[5]}", "x"] {
        let mut joiner = Joiner::new(1, 99);
        joiner.put(0, broken.into(), report()).unwrap();
        assert_eq!(joiner.finish().unwrap_err().status, 502, "{broken}");
    }
    // A piece that nobody asked for is none.
    let mut joiner = Joiner::new(1, 99);
    joiner.put(7, b"x".to_vec(), report()).unwrap();
    assert!(!joiner.is_whole());
}
