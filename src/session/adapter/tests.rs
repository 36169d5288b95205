use super::*;
use crate::routing::fixture::{config, entry, random};
use crate::routing::health::Health;
use crate::routing::store::MemoryStore;
use crate::session::Gateway;
use serde_json::json;
use std::rc::Rc;

/// Two deployments of one group, and a session that asks it for a stream.
fn session(store: &MemoryStore) -> SessionRef {
    let config = config(&json!({
        "model_list": [entry("g", "1", json!({"order": 1})), entry("g", "2", json!({"order": 2}))],
    }));
    let mut gateway = Gateway::new(Rc::new(config));
    let headers: Headers =
        vec![(":method".into(), "POST".into()), (":path".into(), "/chat/completions".into())];
    let body = br#"{"model":"g","stream":true,"messages":[{"role":"user","content":"hi"}]}"#;
    let mut random = random(1);
    let mut env = Env { now_ms: 0, random: &mut random, store, vm: 1 };
    gateway.handle(Event::RequestHeaders { headers: &headers, end: false }, &mut env);
    gateway.handle(Event::RequestBody(body), &mut env);
    gateway.session().unwrap().clone()
}

fn handle(adapter: &mut Adapter, store: &MemoryStore, event: Event<'_>) -> Vec<Effect> {
    let mut random = random(2);
    adapter.handle(event, &mut Env { now_ms: 1_000_000, random: &mut random, store, vm: 1 })
}

fn response(adapter: &mut Adapter, store: &MemoryStore, body: &[u8]) -> Vec<Effect> {
    let headers: Headers = vec![(":status".into(), "200".into())];
    let mut effects = handle(
        adapter,
        store,
        Event::ResponseHeaders { headers: &headers, local: false, end: false },
    );
    effects.extend(handle(adapter, store, Event::ResponseBody { bytes: body, end: false }));
    effects
}

const CONTENT: &[u8] = b"data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"x\"}}]}\n\n";

#[test]
fn an_attempt_that_was_superseded_disturbs_nothing_and_still_settles() {
    let store = MemoryStore::default();
    let session = session(&store);
    let in_flight = |id: &str| Health::load(&store, id).in_flight();
    let mut first = Adapter::new(session.clone());
    handle(&mut first, &store, Event::RequestBody(b"-"));
    let mut second = Adapter::new(session.clone());
    handle(&mut second, &store, Event::RequestBody(b"-"));
    assert_eq!((in_flight("1"), in_flight("2")), (1, 1));

    assert_eq!(response(&mut first, &store, CONTENT), [Effect::ResponseBody(Vec::new())]);
    assert_eq!(handle(&mut first, &store, Event::Tick), [], "its deadline does not matter");
    handle(&mut first, &store, Event::Done);
    assert_eq!((in_flight("1"), in_flight("2")), (0, 1));
    assert_eq!(session.borrow().last_error, None);

    let effects = response(&mut second, &store, CONTENT);
    assert!(effects.iter().any(|effect| matches!(effect, Effect::ResponseHeaders(_))));
    assert_eq!(session.borrow().deployment().unwrap().id, "2");
    handle(&mut second, &store, Event::Done);
    assert_eq!((in_flight("1"), in_flight("2")), (0, 0));
}

#[test]
fn a_second_body_starts_no_second_attempt() {
    let store = MemoryStore::default();
    let mut adapter = Adapter::new(session(&store));
    handle(&mut adapter, &store, Event::RequestBody(b"-"));
    assert_eq!(handle(&mut adapter, &store, Event::RequestBody(b"-")), []);
    handle(&mut adapter, &store, Event::Done);
    for id in ["1", "2"] {
        assert_eq!(Health::load(&store, id).in_flight(), 0);
    }
}

#[test]
fn ticks_are_wanted_only_while_something_is_waited_for() {
    let store = MemoryStore::default();
    let mut adapter = Adapter::new(session(&store));
    assert!(!adapter.wants_ticks());
    handle(&mut adapter, &store, Event::RequestBody(b"-"));
    assert!(adapter.wants_ticks());
    response(&mut adapter, &store, CONTENT);
    assert!(!adapter.wants_ticks());
}

#[test]
fn events_out_of_order_do_no_harm() {
    let store = MemoryStore::default();
    let mut adapter = Adapter::new(session(&store));
    assert_eq!(response(&mut adapter, &store, CONTENT), [], "Envoy's own reply passes");
    assert_eq!(handle(&mut adapter, &store, Event::Tick), []);
    assert_eq!(handle(&mut adapter, &store, Event::Done), []);
    let mut adapter = Adapter::new(session(&store));
    handle(&mut adapter, &store, Event::RequestBody(b"-"));
    let body = Event::ResponseBody { bytes: CONTENT, end: false };
    handle(&mut adapter, &store, body);
    handle(&mut adapter, &store, Event::Done);
    assert_eq!(Health::load(&store, "1").in_flight(), 0);
}
