use super::*;
use crate::auth::token::Tokens;
use crate::routing::fixture::{config, entry, random};
use crate::routing::load::Load;
use crate::routing::store::MemoryStore;
use crate::session::Gateway;
use serde_json::json;
use std::cell::RefCell;
use std::rc::Rc;

#[derive(Default)]
struct World {
    store: MemoryStore,
    load: RefCell<Load>,
    tokens: RefCell<Tokens>,
}

impl World {
    fn env<'a>(&'a self, now_ms: u64, random: &'a mut dyn FnMut() -> u64) -> Env<'a> {
        Env { now_ms, random, store: &self.store, load: &self.load, tokens: &self.tokens, vm: 1 }
    }
}

/// Two deployments of one group, and a session that asks it for a stream.
fn session(world: &World) -> SessionRef {
    let config = config(&json!({
        "model_list": [entry("g", "1", json!({"order": 1})), entry("g", "2", json!({"order": 2}))],
        "dragoman": {"role": "gateway"},
    }));
    asked(world, config)
}

/// The session of a request for a stream to the group `g`.
fn asked(world: &World, config: crate::config::Config) -> SessionRef {
    let mut gateway = Gateway::new(Rc::new(config));
    let headers: Headers =
        vec![(":method".into(), "POST".into()), (":path".into(), "/chat/completions".into())];
    let body = br#"{"model":"g","stream":true,"messages":[{"role":"user","content":"hi"}]}"#;
    let mut random = random(1);
    let mut env = world.env(0, &mut random);
    gateway.handle(Event::RequestHeaders { headers: &headers, end: false }, &mut env);
    gateway.handle(Event::RequestBody(body.to_vec()), &mut env);
    gateway.session().unwrap().clone()
}

fn handle(adapter: &mut Adapter, world: &World, event: Event<'_>) -> Vec<Effect> {
    let mut random = random(2);
    adapter.handle(event, &mut world.env(1_000_000, &mut random))
}

fn response(adapter: &mut Adapter, world: &World, body: &[u8]) -> Vec<Effect> {
    let headers: Headers = vec![(":status".into(), "200".into())];
    let mut effects = handle(
        adapter,
        world,
        Event::ResponseHeaders { headers: &headers, local: false, end: false },
    );
    effects.extend(handle(adapter, world, Event::ResponseBody { bytes: body, end: false }));
    effects
}

const CONTENT: &[u8] = b"data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"x\"}}]}\n\n";

#[test]
fn an_attempt_that_was_superseded_disturbs_nothing_and_still_settles() {
    let world = World::default();
    let session = session(&world);
    let in_flight = |id: &str| world.load.borrow().own(id);
    let mut first = Adapter::new(session.clone());
    handle(&mut first, &world, Event::RequestBody(b"-".to_vec()));
    let mut second = Adapter::new(session.clone());
    handle(&mut second, &world, Event::RequestBody(b"-".to_vec()));
    assert_eq!((in_flight("1"), in_flight("2")), (1, 1));

    assert_eq!(response(&mut first, &world, CONTENT), [Effect::ResponseBody(Vec::new())]);
    assert_eq!(handle(&mut first, &world, Event::Tick), [], "its deadline does not matter");
    handle(&mut first, &world, Event::Done { provider_broke: false });
    assert_eq!((in_flight("1"), in_flight("2")), (0, 1));
    assert_eq!(session.borrow().last_error, None);

    let effects = response(&mut second, &world, CONTENT);
    assert!(effects.iter().any(|effect| matches!(effect, Effect::ResponseHeaders(_))));
    assert_eq!(session.borrow().deployment().unwrap().id, "2");
    handle(&mut second, &world, Event::Done { provider_broke: false });
    assert_eq!((in_flight("1"), in_flight("2")), (0, 0));
}

