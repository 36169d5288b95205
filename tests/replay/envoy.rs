//! A model of the Envoy around the filters: it delivers events, carries out effects as `src/host`
//! and Envoy do, and its router tries again on the internal retry header and on resets.

use crate::invariant;
use crate::script::{First, Script, Step};
use crate::told::{Asked, Told};
use crate::world::{Grant, World};
use dragoman::session::headers::HeaderText;
use dragoman::session::{
    Adapter, Call, CallReply, Effect, Env, Event, Gateway, Headers, Reply, SessionRef, TICK_MS,
};
use std::rc::Rc;

/// The filter that faces the provider.
enum Face {
    Adapter(Adapter),
    Gateway(Gateway),
}

impl Face {
    fn handle(&mut self, event: Event<'_>, env: &mut Env<'_>) -> Vec<Effect> {
        match self {
            Self::Adapter(adapter) => adapter.handle(event, env),
            Self::Gateway(gateway) => gateway.handle(event, env),
        }
    }

    fn wants_ticks(&self) -> bool {
        match self {
            Self::Adapter(adapter) => adapter.wants_ticks(),
            Self::Gateway(gateway) => gateway.wants_ticks(),
        }
    }
}

/// What stands between the provider's filter and the client.
#[allow(clippy::large_enum_variant, reason = "there is one of it at a time")]
enum Client {
    Loop { gateway: Box<Gateway>, retries: u32 },
    Direct,
}

/// How an attempt ended.
#[derive(Debug, PartialEq, Eq)]
enum End {
    /// The client has all there is.
    Over,
    /// The router turns to the next attempt.
    Retry,
}

/// What the first filter made of the client's request.
enum Entered {
    Answered,
    /// One attempt, in the same filter.
    Alone(Carried),
    Loop(SessionRef),
}

/// The effects of one event.
#[derive(Default)]
struct Carried {
    hold: bool,
    resume: bool,
    request_headers: Option<Headers>,
    request_body: Option<Vec<u8>>,
    response_headers: Option<Headers>,
    response_body: Option<Vec<u8>>,
    reply: Option<Reply>,
}

/// One request on its way.
pub struct Replay<'w> {
    world: &'w mut World,
    client: Client,
    face: Option<Face>,
    told: Told,
    started: u64,
    /// Response headers that a filter holds back.
    held: Option<Headers>,
    /// Calls under way: the time of the reply, what it is the reply to, and the reply.
    called: Vec<(u64, usize, Grant)>,
}

impl<'w> Replay<'w> {
    /// Gateway, router and adapters.
    pub fn through_the_loop(world: &'w mut World) -> Self {
        let gateway = Gateway::new(Rc::clone(&world.config));
        Self { face: Some(Face::Gateway(gateway)), ..Self::new(world, Client::Direct) }
    }

    /// The one filter of the role solo.
    pub fn solo(world: &'w mut World) -> Self {
        let gateway = Gateway::new(Rc::clone(&world.solo));
        Self { face: Some(Face::Gateway(gateway)), ..Self::new(world, Client::Direct) }
    }

    fn new(world: &'w mut World, client: Client) -> Self {
        let started = world.now;
        let told = Told::default();
        Self { world, client, face: None, told, started, held: None, called: Vec::new() }
    }

    /// Delivers everything that happens, and checks what must hold at the end.
    #[track_caller]
    pub fn run(self, body: &str, scripts: &[Script]) -> Told {
        let told = self.run_some(body, scripts);
        assert_eq!(told.asked.len(), scripts.len(), "not as many were asked as scripted");
        told
    }

    /// The same where it may be that not all of the scripted are asked.
    #[track_caller]
    pub fn run_some(mut self, body: &str, scripts: &[Script]) -> Told {
        match self.enter(body) {
            Entered::Loop(session) => self.attempts(&session, scripts),
            Entered::Alone(carried) => {
                let end = self.asked(carried).unwrap_or_else(|| self.play(scripts.first()));
                assert_eq!(end, End::Over, "nobody retries for a single attempt");
            }
            Entered::Answered => {}
        }
        // Once more: whoever has settled must not do so again.
        for _ in 0..2 {
            self.face(Event::Done { provider_broke: false });
            self.gateway(Event::Done { provider_broke: false });
        }
        assert!(self.world.replies.is_empty(), "not as many were called as scripted");
        let Self { told, world, .. } = self;
        invariant::nothing_is_in_flight(&world.config, &world.load.borrow());
        invariant::everything_is_counted_once(&told);
        invariant::the_answer_is_clean(&told);
        told
    }

