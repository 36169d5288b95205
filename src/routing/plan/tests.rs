use super::*;
use crate::operation::Operation;
use crate::routing::fixture::{config, entry, random};
use crate::routing::health::{self, CooldownRule, Verdict};
use crate::routing::store::MemoryStore;
use serde_json::{Value, json};

const NOW: u64 = 1_000_000;

/// Groups `a` (deployments `a1`, `a2` in this order), `b`, `c` and `w/*`, with these settings of the
/// router.
fn groups(router: Value) -> Config {
    config(&json!({
        "model_list": [
            entry("a", "a1", json!({"order": 1})),
            entry("a", "a2", json!({"order": 2})),
            entry("b", "b", json!({})),
            entry("c", "c", json!({})),
            entry("w/*", "w", json!({"model": "openai/*"})),
        ],
        "router_settings": router,
    }))
}

fn plan(config: &Config, store: &MemoryStore, model: &str) -> Option<Plan> {
    plan_at(NOW, config, store, model)
}

fn plan_at(now_ms: u64, config: &Config, store: &MemoryStore, model: &str) -> Option<Plan> {
    let (load, mut random) = (Load::default(), random(1));
    Planner { config, store, load: &load, vm: 1, now_ms, random: &mut random }
        .plan(model, Operation::Chat)
}

/// The ids of the deployments that are left, in their order.
fn rest(config: &Config, plan: &Plan) -> Vec<String> {
    plan.rest.iter().map(|attempt| config.deployments[attempt.deployment].id.clone()).collect()
}

#[track_caller]
fn assert_plan(config: &Config, model: &str, expected: &[&str]) {
    let plan = plan(config, &MemoryStore::default(), model).unwrap();
    assert_eq!(rest(config, &plan), expected);
}

fn cool(store: &MemoryStore, id: &str) {
    let rule = CooldownRule { cooldown_ms: 5_000, allowed_fails: 0, disabled: false };
    health::attempt_ended(store, id, NOW, Verdict::Failed, rule);
}

#[test]
fn each_deployment_is_tried_once_before_any_twice() {
    assert_plan(&groups(json!({"num_retries": 4})), "a", &["a1", "a2", "a1", "a2", "a1"]);
    assert_plan(&groups(json!({"num_retries": 0})), "a", &["a1"]);
}

#[test]
fn only_a_repeated_deployment_is_waited_for_and_longer_each_time() {
    let config = groups(json!({"num_retries": 15}));
    let plan = plan(&config, &MemoryStore::default(), "a").unwrap();
    let least: Vec<u64> = plan.rest.iter().map(|attempt| attempt.backoff_ms(0)).collect();
    assert_eq!(least[..8], [0, 0, 125, 125, 250, 250, 500, 500]);
    assert_eq!(least[14], 4_000, "half of the longest pause");
    for attempt in &plan.rest {
        assert!(attempt.backoff_ms(u64::MAX) <= MAX_BACKOFF_MS);
    }
}

#[test]
fn fallback_groups_follow_in_their_order() {
    let config = groups(json!({"num_retries": 0, "fallbacks": [{"a": ["c", "b"]}]}));
    assert_plan(&config, "a", &["a1", "c", "b"]);
    assert_plan(&config, "b", &["b"]);
}

#[test]
fn default_fallbacks_are_for_groups_without_a_list_and_not_for_themselves() {
    let config = groups(
        json!({"num_retries": 0, "fallbacks": [{"a": ["c"]}], "default_fallbacks": ["b", "c"]}),
    );
    assert_plan(&config, "a", &["a1", "c"]);
    assert_plan(&config, "b", &["b", "c"]);
    assert_plan(&config, "w/x", &["w", "b", "c"]);
}

#[test]
fn a_list_may_name_a_wildcard_group_a_model_of_it_or_an_alias() {
    let config = groups(json!({
        "num_retries": 0,
        "model_group_alias": {"alias": "a"},
        "fallbacks": [{"w/*": ["b"]}, {"w/special": ["w/plain", "c"]}, {"alias": ["b"]}],
    }));
    assert_plan(&config, "w/x", &["w", "b"]);
    assert_plan(&config, "w/special", &["w", "w", "c"]);
    assert_plan(&config, "alias", &["a1", "b"]);
    assert_plan(&config, "a", &["a1"]);
}

#[test]
fn what_a_wildcard_stood_for_goes_with_the_attempt() {
    let config = groups(json!({"num_retries": 0}));
    let mut plan = plan(&config, &MemoryStore::default(), "w/some/model").unwrap();
    let attempt = plan.advance().unwrap();
    assert_eq!((&*attempt.group, attempt.wildcard.as_deref()), ("w/*", Some("some/model")));
}

#[test]
fn an_unknown_model_has_no_plan() {
    assert!(plan(&groups(json!({})), &MemoryStore::default(), "gpt-9").is_none());
}

