//! Requests for embeddings, from the client to the provider and back.

use crate::script::{Script, Step, answers, error, headers};
use crate::world::World;
use crate::{ask, entry};
use serde_json::{Value, json};

const PATH: &str = "/v1/embeddings";

fn world(document: Value) -> World {
    let mut world = World::new(document);
    world.path = PATH;
    world
}

/// A request for the vectors of two texts.
fn embed(model: &str) -> String {
    json!({"model": model, "input": ["one", "two"]}).to_string()
}

fn list() -> String {
    json!({"object": "list", "model": "served", "data": [
        {"object": "embedding", "index": 0, "embedding": [0.5]},
        {"object": "embedding", "index": 1, "embedding": [1.5]}],
        "usage": {"prompt_tokens": 1000, "total_tokens": 1000}})
    .to_string()
}

fn gives(body: &str) -> Script {
    let json = headers(200, &[("content-type", "application/json")]);
    vec![json, Step::Body(body.to_owned()), Step::End]
}

/// Group `a` of OpenAI's with the fallback `b` of this model.
fn a_then(model: &str) -> Value {
    json!({
        "model_list": [
            entry("a", "a", json!({"model": "openai/text-embedding-3-small"})),
            entry("b", "b", json!({"model": model})),
        ],
        "router_settings": {"num_retries": 0, "fallbacks": [{"a": ["b"]}]},
    })
}

#[test]
fn vectors_pass_with_their_cost_and_who_gave_them() {
    let told = world(a_then("openai/x")).request(&embed("a"), &[gives(&list())]);
    assert_eq!((told.status, told.body.as_str()), (Some(200), list().as_str()));
    let asked = &told.asked[0];
    assert!(asked.headers.contains(&(":path".into(), "/v1/embeddings".into())));
    assert!(asked.headers.contains(&("accept".into(), "application/json".into())));
    assert_eq!(asked.body, json!({"model": "text-embedding-3-small", "input": ["one", "two"]}));
    // 1,000 tokens at 0.02 USD a million.
    assert_eq!(told.header("x-dragoman-cost-usd"), Some("0.00002"));
    assert_eq!(told.header("x-dragoman-model"), Some("openai/text-embedding-3-small"));
    assert_eq!(told.count("dragoman_tokens_total", ";.;input"), 1_000);
    assert_eq!(told.count("dragoman_tokens_total", ";.;output"), 0);
    assert_eq!(told.property("operation"), Some("embeddings"));
    for name in ["dragoman_requests_total", "dragoman_attempts_total"] {
        assert_eq!(told.count(name, "gen_ai_operation_name=;.;embeddings"), 1, "{name}");
    }
    assert_eq!(told.property("usage"), Some("exact"));
}

#[test]
fn another_providers_format_rescues_a_request() {
    let vectors = json!({"embeddings": {"float": [[0.5], [1.5]]},
        "meta": {"billed_units": {"input_tokens": 6}}});
    let failures = [
        error(500, "Sorry"),
        error(429, "Later"),
        error(400, "Wrong"),
        gives("{}"),
        gives(""),
        gives("<html>"),
        vec![Step::Reset],
        vec![Step::Wait(601_000)],
        vec![headers(200, &[]), Step::Body(list()[..30].to_owned()), Step::Reset],
    ];
    for failure in failures {
        let mut world = world(a_then("cohere/embed-v4.0"));
        let told = world.request(&embed("a"), &[failure, gives(&vectors.to_string())]);
        assert_eq!(told.status, Some(200), "{}", told.body);
        let body: Value = serde_json::from_str(&told.body).unwrap();
        assert_eq!(body["data"][1]["embedding"], json!([1.5]));
        assert_eq!(told.asked[1].body["texts"], json!(["one", "two"]));
        assert_eq!(told.header("x-dragoman-model-group"), Some("b"));
        assert_eq!(told.count("dragoman_fallbacks_total", ""), 1);
        assert_eq!(told.property("input_tokens"), Some("6"));
    }
}

#[test]
fn a_provider_without_embeddings_is_an_attempt_that_failed() {
    let mut document = a_then("openai/text-embedding-3-small");
    document["model_list"][0] = entry("a", "a", json!({"model": "anthropic/claude-sonnet-4-5"}));
    let told = world(document.clone()).request(&embed("a"), &[gives(&list())]);
    assert_eq!((told.status, told.header("x-dragoman-attempts")), (Some(200), Some("2")));
    assert_eq!(told.count("dragoman_attempts_total", "status=;.;404"), 1);
    assert_eq!(told.count("dragoman_cooldowns_total", ""), 0);
    document["router_settings"] = json!({});
    let told = world(document).request(&embed("a"), &[]);
    assert_eq!(told.status, Some(404));
    assert!(told.error().contains("embeddings"), "{}", told.error());
}

