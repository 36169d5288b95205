use super::*;
use dragoman::operation::Operation;

#[test]
fn a_deployment_takes_all_that_litellm_params_say() {
    let config = good(&json!({"model_list": [{
        "model_name": "fast",
        "litellm_params": {
            "model": "azure/my-gpt", "api_key": "k", "api_base": "https://me.openai.azure.com/",
            "api_version": "2024-10-21", "organization": "org-1", "timeout": 30, "stream_timeout": 0.5,
            "cooldown_time": 0, "weight": 2, "rpm": 600, "tpm": 20000, "order": 1,
            "extra_headers": {"X-Team": "blue"}, "drop_params": true,
            "additional_drop_params": ["user"], "allowed_openai_params": ["tools"],
            "input_cost_per_token": 1e-6, "temperature": 0.2,
            "extra_body": {"top_k": 3, "guided": {"regex": "a+"}}
        },
        "model_info": {"id": "blue-1", "base_model": "azure/gpt-4o", "mode": "chat",
                       "max_input_tokens": 1000, "max_output_tokens": 100, "note": "ours"}
    }]}));
    let [deployment] = &config.deployments[..] else { panic!() };
    let target = &deployment.target;
    assert_eq!((deployment.id.as_str(), deployment.group.as_str()), ("blue-1", "fast"));
    assert_eq!((target.provider.name.as_str(), target.model.as_str()), ("azure", "my-gpt"));
    assert_eq!(target.credential.secrets().collect::<Vec<_>>(), ["k"]);
    assert_eq!(target.api_version.as_deref(), Some("2024-10-21"));
    assert_eq!(target.organization.as_deref(), Some("org-1"));
    assert_eq!(deployment.cluster, "https://me.openai.azure.com:443");
    assert_eq!(
        (deployment.timeout_ms, deployment.stream_timeout_ms, deployment.cooldown_ms),
        (Some(30_000), Some(500), Some(0))
    );
    assert_eq!(
        (deployment.weight, deployment.rpm, deployment.tpm, deployment.order),
        (Some(2.0), Some(600), Some(20_000), Some(1))
    );
    assert_eq!(target.extra_headers, [("x-team".to_owned(), "blue".to_owned())]);
    assert!(target.policy.drop_params);
    assert_eq!(target.policy.additional_drop_params, ["user"]);
    assert_eq!(target.policy.allowed_openai_params, ["tools"]);
    let defaults: Vec<_> = target.defaults.iter().map(|(n, v)| (n.as_str(), v.get())).collect();
    assert_eq!(defaults, [("temperature", "0.2"), ("top_k", "3"), ("guided", r#"{"regex":"a+"}"#)]);
    assert_eq!(deployment.pricing.name(), "azure/gpt-4o");
    assert!(!deployment.pricing.overrides().is_empty());
    assert_eq!((deployment.max_input_tokens, target.default_max_tokens), (Some(1000), 100));
}

#[test]
fn limits_of_a_listed_model_come_from_the_catalogue() {
    let config = good(&with_params(json!({})));
    assert_eq!(config.deployments[0].max_input_tokens, Some(1_047_576));
    assert_eq!(config.deployments[0].target.default_max_tokens, 32_768);
    let config = good(&with_params(json!({"model": "openai/nobody-knows-this"})));
    assert_eq!(config.deployments[0].target.default_max_tokens, 4096);
}

#[test]
fn a_model_without_a_prefix_finds_its_provider() {
    let config = good(&with_params(json!({"model": "claude-sonnet-4-5"})));
    assert_eq!(config.deployments[0].target.provider.name, "anthropic");
    assert_eq!(config.deployments[0].pricing.name(), "anthropic/claude-sonnet-4-5");
    let config = good(&with_params(json!({
        "model": "llama", "custom_llm_provider": "openai", "api_base": "http://10.0.0.1:8000/v1"
    })));
    assert_eq!(config.deployments[0].cluster, "http://10.0.0.1:8000");
}

#[test]
fn prices_in_model_info_count_where_litellm_params_have_none() {
    let mut document = with_params(json!({"input_cost_per_token": "0.000001"}));
    document["model_list"][0]["model_info"] =
        json!({"input_cost_per_token": 5, "output_cost_per_token": 0});
    let both = good(&document).deployments[0].pricing.overrides().clone();
    let expected = json!({"input_cost_per_token": 0.000001, "output_cost_per_token": 0});
    let expected = expected.as_object().unwrap();
    let expected = dragoman::catalog::price::PriceOverrides::from_map(expected).unwrap();
    assert_eq!(both, expected);
}

#[test]
fn a_wrong_price_is_an_error_and_an_unknown_one_a_warning() {
    let at = |name: &str| format!("model_list[0].litellm_params.{name}");
    let document = with_params(json!({"input_cost_per_token": "cheap", "cost_per_hug": 1}));
    assert!(error(&document, &at("input_cost_per_token")).contains("found a string"));
    assert!(warning(&document, &at("cost_per_hug")).contains("looks like a price"));
}

#[test]
fn what_is_missing_is_named_where_it_should_stand() {
    let at = |entry: Value, path: &str| error(&json!({"model_list": [entry]}), path);
    at(json!({"litellm_params": {"model": "gpt-4"}}), "model_list[0].model_name");
    at(json!({"model_name": "a"}), "model_list[0].litellm_params");
    at(json!({"model_name": "a", "litellm_params": {}}), "model_list[0].litellm_params.model");
    at(json!("gpt-4"), "model_list[0]");
    at(json!({"model_name": "a", "litellm_params": "gpt-4"}), "model_list[0].litellm_params");
    error(&json!({}), "model_list");
    error(&json!({"model_list": []}), "model_list");
    error(&json!({"model_list": {}}), "model_list");
    error(&json!(null), "");
    error(&json!([]), "");
}

#[test]
fn every_problem_is_reported_at_once() {
    let document = json!({
        "model_list": [
            {"model_name": 5, "litellm_params": {"model": "nobody/x", "timeout": "soon"}},
            {"model_name": "a", "litellm_params": {"model": "azure/x", "weight": -1}},
        ],
        "router_settings": {"num_retries": "many", "fallbacks": [{"a": ["z"]}]},
    });
    let paths: Vec<_> = reading(&document).problems.into_iter().map(|p| p.path).collect();
    for path in [
        "model_list[0].model_name",
        "model_list[0].litellm_params.model",
        "model_list[0].litellm_params.timeout",
        "model_list[1].litellm_params.weight",
        "model_list[1].litellm_params.api_base",
        "router_settings.num_retries",
        "router_settings.fallbacks[0].a[0]",
    ] {
        assert!(paths.iter().any(|known| known == path), "{path} in {paths:?}");
    }
}

#[test]
fn an_unknown_provider_is_an_error_with_a_hint() {
    let path = "model_list[0].litellm_params.model";
    let message = error(&with_params(json!({"model": "antropic/claude"})), path);
    assert!(message.contains("Did you mean the provider `anthropic`?"), "{message}");
    let message = error(&with_params(json!({"model": "my-model"})), path);
    assert!(message.contains("`openai/model` with an `api_base`"), "{message}");
}

#[test]
fn an_address_that_is_none_is_an_error_that_does_not_show_it() {
    for bad in ["example.com/v1", "ftp://x", "https://user:sk-9@x", "sk-9"] {
        let document = with_params(json!({ "api_base": bad }));
        let message = error(&document, "model_list[0].litellm_params.api_base");
        assert!(!message.contains("sk-9"), "{message}");
    }
}

#[test]
fn a_misspelt_parameter_is_sent_and_warned_about() {
    let document = with_params(json!({"api_bse": "https://x"}));
    let message = warning(&document, "model_list[0].litellm_params.api_bse");
    assert!(message.contains("Did you mean `api_base`?"), "{message}");
}

#[test]
fn headers_that_would_break_a_request_are_refused() {
    for (name, value) in
        [("Host", "x"), ("x-dragoman-session", "1"), ("a b", "1"), ("x-ok", "line\nbreak")]
    {
        let document = with_params(json!({"extra_headers": {name: value}}));
        assert!(reading(&document).has_errors(), "{name}");
    }
}

#[test]
fn the_mode_says_what_a_deployment_is_for_and_the_price_list_where_it_is_silent() {
    let operation = |model: &str, info: Value| {
        let mut document = with_params(json!({"model": model}));
        document["model_list"][0]["model_info"] = info;
        good(&document).deployments[0].operation
    };
    let embedding = || json!({"mode": "embedding"});
    assert_eq!(operation("openai/mine", embedding()), Some(Operation::Embeddings));
    assert_eq!(operation("openai/mine", json!({"mode": "chat"})), Some(Operation::Chat));
    assert_eq!(operation("openai/mine", json!({})), None);
    assert_eq!(operation("openai/gpt-4o", json!({})), Some(Operation::Chat));
    assert_eq!(operation("openai/gpt-4o", embedding()), Some(Operation::Embeddings));
    let base = json!({"base_model": "text-embedding-3-small"});
    assert_eq!(operation("openai/mine", base), Some(Operation::Embeddings));
    let vector = operation("openai/text-embedding-3-large", json!({}));
    assert_eq!(vector, Some(Operation::Embeddings));
}

#[test]
fn a_mode_that_the_provider_does_not_have_is_warned_about() {
    for (model, mode, what) in [
        ("anthropic/claude-sonnet-4-5", "embedding", "anthropic has no embeddings"),
        ("voyage/voyage-3.5", "chat", "voyage has no chat completions"),
    ] {
        let mut document = with_params(json!({ "model": model }));
        document["model_list"][0]["model_info"] = json!({ "mode": mode });
        let message = warning(&document, "model_list[0].model_info.mode");
        assert!(message.contains(what), "{message}");
    }
}

#[test]
fn modes_that_are_not_served_are_warned_about() {
    let mut document = with_params(json!({}));
    document["model_list"][0]["model_info"] = json!({"mode": "rerank"});
    assert!(warning(&document, "model_list[0].model_info.mode").contains("404"));
    document["model_list"][0]["model_info"] = json!({"mode": "embeding"});
    assert!(warning(&document, "model_list[0].model_info.mode").contains("`embedding`"));
}

#[test]
fn ids_are_unique_and_do_not_depend_on_the_order() {
    let entry = |key: &str| json!({"model_name": "a", "litellm_params": {"model": "openai/x", "api_key": key}});
    let config =
        good(&json!({"model_list": [entry("k1"), entry("k2"), entry("os.environ/TEAM_KEY")]}));
    let ids: Vec<_> = config.deployments.iter().map(|d| d.id.as_str()).collect();
    assert_eq!(ids[1], format!("{}-2", ids[0]));
    assert_ne!(ids[2], ids[0]);
    let config = good(&json!({"model_list": [entry("os.environ/TEAM_KEY"), entry("k9")]}));
    assert_eq!(config.deployments[0].id, ids[2]);
    assert_eq!(config.deployments[1].id, ids[0]);
}

#[test]
fn an_id_given_twice_is_an_error() {
    let entry = json!({"model_name": "a", "litellm_params": {"model": "openai/x"},
                       "model_info": {"id": 7}});
    let message = error(&json!({"model_list": [entry, entry]}), "model_list[1].model_info.id");
    assert!(message.contains("model_list[0]"), "{message}");
}

#[test]
fn clusters_can_be_called_as_istio_does() {
    let mut document = with_params(json!({}));
    document["dragoman"] = json!({"cluster_name_format": "outbound|{port}||{host}"});
    assert_eq!(good(&document).deployments[0].cluster, "outbound|443||api.openai.com");
    for bad in ["{host", "{hosts}"] {
        document["dragoman"]["cluster_name_format"] = json!(bad);
        error(&document, "dragoman.cluster_name_format");
    }
}

#[test]
fn two_endpoints_cannot_share_a_cluster() {
    let entry = |base: &str| {
        json!({"model_name": "a", "litellm_params":
            {"model": "openai/x", "api_key": "k", "api_base": base}})
    };
    let document = json!({
        "model_list": [entry("http://x:1/a"), entry("http://x:1/b"), entry("http://x:2")],
        "dragoman": {"cluster_name_format": "to-{host}"},
    });
    let message = error(&document, "model_list[2].litellm_params");
    assert!(message.contains("http://x:1 and http://x:2"), "{message}");
}

#[test]
fn credentials_can_stand_in_a_list_of_their_own() {
    let mut document = with_params(json!({"litellm_credential_name": "mine"}));
    document["model_list"][0]["litellm_params"].as_object_mut().unwrap().remove("api_key");
    document["credential_list"] = json!([{
        "credential_name": "mine",
        "credential_values": {"api_key": "os.environ/TEAM_KEY", "api_base": "https://eu.example.com"},
    }]);
    let config = good(&document);
    let target = &config.deployments[0].target;
    assert_eq!(target.credential.secrets().collect::<Vec<_>>(), ["sk-team-from-env"]);
    assert_eq!(target.endpoint.host(), "eu.example.com");
    document["model_list"][0]["litellm_params"]["litellm_credential_name"] = json!("other");
    error(&document, "model_list[0].litellm_params.litellm_credential_name");
}

#[test]
fn a_thousand_deployments_are_read_quickly() {
    let entry = |n: usize| {
        json!({"model_name": format!("group-{}", n % 100), "litellm_params": {
            "model": "anthropic/claude-sonnet-4-5", "api_key": "os.environ/TEAM_KEY",
            "api_base": format!("https://host-{n}.example.com"), "temperature": 0.5, "weight": n,
            "max_tokens": 1000, "input_cost_per_token": 1e-6, "rpm": "10"}})
    };
    let list: Vec<Value> = (0..1000).map(entry).collect();
    let document = json!({ "model_list": list });
    let start = std::time::Instant::now();
    let reading = reading(&document);
    let taken = start.elapsed();
    assert!(!reading.has_errors());
    // A debug build on a busy machine is some fifty times slower than the plugin.
    assert!(taken.as_millis() < 15_000, "{taken:?}");
    println!("{taken:?}");
}

#[test]
fn an_address_follows_the_providers_own_settings() {
    let config = good(&with_params(json!({
        "model": "vertex_ai/claude-opus-4-6", "vertex_project": "acme", "vertex_location": "global"
    })));
    let target = &config.deployments[0].target;
    assert_eq!(target.endpoint.host(), "aiplatform.googleapis.com");
    assert_eq!(target.setting("vertex_project"), Some("acme"));
    assert!(target.defaults.iter().all(|(name, _)| !name.starts_with("vertex_")));
    let config = good(&with_params(json!({
        "model": "sagemaker/e", "aws_region_name": "cn-north-1", "hf_model_name": "a/b"
    })));
    let host = config.deployments[0].target.endpoint.host();
    assert_eq!(host, "runtime.sagemaker.cn-north-1.amazonaws.com.cn");
}

#[test]
fn a_setting_that_an_address_needs_must_be_there_and_lead_nowhere_else() {
    // Also where the address itself is given: the path needs it.
    let missing = json!({"model": "vertex_ai/claude-opus-4-6", "api_base": "https://proxy.test"});
    let place = "model_list[0].litellm_params.vertex_project";
    let said = error(&with_params(missing.clone()), place);
    assert!(said.contains("VERTEXAI_PROJECT"), "{said}");
    let problems = reading(&with_params(missing)).problems;
    assert_eq!(problems.iter().filter(|problem| problem.path == place).count(), 1, "{problems:?}");
    let astray = json!({"model": "sagemaker/e", "aws_region_name": "x.evil.test/"});
    let said = error(&with_params(astray), "model_list[0].litellm_params.aws_region_name");
    assert!(said.contains("part of an address"), "{said}");
}

#[test]
fn a_setting_may_be_one_providers_address_and_another_ones_way_to_sign_in() {
    let tenant = |model: &str| {
        with_params(json!({"model": model, "api_base": "https://h.test", "api_key": "k",
            "tenant_id": "t-1"}))
    };
    assert_eq!(
        good(&tenant("predibase/llama")).deployments[0].target.setting("tenant_id"),
        Some("t-1")
    );
    for model in ["predibase/llama", "azure/gpt"] {
        let problems = dragoman::config::read(&tenant(model), &|_| None).problems;
        assert!(problems.iter().all(|p| !p.path.to_string().contains("tenant_id")), "{problems:?}");
    }
    let problems = dragoman::config::read(&tenant("openai/gpt"), &|_| None).problems;
    let said = problems.iter().filter(|p| p.path.to_string().contains("tenant_id")).count();
    assert_eq!(said, 1, "{problems:?}");
    let missing = with_params(json!({"model": "predibase/llama", "api_key": "k"}));
    let said = error(&missing, "model_list[0].litellm_params.tenant_id");
    assert!(said.contains("PREDIBASE_TENANT_ID"), "{said}");
}

#[test]
fn vertex_ai_is_where_its_location_is() {
    let at = |location: Value| {
        let config = good(&with_params(json!({"model": "vertex_ai/gemini-2.5-pro",
            "vertex_project": "p", "vertex_location": location})));
        config.deployments[0].target.endpoint.host().to_owned()
    };
    assert_eq!(at(json!("europe-west4")), "europe-west4-aiplatform.googleapis.com");
    assert_eq!(at(json!("global")), "aiplatform.googleapis.com");
    assert_eq!(at(json!("eu")), "aiplatform.eu.rep.googleapis.com");
    assert_eq!(at(Value::Null), "us-central1-aiplatform.googleapis.com");
}

#[test]
fn a_project_that_vertex_ai_needs_and_a_setting_that_others_do_not_are_warned_of() {
    let vertex = with_params(json!({"model": "vertex_ai/gemini-2.5-pro"}));
    let text = warning(&vertex, "model_list[0].litellm_params.vertex_project");
    assert!(text.contains("VERTEXAI_PROJECT"), "{text}");
    let other = with_params(json!({"vertex_project": "p"}));
    let text = warning(&other, "model_list[0].litellm_params.vertex_project");
    assert!(text.contains("openai"), "{text}");
}

#[test]
fn a_models_name_has_a_longest_and_no_spaces() {
    let named =
        |length: usize| with_params(json!({"model": format!("openai/{}", "m".repeat(length))}));
    assert_eq!(good(&named(2_048)).deployments[0].target.model.len(), 2_048);
    let path = "model_list[0].litellm_params.model";
    assert!(error(&named(2_049), path).contains("longer than 2048 bytes"));
    assert!(error(&with_params(json!({"model": "openai/a b"})), path).contains("spaces"));
}
