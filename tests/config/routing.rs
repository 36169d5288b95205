use super::*;
use dragoman::config::{Routing, Strategy};

#[test]
fn without_settings_litellms_defaults_hold() {
    assert_eq!(good(&with_sections(json!({}))).routing, Routing::default());
}

#[test]
fn router_settings_come_before_litellm_settings() {
    let config = good(&with_sections(json!({
        "router_settings": {"num_retries": 0, "timeout": 5, "routing_strategy": "least-busy",
            "cooldown_time": 60, "stream_timeout": 2, "disable_cooldowns": true},
        "litellm_settings": {"num_retries": 7, "request_timeout": 9, "allowed_fails": 1,
            "drop_params": true},
    })));
    assert_eq!(
        config.routing,
        Routing {
            strategy: Strategy::LeastBusy,
            num_retries: 0,
            timeout_ms: 5000,
            stream_timeout_ms: Some(2000),
            cooldown_ms: 60_000,
            allowed_fails: 1,
            disable_cooldowns: true,
            ..Routing::default()
        }
    );
    assert!(config.deployments[0].target.policy.drop_params);
}

#[test]
fn litellm_settings_count_where_router_settings_are_silent() {
    let config = good(&with_sections(json!({
        "litellm_settings": {"num_retries": 7, "request_timeout": 9, "allowed_fails": 1,
            "fallbacks": [{"a": ["b"]}], "default_fallbacks": ["c"]},
        "router_settings": {"fallbacks": []},
    })));
    let routing = config.routing;
    assert_eq!((routing.num_retries, routing.timeout_ms, routing.allowed_fails), (7, 9000, 1));
    assert_eq!(routing.fallbacks["a"], ["b"]);
    assert_eq!(routing.default_fallbacks, ["c"]);
}

#[test]
fn a_deployments_own_drop_params_comes_before_the_general_one() {
    let mut document = with_params(json!({"drop_params": false}));
    document["litellm_settings"] = json!({"drop_params": true});
    assert!(!good(&document).deployments[0].target.policy.drop_params);
}

#[test]
fn a_wrong_value_is_reported_even_where_another_takes_precedence() {
    let document = with_sections(json!({
        "router_settings": {"num_retries": 1}, "litellm_settings": {"num_retries": "x"},
    }));
    error(&document, "litellm_settings.num_retries");
}

#[test]
fn strategies_that_are_not_there_yet_fall_back_with_a_warning() {
    let path = "router_settings.routing_strategy";
    let with = |name: &str| with_sections(json!({"router_settings": {"routing_strategy": name}}));
    let message = warning(&with("latency-based-routing"), path);
    assert!(message.contains("`simple-shuffle` is used instead"), "{message}");
    assert!(error(&with("least-bussy"), path).contains("Did you mean `least-busy`?"));
}

#[test]
fn weights_that_are_all_nought_count_for_nothing() {
    let entry = |weight: Value| json!({"model_name": "a", "litellm_params": {"model": "openai/x", "weight": weight}});
    let document = json!({"model_list": [entry(json!(0)), entry(json!(0))]});
    warning(&document, "model_list[0].litellm_params.weight");
    assert!(reading(&document).config.deployments.iter().all(|d| d.weight.is_none()));
    let document = json!({"model_list": [entry(json!(0)), entry(json!(1))]});
    assert_eq!(good(&document).deployments[0].weight, Some(0.0));
}

#[test]
fn a_deployment_without_a_weight_among_others_with_one_is_warned_about() {
    let entry = |weight: Value| json!({"model_name": "a", "litellm_params": {"model": "openai/x", "weight": weight}});
    let document = json!({"model_list": [entry(json!(null)), entry(json!(1))]});
    warning(&document, "model_list[0].litellm_params.weight");
}