#[test]
fn a_second_body_starts_no_second_attempt() {
    let world = World::default();
    let mut adapter = Adapter::new(session(&world));
    handle(&mut adapter, &world, Event::RequestBody(b"-".to_vec()));
    assert_eq!(handle(&mut adapter, &world, Event::RequestBody(b"-".to_vec())), []);
    handle(&mut adapter, &world, Event::Done { provider_broke: false });
    for id in ["1", "2"] {
        assert_eq!(world.load.borrow().own(id), 0);
    }
}

#[test]
fn ticks_are_wanted_only_while_something_is_waited_for() {
    let world = World::default();
    let mut adapter = Adapter::new(session(&world));
    assert!(!adapter.wants_ticks());
    handle(&mut adapter, &world, Event::RequestBody(b"-".to_vec()));
    assert!(adapter.wants_ticks());
    response(&mut adapter, &world, CONTENT);
    assert!(!adapter.wants_ticks());
}

#[test]
fn events_out_of_order_do_no_harm() {
    let world = World::default();
    let mut adapter = Adapter::new(session(&world));
    assert_eq!(response(&mut adapter, &world, CONTENT), [], "Envoy's own reply passes");
    assert_eq!(handle(&mut adapter, &world, Event::Tick), []);
    assert_eq!(handle(&mut adapter, &world, Event::Done { provider_broke: false }), []);
    let mut adapter = Adapter::new(session(&world));
    handle(&mut adapter, &world, Event::RequestBody(b"-".to_vec()));
    let body = Event::ResponseBody { bytes: CONTENT, end: false };
    handle(&mut adapter, &world, body);
    handle(&mut adapter, &world, Event::Done { provider_broke: false });
    assert_eq!(world.load.borrow().own("1"), 0);
}

#[test]
fn what_the_provider_wrote_just_right_passes_as_it_came() {
    let world = World::default();
    let mut adapter = Adapter::new(session(&world));
    handle(&mut adapter, &world, Event::RequestBody(b"-".to_vec()));
    let [Effect::Hold, Effect::ResponseHeaders(_)] = &response(&mut adapter, &world, CONTENT)[..]
    else {
        panic!("the first content opens the answer and needs no change");
    };
    let event = |bytes| Event::ResponseBody { bytes, end: false };
    assert_eq!(handle(&mut adapter, &world, event(CONTENT)), []);
    let (head, tail) = CONTENT.split_at(20);
    assert_eq!(handle(&mut adapter, &world, event(head)), [Effect::ResponseBody(Vec::new())]);
    let whole = Effect::ResponseBody(CONTENT.to_vec());
    assert_eq!(handle(&mut adapter, &world, event(tail)), [whole]);
}

#[test]
fn a_client_that_goes_away_while_a_token_is_fetched_leaves_nothing_behind() {
    let world = World::default();
    let config = config(&json!({
        "model_list": [{"model_name": "g", "litellm_params": {"model": "azure/m",
            "api_base": "https://h.example", "tenant_id": "t", "client_id": "c",
            "client_secret": "s"}, "model_info": {"id": "1"}}],
        "dragoman": {"role": "gateway"},
    }));
    let session = asked(&world, config);
    let mut adapter = Adapter::new(session);
    let handle = |adapter: &mut Adapter, event| handle(adapter, &world, event);
    assert_eq!(handle(&mut adapter, Event::RequestBody(b"-".to_vec())), [Effect::Hold]);
    assert!(adapter.wants_ticks() && !adapter.is_unsettled());
    assert_eq!(handle(&mut adapter, Event::Tick), []);
    assert_eq!(handle(&mut adapter, Event::Done { provider_broke: false }), []);
    assert_eq!(world.load.borrow().own("1"), 0);
}

#[test]
fn where_envoy_answers_by_itself_the_wait_for_a_token_is_over() {
    let world = World::default();
    let config = config(&json!({
        "model_list": [{"model_name": "g", "litellm_params": {"model": "azure/m",
            "api_base": "https://h.example", "tenant_id": "t", "client_id": "c",
            "client_secret": "s"}}],
        "dragoman": {"role": "gateway"},
    }));
    let session = asked(&world, config);
    let mut adapter = Adapter::alone(session.clone());
    assert_eq!(handle(&mut adapter, &world, Event::RequestBody(b"-".to_vec())), [Effect::Hold]);
    let headers: Headers = vec![(":status".into(), "408".into())];
    let event = Event::ResponseHeaders { headers: &headers, local: true, end: false };
    assert_eq!(handle(&mut adapter, &world, event), []);
    assert_eq!(session.borrow().answered, Some(408));
    assert!(!adapter.wants_ticks());
}

