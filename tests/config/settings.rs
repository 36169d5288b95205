use super::*;

#[test]
fn a_setting_that_is_not_supported_says_what_happens_instead() {
    let document = with_sections(json!({"router_settings": {"retry_policy": {"a": 1}}}));
    let message = warning(&document, "router_settings.retry_policy");
    assert!(message.contains("does not support `retry_policy` yet. `num_retries`"), "{message}");
}

#[test]
fn a_restriction_that_is_not_supported_says_so_loudly() {
    let document = with_sections(json!({
        "guardrails": [{"guardrail_name": "pii"}],
        "general_settings": {"database_url": "os.environ/DB", "allowed_ips": ["10.0.0.1"],
            "max_parallel_requests": 5},
        "litellm_settings": {"max_budget": 10, "callbacks": ["my_guard.check"]},
    }));
    for path in [
        "guardrails",
        "general_settings.database_url",
        "general_settings.allowed_ips",
        "general_settings.max_parallel_requests",
        "litellm_settings.max_budget",
        "litellm_settings.callbacks",
    ] {
        let message = warning(&document, path);
        assert!(message.contains("requests are NOT restricted by it"), "{message}");
    }
    let mut document = with_params(json!({"max_budget": 5, "tags": ["eu"]}));
    document["model_list"][0]["model_info"] = json!({"access_groups": ["beta"]});
    for path in ["litellm_params.max_budget", "litellm_params.tags", "model_info.access_groups"] {
        assert!(warning(&document, &format!("model_list[0].{path}")).contains("NOT restricted"));
    }
}

#[test]
fn a_setting_that_is_switched_off_is_no_problem() {
    good(&with_sections(json!({
        "litellm_settings": {"cache": false, "callbacks": [], "success_callback": null},
        "router_settings": {"enable_tag_filtering": false, "retry_policy": {}},
        "guardrails": [],
    })));
}

#[test]
fn a_setting_that_nobody_knows_gets_a_hint() {
    let with = |section: &str, name: &str| {
        let document = with_sections(json!({section: {name: 1}}));
        warning(&document, &format!("{section}.{name}"))
    };
    assert!(with("router_settings", "num_retrys").contains("Did you mean `num_retries`?"));
    assert!(with("router_settings", "drop_params").contains("belongs under `litellm_settings`"));
    assert!(with("litellm_settings", "master_key").contains("belongs under `general_settings`"));
    assert!(with("general_settings", "frobnicate").contains("check its spelling"));
    assert!(with("dragoman", "listn").contains("Did you mean `listen`?"));
    let document = with_sections(json!({"router_setings": {}}));
    good(&with_sections(json!({"router_settings": {}})));
    assert!(warning(&document, "router_setings").contains("`router_settings`"));
}

#[test]
fn misplaced_limits_of_an_entry_are_named() {
    let mut document = with_params(json!({}));
    document["model_list"][0]["rpm"] = json!(5);
    assert!(warning(&document, "model_list[0].rpm").contains("move it there"));
}

#[test]
fn a_section_that_is_no_mapping_is_an_error() {
    for section in ["router_settings", "litellm_settings", "general_settings", "dragoman"] {
        error(&with_sections(json!({section: ["x"]})), section);
    }
    error(&with_sections(json!({"environment_variables": 1})), "environment_variables");
    error(&with_sections(json!({"credential_list": 1})), "credential_list");
}

#[test]
fn files_cannot_be_included_without_files() {
    error(&with_sections(json!({"include": ["other.yaml"]})), "include");
}
