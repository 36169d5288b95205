//! Deployments that failed are left alone for a while.

use crate::script::{First, Script, Step, answers, delta, error, error_with, stream_headers};
use crate::world::World;
use crate::{a_then_b, ask, ask_stream, only_a};
use serde_json::json;

/// Fails `times` times in `world`, rescued by `b`.
fn fail(world: &mut World, times: usize, script: &Script) {
    for _ in 0..times {
        let told = world.request(&ask("a"), &[script.clone(), answers("b")]);
        assert_eq!(told.header("x-dragoman-deployment"), Some("b"));
    }
}

/// The deployments that are asked when the first of them answers.
#[track_caller]
fn assert_asks(world: &mut World, id: &str) {
    let told = world.request(&ask("a"), &[answers("Hello")]);
    assert_eq!(told.header("x-dragoman-deployment"), Some(id));
}

#[test]
fn a_deployment_rests_after_its_allowed_failures() {
    let mut world = World::new(a_then_b());
    fail(&mut world, 3, &error(500, "x"));
    assert_asks(&mut world, "a");
    let told = world.request(&ask("a"), &[error(500, "x"), answers("b")]);
    assert_eq!(told.count("dragoman_cooldowns_total", "=;.;a"), 1);
    assert_eq!(told.warnings.len(), 1, "the operator is told: {:?}", told.warnings);
    assert_asks(&mut world, "b");
    world.now += 5_000;
    assert_asks(&mut world, "a");
}

#[test]
fn settings_decide_how_many_failures_and_how_long() {
    let mut document = a_then_b();
    document["router_settings"]["allowed_fails"] = json!(0);
    document["router_settings"]["cooldown_time"] = json!(30);
    let mut world = World::new(document.clone());
    fail(&mut world, 1, &vec![Step::Reset]);
    assert_asks(&mut world, "b");
    world.now += 29_000;
    assert_asks(&mut world, "b");
    world.now += 1_000;
    assert_asks(&mut world, "a");
    document["router_settings"]["disable_cooldowns"] = json!(true);
    let mut world = World::new(document);
    fail(&mut world, 10, &error(500, "x"));
    assert_asks(&mut world, "a");
}

#[test]
fn a_rate_limited_deployment_rests_at_once_and_as_long_as_it_says() {
    let limited = error_with(429, &[("retry-after", "20")], "{}");
    let mut world = World::new(a_then_b());
    fail(&mut world, 1, &limited);
    world.now += 19_900;
    assert_asks(&mut world, "b");
    world.now += 100;
    assert_asks(&mut world, "a");
}

#[test]
fn a_wrong_key_or_model_rests_at_once() {
    for status in [401, 403, 404] {
        let mut world = World::new(a_then_b());
        fail(&mut world, 1, &error(status, "No"));
        assert_asks(&mut world, "b");
    }
}

#[test]
fn a_wrong_request_says_nothing_about_the_deployment() {
    let mut world = World::new(a_then_b());
    fail(&mut world, 10, &error(400, "Wrong"));
    assert_asks(&mut world, "a");
}

#[test]
fn a_client_that_goes_away_says_nothing_about_the_deployment() {
    let mut world = World::new(a_then_b());
    for _ in 0..10 {
        let waiting = vec![Step::ClientGone(First::Gateway)];
        let reading = vec![stream_headers(), delta("x"), Step::ClientGone(First::Gateway)];
        for script in [waiting, reading] {
            let told = world.request(&ask_stream("a"), &[script]);
            assert_eq!(told.header("x-dragoman-deployment").unwrap_or("a"), "a");
            assert_eq!(told.count("dragoman_cooldowns_total", ""), 0);
        }
    }
    assert_asks(&mut world, "a");
}

#[test]
fn a_stream_that_breaks_counts_like_any_failure() {
    let mut world = World::new(a_then_b());
    for end in [Step::End, Step::Reset, Step::End, Step::Reset] {
        world.request(&ask_stream("a"), &[vec![stream_headers(), delta("x"), end]]);
    }
    assert_asks(&mut world, "b");
}

#[test]
fn when_all_rest_the_best_is_asked_after_all() {
    let mut world = World::new(only_a(json!({"num_retries": 0, "allowed_fails": 0})));
    let told = world.request(&ask("a"), &[error(500, "x")]);
    assert_eq!(told.count("dragoman_cooldowns_total", ""), 1);
    assert_asks(&mut world, "a");
    let told = world.request(&ask("a"), &[error(500, "x")]);
    assert_eq!(told.count("dragoman_cooldowns_total", ""), 0, "it rests already");
}
