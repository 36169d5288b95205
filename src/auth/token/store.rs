//! The tokens that a VM holds.

use super::source::{CALL_TIMEOUT_MS, Call, Source};
use super::{Refusal, Token};
use crate::auth::Credential;
use crate::openai::ApiError;
use crate::openai::error::code;
use hashbrown::HashMap;
use std::sync::Arc;

/// Most sources that are remembered. They come from the configuration, and those of one that was
/// replaced make room first.
const MAX_SOURCES: usize = 1_024;

/// A call without any reply, not even that of its time-out, is given up after this long, ms: its
/// context was replaced.
const GIVE_UP_MS: u64 = CALL_TIMEOUT_MS * 2;

/// A token is renewed this long before its end, ms, or after four fifths of a short life.
const RENEW_MS: u64 = 300_000;

/// A token this close to its end may be refused by the time it arrives, ms; of a short life, a tenth.
const MARGIN_MS: u64 = 10_000;

/// A life that is too short to be of use, ms.
const SHORTEST_LIFE_MS: u64 = 2_000;

/// Pause after a failed call, ms. It doubles with every further one, up to [`MAX_PAUSE_MS`].
const PAUSE_MS: u64 = 1_000;
const MAX_PAUSE_MS: u64 = 60_000;

/// A token that is younger than this, ms, is not fetched anew because a provider refused it: then the
/// reason is another.
const YOUNG_MS: u64 = 60_000;

/// What each source has given.
#[derive(Debug, Default)]
pub struct Tokens(HashMap<String, Entry>);

#[derive(Debug)]
struct Entry {
    source: Arc<Source>,
    token: Option<Held>,
    call: Option<Running>,
    failure: Option<Failure>,
    /// A request waits for a token.
    wanted: bool,
    /// Unix time, ms, of the last request.
    used_ms: u64,
}

#[derive(Debug)]
struct Held {
    credential: Credential,
    fetched_ms: u64,
    renew_ms: u64,
    /// No longer used from then on.
    end_ms: u64,
}

#[derive(Debug)]
struct Running {
    since_ms: u64,
    /// The host's number for it.
    handle: Option<u32>,
}

#[derive(Debug)]
struct Failure {
    error: ApiError,
    /// How many there were in a row.
    count: u32,
    /// Nothing is tried before.
    until_ms: u64,
}

/// Whether a request can be signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    Ready(Credential),
    /// Ask again with the next tick. It ends within [`GIVE_UP_MS`].
    Wait,
    Failed(ApiError),
}

impl Tokens {
    /// The token of `source`, or the wish for one.
    pub fn get(&mut self, source: &Arc<Source>, now_ms: u64) -> Answer {
        if !self.0.contains_key(source.id()) && !self.make_room() {
            return Answer::Failed(ApiError::new(503, "Too many tokens are being fetched."));
        }
        let entry = self.0.entry_ref(source.id()).or_insert_with(|| Entry::new(source.clone()));
        entry.used_ms = now_ms;
        if let Some(held) = entry.token.as_ref().filter(|held| now_ms < held.end_ms) {
            return Answer::Ready(held.credential.clone());
        }
        entry.give_up(now_ms);
        if entry.call.is_none()
            && let Some(failure) = entry.failure.as_ref().filter(|f| now_ms < f.until_ms)
        {
            return Answer::Failed(failure.error.clone());
        }
        entry.wanted = true;
        Answer::Wait
    }

    /// Forgets who has been idle for longest, if the limit is reached.
    fn make_room(&mut self) -> bool {
        if self.0.len() < MAX_SOURCES {
            return true;
        }
        let idle = self.0.iter().filter(|(_, entry)| entry.call.is_none() && !entry.wanted);
        let oldest = idle.min_by_key(|(_, entry)| entry.used_ms).map(|(id, _)| id.clone());
        oldest.is_some_and(|id| self.0.remove(&id).is_some())
    }

    /// The calls to be made now: what requests wait for, and what runs out and was used since it was
    /// fetched. Each is given once.
    pub fn due(&mut self, now_ms: u64) -> Vec<Call> {
        let mut calls = Vec::new();
        for entry in self.0.values_mut() {
            entry.give_up(now_ms);
            if entry.call.is_some() || !entry.is_due(now_ms) {
                continue;
            }
            match entry.source.call(now_ms / 1000) {
                Ok(call) => {
                    entry.call = Some(Running { since_ms: now_ms, handle: None });
                    calls.push(call);
                }
                Err(reason) => entry.fail(&Refusal { status: None, reason }, now_ms),
            }
        }
        calls
    }

    /// The host has sent the call of the source `id`, and calls it `handle`.
    pub fn sent(&mut self, id: &str, handle: u32) {
        if let Some(running) = self.0.get_mut(id).and_then(|entry| entry.call.as_mut()) {
            running.handle = Some(handle);
        }
    }

