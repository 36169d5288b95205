//! A deployment's failures, cooldown and requests in flight, agreed on by all workers.
//!
//! One record per deployment in the shared store. Requests in flight are counted per VM: a VM that
//! traps never reports the end of its requests, so its share is forgotten once it has been silent for
//! [`IN_FLIGHT_STALE_MS`].

use super::store::{SharedStore, update};

/// Window over which failures are counted, ms; LiteLLM's `allowed_fails` counts per minute too.
pub const FAILURE_WINDOW_MS: u64 = 60_000;
/// A VM's share of the count in flight lives this long without a sign of it, ms. The longest
/// request (`timeout`, 10 minutes by default) must fit.
pub const IN_FLIGHT_STALE_MS: u64 = 15 * 60_000;
/// Most VMs that are counted. Envoy runs one per worker; machines have fewer cores than this.
const MAX_VMS: usize = 256;
/// Longest cooldown a provider's `Retry-After` may ask for, ms.
pub const MAX_COOLDOWN_MS: u64 = 10 * 60_000;

/// What is known of a deployment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Health {
    /// Unix time in ms; the deployment rests until then.
    pub cooldown_until: u64,
    /// Failures since `window_start`.
    pub failures: u32,
    /// Unix time in ms.
    pub window_start: u64,
    in_flight: Vec<Share>,
}

/// One VM's requests in flight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Share {
    vm: u64,
    count: u32,
    seen: u64,
}

impl Health {
    /// Reads the record of `deployment`; an absent or unreadable one is a healthy deployment.
    #[must_use]
    pub fn load(store: &dyn SharedStore, deployment: &str) -> Self {
        store.get(&key(deployment)).0.as_deref().and_then(Self::decode).unwrap_or_default()
    }

    #[must_use]
    pub fn is_cooling(&self, now_ms: u64) -> bool {
        now_ms < self.cooldown_until
    }

    /// Requests in flight over all workers.
    #[must_use]
    pub fn in_flight(&self) -> u32 {
        self.in_flight.iter().fold(0, |sum, share| sum.saturating_add(share.count))
    }

    fn share(&mut self, vm: u64, now_ms: u64) -> Option<&mut Share> {
        self.in_flight.retain(|share| {
            now_ms.saturating_sub(share.seen) < IN_FLIGHT_STALE_MS && share.count > 0
                || share.vm == vm
        });
        if !self.in_flight.iter().any(|share| share.vm == vm) && self.in_flight.len() < MAX_VMS {
            self.in_flight.push(Share { vm, count: 0, seen: now_ms });
        }
        let share = self.in_flight.iter_mut().find(|share| share.vm == vm)?;
        share.seen = now_ms;
        Some(share)
    }

    fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(20 + 20 * self.in_flight.len());
        bytes.extend_from_slice(&self.cooldown_until.to_le_bytes());
        bytes.extend_from_slice(&self.window_start.to_le_bytes());
        bytes.extend_from_slice(&self.failures.to_le_bytes());
        for share in &self.in_flight {
            bytes.extend_from_slice(&share.vm.to_le_bytes());
            bytes.extend_from_slice(&share.seen.to_le_bytes());
            bytes.extend_from_slice(&share.count.to_le_bytes());
        }
        bytes
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let (cooldown_until, rest) = take_u64(bytes)?;
        let (window_start, rest) = take_u64(rest)?;
        let (failures, mut rest) = take_u32(rest)?;
        let mut in_flight = Vec::new();
        while !rest.is_empty() {
            let (vm, tail) = take_u64(rest)?;
            let (seen, tail) = take_u64(tail)?;
            let (count, tail) = take_u32(tail)?;
            in_flight.push(Share { vm, count, seen });
            rest = tail;
        }
        Some(Self { cooldown_until, failures, window_start, in_flight })
    }
}

fn take_u64(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let (head, tail) = bytes.split_first_chunk::<8>()?;
    Some((u64::from_le_bytes(*head), tail))
}

fn take_u32(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let (head, tail) = bytes.split_first_chunk::<4>()?;
    Some((u32::from_le_bytes(*head), tail))
}

fn key(deployment: &str) -> String {
    format!("dragoman.health.{deployment}")
}

/// How an attempt ended, as far as its deployment is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It answered.
    Served,
    /// It failed, and may not be fit: counts towards its cooldown.
    Failed,
    /// It said so itself, or cannot serve at all (429, 401, 404): it rests at once.
    Unfit {
        /// The provider's `Retry-After`, ms.
        retry_after_ms: Option<u64>,
    },
    /// The request was at fault, or the client went away: says nothing about the deployment.
    Neutral,
}

/// When a deployment rests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CooldownRule {
    pub cooldown_ms: u64,
    /// Failures within [`FAILURE_WINDOW_MS`] that are forgiven.
    pub allowed_fails: u32,
    pub disabled: bool,
}

/// Counts an attempt that starts, and returns the requests in flight with it.
pub fn attempt_started(store: &dyn SharedStore, deployment: &str, vm: u64, now_ms: u64) -> u32 {
    change(store, deployment, |health| {
        if let Some(share) = health.share(vm, now_ms) {
            share.count = share.count.saturating_add(1);
        }
        health.in_flight()
    })
}

/// What the end of an attempt changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ended {
    pub in_flight: u32,
    /// The deployment was sent to rest by this.
    pub cooled_down: bool,
}

/// Counts an attempt that ended.
pub fn attempt_ended(
    store: &dyn SharedStore,
    deployment: &str,
    vm: u64,
    now_ms: u64,
    verdict: Verdict,
    rule: CooldownRule,
) -> Ended {
    change(store, deployment, |health| {
        if let Some(share) = health.share(vm, now_ms) {
            share.count = share.count.saturating_sub(1);
        }
        let rest_ms = match verdict {
            Verdict::Served | Verdict::Neutral => None,
            Verdict::Unfit { retry_after_ms } => {
                Some(retry_after_ms.unwrap_or(rule.cooldown_ms).min(MAX_COOLDOWN_MS))
            }
            Verdict::Failed => {
                if now_ms.saturating_sub(health.window_start) >= FAILURE_WINDOW_MS {
                    health.window_start = now_ms;
                    health.failures = 0;
                }
                health.failures = health.failures.saturating_add(1);
                (health.failures > rule.allowed_fails).then_some(rule.cooldown_ms)
            }
        };
        let mut cooled_down = false;
        if let Some(rest_ms) = rest_ms.filter(|ms| !rule.disabled && *ms > 0) {
            cooled_down = !health.is_cooling(now_ms);
            health.cooldown_until = health.cooldown_until.max(now_ms.saturating_add(rest_ms));
            health.failures = 0;
        }
        Ended { in_flight: health.in_flight(), cooled_down }
    })
}

fn change<T>(
    store: &dyn SharedStore,
    deployment: &str,
    mut apply: impl FnMut(&mut Health) -> T,
) -> T {
    update(store, &key(deployment), |bytes| {
        let mut health = bytes.and_then(Health::decode).unwrap_or_default();
        let result = apply(&mut health);
        (Some(health.encode()), result)
    })
}

#[cfg(test)]
mod tests;
