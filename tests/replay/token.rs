//! Deployments that sign in with a token which has to be fetched first.

use crate::script::{Script, Step, answers, error};
use crate::told::Told;
use crate::world::{Grant, World};
use crate::{ask, entry};
use serde_json::{Value, json};

/// A request's way through the filters.
type Way = fn(&mut World, &str, &[Script]) -> Told;

/// A deployment of Azure that signs in as an application.
fn azure(group: &str, id: &str, params: Value) -> Value {
    let own = json!({"model": "azure/gpt-4o", "api_key": "", "tenant_id": format!("tenant-{id}"),
        "client_id": "c", "client_secret": format!("client-secret-{id}")});
    let mut entry = entry(group, id, own);
    for (name, value) in params.as_object().unwrap() {
        entry["litellm_params"][name] = value.clone();
    }
    entry
}

fn only(router: Value) -> Value {
    json!({"model_list": [azure("a", "a", json!({}))], "router_settings": router})
}

/// `a` signs in with a token, `b` with a key.
fn a_then_b() -> Value {
    json!({
        "model_list": [azure("a", "a", json!({})), entry("b", "b", json!({}))],
        "router_settings": {"num_retries": 0, "fallbacks": [{"a": ["b"]}]},
    })
}

fn grant(after_ms: u64, id: &str, life_s: u64) -> Grant {
    let body = json!({"access_token": format!("token-of-{id}"), "expires_in": life_s});
    (after_ms, Some(200), body.to_string())
}

fn refusal(status: u16, body: &str) -> Grant {
    (0, Some(status), body.to_owned())
}

fn world(document: Value, grants: impl IntoIterator<Item = Grant>) -> World {
    let mut world = World::new(document);
    world.grants.extend(grants);
    world
}

fn authorization(told: &Told, index: usize) -> Option<&str> {
    let mut headers = told.asked[index].headers.iter();
    headers.find(|(name, _)| name == "authorization").map(|(_, value)| &**value)
}

#[test]
fn a_request_is_held_until_there_is_a_token_and_later_ones_are_not() {
    let ways: [Way; 2] = [World::request, World::solo];
    for (document, request) in [only(json!({"num_retries": 0})), only(json!({})), a_then_b()]
        .iter()
        .flat_map(|d| ways.map(|w| (d, w)))
    {
        let mut world = world(document.clone(), [grant(100, "a", 3600)]);
        let told = request(&mut world, &ask("a"), &[answers("Hello")]);
        assert_eq!(
            (told.content().as_str(), told.header("x-dragoman-attempts")),
            ("Hello", Some("1"))
        );
        assert_eq!(authorization(&told, 0), Some("Bearer token-of-a"));
        assert!(told.asked[0].headers.iter().all(|(name, _)| name != "api-key"));
        assert!((100..=175).contains(&told.asked[0].at), "{}", told.asked[0].at);
        let told = request(&mut world, &ask("a"), &[answers("Hello")]);
        assert_eq!(told.asked[0].at, 0);
        assert_eq!(world.calls.len(), 1);
        assert_eq!(world.complaints, [""; 0]);
    }
}

#[test]
fn a_call_shows_what_it_must_to_the_endpoint_and_to_no_other() {
    let document = json!({"model_list": [
        azure("a", "a", json!({})), azure("b", "b", json!({})), entry("c", "c", json!({})),
    ]});
    let mut world = world(document, [grant(0, "a", 3600), grant(0, "b", 3600)]);
    for name in ["a", "b", "c"] {
        world.request(&ask(name), &[answers("Hello")]);
    }
    for (call, id) in world.calls.iter().zip(["a", "b"]) {
        assert_eq!(call.cluster, "https://login.microsoftonline.com:443");
        let body = std::str::from_utf8(&call.body).unwrap();
        assert!(body.ends_with(&format!("client_secret=client-secret-{id}")), "{body}");
        let path = format!("/tenant-{id}/oauth2/v2.0/token");
        assert!(call.headers.contains(&(":path".into(), path.into())), "{:?}", call.headers);
        assert!(!format!("{:?}{body}", call.headers).contains("sk-c-secret"));
    }
    assert_eq!(world.calls.len(), 2);
}

#[test]
fn a_token_that_cannot_be_fetched_is_the_next_deployments_turn() {
    for solo in [false, true] {
        for grant in [refusal(500, "client-secret-a"), (5_000, None, String::new())] {
            let after = grant.0;
            let mut world = world(a_then_b(), [grant]);
            let request = if solo { World::solo } else { World::request };
            let told = request(&mut world, &ask("a"), &[answers("Hello")]);
            assert_eq!(
                (told.content().as_str(), told.clusters()),
                ("Hello", vec!["https://b.example:443"])
            );
            assert_eq!(told.header("x-dragoman-attempts"), Some("2"));
            assert!((after..after + 100).contains(&told.asked[0].at), "{}", told.asked[0].at);
            assert_eq!(told.count("dragoman_attempts_total", ";.;status=;.;503"), 1);
            assert_eq!(world.complaints.len(), 1, "{:?}", world.complaints);
            assert!(!world.complaints[0].contains("secret"), "{:?}", world.complaints);
        }
    }
}

