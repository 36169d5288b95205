use super::*;
use crate::routing::store::MemoryStore;

#[test]
fn workers_see_each_others_requests_once_published() {
    let store = MemoryStore::default();
    let (mut one, mut two) = (Load::default(), Load::default());
    one.started("d", &Labels::default());
    two.started("d", &Labels::default());
    two.started("d", &Labels::default());
    assert_eq!(one.total(&store, "d", 1, 0), 1, "nothing is published yet");
    assert_eq!(one.publish(&store, 1, 0), [Total { labels: Labels::default(), count: 1 }]);
    assert_eq!(two.publish(&store, 2, 0), [Total { labels: Labels::default(), count: 3 }]);
    assert_eq!((one.total(&store, "d", 1, 0), two.total(&store, "d", 2, 0)), (3, 3));
    two.ended("d");
    assert_eq!(two.total(&store, "d", 2, 0), 2, "a VM knows its own at once");
}

#[test]
fn what_does_not_change_is_published_again_only_as_a_sign_of_life() {
    let store = MemoryStore::default();
    let mut load = Load::default();
    load.started("d", &Labels::default());
    assert_eq!(load.publish(&store, 1, 0).len(), 1);
    assert_eq!(load.publish(&store, 1, 25).len(), 1, "shown once more");
    assert_eq!(load.publish(&store, 1, REFRESH_MS - 1), []);
    assert_eq!(load.publish(&store, 1, REFRESH_MS + 25).len(), 1);
    load.ended("d");
    assert_eq!(load.publish(&store, 1, REFRESH_MS)[0].count, 0);
    assert_eq!(load.publish(&store, 1, REFRESH_MS).len(), 1, "shown once more");
    assert_eq!(load.publish(&store, 1, 10 * REFRESH_MS), []);
}

#[test]
fn the_share_of_a_vm_that_died_is_forgotten() {
    let store = MemoryStore::default();
    let (mut dead, alive) = (Load::default(), Load::default());
    dead.started("d", &Labels::default());
    dead.publish(&store, 1, 0);
    assert_eq!(alive.total(&store, "d", 2, STALE_MS - 1), 1);
    assert_eq!(alive.total(&store, "d", 2, STALE_MS), 0);
}

#[test]
fn the_total_loses_a_vm_that_died_without_another_request() {
    let store = MemoryStore::default();
    let (mut dead, mut alive) = (Load::default(), Load::default());
    dead.started("d", &Labels::default());
    dead.publish(&store, 1, 0);
    alive.started("d", &Labels::default());
    alive.ended("d");
    assert_eq!(alive.publish(&store, 2, 25)[0].count, 1);
    assert_eq!(alive.publish(&store, 2, STALE_MS + REFRESH_MS)[0].count, 0);
}

#[test]
fn what_is_over_before_the_next_tick_is_shown_all_the_same() {
    let store = MemoryStore::default();
    let mut load = Load::default();
    load.started("d", &Labels::default());
    load.ended("d");
    assert_eq!(load.publish(&store, 1, 25), [Total { labels: Labels::default(), count: 0 }]);
    assert_eq!(load.publish(&store, 1, 50), []);
}

#[test]
fn ends_without_a_start_and_records_without_sense_count_for_nothing() {
    let store = MemoryStore::default();
    store.set("dragoman.load.d", b"nonsense", None).unwrap();
    let mut load = Load::default();
    load.ended("d");
    load.started("d", &Labels::default());
    load.ended("d");
    load.ended("d");
    assert_eq!(load.total(&store, "d", 1, 0), 0);
}
