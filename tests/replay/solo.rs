//! The role solo: one filter, one attempt.

use crate::script::{
    First, Step, answers, delta, error, error_with, event, role, stream_headers, streams,
};
use crate::world::World;
use crate::{a_then_b, ask, ask_stream, entry, only_a};
use serde_json::json;

#[test]
fn an_answer_passes_with_the_headers_of_a_gateway() {
    let told = World::new(a_then_b()).solo(&ask("a"), &[answers("Hello")]);
    assert_eq!((told.status, told.ended, told.content().as_str()), (Some(200), true, "Hello"));
    assert_eq!(told.header("x-dragoman-deployment"), Some("a"));
    assert_eq!(told.header("x-dragoman-cost-usd"), Some("0.0035"));
    assert_eq!(told.header("x-dragoman-provider-request-id"), Some("req_1"));
    assert_eq!(told.property("cost_usd"), Some("0.0035"));
}

#[test]
fn a_stream_passes_as_it_comes() {
    let mut script = streams(&["Hel", "lo"]);
    script.insert(3, Step::ClientHas("{\"content\":\"Hel\"}}]}\n\n"));
    script.insert(2, Step::ClientHasNothing);
    let told = World::new(a_then_b()).solo(&ask_stream("a"), &[script]);
    assert_eq!((told.streamed().as_str(), told.ended), ("Hello", true));
    assert_eq!(told.property("output_tokens"), Some("2"));
}

#[test]
fn a_failure_is_the_clients_although_a_fallback_is_configured() {
    let limited = error_with(429, &[("retry-after", "7")], r#"{"error":{"message":"Slow down"}}"#);
    let told = World::new(a_then_b()).solo(&ask("a"), &[limited]);
    assert_eq!((told.status, told.error().as_str()), (Some(429), "Slow down"));
    assert_eq!(told.header("retry-after"), Some("7"));
    assert_eq!(told.header("x-dragoman-attempts"), Some("1"));
    let broken = vec![stream_headers(), role(), event(r#"{"error":{"message":"x"}}"#), Step::End];
    assert_eq!(World::new(a_then_b()).solo(&ask_stream("a"), &[broken]).status, Some(502));
}

#[test]
fn silence_ends_at_the_deadline() {
    for before in [vec![], vec![stream_headers(), role()]] {
        let script = before.into_iter().chain([Step::Wait(3_000)]).collect();
        let told = World::new(only_a(json!({"timeout": 2}))).solo(&ask_stream("a"), &[script]);
        assert_eq!((told.status, told.ended), (Some(504), true));
        assert_eq!(told.header("x-dragoman-deployment"), Some("a"));
    }
}

#[test]
fn what_cannot_be_written_for_one_group_is_written_for_the_next() {
    let mut document = a_then_b();
    document["model_list"][0] = entry("a", "a", json!({"model": "anthropic/claude-sonnet-4-5"}));
    let request = ask("a").replace("\"messages\"", "\"logit_bias\":{\"1\":2},\"messages\"");
    let told = World::new(document.clone()).solo(&request, &[answers("Hello")]);
    assert_eq!(told.header("x-dragoman-deployment"), Some("b"));
    document["router_settings"] = json!({});
    let told = World::new(document).solo(&request, &[]);
    assert_eq!((told.status, told.header("x-dragoman-attempts")), (Some(400), Some("1")));
    assert_eq!(told.count("dragoman_requests_total", "status=;.;400"), 1);
}

#[test]
fn a_refused_request_asks_nobody() {
    let mut world = World::new(a_then_b());
    assert_eq!(world.solo(&ask("nobody"), &[]).status, Some(404));
    assert_eq!(world.solo("", &[]).status, Some(400));
}

#[test]
fn a_deployment_that_fails_rests_for_the_next_request() {
    let mut world = World::new(a_then_b());
    world.solo(&ask("a"), &[error(401, "No")]);
    let told = world.solo(&ask("a"), &[answers("Hello")]);
    assert_eq!(told.header("x-dragoman-deployment"), Some("b"));
}

#[test]
fn a_stream_that_either_side_leaves_is_accounted_for() {
    for end in [Step::ClientGone(First::Gateway), Step::Reset] {
        let told = World::new(a_then_b())
            .solo(&ask_stream("a"), &[vec![stream_headers(), delta("a"), delta("b"), end]]);
        assert_eq!((told.status, told.ended), (Some(200), false));
        assert_eq!(told.property("output_tokens"), Some("2"));
    }
}

#[test]
fn a_provider_that_is_not_there_is_an_error_in_openais_shape() {
    let local = vec![Step::Local(503, "no healthy upstream".into())];
    let told = World::new(a_then_b()).solo(&ask("a"), &[local]);
    assert_eq!(told.status, Some(503));
    assert!(told.error().contains("no healthy upstream"), "{}", told.error());
}

#[test]
fn what_a_wildcard_stands_for_decides_the_format_of_the_answer() {
    let params = json!({"model": "vertex_ai/*", "vertex_project": "acme"});
    let document = json!({"model_list": [entry("google/*", "a", params)]});
    let message = json!({"id": "msg_1", "model": "claude-opus-4-6", "stop_reason": "end_turn",
        "content": [{"type": "text", "text": "Hello"}],
        "usage": {"input_tokens": 1, "output_tokens": 1}});
    let script = error_with(200, &[], &message.to_string());
    let told = World::new(document).solo(&ask("google/claude-opus-4-6"), &[script]);
    assert_eq!((told.status, told.content().as_str()), (Some(200), "Hello"));
}
