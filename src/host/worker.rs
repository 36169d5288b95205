//! What one VM (one worker thread) keeps between callbacks.

use super::filter::Stream;
use super::metrics::Registry;
use crate::auth::token::Tokens;
use crate::routing::load::Load;
use crate::session::{Session, SessionRef};
use hashbrown::HashMap;
use proxy_wasm::hostcalls;
use std::cell::{Cell, RefCell};
use std::hash::{BuildHasher, Hasher};
use std::rc::Weak;
use std::time::UNIX_EPOCH;

/// Most requests that one worker has under way. Beyond it new ones are refused: each holds its body.
pub const MAX_SESSIONS: usize = 65_536;

thread_local! {
    static SESSIONS: RefCell<HashMap<String, Weak<RefCell<Session>>>> = RefCell::default();
    static TICKING: RefCell<HashMap<u32, Stream>> = RefCell::default();
    static LOAD: RefCell<Load> = RefCell::default();
    static TOKENS: RefCell<Tokens> = RefCell::default();
    static METRICS: RefCell<Registry> = RefCell::default();
    static RANDOM: Cell<u64> = Cell::new(seed());
    static VM: Cell<u64> = Cell::new(random());
}

/// Lets the adapter find a session by its token. `false`: there is no room.
pub fn register(session: &SessionRef) -> bool {
    SESSIONS.with_borrow_mut(|sessions| {
        if sessions.len() >= MAX_SESSIONS {
            return false;
        }
        let token = session.borrow().token.clone();
        sessions.insert(token, std::rc::Rc::downgrade(session));
        true
    })
}

pub fn find(token: &str) -> Option<SessionRef> {
    SESSIONS.with_borrow(|sessions| sessions.get(token).and_then(Weak::upgrade))
}

pub fn forget(session: &SessionRef) {
    let session = session.borrow();
    SESSIONS.with_borrow_mut(|sessions| sessions.remove(&session.token));
}

/// Sends ticks to a stream, or no longer.
pub fn set_ticking(context: u32, stream: Option<&Stream>) {
    TICKING.with_borrow_mut(|ticking| match stream {
        Some(stream) => drop(ticking.insert(context, stream.clone())),
        None => drop(ticking.remove(&context)),
    });
}

/// Everyone who waits for a tick now. A copy: carrying out their effects changes the list.
pub fn ticking() -> Vec<Stream> {
    TICKING.with_borrow(|ticking| ticking.values().cloned().collect())
}

pub fn with_load<T>(act: impl FnOnce(&RefCell<Load>) -> T) -> T {
    LOAD.with(act)
}

pub fn with_tokens<T>(act: impl FnOnce(&RefCell<Tokens>) -> T) -> T {
    TOKENS.with(act)
}

pub fn with_metrics(act: impl FnOnce(&mut Registry)) {
    METRICS.with_borrow_mut(act);
}

/// Unix time, ms.
pub fn now_ms() -> u64 {
    let now = hostcalls::get_current_time().ok().and_then(|t| t.duration_since(UNIX_EPOCH).ok());
    now.and_then(|now| u64::try_from(now.as_millis()).ok()).unwrap_or(0)
}

/// A number that tells this VM from others, also from one that it replaced.
pub fn vm() -> u64 {
    VM.get()
}

/// xorshift64*, for shares of traffic and for ids that only need to be different.
pub fn random() -> u64 {
    let mut state = RANDOM.get();
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    RANDOM.set(state);
    state.wrapping_mul(0x2545_F491_4F6C_DD1D)
}

/// From the host's random source, by way of the standard library's hash keys.
fn seed() -> u64 {
    let mut hasher = std::collections::hash_map::RandomState::new().build_hasher();
    hasher.write_u8(1);
    hasher.finish() | 1
}
