use super::*;
use crate::auth::token::Tokens;
use crate::routing::fixture::{config, entry, random};
use crate::routing::load::Load;
use crate::routing::store::MemoryStore;
use serde_json::{Value, json};

const KEY: &str = "sk-master";
const BODY: &str = r#"{"model":"gpt","messages":[{"role":"user","content":"hi"}]}"#;

struct Client {
    gateway: Gateway,
    store: MemoryStore,
    load: RefCell<Load>,
    tokens: RefCell<Tokens>,
}

impl Client {
    fn new(settings: Value) -> Self {
        let mut document = json!({
            "model_list": [entry("gpt", "1", json!({}))],
            "dragoman": {"role": "gateway"},
        });
        for (name, value) in settings.as_object().unwrap() {
            document[name] = value.clone();
        }
        Self {
            gateway: Gateway::new(Rc::new(config(&document))),
            store: MemoryStore::default(),
            load: RefCell::default(),
            tokens: RefCell::default(),
        }
    }

    fn with_key() -> Self {
        Self::new(json!({"general_settings": {"master_key": KEY}}))
    }

    fn event(&mut self, event: Event<'_>) -> Vec<Effect> {
        let mut random = random(1);
        let mut env = Env {
            now_ms: 1_000,
            random: &mut random,
            store: &self.store,
            load: &self.load,
            tokens: &self.tokens,
            vm: 1,
        };
        self.gateway.handle(event, &mut env)
    }

    fn headers(&mut self, method: &str, path: &str, others: &[(&str, &str)]) -> Vec<Effect> {
        let mut headers = vec![(":method".into(), method.to_owned().into())];
        headers.push((":path".into(), path.to_owned().into()));
        headers.extend(
            others
                .iter()
                .map(|(name, value)| ((*name).to_owned().into(), (*value).to_owned().into())),
        );
        self.event(Event::RequestHeaders { headers: &headers, end: false })
    }

    fn chat(&mut self, others: &[(&str, &str)]) -> Vec<Effect> {
        self.headers("POST", "/v1/chat/completions", others)
    }

    /// What the router gets for a good request.
    fn forwarded(&mut self, others: &[(&str, &str)]) -> Headers {
        assert_eq!(self.chat(others), [Effect::Hold]);
        let effects = self.event(Event::RequestBody(BODY.as_bytes().to_vec()));
        let [Effect::RequestHeaders(headers), Effect::RequestBody(body)] = &effects[..] else {
            panic!("{effects:?}");
        };
        assert!(!body.is_empty(), "the adapter needs a body to replace");
        headers.clone()
    }
}

/// Status, code and message of a refusal, which is also counted.
#[track_caller]
fn refused(effects: Vec<Effect>) -> (u16, Value, String) {
    let [Effect::Reply(reply), counted] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!(*counted, metrics::refused(reply.status));
    let body: Value = serde_json::from_slice(&reply.body).unwrap();
    let error = &body["error"];
    (reply.status, error["code"].clone(), error["message"].as_str().unwrap().to_owned())
}

#[test]
fn the_master_key_is_taken_from_any_of_three_headers() {
    for (name, value) in [
        ("authorization", "Bearer sk-master"),
        ("authorization", "bearer  sk-master "),
        ("x-api-key", KEY),
        ("x-litellm-api-key", KEY),
    ] {
        assert_eq!(Client::with_key().chat(&[(name, value)]), [Effect::Hold], "{name}: {value}");
    }
}

#[test]
fn a_missing_or_wrong_key_is_a_401_that_does_not_show_the_right_one() {
    for headers in [
        &[][..],
        &[("authorization", "Basic c2stbWFzdGVy")],
        &[("authorization", "sk-master")],
        &[("authorization", "Bearer sk-maste")],
        &[("authorization", "Bearer sk-masterx")],
        &[("authorization", "Bearer wrong"), ("x-api-key", KEY)],
        &[("x-api-key", "")],
    ] {
        let (status, code, message) = refused(Client::with_key().chat(headers));
        assert_eq!((status, code), (401, json!("invalid_api_key")), "{headers:?}");
        assert!(!message.contains(KEY));
    }
}

#[test]
fn only_health_checks_need_no_key() {
    for path in [
        "/v1/models",
        "/v1/models/gpt",
        "/nowhere",
        "/v1/chat/completions?x=/health/",
        "/v1/models?/health/readiness",
        "/v1/models/health/readiness",
    ] {
        for method in ["GET", "POST"] {
            let (status, ..) = refused(Client::with_key().headers(method, path, &[]));
            assert_eq!(status, 401, "{method} {path}");
        }
    }
    let effects = Client::with_key().headers("GET", "/health/readiness", &[]);
    assert!(matches!(&effects[..], [Effect::Reply(Reply { status: 200, .. })]), "{effects:?}");
}

#[test]
fn a_request_that_was_refused_is_not_taken_up_by_its_body() {
    let mut client = Client::with_key();
    client.chat(&[]);
    assert_eq!(client.event(Event::RequestBody(BODY.as_bytes().to_vec())), []);
    assert!(client.gateway.session().is_none());
}

