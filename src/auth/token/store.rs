//! The tokens that a VM holds.

use super::grant::Facts;
use super::source::{CALL_TIMEOUT_MS, Call, Source, Step};
use super::{Refusal, Token};
use crate::auth::Credential;
use crate::openai::ApiError;
use crate::openai::error::code;
use hashbrown::HashMap;
use std::sync::Arc;

/// Most sources that are remembered. They come from the configuration, and those of one that was
/// replaced make room first.
const MAX_SOURCES: usize = 1_024;

/// All steps together take this long, ms, or are given up. A call may also be without any reply, not
/// even that of its time-out, because its context was replaced.
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
    run: Option<Run>,
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

/// A token that is being fetched.
#[derive(Debug)]
struct Run {
    since_ms: u64,
    /// What the steps so far have brought.
    brought: Vec<Credential>,
    call: Option<Running>,
}

/// The call of a step.
#[derive(Debug)]
struct Running {
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
        if entry.run.is_none()
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
        let idle = self.0.iter().filter(|(_, entry)| entry.run.is_none() && !entry.wanted);
        let oldest = idle.min_by_key(|(_, entry)| entry.used_ms).map(|(id, _)| id.clone());
        oldest.is_some_and(|id| self.0.remove(&id).is_some())
    }

    /// The calls to be made now: what requests wait for, what runs out and was used since it was
    /// fetched, and the next step of what was begun. Each is given once.
    pub fn due(&mut self, now_ms: u64, random: &mut dyn FnMut() -> u64) -> Vec<Call> {
        let mut calls = Vec::new();
        for entry in self.0.values_mut() {
            entry.give_up(now_ms);
            if entry.run.is_none() && entry.is_due(now_ms) {
                entry.run = Some(Run { since_ms: now_ms, brought: Vec::new(), call: None });
            }
            let Some(run) = entry.run.as_mut().filter(|run| run.call.is_none()) else { continue };
            let random = u128::from(random()) << 64 | u128::from(random());
            let facts = Facts { brought: &run.brought, now: now_ms / 1000, random };
            match entry.source.call(&facts) {
                Ok(call) => {
                    run.call = Some(Running { handle: None });
                    calls.push(call);
                }
                Err(reason) => entry.fail(&Refusal { status: None, reason }, now_ms),
            }
        }
        calls
    }

    /// The host has sent the call of the source `id`, and calls it `handle`.
    pub fn sent(&mut self, id: &str, handle: u32) {
        let run = self.0.get_mut(id).and_then(|entry| entry.run.as_mut());
        if let Some(running) = run.and_then(|run| run.call.as_mut()) {
            running.handle = Some(handle);
        }
    }

    /// The host could not send it. Returns what to tell the operator.
    pub fn not_sent(&mut self, id: &str, now_ms: u64) -> Option<String> {
        let entry = self.0.get_mut(id)?;
        let cluster = entry.step().map_or("", Step::cluster);
        let reason = format!("Envoy has no cluster `{cluster}`, or refused the call");
        Some(entry.refuse(&Refusal { status: None, reason }, now_ms))
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
            let call = entry.run.as_ref().and_then(|run| run.call.as_ref());
            call.is_some_and(|running| running.handle == Some(handle))
        };
        let entry = self.0.values_mut().find(is_it)?;
        let run = entry.run.as_mut()?;
        let step = run.brought.len();
        let token = match entry.source.read(step, status, body, now_ms / 1000) {
            Ok(token) if step + 1 < entry.source.steps().len() => {
                run.brought.push(token.credential);
                run.call = None;
                return None;
            }
            Ok(token) if token.life_ms < SHORTEST_LIFE_MS => {
                Err(Refusal { status, reason: "a token that has expired".to_owned() })
            }
            token => token,
        };
        match token {
            Ok(token) => {
                entry.hold(token, now_ms);
                None
            }
            Err(refusal) => Some(entry.refuse(&refusal, now_ms)),
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
        Self { source, token: None, run: None, failure: None, wanted: false, used_ms: 0 }
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
        (self.run, self.failure, self.wanted) = (None, None, false);
    }

    fn fail(&mut self, refusal: &Refusal, now_ms: u64) {
        let count = self.failure.as_ref().map_or(0, |failure| failure.count);
        let pause = PAUSE_MS.saturating_mul(1 << count.min(16)).min(MAX_PAUSE_MS);
        self.failure = Some(Failure {
            error: self.error(refusal),
            count: count.saturating_add(1),
            until_ms: now_ms.saturating_add(pause),
        });
        (self.run, self.wanted) = (None, false);
    }

    fn give_up(&mut self, now_ms: u64) {
        let since = self.run.as_ref().map(|run| run.since_ms);
        if since.is_some_and(|since| since.saturating_add(GIVE_UP_MS) <= now_ms) {
            self.fail(&Refusal { status: None, reason: "no answer".to_owned() }, now_ms);
        }
    }

    /// The step that is under way.
    fn step(&self) -> Option<&Step> {
        self.source.steps().get(self.run.as_ref().map_or(0, |run| run.brought.len()))
    }

    /// Fails, and returns what to tell the operator.
    fn refuse(&mut self, refusal: &Refusal, now_ms: u64) -> String {
        let who = match self.step() {
            Some(step) => match (step.endpoint(), step.path()) {
                (Some((_, endpoint)), _) => endpoint.host().to_owned(),
                (None, path) => format!("the file {}", path.unwrap_or_default()),
            },
            None => String::new(),
        };
        self.fail(refusal, now_ms);
        format!("no token from {who}: {}", described(refusal))
    }

    /// For clients. What the endpoint refuses will be refused again, so only another deployment may do
    /// better; all else may pass.
    fn error(&self, refusal: &Refusal) -> ApiError {
        let endpoint = self.step().and_then(Step::endpoint);
        let status = match refusal.status {
            Some(400..=407 | 409..=428) if endpoint.is_some() => 401,
            _ => 503,
        };
        // Where files are is nobody's business.
        let who = endpoint.map_or("a file", |(_, endpoint)| endpoint.host());
        let message = format!(
            "The gateway could not sign in at the provider: {who} gave no token ({}).",
            described(refusal)
        );
        ApiError::new(status, message).with_code(code::NO_UPSTREAM)
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