    /// The client's request reaches the first filter, which answers, goes on alone, or turns to the
    /// loop.
    fn enter(&mut self, body: &str) -> Entered {
        let mut headers: Headers = [
            (":method", "POST"),
            (":path", self.world.path),
            (":authority", "gateway.example"),
            ("content-type", "application/json"),
            ("cookie", "from=client"),
            ("x-dragoman-session", "forged"),
        ]
        .map(|(name, value)| (name.into(), value.into()))
        .into();
        if let Some(key) = &self.world.config.master_key {
            headers.push(("authorization".into(), format!("Bearer {}", key.expose()).into()));
        }
        let carried = self.face(Event::RequestHeaders { headers: &headers, end: false });
        assert!(carried.hold || carried.reply.is_some(), "the body is not waited for");
        if self.answered(carried.reply) {
            return Entered::Answered;
        }
        let carried = self.face(Event::RequestBody(body.as_bytes().to_vec()));
        let looped =
            carried.request_headers.iter().flatten().any(|(n, _)| n == "x-dragoman-session");
        if !looped {
            return Entered::Alone(carried);
        }
        let headers = carried.request_headers.expect("the loop's headers");
        let get = |name: &str| headers.iter().find(|(known, _)| known == name).map(|(_, v)| &**v);
        let Some(Face::Gateway(gateway)) = self.face.take() else { panic!("an adapter loops") };
        let session = gateway.session().expect("a session").clone();
        assert_eq!(get("x-dragoman-session"), Some(&*session.borrow().token));
        assert_eq!(get("x-dragoman-cluster"), Some("dragoman_loop"));
        let wanted: u32 = get("x-envoy-max-retries").unwrap().parse().unwrap();
        let gateway = Box::new(gateway);
        self.client = Client::Loop { gateway, retries: wanted.min(self.world.most_retries) };
        Entered::Loop(session)
    }

    /// An answer before any attempt.
    fn answered(&mut self, reply: Option<Reply>) -> bool {
        let Some(reply) = reply else { return false };
        self.pass_reply(reply) == End::Over
    }

    /// The router, which asks one adapter after the other.
    #[track_caller]
    fn attempts(&mut self, session: &SessionRef, scripts: &[Script]) {
        loop {
            self.held = None;
            self.face = Some(Face::Adapter(Adapter::new(session.clone())));
            let headers = Headers::new();
            let carried = self.face(Event::RequestHeaders { headers: &headers, end: false });
            assert!(carried.hold, "the body is not waited for");
            let before = self.told.asked.len();
            let carried = self.face(Event::RequestBody(b"-".to_vec()));
            let end = self.asked(carried).unwrap_or_else(|| self.play(scripts.get(before)));
            if end == End::Over {
                return;
            }
            self.face(Event::Done { provider_broke: false });
        }
    }

    /// Waits until the filter lets the provider's request go; how the attempt ended, if it does not.
    #[track_caller]
    fn asked(&mut self, mut carried: Carried) -> Option<End> {
        let mut waited = 0;
        let reply = loop {
            let reply = carried.reply.take();
            if reply.is_some() || !carried.hold || carried.resume {
                break reply;
            }
            waited += TICK_MS;
            assert!(waited < 60_000, "the request is held for ever");
            self.world.tick();
            if let Some(reply) = self.call_replies() {
                break Some(reply);
            }
            if self.world.client_goes_at.is_some_and(|at| self.world.now - self.started >= at) {
                return Some(self.client_goes(First::Gateway));
            }
            if !self.face.as_ref().is_some_and(Face::wants_ticks) {
                continue;
            }
            let later = self.face(Event::Tick);
            assert!(!later.resume || carried.hold, "nothing is held");
            carried.resume = later.resume;
            carried.reply = later.reply;
            // Held for a token, it is only now written.
            if later.request_headers.is_some() {
                assert!(carried.request_headers.is_none(), "the request was written before");
                carried.request_headers = later.request_headers;
                carried.request_body = later.request_body;
            }
        };
        if let Some(reply) = reply {
            return Some(self.pass_reply(reply));
        }
        let headers = carried.request_headers.take().expect("request headers");
        let body = carried.request_body.take().expect("a request body");
        let get = |name: &str| headers.iter().find(|(known, _)| known == name).map(|(_, v)| &**v);
        assert_eq!(get("content-length"), Some(&*body.len().to_string()));
        assert_eq!((get("cookie"), get("x-dragoman-session")), (None, None));
        let cluster = get("x-dragoman-cluster").expect("a cluster").to_owned();
        let at = self.world.now - self.started;
        let body = serde_json::from_slice(&body).expect("JSON");
        self.told.asked.push(Asked { at, cluster, headers, body });
        None
    }

