//! Requests in flight, by deployment.
//!
//! Each VM counts its own requests in its own memory, which costs nothing, and publishes its share
//! with the next tick; what the others published is read where a strategy asks for it. So all workers
//! agree to within a tick, without two compare-and-swaps a request. A VM that traps never publishes
//! the end of its requests: its share is forgotten once it has been silent for [`STALE_MS`].

use super::store::{SharedStore, update};
use crate::config::Labels;
use hashbrown::HashMap;

/// A VM's share lives this long without a sign of it, ms.
pub const STALE_MS: u64 = 60_000;
/// How often a share that does not change is published again, ms.
const REFRESH_MS: u64 = 15_000;
/// Most VMs that are counted. Envoy runs one per worker; machines have fewer cores than this.
const MAX_VMS: usize = 256;

/// What this VM has in flight.
#[derive(Debug, Default)]
pub struct Load(HashMap<String, Own>);

#[derive(Debug, Default)]
struct Own {
    /// Of the metric that shows the total.
    labels: Labels,
    count: u32,
    published: u32,
    /// The total that was told last.
    shown: u32,
    /// Unix time, ms.
    published_at: u64,
    /// The total is told once more with the next tick: another worker's may have overtaken it.
    confirm: bool,
}

/// A deployment's requests in flight over all workers, after a change.
#[derive(Debug, PartialEq, Eq)]
pub struct Total {
    /// Of the metric that shows it.
    pub labels: Labels,
    pub count: u32,
}

impl Load {
    /// Counts an attempt that starts. `labels` are those of the deployment's metrics.
    pub fn started(&mut self, deployment: &str, labels: &Labels) {
        // Two lookups, so that a known name need not be copied.
        match self.0.get_mut(deployment) {
            Some(own) => own.count = own.count.saturating_add(1),
            None => {
                // Shown in any case, even if it is over before the next tick.
                let own = Own { labels: labels.clone(), count: 1, confirm: true, ..Own::default() };
                self.0.insert(deployment.to_owned(), own);
            }
        }
    }

    /// Counts an attempt that ended.
    pub fn ended(&mut self, deployment: &str) {
        if let Some(own) = self.0.get_mut(deployment) {
            own.count = own.count.saturating_sub(1);
        }
    }

    /// In flight in this VM.
    #[must_use]
    pub fn own(&self, deployment: &str) -> u32 {
        self.0.get(deployment).map_or(0, |own| own.count)
    }

    /// In flight over all workers, as last published by the others.
    #[must_use]
    pub fn total(&self, store: &dyn SharedStore, deployment: &str, vm: u64, now_ms: u64) -> u32 {
        let shares = store.get(&key(deployment)).0.as_deref().map(decode).unwrap_or_default();
        let others = shares.iter().filter(|share| share.vm != vm && share.is_alive(now_ms));
        others.fold(self.own(deployment), |sum, share| sum.saturating_add(share.count))
    }

    /// Publishes what has changed, and from time to time what has not. Returns the totals to show.
    pub fn publish(&mut self, store: &dyn SharedStore, vm: u64, now_ms: u64) -> Vec<Total> {
        let mut totals = Vec::new();
        for (deployment, own) in &mut self.0 {
            // Also to see that a VM which died is no longer counted.
            let due = own.count.max(own.shown) > 0
                && now_ms.saturating_sub(own.published_at) >= REFRESH_MS;
            let changed = own.count != own.published || due;
            if !changed && !own.confirm {
                continue;
            }
            own.confirm = changed;
            let count = own.count;
            let total = update(store, &key(deployment), |bytes| {
                let mut shares = bytes.map(decode).unwrap_or_default();
                shares.retain(|share| share.vm != vm && share.is_alive(now_ms));
                shares.truncate(MAX_VMS.saturating_sub(1));
                shares.push(Share { vm, count, seen: now_ms });
                let total = shares.iter().fold(0u32, |sum, share| sum.saturating_add(share.count));
                (Some(encode(&shares)), total)
            });
            own.published = count;
            own.published_at = now_ms;
            own.shown = total;
            totals.push(Total { labels: own.labels.clone(), count: total });
        }
        totals
    }
}

/// One VM's requests in flight.
#[derive(Debug, Clone, Copy)]
struct Share {
    vm: u64,
    count: u32,
    /// Unix time, ms.
    seen: u64,
}

impl Share {
    fn is_alive(&self, now_ms: u64) -> bool {
        self.count > 0 && now_ms.saturating_sub(self.seen) < STALE_MS
    }
}

fn key(deployment: &str) -> String {
    format!("dragoman.load.{deployment}")
}

fn encode(shares: &[Share]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(20 * shares.len());
    for share in shares {
        bytes.extend_from_slice(&share.vm.to_le_bytes());
        bytes.extend_from_slice(&share.seen.to_le_bytes());
        bytes.extend_from_slice(&share.count.to_le_bytes());
    }
    bytes
}

/// What cannot be read counts for nothing.
fn decode(bytes: &[u8]) -> Vec<Share> {
    bytes
        .as_chunks::<20>()
        .0
        .iter()
        .filter_map(|record| {
            let (vm, rest) = record.split_first_chunk()?;
            let (seen, rest) = rest.split_first_chunk()?;
            let (count, _) = rest.split_first_chunk()?;
            Some(Share {
                vm: u64::from_le_bytes(*vm),
                seen: u64::from_le_bytes(*seen),
                count: u32::from_le_bytes(*count),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests;
