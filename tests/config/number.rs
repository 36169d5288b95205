use super::*;

#[test]
fn numbers_may_be_strings_as_litellm_allows() {
    let config = good(&with_params(json!({
        "timeout": "os.environ/TIMEOUT", "stream_timeout": "1.5", "rpm": "10", "tpm": 1e3,
        "order": "2", "weight": " 0.5 ", "drop_params": "yes",
    })));
    let deployment = &config.deployments[0];
    assert_eq!(deployment.timeout_ms, Some(12_500));
    assert_eq!(deployment.stream_timeout_ms, Some(1500));
    assert_eq!((deployment.rpm, deployment.tpm, deployment.order), (Some(10), Some(1000), Some(2)));
    assert_eq!(deployment.weight, Some(0.5));
    assert!(deployment.target.policy.drop_params);
}

#[test]
fn a_flag_takes_the_words_of_yaml_1_1() {
    for (value, expected) in [
        (json!(true), true),
        (json!("on"), true),
        (json!("Yes"), true),
        (json!(1), true),
        (json!("off"), false),
        (json!("n"), false),
        (json!(0), false),
    ] {
        let config = good(&with_params(json!({ "drop_params": value })));
        assert_eq!(config.deployments[0].target.policy.drop_params, expected);
    }
    error(
        &with_params(json!({"drop_params": "maybe"})),
        "model_list[0].litellm_params.drop_params",
    );
}

#[test]
fn numbers_out_of_range_are_errors() {
    for (name, value) in [
        ("weight", json!(-1)),
        ("weight", json!("NaN")),
        ("weight", json!("inf")),
        ("rpm", json!(1.5)),
        ("rpm", json!(-1)),
        ("tpm", json!(1e300)),
        ("order", json!(true)),
        ("timeout", json!(0)),
        ("timeout", json!(-5)),
        ("timeout", json!("30s")),
        ("stream_timeout", json!(1e12)),
        ("cooldown_time", json!([5])),
    ] {
        let path = format!("model_list[0].litellm_params.{name}");
        error(&with_params(json!({name: value})), &path);
    }
}

#[test]
fn a_wrong_type_is_named_with_what_was_expected() {
    let message = error(&with_params(json!({"rpm": [1]})), "model_list[0].litellm_params.rpm");
    assert!(message.starts_with("Expected a whole number"), "{message}");
    assert!(message.ends_with("found a list."), "{message}");
}

#[test]
fn null_is_as_good_as_absent() {
    let nothing = json!({"timeout": null, "weight": null, "extra_headers": null, "seed": null});
    assert!(good(&with_params(nothing)).deployments[0].target.defaults.is_empty());
    good(&with_sections(json!({"router_settings": null, "litellm_settings": null})));
}