#[test]
fn bad_requests_are_told_apart() {
    let mut client = Client::new(json!({"dragoman": {"limits": {"max_request_body_bytes": 100}}}));
    assert_eq!(refused(client.headers("GET", "/v1/chat/completions", &[])).0, 405);
    assert_eq!(refused(client.headers("POST", "/v1/x", &[])).0, 404);
    assert_eq!(refused(client.chat(&[("content-type", "text/plain; charset=utf-8")])).0, 415);
    assert_eq!(refused(client.chat(&[("content-encoding", "gzip")])).0, 415);
    assert_eq!(refused(client.chat(&[("content-length", "101")])).0, 413);
    let headers =
        vec![(":method".into(), "POST".into()), (":path".into(), "/chat/completions".into())];
    let without_body = client.event(Event::RequestHeaders { headers: &headers, end: true });
    assert_eq!(refused(without_body).0, 400);
    for media in ["application/json", "Application/JSON;charset=utf-8", "application/x+json"] {
        let mut client = Client::new(json!({}));
        assert_eq!(client.chat(&[("content-type", media)]), [Effect::Hold], "{media}");
    }
}

#[test]
fn a_body_is_read_with_care() {
    let cases = [
        (r#"{"model":"gpt""#, 400, json!("invalid_json"), "line 1, column"),
        ("", 400, json!("invalid_json"), "empty"),
        (r#"{"messages":[{"role":"user"}]}"#, 400, Value::Null, "`model`"),
        (r#"{"model":"gpt","messages":[]}"#, 400, Value::Null, "`messages`"),
        (
            r#"{"model":"gpt-9","messages":[{"role":"user","content":"x"}]}"#,
            404,
            json!("model_not_found"),
            "gpt",
        ),
    ];
    for (body, status, code, part) in cases {
        let mut client = Client::new(json!({}));
        client.chat(&[]);
        let (found, found_code, message) =
            refused(client.event(Event::RequestBody(body.as_bytes().to_vec())));
        assert_eq!((found, found_code), (status, code), "{body}");
        assert!(message.contains(part), "{message}");
        assert!(client.gateway.session().is_none());
    }
    let mut client = Client::new(json!({"dragoman": {"limits": {"max_request_body_bytes": 50}}}));
    client.chat(&[]);
    assert_eq!(refused(client.event(Event::RequestBody(BODY.as_bytes().to_vec()))).0, 413);
}

#[test]
fn nothing_of_the_client_reaches_the_loop_but_what_routing_and_tracing_need() {
    let headers = Client::with_key().forwarded(&[
        ("x-api-key", KEY),
        ("cookie", "a=b"),
        ("x-dragoman-session", "forged"),
        ("x-dragoman-retry", "1"),
        ("x-envoy-max-retries", "99"),
        ("x-envoy-upstream-rq-timeout-ms", "1"),
        ("content-length", "60"),
        ("traceparent", "00-1"),
        ("x-request-id", "r1"),
    ]);
    let names: Vec<&str> = headers.iter().map(|(name, _)| &**name).collect();
    assert_eq!(
        names,
        [
            ":method",
            ":path",
            "traceparent",
            "x-request-id",
            CLUSTER,
            SESSION,
            "x-envoy-max-retries"
        ]
    );
    assert_ne!(headers::get(&headers, SESSION), Some("forged"));
    assert_eq!(headers::get(&headers, "x-envoy-max-retries"), Some("2"));
}

#[test]
fn an_answer_shows_the_clients_headers_and_no_internal_ones() {
    let mut client = Client::new(json!({}));
    client.forwarded(&[]);
    let answer: Headers = [
        (":status", "503"),
        ("content-type", "application/json"),
        ("x-dragoman-retry", "1"),
        ("x-dragoman-session", "t"),
        ("x-dragoman-attempts", "77"),
        ("x-dragoman-provider-request-id", "req_1"),
        ("x-ratelimit-remaining-requests", "5"),
    ]
    .map(|(name, value)| (name.into(), value.into()))
    .into();
    let effects =
        client.event(Event::ResponseHeaders { headers: &answer, local: false, end: false });
    let [Effect::ResponseHeaders(shown)] = &effects[..] else { panic!("{effects:?}") };
    let get = |name| headers::get(shown, name);
    assert_eq!(get(":status"), Some("503"));
    assert_eq!(get("x-dragoman-retry"), None);
    assert_eq!(get(SESSION), None);
    assert_eq!(get("x-dragoman-attempts"), Some("0"));
    assert_eq!(get("x-dragoman-provider-request-id"), Some("req_1"));
    assert_eq!(get("x-ratelimit-remaining-requests"), Some("5"));
    let call = client.gateway.session().unwrap().borrow().call_id.clone();
    assert_eq!(get("x-dragoman-call-id"), Some(call.as_str()));
    assert_eq!(get("x-litellm-call-id"), Some(call.as_str()));
    assert_eq!(get("x-dragoman-cost-usd"), None, "nobody served it");
}

#[test]
fn the_token_is_not_the_public_id() {
    let mut client = Client::new(json!({}));
    client.forwarded(&[]);
    let session = client.gateway.session().unwrap().borrow();
    assert_ne!(session.token, session.call_id);
    assert_eq!(session.token.len(), 32);
}

#[test]
fn a_reply_of_our_own_passes_as_it_is() {
    let mut client = Client::with_key();
    client.chat(&[]);
    let headers = vec![(":status".into(), "401".into())];
    assert_eq!(
        client.event(Event::ResponseHeaders { headers: &headers, local: true, end: false }),
        []
    );
    assert_eq!(client.event(Event::Done { provider_broke: false }), []);
}
