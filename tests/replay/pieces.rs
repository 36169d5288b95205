//! Requests for more vectors than a provider makes at a time.

use crate::entry;
use crate::script::{Script, Step, headers};
use crate::told::{Asked, Told};
use crate::world::{Grant, World};
use serde_json::{Value, json};

/// A request's way through the filters.
type Way = fn(&mut World, &str, &[Script]) -> Told;
const WAYS: [Way; 2] = [World::request, World::solo];

/// `a` is Cohere's, which takes 96 texts at a time, and falls back to `b` of OpenAI's.
fn a_then_b() -> Value {
    json!({
        "model_list": [
            entry("a", "a", json!({"model": "cohere/embed-v4.0", "api_key": "key-of-a"})),
            entry("b", "b", json!({"model": "openai/text-embedding-3-small"})),
        ],
        "router_settings": {"num_retries": 0, "fallbacks": [{"a": ["b"]}]},
    })
}

/// The same without a fallback: a single attempt, in the gateway's own filter.
fn only_a() -> Value {
    let mut document = a_then_b();
    document["router_settings"] = json!({"num_retries": 0});
    document
}

fn world(document: Value, replies: impl IntoIterator<Item = Grant>) -> World {
    let mut world = World::new(document);
    world.path = "/v1/embeddings";
    world.replies.extend(replies);
    world
}

/// Texts that tell their number.
fn embed(count: usize) -> String {
    let texts: Vec<String> = (0..count).map(|number| number.to_string()).collect();
    json!({"model": "a", "input": texts}).to_string()
}

/// Cohere's vectors of these texts, which tell their number again.
fn vectors(after_ms: u64, numbers: std::ops::Range<usize>) -> Grant {
    let tokens = numbers.len();
    let vectors: Vec<Value> = numbers.map(|number| json!([number])).collect();
    let body = json!({"embeddings": {"float": vectors},
        "meta": {"billed_units": {"input_tokens": tokens}}});
    (after_ms, Some(200), body.to_string())
}

/// The answers to 200 texts.
fn three() -> [Grant; 3] {
    [vectors(50, 0..96), vectors(0, 96..192), vectors(25, 192..200)]
}

/// What one of OpenAI's answers.
fn rescues(count: usize) -> Script {
    let data: Vec<Value> = (0..count)
        .map(|index| json!({"object": "embedding", "index": index, "embedding": [index]}))
        .collect();
    let list = json!({"object": "list", "model": "m", "data": data,
        "usage": {"prompt_tokens": 3, "total_tokens": 3}});
    vec![headers(200, &[]), Step::Last(list.to_string())]
}

fn numbers(told: &Told) -> Vec<Value> {
    let body: Value = serde_json::from_str(&told.body).unwrap();
    let data = body["data"].as_array().unwrap();
    for (index, item) in data.iter().enumerate() {
        assert_eq!(item["index"], json!(index));
    }
    data.iter().map(|item| item["embedding"][0].clone()).collect()
}

fn sizes(called: &[Asked]) -> Vec<usize> {
    called.iter().map(|call| call.body["texts"].as_array().unwrap().len()).collect()
}

#[test]
fn what_is_too_much_becomes_calls_and_their_answers_one() {
    for document in [only_a(), a_then_b()] {
        for request in WAYS {
            let told = request(&mut world(document.clone(), three()), &embed(200), &[]);
            assert_eq!(told.status, Some(200), "{}", told.body);
            assert_eq!(json!(numbers(&told)), json!((0..200).collect::<Vec<usize>>()));
            assert_eq!(sizes(&told.called), [96, 96, 8]);
            let call = &told.called[0];
            for header in [(":path", "/v2/embed"), ("authorization", "Bearer key-of-a")] {
                assert!(call.headers.contains(&(header.0.into(), header.1.into())), "{header:?}");
            }
            assert_eq!(told.header("content-type"), Some("application/json"));
            assert_eq!(told.header("x-dragoman-deployment"), Some("a"));
            // That of the last one to come.
            assert_eq!(told.header("x-dragoman-provider-request-id"), Some("call-0"));
            assert_eq!(told.header("set-cookie"), None);
            assert_eq!(told.property("input_tokens"), Some("200"));
            assert_eq!(told.property("usage"), Some("exact"));
            assert_eq!(told.count("dragoman_attempts_total", "status=;.;200"), 1);
            assert_eq!(told.count("dragoman_tokens_total", ";.;input"), 200);
        }
    }
}