#[test]
fn resting_deployments_are_left_out_while_another_can_answer() {
    let config = groups(json!({"num_retries": 2, "fallbacks": [{"a": ["b"]}]}));
    let store = MemoryStore::default();
    let planned = |store: &MemoryStore| rest(&config, &plan(&config, store, "a").unwrap());
    cool(&store, "a1");
    assert_eq!(planned(&store), ["a2", "a2", "a2", "b", "b", "b"]);
    cool(&store, "a2");
    assert_eq!(planned(&store), ["b", "b", "b"]);
    cool(&store, "b");
    assert_eq!(planned(&store), ["a1", "a2", "a1", "b", "b", "b"], "better any than none");
}

#[test]
fn a_cooldown_ends_by_itself() {
    let config = groups(json!({"num_retries": 0, "fallbacks": [{"a": ["b"]}]}));
    let store = MemoryStore::default();
    cool(&store, "b");
    let plan = plan_at(NOW + 5_000, &config, &store, "b").unwrap();
    assert_eq!(rest(&config, &plan), ["b"]);
}

/// Plans `a` with fallback `b`, context window fallback `c` and content policy fallback `w/x`, lets
/// the first attempt fail, and tells what is left.
fn after(failure: Failure, retry_after_ms: Option<u64>) -> Vec<String> {
    let config = groups(json!({
        "num_retries": 2,
        "fallbacks": [{"a": ["b"]}],
        "context_window_fallbacks": [{"a": ["c"]}],
        "content_policy_fallbacks": [{"*": ["w/x"]}],
    }));
    let mut plan = plan(&config, &MemoryStore::default(), "a").unwrap();
    plan.advance().unwrap();
    plan.failed(failure, retry_after_ms);
    let left = rest(&config, &plan);
    assert_eq!(plan.has_next(), !left.is_empty());
    left
}

#[test]
fn a_failure_strikes_what_cannot_help() {
    let b = ["b", "b", "b"];
    assert_eq!(after(Failure::Deployment, None), ["a2", "a1", "b", "b", "b"]);
    assert_eq!(after(Failure::Deployment, Some(8_000)), ["a2", "a1", "b", "b", "b"]);
    assert_eq!(after(Failure::Deployment, Some(8_001)), ["a2", "b", "b", "b"]);
    assert_eq!(after(Failure::Unfit, None), ["a2", "b", "b", "b"]);
    assert_eq!(after(Failure::Request, None), b);
    assert_eq!(after(Failure::ContextWindow, None), ["c", "c", "c"]);
    assert_eq!(after(Failure::ContentPolicy, None), ["w", "w", "w"]);
}

#[test]
fn a_special_list_is_used_once_and_general_fallbacks_serve_where_there_is_none() {
    let config = groups(json!({
        "num_retries": 0,
        "fallbacks": [{"a": ["b"]}],
        "context_window_fallbacks": [{"a": ["b", "c"]}],
    }));
    let mut first = plan(&config, &MemoryStore::default(), "a").unwrap();
    first.advance().unwrap();
    first.failed(Failure::ContextWindow, None);
    first.advance().unwrap();
    first.failed(Failure::ContextWindow, None);
    assert_eq!(rest(&config, &first), ["c"]);
    let mut second = plan(&config, &MemoryStore::default(), "a").unwrap();
    second.advance().unwrap();
    second.failed(Failure::ContentPolicy, None);
    assert_eq!(rest(&config, &second), ["b"]);
}

#[test]
fn the_wait_that_a_deployment_asked_for_is_its_own() {
    let config = groups(json!({"num_retries": 3}));
    let mut plan = plan(&config, &MemoryStore::default(), "a").unwrap();
    plan.advance().unwrap();
    plan.failed(Failure::Deployment, Some(3_000));
    assert_eq!(plan.advance().unwrap().backoff_ms(0), 0);
    plan.failed(Failure::Deployment, None);
    assert_eq!(plan.advance().unwrap().backoff_ms(0), 3_000, "a1 again");
    assert_eq!(plan.advance().unwrap().backoff_ms(0), 125, "a2 again");
}

#[test]
fn no_request_takes_more_attempts_than_the_limit() {
    let mut config = groups(json!({"num_retries": 3, "fallbacks": [{"a": ["b", "c"]}]}));
    config.limits.max_attempts = 6;
    config.routing.num_retries = u32::MAX;
    let mut plan = plan(&config, &MemoryStore::default(), "a").unwrap();
    assert_eq!(plan.max_attempts(), 6);
    for started in 1..=6 {
        assert!(plan.advance().is_some(), "{started}");
        assert_eq!(plan.has_next(), started < 6);
    }
    assert!(plan.advance().is_none());
}

#[test]
fn the_router_is_allowed_as_many_attempts_as_any_failures_can_lead_to() {
    let config = groups(json!({
        "num_retries": 1,
        "fallbacks": [{"a": ["b"]}],
        "context_window_fallbacks": [{"a": ["c"]}],
    }));
    let plan = plan(&config, &MemoryStore::default(), "a").unwrap();
    assert_eq!(plan.max_attempts(), 6);
}
