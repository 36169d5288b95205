//! Ways to sign in that no provider of the catalogue needs yet; tests/config/key.rs has the keys.

use crate::config::{Reading, Severity, read};
use crate::dialect::Credential;
use serde_json::{Value, json};

/// One deployment with these `litellm_params`, in this environment.
fn reading(params: Value, env: &[(&str, &str)]) -> Reading {
    let document = json!({"model_list": [{"model_name": "m", "litellm_params": params}]});
    read(&document, &|name| {
        env.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
    })
}

#[track_caller]
fn credential(params: Value, env: &[(&str, &str)]) -> Credential {
    let reading = reading(params, env);
    assert_eq!(reading.problems, []);
    reading.config.deployments[0].target.credential.clone()
}

fn aws(more: Value) -> Value {
    let mut params = json!({"model": "test_aws/m", "aws_region_name": "eu-west-1"});
    for (name, value) in more.as_object().unwrap() {
        params[name] = value.clone();
    }
    params
}

const AWS_ENV: [(&str, &str); 3] = [
    ("AWS_ACCESS_KEY_ID", "env-id"),
    ("AWS_SECRET_ACCESS_KEY", "env-secret"),
    ("AWS_SESSION_TOKEN", "env-token"),
];

fn secrets(credential: &Credential) -> Vec<&str> {
    credential.secrets().collect()
}

#[test]
fn keys_of_aws_come_from_the_configuration_or_from_the_environment() {
    let written = json!({"aws_access_key_id": "id", "aws_secret_access_key": "os.environ/MINE"});
    let mut env = AWS_ENV.to_vec();
    env.push(("MINE", "mine"));
    let from_env = credential(aws(json!({})), &AWS_ENV);
    assert_eq!(secrets(&from_env), ["env-id", "env-secret", "env-token"]);
    let written = credential(aws(written), &env);
    assert_eq!(secrets(&written), ["id", "mine"], "a foreign session token is not mixed in");
    let Credential::Aws(found) = written else { panic!("{written:?}") };
    assert_eq!(&*found.region, "eu-west-1");
}

#[test]
fn a_key_comes_before_the_keys_of_aws() {
    let key = |params: Value, env: &[(&str, &str)]| match credential(params, env) {
        Credential::Key(key) => key.expose().to_owned(),
        other => panic!("{other:?}"),
    };
    let keys = json!({"aws_access_key_id": "id", "aws_secret_access_key": "s", "api_key": "k"});
    assert_eq!(key(aws(keys), &[]), "k");
    let mut env = AWS_ENV.to_vec();
    env.push(("AWS_BEARER_TOKEN_BEDROCK", "bearer"));
    assert_eq!(key(aws(json!({})), &env), "bearer");
}

#[test]
fn half_of_the_keys_is_none_and_the_other_half_is_named() {
    let reading = reading(aws(json!({"aws_access_key_id": "id"})), &AWS_ENV);
    let problem = &reading.problems[0];
    assert_eq!(problem.path, "model_list[0].litellm_params.aws_secret_access_key");
    let deployment = &reading.config.deployments[0];
    assert_eq!(deployment.target.credential, Credential::None);
    assert!(
        deployment.missing_key.as_ref().unwrap().contains("`aws_secret_access_key` is missing")
    );
}

#[test]
fn the_region_may_stand_in_the_address() {
    let params = |base: &str| json!({"model": "test_aws/m", "api_base": base});
    let found =
        credential(params("https://bedrock-runtime.us-gov-west-1.amazonaws.com/x"), &AWS_ENV);
    let Credential::Aws(found) = found else { panic!("{found:?}") };
    assert_eq!(&*found.region, "us-gov-west-1");
    let nowhere = reading(params("https://proxy.example"), &AWS_ENV);
    assert_eq!(nowhere.problems[0].severity, Severity::Error);
    assert!(nowhere.problems[0].path.ends_with("aws_region_name"), "{:?}", nowhere.problems);
}

#[test]
fn keys_of_aws_mean_nothing_elsewhere_and_that_is_said() {
    let params = json!({"model": "openai/x", "api_key": "k", "aws_secret_access_key": "s"});
    let reading = reading(params, &[]);
    assert_eq!(reading.problems.len(), 1);
    assert_eq!(reading.problems[0].message, "This means nothing to openai.");
}

#[test]
fn a_made_id_does_not_depend_on_the_keys() {
    let id = |key: &str| {
        let params = json!({"aws_access_key_id": key, "aws_secret_access_key": key,
            "aws_session_token": key});
        reading(aws(params), &[]).config.deployments[0].id.clone()
    };
    assert_eq!(id("a"), id("b"));
}

#[test]
fn no_key_at_all_is_a_warning_that_names_every_way() {
    let reading = reading(aws(json!({})), &[]);
    let message = &reading.problems[0].message;
    for name in ["`api_key`", "`aws_access_key_id`", "`AWS_BEARER_TOKEN_BEDROCK`"] {
        assert!(message.contains(name), "{message}");
    }
}
