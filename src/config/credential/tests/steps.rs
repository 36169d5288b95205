//! Credentials that take several steps.

use super::*;
use crate::auth::Secret;
use crate::auth::{AwsCredential, AwsKeys};

const FILE: &str = "/var/run/secrets/token";

/// What a file, or a text, brings.
fn text(text: &str) -> Credential {
    Credential::Key(Secret::new(text))
}

fn bearer(token: &str) -> Credential {
    Credential::Bearer(Secret::new(token))
}

fn keys(name: &str) -> Credential {
    let keys = AwsKeys {
        access_key_id: Secret::new(name),
        secret_access_key: Secret::new("s"),
        session_token: Some(Secret::new("t")),
    };
    Credential::Aws(AwsCredential { keys, region: "eu-west-1".into() })
}

fn steps(credential: &Credential) -> usize {
    source(credential).steps().len()
}

fn header(credential: &Credential, brought: &[Credential], name: &str) -> Option<String> {
    let call = source(credential).call(&Facts { brought, now: 1_000, random: 0 }).unwrap();
    call.headers.into_iter().find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
}

const IRSA: [(&str, &str); 3] = [
    ("AWS_WEB_IDENTITY_TOKEN_FILE", FILE),
    ("AWS_ROLE_ARN", "arn:aws:iam::1:role/pod"),
    ("AWS_ROLE_SESSION_NAME", "pod-1"),
];

#[test]
fn a_pod_of_eks_signs_in_with_the_token_in_its_file() {
    let same = json!({"aws_role_name": "arn:aws:iam::1:role/pod"});
    for params in [json!({}), same] {
        let found = credential(aws(params), &IRSA);
        assert_eq!(steps(&found), 2);
        assert_eq!(call(&found).0, format!("dragoman_files{FILE}"));
        assert_eq!(header(&found, &[], "x-dragoman-file").as_deref(), Some("1"));
        let (address, body) = call_after(&found, &[text("a.b.c")]);
        assert_eq!(address, "https://sts.eu-west-1.amazonaws.com:443/");
        assert_eq!(
            body,
            "Action=AssumeRoleWithWebIdentity&Version=2011-06-15\
             &RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fpod&RoleSessionName=pod-1&WebIdentityToken=a.b.c"
        );
    }
}

#[test]
fn a_pod_of_eks_may_take_on_another_role_from_its_own() {
    let params =
        json!({"aws_role_name": "arn:2", "aws_session_name": "me", "aws_external_id": "e"});
    let found = credential(aws(params), &IRSA);
    assert_eq!(steps(&found), 3);
    let (_, body) = call_after(&found, &[text("a.b.c")]);
    assert!(body.contains("role%2Fpod&RoleSessionName=me&WebIdentityToken="), "{body}");
    let brought = [text("a.b.c"), keys("ASIA-POD")];
    let (_, body) = call_after(&found, &brought);
    assert_eq!(
        body,
        "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3A2&RoleSessionName=me&ExternalId=e"
    );
    let signature = header(&found, &brought, "authorization").unwrap();
    assert!(signature.contains("Credential=ASIA-POD/"), "{signature}");
}

#[test]
fn written_keys_come_before_a_pods_own_role() {
    let mut env = AWS_ENV.to_vec();
    env.extend(IRSA);
    assert!(matches!(credential(aws(json!({})), &env), Credential::Aws(_)));
}

#[test]
fn a_web_identity_may_be_in_a_file_a_variable_or_at_googles_metadata_server() {
    let found = |token: &str| {
        let params = json!({"aws_role_name": "arn:1", "aws_web_identity_token": token});
        credential(aws(params), &[("PLACE", FILE), ("JWT", "d.e.f")])
    };
    for token in
        ["oidc/file//var/run/secrets/token", FILE, "oidc/env_path/PLACE", "os.environ/PLACE"]
    {
        let found = found(token);
        assert_eq!(call(&found).0, format!("dragoman_files{FILE}"), "{token}");
        let (_, body) = call_after(&found, &[text("a.b.c")]);
        assert!(body.ends_with("&WebIdentityToken=a.b.c"), "{body}");
    }
    assert!(call(&found("oidc/env/JWT")).1.ends_with("&WebIdentityToken=d.e.f"));
    let google = found("oidc/google/https://a.b/c");
    assert_eq!(
        call(&google).0,
        "http://metadata.google.internal:80/computeMetadata/v1/instance/service-accounts/default/\
         identity?audience=https%3A%2F%2Fa.b%2Fc"
    );
    assert_eq!(header(&google, &[], "metadata-flavor").as_deref(), Some("Google"));
}

