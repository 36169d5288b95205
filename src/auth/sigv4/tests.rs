//! Against AWS's signing test suite, and what botocore signs.

use super::*;
use serde::Deserialize;

/// One case of AWS's suite; the key, the scope and the time are the same in all.
#[derive(Deserialize)]
struct Vector {
    name: String,
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    #[serde(default)]
    body: String,
    token: Option<String>,
    signed: String,
    signature: String,
}

/// 2015-08-30T12:36:00Z.
const NOW: u64 = 1_440_938_160;

fn keys(token: Option<&str>) -> AwsKeys {
    AwsKeys {
        access_key_id: Secret::new("AKIDEXAMPLE"),
        secret_access_key: Secret::new("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
        session_token: token.map(Secret::new),
    }
}

fn authorization(headers: &Headers) -> &str {
    headers.iter().find(|(name, _)| name == "authorization").map(|(_, value)| &**value).unwrap()
}

#[test]
fn the_signatures_are_those_of_awss_test_suite() {
    let vectors: Vec<Vector> = serde_json::from_str(include_str!("vectors.json")).unwrap();
    assert!(vectors.len() > 20);
    let scope = Scope { region: "us-east-1", service: "service" };
    for vector in &vectors {
        let headers = vector.headers.iter().map(|(name, value)| (&**name, &**value)).collect();
        let (method, path, body) = (&*vector.method, &*vector.path, vector.body.as_bytes());
        let request = Request { method, path, headers, body };
        let added = sign(&request, &keys(vector.token.as_deref()), &scope, NOW);
        assert_eq!(
            authorization(&added),
            format!(
                "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
                 SignedHeaders={}, Signature={}",
                vector.signed, vector.signature
            ),
            "{}",
            vector.name
        );
    }
}

/// The expected signature is botocore's.
#[test]
fn an_encoded_colon_in_a_path_is_encoded_once_more() {
    let request = Request {
        method: "POST",
        path: "/model/anthropic.claude-3-haiku-20240307-v1%3A0/converse",
        headers: vec![
            ("host", "bedrock-runtime.us-east-1.amazonaws.com"),
            ("content-type", "application/json"),
        ],
        body: br#"{"messages":[]}"#,
    };
    let scope = Scope { region: "us-east-1", service: "bedrock" };
    let added = sign(&request, &keys(Some("TOKEN")), &scope, NOW);
    let expected = "faae63daca2af6513e728b7ff343f62f05eb8aa801865a900fcf6fdf582d2b67";
    assert!(authorization(&added).ends_with(expected), "{added:?}");
    assert!(added.contains(&("x-amz-security-token".into(), "TOKEN".into())));
    assert!(added.contains(&("x-amz-date".into(), "20150830T123600Z".into())));
}
