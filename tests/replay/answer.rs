//! Answers that need no second attempt.

use crate::script::{Step, answers, delta, event, finish, headers, role, stream_headers, usage};
use crate::world::World;
use crate::{a_then_b, ask, ask_stream, entry, only_a};
use serde_json::json;

#[test]
fn an_answer_passes_with_its_cost_and_who_gave_it() {
    let told = World::new(a_then_b()).request(&ask("a"), &[answers("Hello")]);
    assert_eq!((told.status, told.ended, told.content().as_str()), (Some(200), true, "Hello"));
    for (name, value) in [
        ("content-type", "application/json"),
        ("x-dragoman-attempts", "1"),
        ("x-dragoman-model-group", "a"),
        ("x-dragoman-model", "openai/gpt-4o"),
        ("x-dragoman-deployment", "a"),
        ("x-dragoman-provider-request-id", "req_1"),
        ("x-dragoman-cost-usd", "0.0035"),
        ("x-litellm-response-cost", "0.0035"),
        ("x-litellm-model-id", "a"),
        ("x-litellm-attempted-retries", "0"),
        ("x-litellm-attempted-fallbacks", "0"),
    ] {
        assert_eq!(told.header(name), Some(value), "{name}");
    }
    assert_eq!(told.count("dragoman_tokens_total", ";.;input"), 1_000);
    assert_eq!(told.count("dragoman_attempts_total", "status=;.;200"), 1);
    assert_eq!(told.property("model"), Some("openai/gpt-4o"));
}

#[test]
fn a_provider_gets_its_own_address_key_and_model() {
    let told = World::new(a_then_b()).request(&ask("a"), &[answers("Hello")]);
    let [asked] = &told.asked[..] else { panic!("{:?}", told.asked) };
    let get = |name: &str| asked.headers.iter().find(|(known, _)| known == name).map(|(_, v)| &**v);
    assert_eq!(get(":method"), Some("POST"));
    assert_eq!(get(":authority"), Some("a.example"));
    assert_eq!(get(":path"), Some("/v1/chat/completions"));
    assert_eq!(get("authorization"), Some("Bearer sk-a-secret"));
    assert_eq!(get("accept-encoding"), Some("identity"));
    assert_eq!(asked.body["model"], "gpt-4o");
}

#[test]
fn each_token_leaves_as_soon_as_it_comes() {
    let script = vec![
        stream_headers(),
        role(),
        Step::ClientHasNothing,
        Step::Wait(100),
        delta("Hel"),
        Step::ClientHas("{\"content\":\"Hel\"}}]}\n\n"),
        delta("lo"),
        Step::ClientHas("{\"content\":\"lo\"}}]}\n\n"),
        finish(),
        usage(),
        event("[DONE]"),
        Step::Wait(50),
        Step::End,
    ];
    let told = World::new(a_then_b()).request(&ask_stream("a"), &[script]);
    assert_eq!(told.streamed(), "Hello");
    assert!(told.ended && told.body.ends_with("data: [DONE]\n\n"));
    assert!(!told.body.contains("usage"), "it was not asked for");
    assert_eq!(told.asked[0].body["stream_options"]["include_usage"], true);
    assert_eq!(told.header("content-type"), Some("text/event-stream; charset=utf-8"));
    assert_eq!(told.header("x-dragoman-cost-usd"), None, "not known yet when headers go");
    assert_eq!(told.property("cost_usd"), Some("0.00252"));
    assert_eq!(told.count("gen_ai_server_time_to_first_token_milliseconds", ""), 100);
}

#[test]
fn another_providers_format_becomes_openais() {
    let mut document = a_then_b();
    document["model_list"][0] = entry(
        "a",
        "a",
        json!({"model": "anthropic/claude-sonnet-4-5", "api_base": "https://a.example"}),
    );
    let stream = [
        r#"{"type":"message_start","message":{"id":"m","model":"claude","usage":{"input_tokens":10,"output_tokens":1}}}"#,
        r#"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#,
        r#"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hello"}}"#,
        r#"{"type":"content_block_stop","index":0}"#,
        r#"{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":2}}"#,
        r#"{"type":"message_stop"}"#,
    ];
    let mut script = vec![stream_headers()];
    script.extend(stream.map(event));
    script.push(Step::End);
    let told = World::new(document).request(&ask_stream("a"), &[script]);
    assert_eq!((told.streamed().as_str(), told.ended), ("Hello", true));
    assert_eq!(told.clusters().len(), 1);
    let asked = &told.asked[0];
    assert!(asked.headers.contains(&("x-api-key".into(), "sk-a-secret".into())));
    assert!(asked.headers.contains(&(":path".into(), "/v1/messages".into())));
    assert_eq!(told.property("input_tokens"), Some("10"));
}

