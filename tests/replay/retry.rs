//! `num_retries`: the same group again, after a pause.

use crate::script::{First, Script, Step, answers, error, error_with};
use crate::world::World;
use crate::{ask, entry, only_a};
use serde_json::json;

fn limited(retry_after: &str) -> Script {
    error_with(429, &[("retry-after", retry_after)], r#"{"error":{"message":"Slow down"}}"#)
}

#[test]
fn one_deployment_is_tried_again_after_growing_pauses() {
    let mut scripts = vec![error(500, "x"); 3];
    scripts.push(answers("Hello"));
    let told = World::new(only_a(json!({"num_retries": 3}))).request(&ask("a"), &scripts);
    assert_eq!((told.content().as_str(), told.header("x-dragoman-attempts")), ("Hello", Some("4")));
    let times = told.times();
    let pauses: Vec<u64> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
    for (pause, full) in pauses.iter().zip([250, 500, 1_000]) {
        assert!((full / 2..=full + 25).contains(pause), "{pauses:?}");
    }
    assert_eq!(told.header("x-litellm-attempted-fallbacks"), Some("0"));
}

#[test]
fn another_deployment_is_tried_at_once() {
    let mut document = only_a(json!({"num_retries": 1}));
    document["model_list"] =
        json!([entry("a", "a1", json!({"order": 1})), entry("a", "a2", json!({"order": 2}))]);
    let told = World::new(document).request(&ask("a"), &[error(500, "x"), answers("Hello")]);
    assert_eq!(told.times(), [0, 0]);
    assert_eq!(told.header("x-dragoman-deployment"), Some("a2"));
}

#[test]
fn a_short_retry_after_is_waited_for() {
    let world = &mut World::new(only_a(json!({"num_retries": 1})));
    let told = world.request(&ask("a"), &[limited("2"), answers("Hello")]);
    assert_eq!(told.content(), "Hello");
    assert!((2_000..2_050).contains(&told.times()[1]), "{:?}", told.times());
}

#[test]
fn a_long_retry_after_is_the_clients_to_wait_for() {
    let told = World::new(only_a(json!({"num_retries": 3}))).request(&ask("a"), &[limited("60")]);
    assert_eq!((told.status, told.header("retry-after")), (Some(429), Some("60")));
}

#[test]
fn retries_that_are_used_up_end_in_the_last_error() {
    let scripts = [error(500, "First"), error(503, "Last")];
    let told = World::new(only_a(json!({"num_retries": 1}))).request(&ask("a"), &scripts);
    assert_eq!((told.status, told.error().as_str()), (Some(503), "Last"));
}

#[test]
fn a_pause_takes_nothing_from_the_deadline() {
    let settings = json!({"num_retries": 1, "timeout": 0.5});
    let scripts =
        [limited("3"), vec![Step::Wait(400)].into_iter().chain(answers("Hello")).collect()];
    let told = World::new(only_a(settings)).request(&ask("a"), &scripts);
    assert_eq!(told.content(), "Hello");
}

#[test]
fn a_client_that_goes_away_between_attempts_leaves_nothing_behind() {
    for first in [First::Gateway, First::Adapter] {
        let scripts = [error(500, "x"), vec![Step::ClientGone(first)]];
        let told = World::new(only_a(json!({"num_retries": 1}))).request(&ask("a"), &scripts);
        assert_eq!(told.status, None);
    }
}
