//! The order in which the deployments of a group are tried: one function per strategy.

use crate::config::{Deployment, Strategy};

/// A deployment that may be picked.
#[derive(Debug)]
pub struct Candidate<'a> {
    /// Index into the configuration's deployments.
    pub index: usize,
    pub deployment: &'a Deployment,
    /// Requests in flight over all workers; only where the strategy asks.
    pub in_flight: u32,
    /// It is cooling down.
    pub resting: bool,
}

/// Puts candidates into the order in which they should be tried: by `order` first, by the strategy
/// among equals.
pub fn arrange(
    candidates: &mut [Candidate<'_>],
    strategy: Strategy,
    random: &mut dyn FnMut() -> u64,
) {
    candidates.sort_by_key(|candidate| candidate.deployment.order.unwrap_or(u32::MAX));
    for equals in candidates
        .chunk_by_mut(|a, b| a.deployment.order == b.deployment.order)
        .filter(|equals| equals.len() > 1)
    {
        match strategy {
            Strategy::SimpleShuffle => shuffle(equals, random),
            Strategy::LeastBusy => {
                shuffle(equals, random); // so that ties do not always fall to the first
                equals.sort_by_key(|candidate| candidate.in_flight);
            }
        }
    }
}

/// Weighted shuffle: each place is drawn with a chance proportional to the weights that are left.
/// The weights are the `weight`s, else the `rpm`s, else the `tpm`s, whichever any candidate has
/// first (LiteLLM's simple-shuffle); without any, all are equal.
fn shuffle(candidates: &mut [Candidate<'_>], random: &mut dyn FnMut() -> u64) {
    let kinds: [fn(&Deployment) -> Option<f64>; 3] =
        [|d| d.weight, |d| d.rpm.map(as_f64), |d| d.tpm.map(as_f64)];
    let weigh = kinds.into_iter().find(|kind| {
        candidates.iter().any(|c| kind(c.deployment).is_some_and(|weight| weight > 0.0))
    });
    let mut rest = candidates;
    while rest.len() > 1 {
        let weight = |c: &Candidate<'_>| match weigh {
            Some(kind) => kind(c.deployment).unwrap_or(0.0).max(0.0),
            None => 1.0,
        };
        let total: f64 = rest.iter().map(weight).sum();
        let mut mark = unit(random()) * total;
        // Candidates of no weight are left for last, in a random order of their own.
        let drawn = if total > 0.0 {
            rest.iter()
                .position(|c| {
                    mark -= weight(c);
                    mark < 0.0
                })
                // Rounding may leave a rest: the last one with a weight is meant then.
                .or_else(|| rest.iter().rposition(|c| weight(c) > 0.0))
                .unwrap_or(0)
        } else {
            usize::try_from(random() % rest.len() as u64).unwrap_or(0)
        };
        rest.swap(0, drawn);
        let Some((_, tail)) = rest.split_first_mut() else { return };
        rest = tail;
    }
}

#[allow(clippy::cast_precision_loss)] // a weight of 2^53 requests a minute needs no last digit
fn as_f64(count: u64) -> f64 {
    count as f64
}

/// A number in 0..1 from 53 random bits.
#[allow(clippy::cast_precision_loss)]
fn unit(random: u64) -> f64 {
    (random >> 11) as f64 / (1u64 << 53) as f64
}

#[cfg(test)]
mod tests;
