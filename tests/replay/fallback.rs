//! What leads to another group, which one, and what the client is told when none is left.

use crate::script::{
    Script, Step, answers, delta, error, error_with, event, headers, role, stream_headers, streams,
};
use crate::world::World;
use crate::{a_then_b, ask, ask_stream, entry};
use serde_json::json;

/// Failures that another provider may not share, before any content.
fn failures() -> Vec<(&'static str, Script)> {
    let mut failures: Vec<(&str, Script)> = vec![
        ("nobody there", vec![Step::Local(503, "no healthy upstream".into())]),
        ("reset before headers", vec![Step::Reset]),
        ("reset after headers", vec![stream_headers(), Step::Reset]),
        ("reset before content", vec![stream_headers(), role(), Step::Reset]),
        ("no body at all", vec![Step::Bare(200)]),
        ("an error without body", vec![Step::Bare(500)]),
        ("an empty body", vec![headers(200, &[]), Step::End]),
        ("a web page", vec![headers(200, &[]), Step::Body("<html>".into()), Step::End]),
        ("a cut document", vec![headers(200, &[]), Step::Last("{\"choices\":[".into())]),
        ("a stream cut before content", vec![stream_headers(), role(), Step::End]),
        (
            "an error event",
            vec![
                stream_headers(),
                role(),
                event(r#"{"error":{"message":"x","code":503}}"#),
                Step::End,
            ],
        ),
        (
            "an error event and more",
            vec![stream_headers(), event(r#"{"error":{"message":"x"}}"#), delta("late"), Step::End],
        ),
        ("compressed", vec![headers(200, &[("content-encoding", "gzip")]), Step::Last("x".into())]),
        ("silence", vec![Step::Wait(601_000)]),
        ("silence after headers", vec![stream_headers(), role(), Step::Wait(601_000)]),
    ];
    for status in [301, 400, 401, 403, 404, 408, 413, 422, 429, 500, 502, 503, 504, 529] {
        failures.push(("an error status", error(status, "Sorry")));
    }
    failures
}

#[test]
fn any_failure_before_content_is_another_groups_chance() {
    for (name, script) in failures() {
        for stream in [true, false] {
            let (request, good) = match stream {
                true => (ask_stream("a"), streams(&["Hel", "lo"])),
                false => (ask("a"), answers("Hello")),
            };
            let told = World::new(a_then_b()).request(&request, &[script.clone(), good]);
            let text = if stream { told.streamed() } else { told.content() };
            assert_eq!(
                (told.status, told.ended, text.as_str()),
                (Some(200), true, "Hello"),
                "{name}"
            );
            assert_eq!(told.header("x-dragoman-attempts"), Some("2"));
            assert_eq!(told.header("x-dragoman-model-group"), Some("b"));
            assert_eq!(told.header("x-litellm-attempted-fallbacks"), Some("1"));
            assert_eq!(told.count("dragoman_fallbacks_total", "dragoman_fallback_model=;.;b"), 1);
            assert_eq!(told.count("dragoman_attempts_total", ""), 2);
            assert_eq!(told.count("dragoman_requests_total", "=;.;a;.;"), 1, "as asked for");
            let usage = if stream { 2 } else { 100 };
            assert_eq!(told.count("dragoman_tokens_total", "=;.;output"), usage, "of b alone");
        }
    }
}

#[test]
fn the_last_failure_is_the_clients_when_nobody_can_answer() {
    for (name, script) in failures() {
        let scripts = [error(500, "First"), script];
        let told = World::new(a_then_b()).request(&ask_stream("a"), &scripts);
        assert!(told.status.is_some_and(|status| status >= 400), "{name}: {:?}", told.status);
        assert!(
            !told.body.contains("First") && !told.body.contains("late"),
            "{name}: {}",
            told.body
        );
        assert_eq!(told.count("dragoman_fallbacks_total", ""), 0, "{name}");
    }
}

#[test]
fn the_last_error_keeps_its_status_its_words_and_its_retry_after() {
    let last = error_with(
        429,
        &[("retry-after", "30")],
        r#"{"error":{"message":"Slow down","type":"rate_limit_error"}}"#,
    );
    let told = World::new(a_then_b()).request(&ask("a"), &[error(500, "First"), last]);
    assert_eq!((told.status, told.error().as_str()), (Some(429), "Slow down"));
    assert_eq!(told.header("retry-after"), Some("30"));
    assert_eq!(told.header("x-dragoman-attempts"), Some("2"));
    assert_eq!(told.header("x-dragoman-model-group"), Some("b"), "who said so");
}

#[test]
fn after_content_nobody_takes_over() {
    let cut = vec![stream_headers(), delta("Hel"), Step::End];
    let broken = vec![
        stream_headers(),
        delta("Hel"),
        event(r#"{"error":{"message":"x"}}"#),
        delta("late"),
        Step::Last("data: [DONE]\n\n".into()),
    ];
    for script in [cut, broken] {
        let told = World::new(a_then_b()).request(&ask_stream("a"), &[script]);
        assert_eq!(told.status, Some(200));
        assert!(told.ended && told.body.contains("Hel") && told.body.contains("\"error\""));
        assert!(!told.body.contains("[DONE]") && !told.body.contains("late"), "{}", told.body);
        assert_eq!(told.count("dragoman_estimated_usage_total", ""), 1);
        assert_eq!(told.count("dragoman_attempts_total", "status=;.;502"), 1);
    }
    let reset = vec![stream_headers(), delta("Hel"), Step::Reset];
    let told = World::new(a_then_b()).request(&ask_stream("a"), &[reset]);
    assert!(!told.ended && told.body.contains("Hel"));
    assert_eq!(told.count("dragoman_attempts_total", "status=;.;reset"), 1);
    assert_eq!(told.property("output_tokens"), Some("1"));
}

#[test]
fn a_request_that_one_format_cannot_express_goes_to_the_next_group() {
    let mut document = a_then_b();
    document["model_list"][0] = entry("a", "a", json!({"model": "anthropic/claude-sonnet-4-5"}));
    let request = ask("a").replace("\"messages\"", "\"logit_bias\":{\"1\":2},\"messages\"");
    let mut world = World::new(document);
    let told = world.request(&request, &[answers("Hello")]);
    assert_eq!((told.content().as_str(), told.header("x-dragoman-attempts")), ("Hello", Some("2")));
    assert_eq!(told.header("x-dragoman-deployment"), Some("b"));
    // Alone, its 400 is the client's.
    let told = world.request(&request, &[error(400, "Nor can I")]);
    assert_eq!((told.status, told.error().as_str()), (Some(400), "Nor can I"));
    world.most_retries = 0;
    let mut document = a_then_b();
    document["model_list"][0] = entry("a", "a", json!({"model": "anthropic/claude-sonnet-4-5"}));
    document["router_settings"] = json!({});
    let told = World::new(document).request(&request, &[]);
    assert_eq!(told.status, Some(400));
    assert!(told.error().contains("`logit_bias`"), "{}", told.error());
}

#[test]
fn a_wrong_request_is_not_tried_on_the_groups_other_deployments() {
    let mut document = a_then_b();
    document["model_list"].as_array_mut().unwrap().push(entry("a", "a2", json!({})));
    document["router_settings"]["num_retries"] = json!(3);
    let told = World::new(document).request(&ask("a"), &[error(422, "Wrong"), answers("Hello")]);
    assert_eq!(told.header("x-dragoman-deployment"), Some("b"));
}

#[test]
fn a_wrong_key_or_model_is_not_tried_twice() {
    let mut document = a_then_b();
    document["router_settings"]["num_retries"] = json!(3);
    let told = World::new(document).request(&ask("a"), &[error(401, "No"), answers("Hello")]);
    assert_eq!(told.header("x-dragoman-deployment"), Some("b"));
}

#[test]
fn long_prompts_and_refused_content_have_lists_of_their_own() {
    let mut document = a_then_b();
    for id in ["long", "lenient"] {
        document["model_list"].as_array_mut().unwrap().push(entry(id, id, json!({})));
    }
    document["router_settings"]["context_window_fallbacks"] = json!([{"a": ["long"]}]);
    document["router_settings"]["content_policy_fallbacks"] = json!([{"a": ["lenient"]}]);
    let coded = |code: &str| {
        let body = json!({"error": {"message": "No", "code": code}}).to_string();
        error_with(400, &[], &body)
    };
    let mut world = World::new(document);
    for (code, served) in
        [("context_length_exceeded", "long"), ("content_filter", "lenient"), ("other", "b")]
    {
        let told = world.request(&ask("a"), &[coded(code), answers("Hello")]);
        assert_eq!(told.header("x-dragoman-model-group"), Some(served));
    }
    // The special list may be used up as well.
    let long = "context_length_exceeded";
    let told = world.request(&ask("a"), &[coded(long), coded(long)]);
    assert_eq!(told.status, Some(400));
}

#[test]
fn default_fallbacks_serve_groups_without_a_list() {
    let mut document = a_then_b();
    document["router_settings"] = json!({"num_retries": 0, "default_fallbacks": ["b"]});
    let mut world = World::new(document);
    let told = world.request(&ask("a"), &[error(500, "x"), answers("Hello")]);
    assert_eq!(told.header("x-dragoman-model-group"), Some("b"));
    let told = world.request(&ask("b"), &[error(500, "x")]);
    assert_eq!(told.status, Some(500));
}

#[test]
fn a_router_that_gives_up_early_passes_the_error_on() {
    let mut world = World::new(a_then_b());
    world.most_retries = 0;
    let told = world.request(&ask("a"), &[error(500, "Sorry")]);
    assert_eq!((told.status, told.error().as_str()), (Some(500), "Sorry"));
    assert_eq!(world.request(&ask("a"), &[vec![Step::Reset]]).status, Some(503));
}

#[test]
fn no_request_takes_more_attempts_than_the_limit() {
    let mut document = a_then_b();
    document["router_settings"]["num_retries"] = json!(10);
    document["dragoman"] = json!({"limits": {"max_attempts": 3}});
    let failing = vec![error(500, "x"); 3];
    assert_eq!(World::new(document).request(&ask("a"), &failing).status, Some(500));
}