const ASSERTION: &str = "grant_type=client_credentials&client_id=c\
    &scope=https%3A%2F%2Fcognitiveservices.azure.com%2F.default\
    &client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer\
    &client_assertion=a.b.c";

#[test]
fn an_application_of_azure_may_show_a_token_from_a_file_instead_of_a_secret() {
    let env = [("AZURE_FEDERATED_TOKEN_FILE", FILE)];
    for token in ["oidc/azure/x", "oidc/file//var/run/secrets/token"] {
        let params = json!({"azure_ad_token": token, "tenant_id": "t", "client_id": "c"});
        let found = credential(azure(params), &env);
        assert_eq!(call(&found).0, format!("dragoman_files{FILE}"), "{token}");
        let (address, body) = call_after(&found, &[text("a.b.c")]);
        assert_eq!(address, "https://login.microsoftonline.com:443/t/oauth2/v2.0/token");
        assert_eq!(body, ASSERTION);
    }
}

#[test]
fn a_workload_of_azure_is_found_where_litellm_would_look_for_it() {
    let with = signing_in_by_itself;
    let file = ("AZURE_FEDERATED_TOKEN_FILE", FILE);
    let (tenant, client) = (("AZURE_TENANT_ID", "t"), ("AZURE_CLIENT_ID", "c"));
    let found = with(&[file, tenant, client]).target.credential.clone();
    assert_eq!(call_after(&found, &[text("a.b.c")]).1, ASSERTION);
    assert!(with(&[file, client]).missing_key.unwrap().contains("`tenant_id`"));
    let relative = with(&[("AZURE_FEDERATED_TOKEN_FILE", "token"), tenant, client]);
    assert!(relative.missing_key.unwrap().contains("whole path"));
}

fn google(credentials: Value) -> Credential {
    let params = json!({"model": "vertex_ai/gemini-2.5-pro", "vertex_credentials": credentials});
    credential(params, &[("VERTEXAI_PROJECT", "p")])
}

const IMPERSONATE: &str =
    "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/a@b.c:generateAccessToken";

fn external() -> Value {
    json!({
        "type": "external_account",
        "audience": "//iam.googleapis.com/projects/1/x",
        "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
        "token_url": "https://sts.googleapis.com/v1/token",
        "credential_source": {"file": FILE},
    })
}

#[test]
fn an_external_account_exchanges_what_is_in_its_file() {
    let found = google(external());
    assert_eq!(steps(&found), 2);
    assert_eq!(call(&found).0, format!("dragoman_files{FILE}"));
    let (address, body) = call_after(&found, &[text("a.b.c")]);
    assert_eq!(address, "https://sts.googleapis.com:443/v1/token");
    assert_eq!(
        body,
        "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange\
         &audience=%2F%2Fiam.googleapis.com%2Fprojects%2F1%2Fx\
         &scope=https%3A%2F%2Fwww.googleapis.com%2Fauth%2Fcloud-platform\
         &requested_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Aaccess_token\
         &subject_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Ajwt&subject_token=a.b.c"
    );
    assert_eq!(header(&found, &[text("a.b.c")], "authorization"), None);
}