#[test]
fn a_piece_that_fails_is_an_attempt_that_failed() {
    let quoting = (0, Some(401), json!({"message": "invalid token key-of-a"}).to_string());
    let failures: [Grant; 6] = [
        quoting,
        (0, None, String::new()),
        (0, Some(500), "Sorry".to_owned()),
        (0, Some(429), "Later".to_owned()),
        (0, Some(200), "<html>".to_owned()),
        vectors(0, 0..95),
    ];
    for failure in failures {
        for position in 0..3 {
            let replies = || {
                let mut replies = three();
                replies[position] = failure.clone();
                replies
            };
            let told = world(a_then_b(), replies()).request(&embed(200), &[rescues(200)]);
            assert_eq!(told.status, Some(200), "{failure:?}: {}", told.body);
            assert_eq!(told.header("x-dragoman-deployment"), Some("b"));
            assert_eq!(told.asked[0].body["input"].as_array().unwrap().len(), 200);
            let alone = world(only_a(), replies()).request(&embed(200), &[]);
            let status = failure.1.filter(|status| *status != 200).unwrap_or(502);
            assert_eq!(alone.status, Some(status));
            assert!(!alone.body.contains("key-of-a"), "{}", alone.body);
            assert_eq!(alone.count("dragoman_attempts_total", ""), 1);
        }
    }
}

#[test]
fn few_are_under_way_at_once() {
    let mut document = only_a();
    document["model_list"][0]["litellm_params"]["model"] =
        json!("bedrock/amazon.titan-embed-text-v2:0");
    let reply = |number: u64| {
        let body = json!({"embedding": [number], "inputTextTokenCount": 1}).to_string();
        (100 - number, Some(200), body)
    };
    let told = world(document, (0..20).map(reply)).request(&embed(20), &[]);
    assert_eq!(json!(numbers(&told)), json!((0..20).collect::<Vec<usize>>()), "{}", told.body);
    let at_first = told.called.iter().filter(|call| call.at == 0).count();
    assert_eq!((at_first, told.called.len()), (8, 20));
}

#[test]
fn nothing_more_is_called_for_a_client_that_is_gone() {
    let mut world = world(only_a(), (0..8).map(|n| vectors(100, n * 96..(n + 1) * 96)));
    world.client_goes_at = Some(50);
    let told = world.request(&embed(2_000), &[]);
    assert_eq!((told.status, told.called.len()), (None, 8));
    assert_eq!(told.count("dragoman_attempts_total", "cancelled"), 1);
}

#[test]
fn a_provider_that_does_not_answer_in_time_is_given_up() {
    let mut document = a_then_b();
    document["model_list"][0]["litellm_params"]["timeout"] = json!(1);
    let never = |_| (60_000, None, String::new());
    let told = world(document, (0..3).map(never)).request(&embed(200), &[rescues(200)]);
    assert_eq!((told.status, told.asked[0].at), (Some(200), 1_000));
    assert_eq!(told.count("dragoman_attempts_total", "status=;.;504"), 1);
}

#[test]
fn a_retry_waits_for_its_pause_before_it_calls() {
    let mut document = only_a();
    document["router_settings"] = json!({"num_retries": 1});
    let sorry = |_| (0, Some(500), "Sorry".to_owned());
    let replies: Vec<Grant> = (0..3).map(sorry).chain(three()).collect();
    let told = world(document, replies).request(&embed(200), &[]);
    assert_eq!((told.status, told.called.len()), (Some(200), 6), "{}", told.body);
    assert!(told.called[3].at >= 100, "{}", told.called[3].at);
}

#[test]
fn an_answer_beyond_the_limit_is_a_failure_although_no_piece_is() {
    let mut document = a_then_b();
    document["dragoman"] = json!({"limits": {"max_response_body_bytes": 8_000}});
    let told = world(document, three()).request(&embed(200), &[rescues(1)]);
    assert_eq!(told.header("x-dragoman-deployment"), Some("b"), "{}", told.body);
}

#[test]
fn what_a_provider_cannot_take_calls_nobody() {
    let body = json!({"model": "a", "input": vec![json!([1, 2]); 200]}).to_string();
    let told = world(only_a(), []).request(&body, &[]);
    assert_eq!(told.status, Some(400));
    assert!(told.error().contains("input[0]"), "{}", told.error());
}
