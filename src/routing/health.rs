//! A deployment's failures and cooldown, agreed on by all workers: one record per deployment in the
//! shared store, written only when something went wrong.

use super::store::{SharedStore, update};

/// Window over which failures are counted, ms; LiteLLM's `allowed_fails` counts per minute too.
pub const FAILURE_WINDOW_MS: u64 = 60_000;
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

    fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(20);
        bytes.extend_from_slice(&self.cooldown_until.to_le_bytes());
        bytes.extend_from_slice(&self.window_start.to_le_bytes());
        bytes.extend_from_slice(&self.failures.to_le_bytes());
        bytes
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let (cooldown_until, rest) = bytes.split_first_chunk()?;
        let (window_start, rest) = rest.split_first_chunk()?;
        let (failures, _) = rest.split_first_chunk()?;
        Some(Self {
            cooldown_until: u64::from_le_bytes(*cooldown_until),
            window_start: u64::from_le_bytes(*window_start),
            failures: u32::from_le_bytes(*failures),
        })
    }
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

/// Counts how an attempt ended. Returns whether that sent the deployment to rest.
pub fn attempt_ended(
    store: &dyn SharedStore,
    deployment: &str,
    now_ms: u64,
    verdict: Verdict,
    rule: CooldownRule,
) -> bool {
    if matches!(verdict, Verdict::Served | Verdict::Neutral) {
        return false;
    }
    update(store, &key(deployment), |bytes| {
        let mut health = bytes.and_then(Health::decode).unwrap_or_default();
        let cooled_down = health.fail(now_ms, verdict, rule);
        (Some(health.encode()), cooled_down)
    })
}

impl Health {
    fn fail(&mut self, now_ms: u64, verdict: Verdict, rule: CooldownRule) -> bool {
        let rest_ms = match verdict {
            Verdict::Served | Verdict::Neutral => None,
            Verdict::Unfit { retry_after_ms } => {
                Some(retry_after_ms.unwrap_or(rule.cooldown_ms).min(MAX_COOLDOWN_MS))
            }
            Verdict::Failed => {
                if now_ms.saturating_sub(self.window_start) >= FAILURE_WINDOW_MS {
                    self.window_start = now_ms;
                    self.failures = 0;
                }
                self.failures = self.failures.saturating_add(1);
                (self.failures > rule.allowed_fails).then_some(rule.cooldown_ms)
            }
        };
        let Some(rest_ms) = rest_ms.filter(|ms| !rule.disabled && *ms > 0) else { return false };
        let cooled_down = !self.is_cooling(now_ms);
        self.cooldown_until = self.cooldown_until.max(now_ms.saturating_add(rest_ms));
        self.failures = 0;
        cooled_down
    }
}

#[cfg(test)]
mod tests;