#[test]
fn without_another_deployment_the_client_gets_an_error_that_says_why() {
    let refused = r#"{"error":"invalid_client","error_description":"client-secret-a is wrong"}"#;
    for (grant, status, why) in [
        (refusal(401, refused), 401, "status 401, invalid_client"),
        (refusal(503, "busy"), 503, "status 503, an error"),
        ((5_000, None, String::new()), 503, "no answer"),
        (refusal(200, "{}"), 503, "status 200, an answer without a token"),
    ] {
        for solo in [false, true] {
            let mut world = world(only(json!({"num_retries": 0})), [grant.clone()]);
            let request = if solo { World::solo } else { World::request };
            let told = request(&mut world, &ask("a"), &[]);
            assert_eq!(
                (told.status, told.error()),
                (
                    Some(status),
                    format!(
                        "The gateway could not sign in at the provider: login.microsoftonline.com gave no \
                     token ({why})."
                    )
                )
            );
            // The next request does not wait for what just failed.
            let told = request(&mut world, &ask("a"), &[]);
            assert!(told.status.unwrap() >= 400);
            assert_eq!(world.calls.len(), 1);
        }
    }
}

#[test]
fn a_token_is_renewed_while_requests_go_on() {
    let mut world = world(only(json!({})), [grant(0, "a", 600), grant(200, "a", 600)]);
    world.request(&ask("a"), &[answers("Hello")]);
    // Four fifths of its life.
    world.now += 490_000;
    world.tick();
    assert_eq!(world.calls.len(), 2);
    let told = world.request(&ask("a"), &[answers("Hello")]);
    assert_eq!(told.asked[0].at, 0, "the old one is still good");
    world.now += 150_000;
    world.tick();
    let told = world.request(&ask("a"), &[answers("Hello")]);
    assert_eq!(told.asked[0].at, 0, "and here the new one");
}

#[test]
fn a_token_that_the_provider_refuses_is_not_used_for_ever() {
    let mut world =
        world(only(json!({"num_retries": 0})), [grant(0, "a", 3600), grant(0, "a", 3600)]);
    world.request(&ask("a"), &[answers("Hello")]);
    world.now += 120_000;
    let told = world.request(&ask("a"), &[error(401, "Your token-of-a is revoked")]);
    assert_eq!((told.status, told.error().as_str()), (Some(401), "Your … is revoked"));
    world.now += 120_000;
    world.request(&ask("a"), &[answers("Hello")]);
    assert_eq!(world.calls.len(), 2);
}

#[test]
fn a_pause_before_a_retry_and_a_wait_for_a_token_add_up() {
    let mut world = world(only(json!({"num_retries": 1})), [grant(100, "a", 3600)]);
    let scripts = [error(500, "x"), answers("Hello")];
    let told = world.request(&ask("a"), &scripts);
    assert_eq!(told.content(), "Hello");
    assert!(told.times()[1] >= told.times()[0] + 125, "{:?}", told.times());
}

#[test]
fn the_providers_time_limit_begins_when_it_is_asked() {
    let mut world =
        world(only(json!({"num_retries": 0, "timeout": 0.5})), [grant(2_000, "a", 3600)]);
    let script = vec![Step::Wait(400)].into_iter().chain(answers("Hello")).collect();
    assert_eq!(world.request(&ask("a"), &[script]).content(), "Hello");
}

/// Signs in by the token in a file.
fn in_a_file() -> Value {
    let own = json!({"model": "azure/gpt-4o", "api_key": "", "tenant_id": "t", "client_id": "c",
        "azure_ad_token": "oidc/file//run/secret-place/token"});
    json!({"model_list": [entry("a", "a", own), entry("b", "b", json!({}))],
        "router_settings": {"num_retries": 0, "fallbacks": [{"a": ["b"]}]}})
}

#[test]
fn a_request_is_held_through_all_steps_to_its_token() {
    let ways: [Way; 2] = [World::request, World::solo];
    for request in ways {
        let file = (50, Some(200), "projected.file.secret\n".to_owned());
        let mut world = world(in_a_file(), [file, grant(50, "a", 3600)]);
        let told = request(&mut world, &ask("a"), &[answers("Hello")]);
        assert_eq!(told.content(), "Hello");
        assert_eq!(authorization(&told, 0), Some("Bearer token-of-a"));
        assert!((100..=250).contains(&told.asked[0].at), "{}", told.asked[0].at);
        let clusters: Vec<&str> = world.calls.iter().map(|call| call.cluster.as_str()).collect();
        assert_eq!(clusters, ["dragoman_files", "https://login.microsoftonline.com:443"]);
        assert!(world.calls[1].body.ends_with(b"&client_assertion=projected.file.secret"));
        let told = request(&mut world, &ask("a"), &[answers("Hello")]);
        assert_eq!((told.asked[0].at, world.calls.len()), (0, 2));
    }
}

#[test]
fn a_file_that_cannot_be_read_is_the_next_deployments_turn_and_named_to_the_operator_only() {
    let mut world = world(in_a_file(), [refusal(404, "")]);
    let told = world.request(&ask("a"), &[answers("Hello")]);
    assert_eq!(told.clusters(), ["https://b.example:443"]);
    let told = world.request(&ask("a"), &[error(500, "no")]);
    assert!(!told.error().contains("secret-place"), "{}", told.error());
    let complaint = "no token from the file /run/secret-place/token: status 404, an error";
    assert_eq!(world.complaints, [complaint]);
}
