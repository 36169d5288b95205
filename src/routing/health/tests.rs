use super::*;
use crate::routing::store::{Conflict, MemoryStore, Versioned};
use std::cell::Cell;

const RULE: CooldownRule = CooldownRule { cooldown_ms: 5_000, allowed_fails: 2, disabled: false };

fn end(store: &MemoryStore, now: u64, verdict: Verdict) -> Ended {
    attempt_ended(store, "d", 1, now, verdict, RULE)
}

#[test]
fn failures_beyond_the_allowed_ones_cool_a_deployment_down() {
    let store = MemoryStore::default();
    assert!(!end(&store, 1_000, Verdict::Failed).cooled_down);
    assert!(!end(&store, 1_001, Verdict::Failed).cooled_down);
    assert!(end(&store, 1_002, Verdict::Failed).cooled_down);
    let health = Health::load(&store, "d");
    assert!(health.is_cooling(6_001) && !health.is_cooling(6_002));
}

#[test]
fn failures_are_forgotten_after_the_window() {
    let store = MemoryStore::default();
    end(&store, 1_000, Verdict::Failed);
    end(&store, 1_000, Verdict::Failed);
    assert!(!end(&store, 1_000 + FAILURE_WINDOW_MS, Verdict::Failed).cooled_down);
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
fn the_count_in_flight_is_summed_over_vms_and_never_goes_below_zero() {
    let store = MemoryStore::default();
    assert_eq!(attempt_started(&store, "d", 1, 0), 1);
    assert_eq!(attempt_started(&store, "d", 2, 0), 2);
    assert_eq!(end(&store, 0, Verdict::Served).in_flight, 1);
    assert_eq!(end(&store, 0, Verdict::Served).in_flight, 1, "VM 1 has nothing left to end");
}

#[test]
fn the_share_of_a_vm_that_died_is_forgotten() {
    let store = MemoryStore::default();
    attempt_started(&store, "d", 1, 0);
    assert_eq!(attempt_started(&store, "d", 2, IN_FLIGHT_STALE_MS), 1);
}

#[test]
fn a_record_that_cannot_be_read_is_a_healthy_deployment() {
    let store = MemoryStore::default();
    store.set("dragoman.health.d", b"\x01\x02", None).unwrap();
    assert_eq!(Health::load(&store, "d"), Health::default());
    assert_eq!(attempt_started(&store, "d", 1, 0), 1);
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
    for expected in 1..=10 {
        assert_eq!(attempt_started(&store, "d", 1, 0), expected);
    }
}
