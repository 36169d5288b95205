use super::*;

const MODEL: &str = "bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0";

/// The host of the only deployment, which must be one without a problem.
fn host(model: &str, params: Value, env: &[(&str, &str)]) -> String {
    let mut document = with_params(json!({"model": model}));
    let own = document.pointer_mut("/model_list/0/litellm_params").unwrap();
    own.as_object_mut().unwrap().remove("api_key");
    for (name, value) in params.as_object().unwrap() {
        own[name] = value.clone();
    }
    let variable = |name: &str| {
        let all = env.iter().chain(&[("AWS_BEARER_TOKEN_BEDROCK", "bedrock-key")]);
        all.clone().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
    };
    let reading = read(&document, &variable);
    assert_eq!(reading.problems, []);
    reading.config.deployments[0].target.endpoint.host().to_owned()
}

fn runtime(region: &str) -> String {
    format!("bedrock-runtime.{region}.amazonaws.com")
}

#[test]
fn the_region_comes_from_the_setting_or_the_usual_variables() {
    assert_eq!(host(MODEL, json!({}), &[]), runtime("us-west-2"));
    let env = [("AWS_DEFAULT_REGION", "a-b-1"), ("AWS_REGION", "a-b-2")];
    assert_eq!(host(MODEL, json!({}), &env), runtime("a-b-2"));
    let own = json!({"aws_region_name": "eu-west-1"});
    assert_eq!(host(MODEL, own, &env), runtime("eu-west-1"));
}

#[test]
fn the_region_in_a_name_stands_above_all_others() {
    let arn = "bedrock/arn:aws:bedrock:ca-central-1:123456789012:application-inference-profile/a1";
    let env = [("AWS_REGION", "us-east-1")];
    for (model, region) in [
        ("bedrock/eu-west-3/mistral.mistral-7b-instruct-v0:2", "eu-west-3"),
        ("bedrock_converse/us-gov-west-1/anthropic.claude-v2", "us-gov-west-1"),
        (arn, "ca-central-1"),
    ] {
        assert_eq!(host(model, json!({}), &env), runtime(region), "{model}");
    }
    let document = with_params(json!({"model": arn, "aws_region_name": "us-east-1"}));
    let message = warning(&document, "model_list[0].litellm_params.aws_region_name");
    assert!(message.contains("`ca-central-1`, which counts"), "{message}");
}

#[test]
fn the_address_may_stand_under_amazons_name() {
    let own = json!({"aws_bedrock_runtime_endpoint": "https://vpce.test", "api_key": "k"});
    assert_eq!(host(MODEL, own, &[]), "vpce.test");
    let env = [("AWS_BEDROCK_RUNTIME_ENDPOINT", "https://vpce.test")];
    assert_eq!(host(MODEL, json!({"api_key": "k"}), &env), "vpce.test");
    let strange = with_params(json!({"aws_bedrock_runtime_endpoint": "https://vpce.test"}));
    let path = "model_list[0].litellm_params.aws_bedrock_runtime_endpoint";
    assert!(warning(&strange, path).contains("means nothing to openai"));
}

#[test]
fn what_is_no_region_does_not_become_part_of_an_address() {
    let document = with_params(json!({"model": MODEL, "aws_region_name": "x.evil.test/"}));
    let message = error(&document, "model_list[0].litellm_params.aws_region_name");
    assert!(message.contains("part of an address"), "{message}");
}

#[test]
fn another_api_of_bedrocks_is_named() {
    let document = with_params(json!({"model": "bedrock/agent/X/Y"}));
    let message = error(&document, "model_list[0].litellm_params.model");
    assert!(message.contains("`agent/` is another API"), "{message}");
}
