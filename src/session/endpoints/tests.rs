use super::*;
use crate::routing::fixture::{config, entry};
use crate::session::Headers;

fn served() -> Config {
    config(&json!({
        "model_list": [
            entry("gpt", "1", json!({})),
            entry("claude/*", "2", json!({"model": "anthropic/*"})),
        ],
        "router_settings": {"model_group_alias": {"alias": "gpt"}},
    }))
}

/// Status, headers and JSON of an answer given at once.
fn replied(method: &str, path: &str) -> (u16, Headers, Value) {
    match find(method, path, &served()) {
        Endpoint::Ask(_) => panic!("{method} {path} wants a body"),
        Endpoint::Reply(reply) | Endpoint::Public(reply) => {
            (reply.status, reply.headers, serde_json::from_slice(&reply.body).unwrap())
        }
    }
}

#[test]
fn operations_are_found_with_and_without_version_slash_and_query() {
    for operation in Operation::ALL {
        let path = operation.path();
        for path in
            [format!("/v1{path}"), path.to_owned(), format!("/v1{path}/"), format!("/v1{path}?x=1")]
        {
            let found = find("POST", &path, &served());
            assert!(matches!(found, Endpoint::Ask(found) if found == operation), "{path}");
        }
    }
}

#[test]
fn models_are_listed_with_their_owners() {
    let (status, _, body) = replied("GET", "/v1/models?limit=5");
    assert_eq!((status, &body["object"]), (200, &json!("list")));
    let models: Vec<_> = body["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|model| (model["id"].as_str().unwrap(), model["owned_by"].as_str().unwrap()))
        .collect();
    assert_eq!(models, [("gpt", "openai"), ("claude/*", "anthropic")]);
}

#[test]
fn one_model_is_found_by_any_of_its_names() {
    for (path, id) in [
        ("/v1/models/gpt", "gpt"),
        ("/models/alias", "alias"),
        ("/v1/models/claude/opus", "claude/opus"),
        ("/v1/models/claude%2Fopus%3a1", "claude/opus:1"),
    ] {
        let (status, _, body) = replied("GET", path);
        assert_eq!((status, &body["id"]), (200, &json!(id)), "{path}");
    }
}

#[test]
fn an_unknown_model_is_a_404_that_lists_the_known_ones() {
    for path in ["/v1/models/gpt-9", "/v1/models/%", "/v1/models/%zz%ff"] {
        let (status, _, body) = replied("GET", path);
        assert_eq!((status, &body["error"]["code"]), (404, &json!("model_not_found")));
        let message = body["error"]["message"].as_str().unwrap();
        assert!(message.contains("gpt") && message.contains("claude/*"), "{message}");
    }
}

#[test]
fn health_is_for_whoever_asks() {
    for path in
        ["/health/liveliness", "/health/liveness", "/health/readiness", "/health/readiness/"]
    {
        assert!(matches!(
            find("GET", path, &served()),
            Endpoint::Public(Reply { status: 200, .. })
        ));
        assert!(matches!(find("HEAD", path, &served()), Endpoint::Public(_)));
    }
}

#[test]
fn another_method_is_a_405_that_names_the_right_one() {
    for (method, path, allowed) in [
        ("GET", "/v1/chat/completions", "POST"),
        ("GET", "/v1/embeddings", "POST"),
        ("POST", "/v1/models", "GET"),
        ("DELETE", "/v1/models/gpt", "GET"),
        ("POST", "/health/readiness", "GET"),
    ] {
        let (status, headers, body) = replied(method, path);
        assert_eq!(status, 405, "{method} {path}");
        assert!(headers.contains(&("allow".into(), allowed.into())));
        assert!(body["error"]["message"].as_str().unwrap().contains(allowed));
    }
}

#[test]
fn anything_else_is_a_404_that_lists_what_exists() {
    for path in
        ["/", "", "/v1", "/v1chat/completions", "/v1/embedding", "/v1/chat/completions/x", "*"]
    {
        let (status, _, body) = replied("POST", path);
        assert_eq!(status, 404, "{path}");
        let message = body["error"]["message"].as_str().unwrap();
        assert!(message.contains("POST /v1/chat/completions, POST /v1/embeddings"), "{message}");
    }
}
