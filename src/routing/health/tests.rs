use super::*;
use crate::routing::store::{Conflict, MemoryStore, Versioned};
use std::cell::Cell;

const RULE: CooldownRule = CooldownRule { cooldown_ms: 5_000, allowed_fails: 2, disabled: false };

fn end(store: &MemoryStore, now: u64, verdict: Verdict) -> bool {
    attempt_ended(store, "d", now, verdict, RULE)
}

#[test]
fn failures_beyond_the_allowed_ones_cool_a_deployment_down() {
    let store = MemoryStore::default();
    assert!(!end(&store, 1_000, Verdict::Failed));
    assert!(!end(&store, 1_001, Verdict::Failed));
    assert!(end(&store, 1_002, Verdict::Failed));
    let health = Health::load(&store, "d");
    assert!(health.is_cooling(6_001) && !health.is_cooling(6_002));
}

#[test]
fn failures_are_forgotten_after_the_window() {
    let store = MemoryStore::default();
    end(&store, 1_000, Verdict::Failed);
    end(&store, 1_000, Verdict::Failed);
    assert!(!end(&store, 1_000 + FAILURE_WINDOW_MS, Verdict::Failed));
}

#[test]
fn an_unfit_deployment_rests_at_once_for_as_long_as_it_asked() {
    let store = MemoryStore::default();
    end(&store, 0, Verdict::Unfit { retry_after_ms: Some(20_000) });
    assert!(Health::load(&store, "d").is_cooling(19_999));
    // A client must not be able to lock a deployment away through a provider's absurd header.
    end(&store, 0, Verdict::Unfit { retry_after_ms: Some(u64::MAX) });
    assert!(!Health::load(&store, "d").is_cooling(MAX_COOLDOWN_MS));
}

#[test]
fn a_record_that_cannot_be_read_is_a_healthy_deployment() {
    let store = MemoryStore::default();
    store.set("dragoman.health.d", b"\x01\x02", None).unwrap();
    assert_eq!(Health::load(&store, "d"), Health::default());
    assert!(end(&store, 0, Verdict::Unfit { retry_after_ms: None }));
}

/// Fails every second write, as a busy neighbor would make it.
struct Contended(MemoryStore, Cell<bool>);
impl SharedStore for Contended {
    fn get(&self, key: &str) -> Versioned {
        self.0.get(key)
    }
    fn set(&self, key: &str, value: &[u8], version: Option<u32>) -> Result<(), Conflict> {
        if self.1.replace(!self.1.get()) { Err(Conflict) } else { self.0.set(key, value, version) }
    }
}

#[test]
fn a_lost_race_is_run_again() {
    let store = Contended(MemoryStore::default(), Cell::new(true));
    for expected in 1..=2 {
        attempt_ended(&store, "d", 1_000, Verdict::Failed, RULE);
        assert_eq!(Health::load(&store, "d").failures, expected);
    }
}
