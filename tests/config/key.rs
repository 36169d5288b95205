use super::*;

const API_KEY: &str = "model_list[0].litellm_params.api_key";

fn without_key(params: Value) -> Value {
    let mut document = with_params(params);
    let params = document.pointer_mut("/model_list/0/litellm_params").unwrap();
    if params["api_key"] == "sk-1" {
        params.as_object_mut().unwrap().remove("api_key");
    }
    document
}

fn key(config: &Config) -> Option<&str> {
    config.deployments[0].target.credential.secrets().next()
}

#[test]
fn a_key_is_read_from_the_variable_that_is_named() {
    let config = good(&with_params(json!({"api_key": "os.environ/TEAM_KEY"})));
    assert_eq!(key(&config), Some("sk-team-from-env"));
    assert_eq!(config.deployments[0].missing_key, None);
}

#[test]
fn a_variable_that_is_not_set_is_a_warning_and_no_other_key_is_taken() {
    let document = with_params(json!({"api_key": "os.environ/NOT_SET"}));
    assert!(warning(&document, API_KEY).contains("`NOT_SET` is not set"));
    let reading = reading(&document);
    assert!(!reading.has_errors());
    assert_eq!(key(&reading.config), None);
    let advice = reading.config.deployments[0].missing_key.as_deref().unwrap();
    assert!(advice.contains("`NOT_SET`"), "{advice}");
}

#[test]
fn without_a_key_the_providers_own_variable_counts() {
    assert_eq!(key(&good(&without_key(json!({})))), Some("sk-openai-from-env"));
    assert_eq!(key(&good(&with_params(json!({"api_key": ""})))), Some("sk-openai-from-env"));
}

#[test]
fn a_providers_key_at_another_address_is_warned_about() {
    let document = without_key(json!({"api_base": "http://vllm:8000/v1"}));
    let message = warning(&document, API_KEY);
    assert!(message.contains("vllm gets the key of openai"), "{message}");
}

#[test]
fn no_key_at_all_is_a_warning_that_says_what_to_set() {
    let document = without_key(json!({"model": "azure/x", "api_base": "https://x.example.com"}));
    let message = warning(&document, API_KEY);
    assert!(message.contains("`AZURE_API_KEY` or `AZURE_OPENAI_API_KEY`"), "{message}");
}

#[test]
fn elsewhere_a_variable_that_is_not_set_is_an_error() {
    let document = with_params(json!({"api_base": "os.environ/NOT_SET"}));
    assert!(error(&document, "model_list[0].litellm_params.api_base").contains("`NOT_SET`"));
    let document = with_params(json!({"extra_body": {"a": ["os.environ/NOT_SET"]}}));
    error(&document, "model_list[0].litellm_params.extra_body.a[0]");
}

#[test]
fn the_file_itself_can_declare_variables() {
    let mut document =
        with_params(json!({"api_key": "os.environ/MINE", "timeout": "os.environ/T"}));
    document["environment_variables"] = json!({"MINE": "os.environ/TEAM_KEY", "T": 7});
    let config = good(&document);
    assert_eq!(key(&config), Some("sk-team-from-env"));
    assert_eq!(config.deployments[0].timeout_ms, Some(7000));
    document["environment_variables"] = json!({"MINE": ["x"], "T": 7});
    error(&document, "environment_variables.MINE");
}

#[test]
fn a_key_is_trimmed_and_must_fit_into_a_header() {
    assert_eq!(key(&good(&with_params(json!({"api_key": "sk-1\n"})))), Some("sk-1"));
    error(&with_params(json!({"api_key": "sk-1\nx-evil: 1"})), API_KEY);
    assert!(error(&with_params(json!({"api_key": 1234})), API_KEY).contains("quotes"));
}

#[test]
fn the_address_may_come_from_the_providers_variable() {
    let document = without_key(json!({"model": "azure/x", "api_key": "k"}));
    let with_base = |base: &'static str| {
        read(&document, &move |name| (name == "AZURE_API_BASE").then(|| base.to_owned()))
    };
    let reading = with_base("https://eu.example.com/");
    assert_eq!(reading.problems, []);
    assert_eq!(reading.config.deployments[0].target.endpoint.host(), "eu.example.com");
    assert!(with_base("nowhere").has_errors());
    let message = error(&document, "model_list[0].litellm_params.api_base");
    assert!(message.contains("`AZURE_API_BASE`"), "{message}");
}

