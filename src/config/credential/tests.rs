//! Ways to sign in otherwise than with a key; tests/config/key.rs has the keys.

mod steps;

use crate::auth::token::Facts;
use crate::config::{Deployment, Reading, Severity, read};
use crate::dialect::Credential;
use serde_json::{Value, json};

/// One deployment with these `litellm_params`, in this environment.
fn reading(params: Value, env: &[(&str, &str)]) -> Reading {
    let document = json!({"model_list": [{"model_name": "m", "litellm_params": params}]});
    in_environment(&document, env)
}

fn in_environment(document: &Value, env: &[(&str, &str)]) -> Reading {
    read(document, &|name| {
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
    let mut params = json!({"model": "bedrock/m", "aws_region_name": "eu-west-1"});
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
    let params = |base: &str| json!({"model": "bedrock/m", "api_base": base});
    for (host, region) in [
        ("bedrock-runtime.us-gov-west-1.amazonaws.com", "us-gov-west-1"),
        ("vpce-1-2.bedrock-runtime.eu-north-1.vpce.amazonaws.com", "eu-north-1"),
        ("proxy.example", "us-west-2"),
    ] {
        let found = credential(params(&format!("https://{host}/x")), &AWS_ENV);
        let Credential::Aws(found) = found else { panic!("{found:?}") };
        assert_eq!(&*found.region, region);
    }
    let params = json!({"model": "sagemaker_chat/m", "api_base": "https://proxy.example"});
    let nowhere = reading(params, &AWS_ENV);
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

fn source(credential: &Credential) -> &crate::auth::token::Source {
    match credential {
        Credential::Fetched(source) => source,
        other => panic!("{other:?}"),
    }
}

/// The headers of the first call that fetches a credential.
fn headers(credential: &Credential) -> Vec<(String, String)> {
    let facts = Facts { brought: &[], now: 1_000, random: 0 };
    let call = source(credential).call(&facts).unwrap();
    call.headers.into_iter().map(|(name, value)| (name.into(), value.into())).collect()
}

/// The call that comes after those which brought `brought`: its address, and its body.
fn call_after(credential: &Credential, brought: &[Credential]) -> (String, String) {
    let call = source(credential).call(&Facts { brought, now: 1_000, random: 0 }).unwrap();
    let path = call.headers.iter().find(|(name, _)| name == ":path").map(|(_, path)| path.clone());
    (format!("{}{}", call.cluster, path.unwrap()), String::from_utf8(call.body).unwrap())
}

/// The first call that fetches a credential.
fn call(credential: &Credential) -> (String, String) {
    call_after(credential, &[])
}

fn azure(more: Value) -> Value {
    let mut params = json!({"model": "azure/m", "api_base": "https://mine.openai.azure.com"});
    for (name, value) in more.as_object().unwrap() {
        params[name] = value.clone();
    }
    params
}

#[test]
fn a_service_principal_is_asked_for_at_its_tenant() {
    let written = json!({"tenant_id": "t-1", "client_id": "c&1", "client_secret": "s 1"});
    let (address, body) = call(&credential(azure(written), &[("AZURE_API_KEY", "of another")]));
    assert_eq!(address, "https://login.microsoftonline.com:443/t-1/oauth2/v2.0/token");
    assert_eq!(
        body,
        "grant_type=client_credentials&client_id=c%261\
         &scope=https%3A%2F%2Fcognitiveservices.azure.com%2F.default&client_secret=s%201"
    );
    let env = [
        ("AZURE_TENANT_ID", "t-2"),
        ("AZURE_CLIENT_ID", "c"),
        ("AZURE_CLIENT_SECRET", "s"),
        ("AZURE_AUTHORITY_HOST", "https://login.microsoftonline.us/"),
        ("AZURE_SCOPE", "x"),
    ];
    let (address, body) = call(&credential(azure(json!({})), &env));
    assert_eq!(address, "https://login.microsoftonline.us:443/t-2/oauth2/v2.0/token");
    assert_eq!(body, "grant_type=client_credentials&client_id=c&scope=x&client_secret=s");
}

#[test]
fn a_token_of_azure_is_a_bearer_token() {
    for (params, env) in [
        (json!({"azure_ad_token": "os.environ/T"}), ("T", "token-1")),
        (json!({}), ("AZURE_AD_TOKEN", "token-1")),
    ] {
        let found = credential(azure(params), &[env]);
        assert_eq!(found, Credential::Bearer(crate::auth::Secret::new("token-1")));
    }
}

#[test]
fn what_belongs_to_a_principal_goes_together() {
    let reading = reading(azure(json!({"tenant_id": "t", "client_id": "c"})), &[]);
    assert!(reading.problems[0].message.contains("go together"), "{:?}", reading.problems);
    assert!(reading.config.deployments[0].missing_key.is_some());
}

/// A deployment at Azure that says nothing of how to sign in, where LiteLLM finds a way by itself.
fn signing_in_by_itself(env: &[(&str, &str)]) -> Deployment {
    let document = json!({
        "model_list": [{"model_name": "m", "litellm_params": azure(json!({}))}],
        "litellm_settings": {"enable_azure_ad_token_refresh": true},
    });
    in_environment(&document, env).config.deployments[0].clone()
}

#[test]
fn a_managed_identity_is_asked_for_only_where_litellm_would() {
    let with = signing_in_by_itself;
    let found = with(&[("AZURE_CLIENT_ID", "me")]).target.credential;
    assert_eq!(
        call(&found),
        (
            "http://169.254.169.254:80/metadata/identity/oauth2/token?api-version=2018-02-01\
             &resource=https%3A%2F%2Fcognitiveservices.azure.com&client_id=me"
                .to_owned(),
            String::new()
        )
    );
    assert!(headers(&found).contains(&("metadata".into(), "true".into())));
    assert!(matches!(
        reading(azure(json!({})), &[]).config.deployments[0].target.credential,
        Credential::None
    ));
}

const PEM: &str = include_str!("../../auth/token/jwt/rfc7515.pem");

fn account() -> Value {
    json!({"type": "service_account", "client_email": "me@p.iam.gserviceaccount.com",
        "private_key_id": "k1", "private_key": PEM, "project_id": "project-1",
        "token_uri": "https://oauth2.googleapis.com/token"})
}

#[test]
fn a_service_account_may_be_a_mapping_a_text_or_a_variable() {
    let account = account();
    let text = account.to_string();
    let mine = [("MINE", text.as_str())];
    let adc = [("GOOGLE_APPLICATION_CREDENTIALS", text.as_str())];
    let mut ids = Vec::new();
    for (params, env) in [
        (json!({"vertex_credentials": account}), &[][..]),
        (json!({"vertex_credentials": text}), &[]),
        (json!({"vertex_ai_credentials": "os.environ/MINE"}), &mine),
        (json!({}), &adc),
    ] {
        let mut params = params;
        params["model"] = json!("vertex_ai/gemini-2.5-pro");
        let reading = reading(params, env);
        assert_eq!(reading.problems, []);
        let target = &reading.config.deployments[0].target;
        assert_eq!(target.setting("vertex_project"), Some("project-1"));
        let (address, body) = call(&target.credential);
        assert_eq!(address, "https://oauth2.googleapis.com:443/token");
        assert!(body.starts_with(
            "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=ey"
        ));
        ids.push(source(&target.credential).id().to_owned());
    }
    ids.dedup();
    assert_eq!(ids.len(), 1, "they share a token");
}

#[test]
fn googles_other_ways_are_a_users_refresh_token_and_the_metadata_server() {
    let google = |credentials: Value| {
        let params =
            json!({"model": "vertex_ai/gemini-2.5-pro", "vertex_credentials": credentials});
        credential(params, &[("VERTEXAI_PROJECT", "p")])
    };
    let user = json!({"type": "authorized_user", "client_id": "c", "client_secret": "s",
        "refresh_token": "r"});
    assert_eq!(
        call(&google(user)).1,
        "grant_type=refresh_token&client_id=c&client_secret=s&refresh_token=r"
    );
    let metadata = google(json!("metadata"));
    assert_eq!(
        call(&metadata).0,
        "http://metadata.google.internal:80/computeMetadata/v1/instance/service-accounts/default/token"
    );
    assert!(headers(&metadata).contains(&("metadata-flavor".into(), "Google".into())));
}

/// The advice on Google's credentials says `told`, and nothing shows their `SECRET`.
#[track_caller]
fn told_without_showing(credentials: Value, told: &str) {
    let params = json!({"model": "vertex_ai/gemini-2.5-pro", "vertex_credentials": credentials});
    let reading = reading(params, &[("VERTEXAI_PROJECT", "p")]);
    let advice = reading.config.deployments[0].missing_key.as_ref().unwrap();
    assert!(advice.contains(told), "{advice}");
    let all = format!("{:?} {:?}", reading.problems, reading.config.deployments);
    assert!(!all.contains("SECRET"), "{all}");
}

#[test]
fn credentials_that_cannot_be_used_are_told_without_showing_them() {
    let mut broken = account();
    broken["private_key"] = json!("SECRET");
    for (credentials, told) in [
        (json!("/etc/SECRET.json"), "a plugin reads no files"),
        (json!({"type": "external_account", "x": "SECRET"}), "`credential_source`"),
        (json!({"type": "gdch_service_account", "x": "SECRET"}), "not supported"),
        (broken, "`private_key`"),
        (json!("os.environ/NOT_SET"), "`NOT_SET`"),
    ] {
        told_without_showing(credentials, told);
    }
}

#[test]
fn a_role_is_taken_on_by_keys_or_by_a_web_identity() {
    let arn = "arn:aws:iam::1:role/r";
    let (address, body) = call(&credential(aws(json!({"aws_role_name": arn})), &AWS_ENV));
    assert_eq!(address, "https://sts.eu-west-1.amazonaws.com:443/");
    assert!(body.starts_with("Action=AssumeRole&"), "{body}");
    assert!(body.ends_with("&RoleSessionName=dragoman"), "{body}");
    let params = json!({"aws_role_name": arn, "aws_session_name": "me", "aws_region_name": "cn-north-1",
        "aws_web_identity_token": "os.environ/JWT"});
    let (address, body) = call(&credential(aws(params), &[("JWT", "a.b.c")]));
    assert_eq!(address, "https://sts.cn-north-1.amazonaws.com.cn:443/");
    assert!(body.ends_with("&RoleSessionName=me&WebIdentityToken=a.b.c"), "{body}");
}

#[test]
fn what_takes_on_no_role_is_told() {
    let file = ("AWS_WEB_IDENTITY_TOKEN_FILE", "/var/run/token");
    for (params, env, told) in [
        (json!({"aws_role_name": "r"}), &[][..], "taken on by somebody"),
        (json!({}), &[file], "set `AWS_ROLE_ARN`"),
        (json!({"aws_role_name": "r", "aws_web_identity_token": "SECRET"}), &[], "is a JWT"),
        (
            json!({"aws_role_name": "r", "aws_web_identity_token": "oidc/github/x"}),
            &[],
            "oidc/file",
        ),
        (json!({"aws_role_name": "r", "aws_web_identity_token": "oidc/file/x"}), &[], "whole path"),
        (
            json!({"aws_role_name": "r", "aws_web_identity_token": "oidc/env/NO"}),
            &[],
            "`NO` is not set",
        ),
        (json!({"aws_credentials": "SECRET"}), &[], "can only be `metadata`"),
        (json!({"aws_web_identity_token": "a.b.c"}), &[], "`aws_role_name`"),
    ] {
        let reading = reading(aws(params), env);
        let advice = reading.config.deployments[0].missing_key.as_ref().unwrap();
        assert!(advice.contains(told), "{advice}");
        assert!(!format!("{:?}", reading.problems).contains("SECRET"));
    }
}

#[test]
fn a_key_of_ibm_is_exchanged_for_a_token() {
    let env = [("WATSONX_API_KEY", "k 1")];
    let params = json!({"model": "watsonx/m", "api_base": "https://us-south.ml.cloud.ibm.com"});
    let (address, body) = call(&credential(params.clone(), &env));
    assert_eq!(address, "https://iam.cloud.ibm.com:443/identity/token");
    assert_eq!(body, "grant_type=urn%3Aibm%3Aparams%3Aoauth%3Agrant-type%3Aapikey&apikey=k%201");
    let token = credential(params, &[env[0], ("WATSONX_TOKEN", "t")]);
    assert_eq!(token, Credential::Bearer(crate::auth::Secret::new("t")));
}

#[test]
fn nothing_is_sent_and_nothing_missed_where_envoy_signs_in() {
    let found = credential(aws(json!({"api_key": "envoy"})), &AWS_ENV);
    assert_eq!(found, Credential::None);
    let reading = reading(aws(json!({"api_key": "envoy"})), &[]);
    assert_eq!(reading.config.deployments[0].missing_key, None);
}

const ORACLE_KEY: &str = include_str!("../../auth/oci/documentation.pem");

fn oracle(more: &Value) -> Value {
    let mut params = json!({"model": "oci/meta.llama", "oci_compartment_id": "c",
        "oci_user": "ocid1.user", "oci_fingerprint": "20:3b", "oci_tenancy": "ocid1.tenancy",
        "oci_key": ORACLE_KEY});
    for (name, value) in more.as_object().unwrap() {
        params[name] = value.clone();
    }
    params
}

#[test]
fn a_key_of_oracles_cloud_comes_from_the_configuration_or_from_the_environment() {
    let key_id = |params: Value, env: &[(&str, &str)]| match credential(params, env) {
        Credential::Oci(found) => {
            assert_eq!(found.key.text(), ORACLE_KEY.trim());
            found.key_id.to_string()
        }
        other => panic!("{other:?}"),
    };
    assert_eq!(key_id(oracle(&json!({})), &[]), "ocid1.tenancy/ocid1.user/20:3b");
    let env = [
        ("OCI_USER", "env-user"),
        ("OCI_FINGERPRINT", "env-print"),
        ("OCI_TENANCY", "env-tenancy"),
        ("OCI_KEY", ORACLE_KEY),
        ("OCI_COMPARTMENT_ID", "c"),
    ];
    let bare = json!({"model": "oci/cohere.command-r"});
    assert_eq!(key_id(bare, &env), "env-tenancy/env-user/env-print");
    let mixed =
        json!({"model": "oci/meta.llama", "oci_user": "own", "oci_key": "os.environ/OCI_KEY"});
    assert_eq!(key_id(mixed, &env), "env-tenancy/own/env-print");
}

#[test]
fn a_part_of_oracles_key_that_is_missing_or_wrong_is_named() {
    let file = json!({"oci_key": null, "oci_key_file": "/x.pem"});
    for (more, member, said) in [
        (json!({"oci_user": null}), "oci_user", "`oci_user` is missing"),
        (json!({"oci_key": null}), "oci_key", "`oci_key` is missing"),
        (json!({"oci_key": "SECRET"}), "oci_key", "`oci_key` is not an RSA key in PEM"),
        (json!({"oci_key": "os.environ/NONE"}), "oci_key", "`NONE` is not set"),
        (json!({"oci_tenancy": "a\"b"}), "oci_tenancy", "`oci_tenancy` is no OCID"),
        (file, "oci_key_file", "a plugin reads no files"),
    ] {
        let reading = reading(oracle(&more), &[]);
        let [problem] = &reading.problems[..] else { panic!("{more}: {:?}", reading.problems) };
        assert_eq!(problem.severity, Severity::Warning);
        assert!(problem.path.ends_with(member), "{problem:?}");
        assert!(problem.message.contains(said), "{problem:?}");
        assert!(!problem.message.contains("SECRET"));
        let deployment = &reading.config.deployments[0];
        assert_eq!(deployment.target.credential, Credential::None);
        assert!(deployment.missing_key.as_ref().unwrap().contains(said));
    }
    let bare = reading(json!({"model": "oci/meta.llama"}), &[]);
    let said: Vec<&str> = bare.problems.iter().map(|problem| &*problem.message).collect();
    assert!(said[0].contains("`OCI_COMPARTMENT_ID`"), "{said:?}");
    assert!(said[1].contains("`oci_fingerprint`"), "{said:?}");
}
