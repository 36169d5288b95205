use super::*;

fn entry(name: &str, model: &str) -> Value {
    json!({"model_name": name, "litellm_params": {"model": model, "api_key": "k"}})
}

fn found(config: &Config, model: &str) -> Option<(String, Option<String>)> {
    config.group(model).map(|(group, star)| (group.name.clone(), star.map(str::to_owned)))
}

fn hit(name: &str, star: Option<&str>) -> Option<(String, Option<String>)> {
    Some((name.to_owned(), star.map(str::to_owned)))
}

#[test]
fn exact_names_come_first_then_aliases_then_the_longest_pattern() {
    let mut document = json!({"model_list": [
        entry("*", "openai/*"),
        entry("anthropic/*", "anthropic/*"),
        entry("anthropic/claude-*", "anthropic/claude-*"),
        entry("anthropic/claude-3", "anthropic/claude-3"),
        entry("*-latest", "openai/latest-*"),
    ]});
    document["router_settings"] =
        json!({"model_group_alias": {"best": "anthropic/claude-9", "*-x": "anthropic/claude-3"}});
    let config = good(&document);
    assert_eq!(found(&config, "anthropic/claude-3"), hit("anthropic/claude-3", None));
    assert_eq!(found(&config, "best"), hit("anthropic/claude-*", Some("9")));
    assert_eq!(found(&config, "anthropic/claude-4"), hit("anthropic/claude-*", Some("4")));
    assert_eq!(found(&config, "anthropic/opus"), hit("anthropic/*", Some("opus")));
    assert_eq!(found(&config, "gpt-latest"), hit("*-latest", Some("gpt")));
    assert_eq!(found(&config, "gpt-4"), hit("*", Some("gpt-4")));
    assert_eq!(found(&config, "anthropic/"), hit("*", Some("anthropic/")));
    assert_eq!(found(&config, ""), None);
    assert_eq!(config.deployments[1].target.model, "*");
    assert_eq!(config.deployments[2].target.model, "claude-*");
}

#[test]
fn without_a_pattern_that_fits_there_is_no_group() {
    let config = good(&json!({"model_list": [entry("openai/*", "openai/*")]}));
    assert_eq!(found(&config, "gpt-4"), None);
    assert_eq!(found(&config, "openai/"), None);
}

#[test]
fn a_group_with_a_pattern_may_lead_to_one_model() {
    let config = good(&json!({"model_list": [entry("gpt-*", "openai/gpt-4.1")]}));
    assert_eq!(config.deployments[0].target.model, "gpt-4.1");
}

#[test]
fn stars_that_stand_for_nothing_are_errors() {
    let at = |name: &str, model: &str, path: &str| {
        error(&json!({"model_list": [entry(name, model)]}), &format!("model_list[0].{path}"));
    };
    at("gpt", "openai/*", "litellm_params.model");
    at("a*b*", "openai/x", "model_name");
    at("a*", "openai/*-*", "litellm_params.model");
}

#[test]
fn a_star_for_everything_stands_for_the_providers_with_a_key() {
    let document = json!({"model_list": [
        {"model_name": "*", "litellm_params": {"model": "*", "temperature": 0}},
        entry("openai/*", "openai/gpt-4.1"),
    ]});
    let message = warning(&document, "model_list[0].litellm_params.model");
    assert!(message.contains("`openai`, `anthropic`"), "{message}");
    let config = reading(&document).config;
    assert_eq!(found(&config, "anthropic/claude-9"), hit("anthropic/*", Some("claude-9")));
    assert_eq!(found(&config, "claude-9"), hit("claude*", Some("-9")));
    assert_eq!(found(&config, "gpt-9"), hit("gpt-*", Some("9")));
    assert_eq!(found(&config, "azure/x"), None);
    let (group, _) = config.group("openai/x").unwrap();
    assert_eq!(group.deployments.len(), 1);
    assert_eq!(config.deployments[group.deployments[0]].target.model, "gpt-4.1");
    let claude = config.group("claude-9").unwrap().0.deployments[0];
    let target = &config.deployments[claude].target;
    assert_eq!((target.provider.name.as_str(), target.model.as_str()), ("anthropic", "claude*"));
    assert_eq!(target.defaults.len(), 1);
}

#[test]
fn one_key_for_every_provider_is_refused() {
    let document = json!({"model_list": [entry("*", "*")]});
    error(&document, "model_list[0].litellm_params.api_key");
    let mut document = json!({"model_list": [entry("all", "*")]});
    document["model_list"][0]["litellm_params"].as_object_mut().unwrap().remove("api_key");
    error(&document, "model_list[0].litellm_params.model");
}