#[test]
fn the_master_key_is_never_lost_in_silence() {
    let with = |general: Value| with_sections(json!({ "general_settings": general }));
    let config = good(&with(json!({"master_key": "os.environ/TEAM_KEY"})));
    assert_eq!(config.master_key.unwrap().expose(), "sk-team-from-env");
    assert!(good(&with(json!({}))).master_key.is_none());
    let path = "general_settings.master_key";
    error(&with(json!({"master_key": "os.environ/NOT_SET"})), path);
    error(&with(json!({"master_key": ""})), path);
    error(&with(json!({"master_key": 1234})), path);
    error(&with(json!({"master_key": "two words"})), path);
}

#[test]
fn litellms_variable_for_the_master_key_counts() {
    let document = with_sections(json!({}));
    let reading = read(&document, &|name| {
        env(name).or_else(|| (name == "LITELLM_MASTER_KEY").then(|| "sk-master".to_owned()))
    });
    assert_eq!(reading.config.master_key.unwrap().expose(), "sk-master");
}

#[test]
fn no_message_shows_a_credential() {
    const SECRET: &str = "sk-SECRET";
    let env = |_: &str| Some(SECRET.to_owned());
    let reference = "os.environ/ANY";
    for value in [SECRET, reference] {
        let wrong = json!([value]);
        let mut members = serde_json::Map::new();
        for name in [
            "api_key",
            "api_base",
            "timeout",
            "weight",
            "order",
            "drop_params",
            "rpm",
            "input_cost_per_token",
            "custom_llm_provider",
            "api_version",
            "organization",
            "litellm_credential_name",
            "aws_access_key_id",
            "aws_secret_access_key",
            "aws_session_token",
            "aws_role_name",
            "aws_web_identity_token",
            "aws_sts_endpoint",
            "azure_ad_token",
            "tenant_id",
            "client_secret",
            "vertex_credentials",
            "oci_user",
            "oci_key",
            "extra_headers",
            "model",
        ] {
            members.insert(name.to_owned(), json!(value));
        }
        // A literal `model` is no credential and is shown.
        let model = if value == SECRET { "nobody/x" } else { reference };
        members.insert("model".to_owned(), json!(model));
        let other = json!({"model": "openai/x", "api_key": wrong, "extra_headers": {"a": wrong}});
        let document = json!({
            "model_list": [
                {"model_name": "a", "litellm_params": members, "model_info": {"mode": reference}},
                {"model_name": "b", "litellm_params": other},
                {"model_name": "c", "litellm_params": {"model": "openai/x", "api_base": value}},
                {"model_name": "d", "litellm_params": {"model": reference, "api_key": value}},
                {"model_name": "e", "litellm_params": {"model": "azure/x", "tenant_id": "t",
                    "client_id": "c", "client_secret": value, "api_base": "https://x.example",
                    "api_version": "v1"}},
                {"model_name": "f", "litellm_params": {"model": "azure/x", "azure_ad_token": wrong, "api_version": "v1",
                    "api_base": "https://x.example"}},
            ],
            "general_settings": {"master_key": format!("{SECRET} x"), "database_url": value},
            "router_settings": {"redis_password": value, "num_retries": value,
                "routing_strategy": reference, "fallbacks": [{"a": [reference]}],
                "default_fallbacks": reference, "model_group_alias": {"x": reference}},
            "litellm_settings": {"drop_params": value, "request_timeout": value},
            "environment_variables": {"B": wrong},
            "dragoman": {"listen": value, "role": reference, "workers": value},
        });
        let reading = read(&document, &env);
        assert!(reading.problems.len() > 20);
        for problem in &reading.problems {
            assert!(!problem.message.contains(SECRET), "{problem:?}");
        }
        let shown = format!("{:#?}", reading.config.deployments);
        let line = shown.lines().find(|line| line.contains(SECRET));
        assert_eq!(line, None, "{shown}");
    }
}