#[test]
fn a_groups_deployments_that_are_for_something_else_are_left_out() {
    let group = |mode: &str, id: &str| {
        let mut one = entry("a", id, json!({"model": "hosted_vllm/m"}));
        one["model_info"]["mode"] = json!(mode);
        one
    };
    let document = json!({
        "model_list": [group("chat", "c1"), group("chat", "c2"), group("embedding", "e")],
        "router_settings": {"num_retries": 0},
    });
    for _ in 0..8 {
        let told = world(document.clone()).request(&embed("a"), &[gives(&list())]);
        assert_eq!(told.header("x-dragoman-deployment"), Some("e"));
        let told = World::new(document.clone()).request(&ask("a"), &[answers("Hello")]);
        assert_ne!(told.header("x-dragoman-deployment"), Some("e"));
    }
}

#[test]
fn a_model_that_is_for_one_thing_refuses_the_other_in_clear_words() {
    // By `model_info.mode`, and by the price list where that says nothing.
    let mut stated = entry("a", "a", json!({"model": "openai/mine"}));
    stated["model_info"]["mode"] = json!("embedding");
    let listed = entry("a", "a", json!({"model": "openai/text-embedding-3-small"}));
    for entry in [stated, listed] {
        let told = World::new(json!({ "model_list": [entry] })).request(&ask("a"), &[]);
        assert_eq!(told.status, Some(404));
        assert!(told.error().contains("a has no chat completions"), "{}", told.error());
    }
    let listed = entry("a", "a", json!({"model": "openai/gpt-4o"}));
    let told = world(json!({ "model_list": [listed] })).request(&embed("a"), &[]);
    assert!(told.error().contains("a has no embeddings"), "{}", told.error());
}

#[test]
fn a_model_that_turns_out_to_make_no_embeddings_is_not_sent_to_rest() {
    let mut document = a_then("openai/x");
    document["model_list"][0] = entry("a", "a", json!({"model": "hosted_vllm/m"}));
    for status in [403, 404] {
        let mut world = world(document.clone());
        let told = world.request(&embed("a"), &[error(status, "No"), gives(&list())]);
        assert_eq!(told.count("dragoman_cooldowns_total", ""), 0);
        // A wrong key is wrong for everything.
        let told = world.request(&embed("a"), &[error(401, "No"), gives(&list())]);
        assert_eq!(told.count("dragoman_cooldowns_total", ""), 1);
    }
}

#[test]
fn a_guess_is_marked_as_one() {
    let vectors = json!({"embeddings": [{"values": [1]}, {"values": [2]}]}).to_string();
    let mut document = a_then("openai/x");
    document["model_list"][0] = entry("a", "a", json!({"model": "gemini/gemini-embedding-001"}));
    let told = world(document).request(&embed("a"), &[gives(&vectors)]);
    assert_eq!(told.property("usage"), Some("estimated"));
    assert_eq!(told.count("dragoman_estimated_usage_total", ""), 1);
    assert!(told.header("x-dragoman-cost-usd").is_some());
}

#[test]
fn what_a_header_counts_is_a_count() {
    let vectors = json!({"embeddings": {"float": [[1], [2]]}}).to_string();
    let mut document = a_then("openai/x");
    document["model_list"][0] = entry("a", "a", json!({"model": "bedrock/cohere.embed-v4:0"}));
    let counting = headers(200, &[("x-amzn-bedrock-input-token-count", "7")]);
    let told = world(document).request(&embed("a"), &[vec![counting, Step::Last(vectors)]]);
    assert_eq!((told.property("usage"), told.property("input_tokens")), (Some("exact"), Some("7")));
    assert!(told.body.contains("\"prompt_tokens\":7"), "{}", told.body);
}

#[test]
fn what_is_no_request_asks_nobody() {
    let mut world = world(a_then("openai/x"));
    for (body, param) in [
        (r#"{"model":"a"}"#, "`input` is missing"),
        (r#"{"model":"a","input":[]}"#, "`input` is an empty list"),
        (r#"{"input":"x"}"#, "`model` is missing"),
        ("", "`model` and `input`"),
    ] {
        let told = world.request(body, &[]);
        assert_eq!(told.status, Some(400));
        assert!(told.error().contains(param), "{}", told.error());
    }
    assert_eq!(world.request(&embed("nobody"), &[]).status, Some(404));
}

#[test]
fn an_answer_beyond_the_limit_is_a_failure() {
    let mut document = a_then("openai/x");
    document["dragoman"] = json!({"limits": {"max_response_body_bytes": 1024}});
    let long = list().replace("0.5", &"5".repeat(2_000));
    let told = world(document).request(&embed("a"), &[gives(&long), gives(&list())]);
    assert_eq!(told.header("x-dragoman-deployment"), Some("b"));
}

#[test]
fn it_works_alone_in_one_filter_too() {
    let told = world(a_then("openai/x")).solo(&embed("a"), &[gives(&list())]);
    assert_eq!((told.status, told.body.as_str()), (Some(200), list().as_str()));
}
