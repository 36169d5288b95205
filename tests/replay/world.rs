//! What outlives a request: the configuration, the store that workers share, the clock.

use crate::envoy::Replay;
use crate::script::Script;
use crate::told::Told;
use dragoman::auth::token::{Call, Tokens};
use dragoman::config::{self, Config};
use dragoman::routing::load::Load;
use dragoman::routing::store::MemoryStore;
use dragoman::session::{Env, TICK_MS};
use serde_json::Value;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

/// The answer to a call: after how many ms, its status (`None`: there is none), its body.
pub type Grant = (u64, Option<u16>, String);

/// Everything around the requests.
pub struct World {
    pub config: Rc<Config>,
    /// The same in the role solo.
    pub solo: Rc<Config>,
    pub store: MemoryStore,
    pub load: RefCell<Load>,
    pub tokens: RefCell<Tokens>,
    /// What token endpoints answer, in the order of the calls.
    pub grants: VecDeque<Grant>,
    /// What providers answer to the calls of attempts, in the order of the calls.
    pub replies: VecDeque<Grant>,
    /// The client leaves an attempt that is held, so many ms after its request.
    pub client_goes_at: Option<u64>,
    /// The calls there were.
    pub calls: Vec<Call>,
    /// What the operator was told of them.
    pub complaints: Vec<String>,
    /// Calls under way: the time of the reply, and the reply.
    under_way: Vec<(u64, u32, Grant)>,
    /// Unix time, ms.
    pub now: u64,
    /// Where clients ask.
    pub path: &'static str,
    /// Fewer retries than the gateway asked for: a circuit breaker, or a route of the user's own.
    pub most_retries: u32,
    state: u64,
}

impl World {
    #[track_caller]
    pub fn new(document: Value) -> Self {
        let read = |role: &str| {
            let mut document = document.clone();
            document["dragoman"]["role"] = role.into();
            let reading = config::read(&document, &|_| None);
            assert!(!reading.has_errors(), "{:#?}", reading.problems);
            Rc::new(reading.config)
        };
        Self::configured(read("gateway"), read("solo"))
    }

    /// The same world from its beginning: nothing has happened, and chance is the same.
    pub fn again(&self) -> Self {
        Self::configured(Rc::clone(&self.config), Rc::clone(&self.solo))
    }

    fn configured(config: Rc<Config>, solo: Rc<Config>) -> Self {
        Self {
            config,
            solo,
            store: MemoryStore::default(),
            load: RefCell::default(),
            tokens: RefCell::default(),
            grants: VecDeque::new(),
            replies: VecDeque::new(),
            client_goes_at: None,
            calls: Vec::new(),
            complaints: Vec::new(),
            under_way: Vec::new(),
            now: 1_700_000_000_000,
            most_retries: u32::MAX,
            path: "/v1/chat/completions",
            state: 1,
        }
    }

    /// A request through gateway, router and adapters, or where one attempt is planned, through the
    /// gateway alone. `scripts`: what each provider does that is
    /// asked, in order; all of them have to be used.
    #[track_caller]
    pub fn request(&mut self, body: &str, scripts: &[Script]) -> Told {
        Replay::through_the_loop(self).run(body, scripts)
    }

    /// A request that may be refused before any provider is asked: then no script is used.
    #[track_caller]
    pub fn asked_or_refused(&mut self, body: &str, scripts: &[Script]) -> Told {
        Replay::through_the_loop(self).run_some(body, scripts)
    }

    /// A request through the one filter of the role solo.
    #[track_caller]
    pub fn solo(&mut self, body: &str, scripts: &[Script]) -> Told {
        Replay::solo(self).run(body, scripts)
    }

    /// Time passes, and the root context does what it does with each tick.
    pub fn tick(&mut self) {
        self.now += TICK_MS;
        let tokens = self.tokens.get_mut();
        let now = self.now;
        let arrived = self.under_way.extract_if(.., |(at, _, _)| *at <= now);
        for (_, handle, (_, status, body)) in arrived {
            self.complaints.extend(tokens.replied(handle, status, body.as_bytes(), now));
        }
        for call in tokens.due(now, &mut || 0) {
            let handle = u32::try_from(self.calls.len()).unwrap();
            let grant = self.grants.pop_front().expect("one more token is fetched than scripted");
            tokens.sent(&call.id, handle);
            self.under_way.push((now + grant.0, handle, grant));
            self.calls.push(call);
        }
    }

    /// Hands an event's surroundings to `act`.
    pub fn with_env<T>(&mut self, act: impl FnOnce(&mut Env<'_>) -> T) -> T {
        let state = &mut self.state;
        // splitmix64
        let mut random = || {
            *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut mixed = *state;
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            mixed ^ (mixed >> 31)
        };
        act(&mut Env {
            now_ms: self.now,
            random: &mut random,
            store: &self.store,
            load: &self.load,
            tokens: &self.tokens,
            vm: 1,
        })
    }
}