    /// A filter calls a provider beside its stream.
    fn call(&mut self, call: Call) {
        let get =
            |name: &str| call.headers.iter().find(|(known, _)| known == name).map(|(_, v)| &**v);
        for needed in [":method", ":path", ":authority"] {
            assert!(get(needed).is_some(), "Envoy refuses a call without {needed}");
        }
        assert_eq!(get("content-length"), Some(&*call.body.len().to_string()));
        assert_eq!((get("cookie"), get("x-dragoman-cluster")), (None, None));
        let body = serde_json::from_slice(&call.body).expect("JSON");
        let at = self.world.now - self.started;
        let (cluster, headers) = (call.cluster, call.headers);
        self.told.called.push(Asked { at, cluster, headers, body });
        let reply = self.world.replies.pop_front().expect("one more is called than scripted");
        self.called.push((self.world.now + reply.0, call.piece, reply));
    }

    /// The replies that have come; what the filter answers then.
    fn call_replies(&mut self) -> Option<Reply> {
        let now = self.world.now;
        let mut answer = None;
        while let Some(index) = self.called.iter().position(|(at, ..)| *at <= now) {
            let (_, piece, (_, status, body)) = self.called.remove(index);
            let headers: Option<Headers> = status.map(|status| {
                vec![
                    (":status".into(), status.to_string().into()),
                    ("set-cookie".into(), "from=provider".into()),
                    ("x-request-id".into(), format!("call-{piece}").into()),
                ]
            });
            let reply = CallReply { piece, headers: headers.as_ref(), body: body.as_bytes() };
            let carried = self.face(Event::CallReply(reply));
            assert!(!carried.resume && carried.request_headers.is_none(), "it is for nobody");
            if carried.reply.is_some() {
                assert!(answer.is_none(), "a second answer");
                answer = carried.reply;
            }
        }
        answer
    }

    #[track_caller]
    fn play(&mut self, script: Option<&Script>) -> End {
        let asked = self.told.clusters().join(", ");
        let script = script.unwrap_or_else(|| panic!("one more was asked than scripted: {asked}"));
        for step in script {
            if let Some(end) = self.step(step) {
                return end;
            }
        }
        panic!("the script ends before the answer: {script:?}");
    }

    #[track_caller]
    fn step(&mut self, step: &Step) -> Option<End> {
        match step {
            Step::Headers(status, list) => self.respond(*status, list, false, false),
            Step::Bare(status) => self.respond(*status, &[], false, true),
            Step::Body(text) => self.body(text.as_bytes(), false),
            Step::Last(text) => self.body(text.as_bytes(), true),
            Step::Bytes(bytes) => self.body(bytes, false),
            Step::End => self.body(b"", true),
            Step::Local(status, text) => {
                self.respond(*status, &[], true, false).or_else(|| self.body(text.as_bytes(), true))
            }
            Step::Reset => Some(self.reset()),
            Step::Wait(ms) => self.wait(*ms),
            Step::ClientGone(first) => Some(self.client_goes(*first)),
            Step::ClientHas(text) => {
                assert!(self.told.body.ends_with(text), "{}", self.told.body);
                None
            }
            Step::ClientHasNothing => {
                assert_eq!((self.told.status, self.told.body.as_str()), (None, ""));
                None
            }
        }
    }

    fn respond(
        &mut self,
        status: u16,
        list: &[(HeaderText, HeaderText)],
        local: bool,
        end: bool,
    ) -> Option<End> {
        let mut headers: Headers = vec![(":status".into(), status.to_string().into())];
        headers.extend(list.iter().cloned());
        let carried = self.face(Event::ResponseHeaders { headers: &headers, local, end });
        if let Some(reply) = carried.reply {
            return Some(self.pass_reply(reply));
        }
        let headers = carried.response_headers.unwrap_or(headers);
        if carried.hold {
            assert!(!end, "headers without a body are held for ever");
            self.held = Some(headers);
            return None;
        }
        self.pass_headers(headers, false).or(end.then_some(End::Over))
    }

    fn body(&mut self, bytes: &[u8], end: bool) -> Option<End> {
        let carried = self.face(Event::ResponseBody { bytes, end });
        if let Some(reply) = carried.reply {
            return Some(self.pass_reply(reply));
        }
        let bytes = carried.response_body.unwrap_or_else(|| bytes.to_vec());
        if carried.hold {
            assert!(!end, "the end is held for ever");
            assert!(bytes.is_empty(), "Envoy would keep these and send them later");
            assert!(self.held.is_some(), "a stream that has begun stops");
            return None;
        }
        if let Some(headers) = self.held.take() {
            let headers = carried.response_headers.unwrap_or(headers);
            if let Some(end) = self.pass_headers(headers, false) {
                return Some(end);
            }
        } else {
            assert_eq!(carried.response_headers, None, "the headers are gone already");
        }
        self.told.body.push_str(std::str::from_utf8(&bytes).unwrap());
        self.told.ended = end;
        end.then_some(End::Over)
    }

