use super::*;
use crate::dialect::{Credential, Secret, fixture};
use crate::translate;
use crate::wire::object::RawJson;
use serde::Deserialize;
use std::collections::BTreeMap;

#[cfg(not(target_arch = "wasm32"))]
mod property;
mod response;

/// One row of `requests.json`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    to: String,
    model: String,
    api_base: Option<String>,
    #[serde(default)]
    drop_params: bool,
    #[serde(default)]
    allowed_openai_params: Vec<String>,
    #[serde(default)]
    additional_drop_params: Vec<String>,
    #[serde(default)]
    settings: BTreeMap<String, String>,
    #[serde(default)]
    defaults: BTreeMap<String, RawJson>,
    request: RawJson,
    #[serde(default)]
    path: String,
    body: Option<RawJson>,
    #[serde(default)]
    dropped: Vec<String>,
    /// The parameter that a 400 names.
    refused: Option<String>,
}

#[test]
fn requests_are_written_as_the_golden_files_say() {
    let files = [
        include_str!("tests/requests.json"),
        include_str!("tests/addresses.json"),
        include_str!("tests/mistral.json"),
    ];
    let cases = files.iter().flat_map(|file| serde_json::from_str::<Vec<Case>>(file).unwrap());
    for case in cases {
        let mut target = fixture::target(&case.to, &case.model, case.api_base.as_deref());
        target.policy.drop_params = case.drop_params;
        target.policy.allowed_openai_params = case.allowed_openai_params;
        target.policy.additional_drop_params = case.additional_drop_params;
        let own = |setting: &'static crate::catalog::Setting| {
            Some((setting.name.as_str(), case.settings.get(&setting.name)?.clone()))
        };
        if !case.settings.is_empty() {
            target.settings = target.provider.settings.iter().filter_map(own).collect();
        }
        target.defaults = case.defaults.into_iter().collect();
        let request = fixture::request(case.request.get());
        match (translate::request(&request, &target, 1, "n"), case.refused) {
            (Ok(outgoing), None) => {
                assert_eq!(outgoing.path, case.path, "{}", case.name);
                let body = String::from_utf8(outgoing.body).unwrap();
                assert_eq!(body, case.body.unwrap().get(), "{}", case.name);
                assert_eq!(outgoing.dropped, case.dropped, "{}", case.name);
            }
            (Err(error), Some(param)) => {
                assert_eq!((error.status, error.param), (400, Some(param)), "{}", case.name);
            }
            (result, _) => panic!("{}: {result:?}", case.name),
        }
    }
}

#[test]
fn the_exchange_remembers_what_the_answer_will_need() {
    let mut target = fixture::target("openai", "gpt-4o", None);
    target.organization = Some("org-1".to_owned());
    let request = fixture::request(
        r#"{"model":"m","stream":true,"messages":[{"role":"user","content":"hi"}]}"#,
    );
    let call = Call { request: &request, target: &target, now: 7, nonce: "abc" };
    let outgoing = OpenAi.request(&call).unwrap();
    assert_eq!(outgoing.url(), "https://api.openai.com/v1/chat/completions");
    assert!(outgoing.headers.contains(&("openai-organization".into(), "org-1".into())));
    assert_eq!(
        outgoing.exchange,
        Exchange {
            stream: true,
            include_usage: false,
            model: "gpt-4o".into(),
            created: 7,
            id: "chatcmpl-abc".into(),
            ..Exchange::default()
        }
    );
}

#[test]
fn headers_that_a_provider_demands_are_sent_and_can_be_replaced() {
    let mut target = fixture::target("github_copilot", "gpt-4o", None);
    target.extra_headers = vec![("editor-version".to_owned(), "vim/9".to_owned())];
    let request = fixture::request(r#"{"model":"m","messages":[{"role":"user","content":"hi"}]}"#);
    let outgoing = translate::request(&request, &target, 1, "n").unwrap();
    assert!(outgoing.headers.contains(&("copilot-integration-id".into(), "vscode-chat".into())));
    assert!(outgoing.headers.contains(&("editor-version".into(), "vim/9".into())));
}

#[test]
fn snowflake_is_told_the_kind_of_its_token() {
    for (key, token, kind) in [
        ("ey.jwt", "Bearer ey.jwt", "KEYPAIR_JWT"),
        ("pat/p", "Bearer p", "PROGRAMMATIC_ACCESS_TOKEN"),
    ] {
        let base = Some("https://a.snowflakecomputing.com");
        let mut target = fixture::target("snowflake", "llama4-maverick", base);
        target.credential = Credential::Key(Secret::new(key));
        let request =
            fixture::request(r#"{"model":"m","messages":[{"role":"user","content":"hi"}]}"#);
        let outgoing = translate::request(&request, &target, 1, "n").unwrap();
        assert!(outgoing.headers.contains(&("authorization".into(), token.into())));
        let header = ("x-snowflake-authorization-token-type".into(), kind.into());
        assert!(outgoing.headers.contains(&header));
    }
}
