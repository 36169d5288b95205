use super::*;
use crate::dialect::fixture;

fn written(
    base: &str,
    model: &str,
    version: Option<&str>,
    json: &str,
) -> Result<Outgoing, ApiError> {
    let mut target = fixture::target("azure", model, Some(base));
    target.api_version = version.map(str::to_owned);
    let request = fixture::request(json);
    Azure.request(&Call { request: &request, target: &target, now: 1, nonce: "n" })
}

const HELLO: &str = r#"{"model":"m","messages":[{"role":"user","content":"hi"}]}"#;

fn path(base: &str, model: &str, version: Option<&str>) -> String {
    written(base, model, version, HELLO).unwrap().path
}

#[test]
fn the_address_is_made_from_a_base_of_any_length() {
    let dated = "/openai/deployments/d/chat/completions?api-version=2025-02-01-preview";
    for base in [
        "https://r.openai.azure.com",
        "https://r.openai.azure.com/",
        "https://r.openai.azure.com/openai",
        "https://r.openai.azure.com/openai/deployments/d",
        "https://r.openai.azure.com/openai/deployments/d/chat/completions",
    ] {
        assert_eq!(path(base, "d", None), dated, "{base}");
    }
    assert_eq!(
        path("https://proxy.example/azure?x=1", "d", Some("2024-10-21")),
        "/azure/openai/deployments/d/chat/completions?api-version=2024-10-21&x=1"
    );
    let base =
        "https://r.openai.azure.com/openai/deployments/d/chat/completions?api-version=2024-06-01";
    assert_eq!(
        path(base, "d", None),
        "/openai/deployments/d/chat/completions?api-version=2024-06-01"
    );
}

#[test]
fn the_surface_without_versions_takes_the_deployment_from_the_body() {
    for version in ["v1", "latest", "preview"] {
        for base in ["https://r.openai.azure.com", "https://r.openai.azure.com/openai"] {
            assert_eq!(path(base, "d", Some(version)), "/openai/v1/chat/completions");
        }
    }
    let outgoing = written("https://r.openai.azure.com/openai/v1/", "d", None, HELLO).unwrap();
    assert_eq!(outgoing.path, "/openai/v1/chat/completions");
    assert!(outgoing.body.starts_with(br#"{"model":"d","#));
}

#[test]
fn a_deployment_name_stays_inside_its_segment() {
    assert_eq!(
        path("https://r.example", "a/b?c#d", Some("2024-10-21")),
        "/openai/deployments/a%2Fb%3Fc%23d/chat/completions?api-version=2024-10-21"
    );
    for bad in ["", "..", "a/../b", "a\nb"] {
        let error = written("https://r.example", bad, None, HELLO).unwrap_err();
        assert_eq!((error.status, error.param.as_deref()), (400, Some("model")), "{bad:?}");
    }
}

#[test]
fn a_route_prefix_tells_the_family_and_is_not_part_of_the_name() {
    let json = r#"{"model":"m","max_tokens":5,"messages":[{"role":"user","content":"hi"}]}"#;
    for model in ["o_series/prod", "gpt5_series/prod"] {
        let outgoing = written("https://r.example", model, None, json).unwrap();
        assert!(outgoing.path.starts_with("/openai/deployments/prod/"), "{}", outgoing.path);
        assert_eq!(
            String::from_utf8(outgoing.body).unwrap(),
            r#"{"model":"prod","max_completion_tokens":5,"messages":[{"role":"user","content":"hi"}]}"#
        );
        assert_eq!(outgoing.exchange.model, "prod");
    }
}

#[test]
fn versions_before_stream_options_are_not_sent_any() {
    let json = r#"{"model":"m","stream":true,"messages":[{"role":"user","content":"hi"}]}"#;
    for (version, sent) in
        [("2024-06-01", false), ("2024-09-01-preview", true), ("2024-10-21", true), ("v1", true)]
    {
        let outgoing = written("https://r.example", "d", Some(version), json).unwrap();
        let body = String::from_utf8(outgoing.body).unwrap();
        assert_eq!(body.contains("include_usage"), sent, "{version}");
    }
}

#[test]
fn a_refused_prompt_is_recognised() {
    let body = br#"{"error":{"message":"The response was filtered due to the prompt triggering Azure OpenAI's content management policy.","type":null,"param":"prompt","code":"content_filter","status":400,"innererror":{"code":"ResponsibleAIPolicyViolation","content_filter_result":{}}}}"#;
    let error = Azure.error(400, body);
    assert!(error.has_code(crate::openai::error::code::CONTENT_POLICY));
    assert_eq!((error.status, error.param.as_deref()), (400, Some("prompt")));
}