#[test]
fn an_attempt_that_was_superseded_while_it_waited_asks_nobody() {
    let world = World::default();
    let config = config(&json!({
        "model_list": [
            {"model_name": "g", "litellm_params": {"model": "azure/m", "order": 1,
                "api_base": "https://h.example", "tenant_id": "t", "client_id": "c",
                "client_secret": "s"}, "model_info": {"id": "1"}},
            entry("g", "2", json!({"order": 2})),
        ],
        "dragoman": {"role": "gateway"},
    }));
    let session = asked(&world, config);
    let mut first = Adapter::new(session.clone());
    assert_eq!(handle(&mut first, &world, Event::RequestBody(b"-".to_vec())), [Effect::Hold]);
    let mut second = Adapter::new(session);
    handle(&mut second, &world, Event::RequestBody(b"-".to_vec()));
    assert_eq!(handle(&mut first, &world, Event::Tick), []);
    assert_eq!((world.load.borrow().own("1"), world.load.borrow().own("2")), (0, 1));
    handle(&mut second, &world, Event::Done { provider_broke: false });
}

/// A deployment of AWS with keys.
fn signed() -> crate::config::Config {
    config(&json!({
        "model_list": [{"model_name": "g", "litellm_params": {"model": "bedrock/m",
            "aws_access_key_id": "AKID-IN-USE", "aws_secret_access_key": "the-secret-key",
            "aws_session_token": "the-session-token", "aws_region_name": "eu-west-1"}}],
        "dragoman": {"role": "gateway"},
    }))
}

#[test]
fn a_signature_is_for_what_is_sent() {
    let world = World::default();
    let mut adapter = Adapter::new(asked(&world, signed()));
    let effects = handle(&mut adapter, &world, Event::RequestBody(b"-".to_vec()));
    let headers = effects.iter().find_map(|effect| match effect {
        Effect::RequestHeaders(headers) => Some(headers),
        _ => None,
    });
    let get = |name| headers::get(headers.unwrap(), name).unwrap();
    assert_eq!(get(":authority"), "bedrock-runtime.eu-west-1.amazonaws.com");
    // The clock of these tests stands at 1,000 seconds.
    assert_eq!(get("x-amz-date"), "19700101T001640Z");
    let authorization = get("authorization");
    let begins = "AWS4-HMAC-SHA256 Credential=AKID-IN-USE/19700101/eu-west-1/bedrock/aws4_request, \
                  SignedHeaders=content-type;host;x-amz-date;x-amz-security-token, Signature=";
    assert!(authorization.starts_with(begins), "{authorization}");
    assert!(effects.iter().all(|effect| !format!("{effect:?}").contains("the-secret-key")));
}

#[test]
fn an_error_that_quotes_keys_of_aws_does_not_give_them_away() {
    let world = World::default();
    let mut adapter = Adapter::new(asked(&world, signed()));
    handle(&mut adapter, &world, Event::RequestBody(b"-".to_vec()));
    let headers: Headers = vec![(":status".into(), "403".into())];
    let head = Event::ResponseHeaders { headers: &headers, local: false, end: false };
    handle(&mut adapter, &world, head);
    let body = br#"{"error":{"message":"AKID-IN-USE, the-secret-key, the-session-token"}}"#;
    let effects = handle(&mut adapter, &world, Event::ResponseBody { bytes: body, end: true });
    let body = effects.iter().find_map(|effect| match effect {
        Effect::ResponseBody(body) => Some(String::from_utf8_lossy(body)),
        _ => None,
    });
    assert!(body.as_ref().unwrap().contains("…, …, …"), "{body:?}");
}