#[test]
fn the_token_of_an_external_account_may_stand_in_json_or_at_a_url() {
    let mut account = external();
    account["credential_source"] = json!({
        "url": "http://169.254.169.254/token?x=1", "headers": {"Metadata": "True"},
        "format": {"type": "json", "subject_token_field_name": "id"},
    });
    let found = google(account.clone());
    assert_eq!(call(&found).0, "http://169.254.169.254:80/token?x=1");
    assert_eq!(header(&found, &[], "metadata").as_deref(), Some("True"));
    let read = source(&found).read(0, Some(200), br#"{"id": "a.b.c"}"#, 0).unwrap();
    assert_eq!(read.credential, text("a.b.c"));
    account["client_id"] = json!("me");
    account["client_secret"] = json!("s");
    let basic = header(&google(account), &[text("a.b.c")], "authorization");
    assert_eq!(basic.as_deref(), Some("Basic bWU6cw=="));
}

#[test]
fn an_account_may_stand_for_another() {
    let mut account = external();
    account["service_account_impersonation_url"] = json!(IMPERSONATE);
    account["service_account_impersonation"] = json!({"token_lifetime_seconds": 600});
    let external = google(account);
    let user = json!({"type": "authorized_user", "client_id": "c", "client_secret": "s",
        "refresh_token": "r"});
    let user = google(json!({"type": "impersonated_service_account", "delegates": ["d"],
        "service_account_impersonation_url": IMPERSONATE, "source_credentials": user}));
    for (found, brought, body) in [
        (external, vec![text("a.b.c"), bearer("t")], r#""lifetime":"600s""#),
        (user, vec![bearer("t")], r#""lifetime":"3600s","delegates":["d"]"#),
    ] {
        assert_eq!(steps(&found), brought.len() + 1);
        let (address, asked) = call_after(&found, &brought);
        assert_eq!(address, IMPERSONATE.replace(".com/", ".com:443/"));
        let scope = r#""scope":["https://www.googleapis.com/auth/cloud-platform"]"#;
        assert!(asked.contains(body) && asked.contains(scope), "{asked}");
        let authorization = header(&found, &brought, "authorization");
        assert_eq!(authorization.as_deref(), Some("Bearer t"));
    }
}

#[test]
fn accounts_that_cannot_be_used_are_told_without_showing_them() {
    let with = |source: Value| {
        let mut account = external();
        account["credential_source"] = source;
        account
    };
    let nested = json!({"type": "impersonated_service_account", "x": "SECRET"});
    for (credentials, told) in [
        (with(json!({"file": "SECRET"})), "whole path"),
        (with(json!({"executable": {"command": "SECRET"}})), "programs are not supported"),
        (
            with(json!({"environment_id": "aws1", "url": "http://SECRET"})),
            "of AWS is not supported",
        ),
        (with(json!({"url": "http://h", "headers": {"a b": "SECRET"}})), "is no header"),
        (with(json!({"url": "http://h", "headers": {"a": "SECRET\n"}})), "is no header"),
        (
            json!({"type": "impersonated_service_account", "source_credentials": nested}),
            "no account of their own",
        ),
    ] {
        told_without_showing(credentials, told);
    }
}

#[test]
fn a_containers_keys_are_asked_for_where_its_variables_say() {
    let ecs = [
        ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/credentials/1"),
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "auth-1"),
    ];
    let found = credential(aws(json!({})), &ecs);
    assert_eq!(call(&found).0, "http://169.254.170.2:80/v2/credentials/1");
    assert_eq!(header(&found, &[], "authorization").as_deref(), Some("auth-1"));
    let eks = [
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://169.254.170.23/v1/credentials"),
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", FILE),
    ];
    let found = credential(aws(json!({"aws_role_name": "arn:2"})), &eks);
    assert_eq!(call(&found).0, format!("dragoman_files{FILE}"));
    let (address, _) = call_after(&found, &[text("a.b.c")]);
    assert_eq!(address, "http://169.254.170.23:80/v1/credentials");
    assert_eq!(header(&found, &[text("a.b.c")], "authorization").as_deref(), Some("a.b.c"));
    let (_, body) = call_after(&found, &[text("a.b.c"), keys("ASIA")]);
    assert!(body.starts_with("Action=AssumeRole&"), "{body}");
}

#[test]
fn a_containers_token_is_sent_only_where_awss_tools_would_send_it() {
    let missing = |url: &str| {
        let env = [
            ("AWS_CONTAINER_CREDENTIALS_FULL_URI", url),
            ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "t"),
        ];
        reading(aws(json!({})), &env).config.deployments[0].missing_key.clone()
    };
    for good in [
        "https://any.test/x",
        "http://127.0.0.1:81/x",
        "http://[::1]/x",
        "http://localhost/",
        "http://[fd00:ec2::23]/v1/credentials",
    ] {
        assert_eq!(missing(good), None, "{good}");
    }
    for bad in ["http://any.test/x", "http://169.254.169.254/", "ftp://x", "x"] {
        assert!(missing(bad).is_some(), "{bad}");
    }
}

#[test]
fn a_machines_own_role_is_asked_for_in_three_steps_where_that_is_written() {
    let found = credential(aws(json!({"aws_credentials": "metadata"})), &AWS_ENV);
    assert_eq!(steps(&found), 3);
    assert_eq!(call(&found).0, "http://169.254.169.254:80/latest/api/token");
    assert_eq!(header(&found, &[], ":method").as_deref(), Some("PUT"));
    let life = header(&found, &[], "x-aws-ec2-metadata-token-ttl-seconds");
    assert_eq!(life.as_deref(), Some("60"));
    let roles = "http://169.254.169.254:80/latest/meta-data/iam/security-credentials/";
    assert_eq!(call_after(&found, &[text("token")]).0, roles);
    let brought = [text("token"), text("my/role")];
    assert_eq!(call_after(&found, &brought).0, format!("{roles}my%2Frole"));
    for brought in [&brought[..1], &brought] {
        let token = header(&found, brought, "x-aws-ec2-metadata-token");
        assert_eq!(token.as_deref(), Some("token"));
    }
}

#[test]
fn credentials_of_gigachat_are_exchanged_for_a_token() {
    let found = credential(json!({"model": "gigachat/GigaChat", "api_key": "bWU6cw=="}), &[]);
    let (address, body) = call(&found);
    assert_eq!(address, "https://ngw.devices.sberbank.ru:9443/api/v2/oauth");
    assert_eq!(body, "scope=GIGACHAT_API_PERS");
    let authorization = header(&found, &[], "authorization");
    assert_eq!(authorization.as_deref(), Some("Basic bWU6cw=="));
    let id = header(&found, &[], "rquid");
    assert_eq!(id.as_deref(), Some("00000000-0000-4000-8000-000000000000"));
    let env = [
        ("GIGACHAT_CREDENTIALS", "bWU6cw=="),
        ("GIGACHAT_SCOPE", "GIGACHAT_API_CORP"),
        ("GIGACHAT_AUTH_URL", "https://auth.test/x"),
    ];
    let found = credential(json!({"model": "gigachat/GigaChat"}), &env);
    let asked = ("https://auth.test:443/x".to_owned(), "scope=GIGACHAT_API_CORP".to_owned());
    assert_eq!(call(&found), asked);
    let token = credential(json!({"model": "gigachat/GigaChat", "api_key": "eyJ.a.b"}), &[]);
    assert_eq!(token, text("eyJ.a.b"));
}

#[test]
fn a_token_of_github_is_exchanged_for_one_of_copilot() {
    let copilot =
        |key: &str| credential(json!({"model": "github_copilot/gpt-4o", "api_key": key}), &[]);
    for key in ["ghu_1", "gho_1", "ghp_1", "github_pat_1"] {
        let found = copilot(key);
        assert_eq!(call(&found).0, "https://api.github.com:443/copilot_internal/v2/token");
        assert_eq!(header(&found, &[], ":method").as_deref(), Some("GET"));
        assert_eq!(header(&found, &[], "authorization"), Some(format!("token {key}")));
        assert!(header(&found, &[], "user-agent").is_some(), "GitHub asks for one");
    }
    assert_eq!(copilot("tid=1;exp=2"), text("tid=1;exp=2"));
}

#[test]
fn no_step_shows_what_is_secret() {
    let mut account = external();
    account["client_id"] = json!("c");
    account["client_secret"] = json!("SECRET");
    let copilot = json!({"model": "github_copilot/gpt-4o", "api_key": "ghu_SECRET"});
    let gigachat = json!({"model": "gigachat/GigaChat", "api_key": "SECRET"});
    let ecs = [
        ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2"),
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "SECRET"),
    ];
    for found in [
        google(account),
        credential(copilot, &[]),
        credential(gigachat, &[]),
        credential(aws(json!({})), &ecs),
    ] {
        assert!(!format!("{found:?}").contains("SECRET"), "{found:?}");
        assert!(found.secrets().any(|secret| !secret.contains(" ")), "it is known as one");
    }
}
