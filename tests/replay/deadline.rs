//! `stream_timeout` and `timeout`.

use crate::script::{Script, Step, answers, delta, event, finish, role, stream_headers, streams};
use crate::world::World;
use crate::{a_then_b, ask, ask_stream, entry};
use serde_json::{Value, json};

fn with_router(settings: Value) -> Value {
    let mut document = a_then_b();
    for (name, value) in settings.as_object().unwrap() {
        document["router_settings"][name] = value.clone();
    }
    document
}

/// What came when the first provider is silent for `ms` at most, and when the second was asked.
fn rescued(document: &Value, stream: bool, before: Script) -> u64 {
    let silent: Script = before.into_iter().chain([Step::Wait(700_000)]).collect();
    let (request, good) = match stream {
        true => (ask_stream("a"), streams(&["Hello"])),
        false => (ask("a"), answers("Hello")),
    };
    let told = World::new(document.clone()).request(&request, &[silent, good]);
    assert_eq!(told.header("x-dragoman-deployment"), Some("b"));
    assert_eq!(told.count("dragoman_attempts_total", "status=;.;504"), 1);
    told.times()[1]
}

#[test]
fn a_stream_has_until_stream_timeout_for_its_first_content() {
    let document = with_router(json!({"stream_timeout": 1.5, "timeout": 60}));
    assert_eq!(rescued(&document, true, vec![]), 1_500);
    assert_eq!(rescued(&document, true, vec![stream_headers(), role()]), 1_500);
    let keep_alive = vec![stream_headers(), Step::Wait(1_000), Step::Body(": ping\n\n".into())];
    assert_eq!(rescued(&document, true, keep_alive), 1_500, "a ping is not content");
}

#[test]
fn a_whole_answer_has_until_timeout() {
    let document = with_router(json!({"stream_timeout": 1.5, "timeout": 60}));
    assert_eq!(rescued(&document, false, vec![]), 60_000);
    let half = vec![Step::Headers(200, vec![]), Step::Wait(30_000), Step::Body("{\"id\":".into())];
    assert_eq!(rescued(&document, false, half), 60_000);
    assert_eq!(rescued(&with_router(json!({"timeout": 2})), true, vec![]), 2_000);
}

#[test]
fn a_deployments_own_timeouts_come_before_the_routers() {
    let own = |params: Value| {
        let mut document = with_router(json!({"stream_timeout": 1.5, "timeout": 60}));
        document["model_list"][0] = entry("a", "a", params);
        document
    };
    let document = own(json!({"timeout": 5}));
    assert_eq!(rescued(&document, true, vec![]), 5_000);
    assert_eq!(rescued(&document, false, vec![]), 5_000);
    let document = own(json!({"timeout": 5, "stream_timeout": 0.5}));
    assert_eq!(rescued(&document, true, vec![]), 500);
    assert_eq!(rescued(&document, false, vec![]), 5_000);
}

#[test]
fn a_running_stream_is_never_cut() {
    let script = vec![
        stream_headers(),
        delta("Hel"),
        Step::Wait(1_000_000),
        delta("lo"),
        finish(),
        event("[DONE]"),
        Step::End,
    ];
    let document = with_router(json!({"stream_timeout": 1, "timeout": 2}));
    let told = World::new(document).request(&ask_stream("a"), &[script]);
    assert_eq!((told.streamed().as_str(), told.ended), ("Hello", true));
}

#[test]
fn silence_everywhere_is_a_504_that_says_how_long_was_waited() {
    let document = with_router(json!({"timeout": 2}));
    let silent = vec![Step::Wait(3_000)];
    let mut world = World::new(document);
    let told = world.request(&ask("a"), &[silent.clone(), silent]);
    assert_eq!((told.status, told.ended), (Some(504), true));
    assert!(told.error().contains("2000 ms"), "{}", told.error());
    // Each was given its time.
    assert_eq!(told.times(), [0, 2_000]);
}
