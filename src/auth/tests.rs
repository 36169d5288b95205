use super::*;
use crate::dialect::Exchange;
use crate::dialect::fixture;

fn target(provider: &str, credential: Credential) -> Target {
    Target { credential, ..fixture::target(provider, "m", None) }
}

fn outgoing(target: &Target) -> Outgoing {
    let endpoint = target.endpoint.clone();
    Outgoing::json(endpoint, "/model/a%3A0/converse".into(), b"{}".to_vec(), Exchange::default())
}

fn header<'a>(outgoing: &'a Outgoing, name: &str) -> Option<&'a str> {
    outgoing.headers.iter().find(|(known, _)| known == name).map(|(_, value)| &**value)
}

fn aws(token: Option<&str>) -> Credential {
    Credential::Aws(AwsCredential {
        keys: AwsKeys {
            access_key_id: Secret::new("AKID-SECRET"),
            secret_access_key: Secret::new("SECRET"),
            session_token: token.map(Secret::new),
        },
        region: "eu-west-1".into(),
    })
}

#[test]
fn a_key_of_aws_is_a_bearer_token() {
    let target = target("bedrock", Credential::Key(Secret::new("k")));
    let mut outgoing = outgoing(&target);
    apply(&mut outgoing, &target, &target.credential, 0);
    assert_eq!(header(&outgoing, "authorization"), Some("Bearer k"));
    assert_eq!(header(&outgoing, "x-amz-date"), None);
}

#[test]
fn keys_of_aws_sign_the_host_the_body_and_what_it_is() {
    let target = target("bedrock", aws(Some("TOKEN")));
    let mut outgoing = outgoing(&target);
    outgoing.set_header("x-amz-date", "configured");
    outgoing.set_header("x-amzn-bedrock-trace", "ENABLED");
    apply(&mut outgoing, &target, &target.credential, 1_440_938_160);
    let authorization = header(&outgoing, "authorization").unwrap();
    assert!(
        authorization.starts_with(
            "AWS4-HMAC-SHA256 Credential=AKID-SECRET/20150830/eu-west-1/bedrock/aws4_request, \
             SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amzn-bedrock-trace, \
             Signature="
        ),
        "{authorization}"
    );
    assert_eq!(header(&outgoing, "x-amz-date"), Some("20150830T123600Z"));
    assert_eq!(header(&outgoing, "x-amz-security-token"), Some("TOKEN"));
    let before = authorization.to_owned();
    outgoing.body = b"{ }".to_vec();
    apply(&mut outgoing, &target, &target.credential, 1_440_938_160);
    assert_ne!(header(&outgoing, "authorization"), Some(&*before), "the body is not signed");
}

fn oracle() -> Credential {
    let key = RsaKey::parse(Secret::new(include_str!("oci/documentation.pem"))).unwrap();
    Credential::Oci(OciCredential { key_id: "t/u/f".into(), key })
}

#[test]
fn a_key_of_oracles_cloud_signs_what_is_sent() {
    let target = target("oci", oracle());
    let mut outgoing = outgoing(&target);
    outgoing.set_header("date", "configured");
    apply(&mut outgoing, &target, &target.credential, 784_111_777);
    assert_eq!(header(&outgoing, "date"), Some("Sun, 06 Nov 1994 08:49:37 GMT"));
    assert!(header(&outgoing, "x-content-sha256").is_some());
    let before = header(&outgoing, "authorization").unwrap().to_owned();
    assert!(before.starts_with("Signature version=\"1\",") && before.contains("keyId=\"t/u/f\""));
    outgoing.body = b"{ }".to_vec();
    apply(&mut outgoing, &target, &target.credential, 784_111_777);
    assert_ne!(header(&outgoing, "authorization"), Some(&*before), "the body is not signed");
}

#[test]
fn no_credential_shows_in_debug_output() {
    for credential in [Credential::Key(Secret::new("SECRET")), aws(Some("SECRET")), oracle()] {
        let secrets: Vec<String> = credential.secrets().map(str::to_owned).collect();
        let target = target("bedrock", credential);
        let shown = format!("{target:?}");
        assert!(!secrets.iter().any(|secret| shown.contains(secret)), "{shown}");
    }
}