    /// The provider's connection is gone.
    fn reset(&mut self) -> End {
        self.face(Event::Done { provider_broke: true });
        if self.told.status.is_some() {
            return End::Over;
        }
        match &mut self.client {
            Client::Loop { retries, .. } if *retries > 0 => {
                *retries -= 1;
                End::Retry
            }
            // The router answers by itself where the client has nothing yet.
            Client::Loop { .. } => {
                let headers = vec![(":status".into(), "503".into())];
                self.pass_headers(headers, true).unwrap_or(End::Over)
            }
            Client::Direct => End::Over,
        }
    }

    fn wait(&mut self, ms: u64) -> Option<End> {
        for _ in 0..ms.div_ceil(TICK_MS) {
            self.world.tick();
            if self.face.as_ref().is_some_and(Face::wants_ticks) {
                let carried = self.face(Event::Tick);
                assert!(!carried.hold && !carried.resume);
                if let Some(reply) = carried.reply {
                    return Some(self.pass_reply(reply));
                }
            }
        }
        None
    }

    fn client_goes(&mut self, first: First) -> End {
        if first == First::Adapter {
            self.face(Event::Done { provider_broke: false });
        }
        self.gateway(Event::Done { provider_broke: false });
        self.face(Event::Done { provider_broke: false });
        End::Over
    }

    /// A reply of a filter. Where no response had begun, Envoy sends it through the filters.
    fn pass_reply(&mut self, reply: Reply) -> End {
        let mut headers: Headers = vec![(":status".into(), reply.status.to_string().into())];
        headers.extend(reply.headers);
        if self.held.take().is_none() && self.face.is_some() {
            let event = Event::ResponseHeaders { headers: &headers, local: true, end: false };
            let carried = self.face(event);
            assert!(!carried.hold && carried.response_headers.is_none() && carried.reply.is_none());
            let carried = self.face(Event::ResponseBody { bytes: &reply.body, end: true });
            assert!(!carried.hold && carried.response_body.is_none());
        }
        if let Some(end) = self.pass_headers(headers, true) {
            return end;
        }
        self.told.body.push_str(std::str::from_utf8(&reply.body).unwrap());
        self.told.ended = true;
        End::Over
    }

    /// Response headers leave the provider's filter: the router retries, or the client gets them.
    fn pass_headers(&mut self, headers: Headers, local: bool) -> Option<End> {
        let asks = headers.iter().any(|(name, _)| name == "x-dragoman-retry");
        if let Client::Loop { retries, .. } = &mut self.client
            && asks
            && *retries > 0
        {
            *retries -= 1;
            return Some(End::Retry);
        }
        let event = Event::ResponseHeaders { headers: &headers, local, end: false };
        let carried = self.gateway(event);
        let headers = carried.response_headers.unwrap_or(headers);
        let (status, others): (Headers, Headers) =
            headers.into_iter().partition(|(name, _)| name == ":status");
        self.told.status = status.first().map(|(_, status)| status.parse().unwrap());
        self.told.headers = others;
        None
    }

    fn face(&mut self, event: Event<'_>) -> Carried {
        let Some(face) = &mut self.face else { return Carried::default() };
        let effects = self.world.with_env(|env| face.handle(event, env));
        self.carry(effects)
    }

    fn gateway(&mut self, event: Event<'_>) -> Carried {
        let Client::Loop { gateway, .. } = &mut self.client else { return Carried::default() };
        let effects = self.world.with_env(|env| gateway.handle(event, env));
        self.carry(effects)
    }

    fn carry(&mut self, effects: Vec<Effect>) -> Carried {
        let mut carried = Carried::default();
        for effect in effects {
            invariant::no_secret_shows(&effect, &self.world.config);
            assert!(
                carried.reply.is_none()
                    || matches!(effect, Effect::Metric(_) | Effect::Property(..) | Effect::Warn(_)),
                "nothing is left to be done after a reply: {effect:?}"
            );
            let again = match effect {
                Effect::Hold => std::mem::replace(&mut carried.hold, true),
                Effect::ResumeRequest => std::mem::replace(&mut carried.resume, true),
                Effect::RequestHeaders(headers) => {
                    carried.request_headers.replace(headers).is_some()
                }
                Effect::RequestBody(body) => carried.request_body.replace(body).is_some(),
                Effect::ResponseHeaders(headers) => {
                    carried.response_headers.replace(headers).is_some()
                }
                Effect::ResponseBody(body) => carried.response_body.replace(body).is_some(),
                Effect::Reply(reply) => carried.reply.replace(reply).is_some(),
                Effect::Call(call) => {
                    self.call(call);
                    false
                }
                Effect::Metric(metric) => {
                    self.told.metrics.push(metric);
                    false
                }
                Effect::Property(name, value) => {
                    self.told.properties.push((name, value));
                    false
                }
                Effect::Warn(text) => {
                    self.told.warnings.push(text);
                    false
                }
            };
            assert!(!again, "an effect came twice");
        }
        carried
    }
}