    /// The host could not send it. Returns what to tell the operator.
    pub fn not_sent(&mut self, id: &str, now_ms: u64) -> Option<String> {
        let entry = self.0.get_mut(id)?;
        let reason =
            format!("Envoy has no cluster `{}`, or refused the call", entry.source.cluster);
        let refusal = Refusal { status: None, reason };
        entry.fail(&refusal, now_ms);
        Some(entry.complaint(&refusal))
    }

    /// A reply came; `status`: `None` for the news that none will. Returns what to tell the operator.
    pub fn replied(
        &mut self,
        handle: u32,
        status: Option<u16>,
        body: &[u8],
        now_ms: u64,
    ) -> Option<String> {
        let is_it = |entry: &&mut Entry| {
            entry.call.as_ref().is_some_and(|running| running.handle == Some(handle))
        };
        let entry = self.0.values_mut().find(is_it)?;
        let token = entry.source.read(status, body, now_ms / 1000).and_then(|token| {
            let reason = || "a token that has expired".to_owned();
            let is_alive = token.life_ms >= SHORTEST_LIFE_MS;
            is_alive.then_some(token).ok_or_else(|| Refusal { status, reason: reason() })
        });
        match token {
            Ok(token) => {
                entry.hold(token, now_ms);
                None
            }
            Err(refusal) => {
                entry.fail(&refusal, now_ms);
                Some(entry.complaint(&refusal))
            }
        }
    }

    /// A provider does not take this token of `source`, which may have been revoked.
    pub fn refused(&mut self, source: &Source, credential: &Credential, now_ms: u64) {
        if let Some(entry) = self.0.get_mut(source.id()) {
            entry.token.take_if(|held| {
                held.credential == *credential && held.fetched_ms.saturating_add(YOUNG_MS) <= now_ms
            });
        }
    }
}

impl Entry {
    fn new(source: Arc<Source>) -> Self {
        Self { source, token: None, call: None, failure: None, wanted: false, used_ms: 0 }
    }

    fn is_due(&self, now_ms: u64) -> bool {
        let is_paused = self.failure.as_ref().is_some_and(|failure| now_ms < failure.until_ms);
        let runs_out = |held: &Held| {
            (held.renew_ms..held.end_ms).contains(&now_ms) && self.used_ms >= held.fetched_ms
        };
        !is_paused && (self.wanted || self.token.as_ref().is_some_and(runs_out))
    }

    fn hold(&mut self, token: Token, now_ms: u64) {
        let life = token.life_ms;
        let at = |offset: u64| now_ms.saturating_add(offset);
        self.token = Some(Held {
            credential: token.credential,
            fetched_ms: now_ms,
            renew_ms: at(life.saturating_sub(RENEW_MS).max(life / 5 * 4)),
            end_ms: at(life.saturating_sub(MARGIN_MS.min(life / 10))),
        });
        (self.call, self.failure, self.wanted) = (None, None, false);
    }

    fn fail(&mut self, refusal: &Refusal, now_ms: u64) {
        let count = self.failure.as_ref().map_or(0, |failure| failure.count);
        let pause = PAUSE_MS.saturating_mul(1 << count.min(16)).min(MAX_PAUSE_MS);
        self.failure = Some(Failure {
            error: self.error(refusal),
            count: count.saturating_add(1),
            until_ms: now_ms.saturating_add(pause),
        });
        (self.call, self.wanted) = (None, false);
    }

    fn give_up(&mut self, now_ms: u64) {
        let since = self.call.as_ref().map(|running| running.since_ms);
        if since.is_some_and(|since| since.saturating_add(GIVE_UP_MS) <= now_ms) {
            self.fail(&Refusal { status: None, reason: "no answer".to_owned() }, now_ms);
        }
    }

    /// For clients. What the endpoint refuses will be refused again, so only another deployment may do
    /// better; all else may pass.
    fn error(&self, refusal: &Refusal) -> ApiError {
        let status = match refusal.status {
            Some(400..=407 | 409..=428) => 401,
            _ => 503,
        };
        let message = format!(
            "The gateway could not sign in at the provider: {} gave no token ({}).",
            self.source.endpoint.host(),
            described(refusal)
        );
        ApiError::new(status, message).with_code(code::NO_UPSTREAM)
    }

    fn complaint(&self, refusal: &Refusal) -> String {
        format!("no token from {}: {}", self.source.endpoint.host(), described(refusal))
    }
}

fn described(refusal: &Refusal) -> String {
    match refusal.status {
        Some(status) => format!("status {status}, {}", refusal.reason),
        None => refusal.reason.clone(),
    }
}

#[cfg(test)]
mod tests;