#[test]
fn a_whole_answer_to_a_request_for_a_stream_is_streamed() {
    let told = World::new(a_then_b()).request(&ask_stream("a"), &[answers("Hello")]);
    assert_eq!(told.streamed(), "Hello");
    assert!(told.body.ends_with("data: [DONE]\n\n"));
    assert_eq!(told.header("content-length"), None);
}

#[test]
fn a_wildcard_group_serves_any_model_and_counts_under_its_own_name() {
    let mut document = only_a(json!({}));
    document["model_list"][0] = entry("any/*", "a", json!({"model": "openai/*"}));
    let told = World::new(document).request(&ask("any/gpt-4o"), &[answers("Hello")]);
    assert_eq!(told.asked[0].body["model"], "gpt-4o");
    assert_eq!(told.header("x-dragoman-model"), Some("openai/gpt-4o"));
    assert_eq!(told.header("x-dragoman-model-group"), Some("any/*"));
    assert_eq!(told.count("dragoman_requests_total", "=;.;any/*;.;"), 1);
}

#[test]
fn what_was_left_out_is_said() {
    let mut document = only_a(json!({}));
    document["model_list"][0] = entry("a", "a", json!({"additional_drop_params": ["seed"]}));
    let request = ask("a").replace("\"messages\"", "\"seed\":1,\"messages\"");
    let told = World::new(document).request(&request, &[answers("Hello")]);
    assert_eq!(told.asked[0].body.get("seed"), None);
    assert_eq!(told.header("x-dragoman-dropped-params"), Some("seed"));
}

#[test]
fn a_refused_request_asks_nobody() {
    let mut world = World::new(a_then_b());
    let told = world.request(&ask("nobody"), &[]);
    assert_eq!(told.status, Some(404));
    assert!(told.error().contains("a, b"), "{}", told.error());
    assert_eq!(world.request("{", &[]).status, Some(400));
}

#[test]
fn rate_limits_of_the_provider_are_shown_and_its_cookies_are_not() {
    let mut script = answers("Hello");
    script[0] = headers(
        200,
        &[("x-ratelimit-remaining-tokens", "7"), ("set-cookie", "a=b"), ("server", "x")],
    );
    let told = World::new(a_then_b()).request(&ask("a"), &[script]);
    assert_eq!(told.header("x-ratelimit-remaining-tokens"), Some("7"));
    assert_eq!((told.header("set-cookie"), told.header("server")), (None, None));
}

#[test]
fn a_provider_cannot_speak_in_headers_that_are_dragomans_own() {
    let names = [
        "x-dragoman-retry",
        "x-dragoman-session",
        "x-dragoman-cluster",
        "x-dragoman-model-group",
        "x-dragoman-provider-request-id",
        "x-dragoman-new",
        "x-litellm-model-id",
        "x-litellm-response-cost",
        "x-envoy-ratelimited",
        "x-envoy-overloaded",
        "x-envoy-upstream-service-time",
        "retry-after-ms",
        "location",
        "www-authenticate",
        "content-encoding-of-old",
        "transfer-encoding",
    ];
    let forged: Vec<(&str, &str)> = names.iter().map(|name| (*name, "forged")).collect();
    let with = |status: u16, rest: Vec<Step>| [vec![headers(status, &forged)], rest].concat();
    let error = Step::Last(r#"{"error":{"message":"Sorry"}}"#.to_owned());
    for document in [a_then_b(), only_a(json!({"num_retries": 0}))] {
        for (request, script, status) in [
            (ask("a"), with(200, answers("Hello").split_off(1)), 200),
            (
                ask_stream("a"),
                with(200, vec![delta("Hello"), finish(), event("[DONE]"), Step::End]),
                200,
            ),
            (ask("nobody"), Vec::new(), 404),
        ] {
            let scripts = Some(script).filter(|script| !script.is_empty());
            let scripts: Vec<_> = scripts.into_iter().collect();
            let told = World::new(document.clone()).request(&request, &scripts);
            assert_eq!(told.status, Some(status));
            assert!(!format!("{:?}", told.headers).contains("forged"), "{:?}", told.headers);
        }
        // An error is the gateway's to judge: it asks the next, and nobody where there is none.
        let others = document["model_list"].as_array().unwrap().len();
        let scripts = vec![with(500, vec![error.clone()]); others];
        let told = World::new(document).request(&ask("a"), &scripts);
        assert_eq!((told.status, &*told.error()), (Some(500), "Sorry"));
        assert!(!format!("{:?}", told.headers).contains("forged"), "{:?}", told.headers);
    }
}
