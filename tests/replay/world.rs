//! What outlives a request: the configuration, the store that workers share, the clock.

use crate::envoy::Replay;
use crate::script::Script;
use crate::told::Told;
use dragoman::config::{self, Config};
use dragoman::routing::load::Load;
use dragoman::routing::store::MemoryStore;
use dragoman::session::Env;
use serde_json::Value;
use std::cell::RefCell;
use std::rc::Rc;

/// Everything around the requests.
pub struct World {
    pub config: Rc<Config>,
    /// The same in the role solo.
    pub solo: Rc<Config>,
    pub store: MemoryStore,
    pub load: RefCell<Load>,
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
        Self {
            config: read("gateway"),
            solo: read("solo"),
            store: MemoryStore::default(),
            load: RefCell::default(),
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

    /// A request through the one filter of the role solo.
    #[track_caller]
    pub fn solo(&mut self, body: &str, scripts: &[Script]) -> Told {
        Replay::solo(self).run(body, scripts)
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
            vm: 1,
        })
    }
}
