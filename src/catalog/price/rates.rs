//! The rates of one model, by kind, size of request and service tier.

use super::kind::RateKind;
use super::rate::Rate;
use super::service::ServiceTier;

/// One rate and when it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub kind: RateKind,
    /// The rate holds for requests of more than this many prompt tokens; 0: for all.
    pub above: u64,
    pub service: ServiceTier,
    pub rate: Rate,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Rates(Vec<Entry>);

impl Rates {
    /// The rate for a request of `size` prompt tokens: the tier's own in the highest band that the
    /// size exceeds, else the standard one. Where only the standard tier has the higher band, the
    /// dearer of the two: a long request in a priority tier is not cheaper than a short one.
    pub fn lookup(&self, kind: RateKind, size: u64, service: ServiceTier) -> Option<Rate> {
        let highest = |service| {
            self.0
                .iter()
                .filter(|entry| entry.kind == kind && entry.service == service)
                .filter(|entry| entry.above == 0 || size > entry.above)
                .max_by_key(|entry| entry.above)
        };
        match (highest(service), highest(ServiceTier::Standard)) {
            (Some(own), Some(standard)) if standard.above > own.above => {
                Some(own.rate.max(standard.rate))
            }
            (own, standard) => own.or(standard).map(|entry| entry.rate),
        }
    }

    /// Whether the tier has a rate of its own for requests of any size.
    pub fn has_own(&self, kind: RateKind, service: ServiceTier) -> bool {
        self.0.iter().any(|e| e.kind == kind && e.above == 0 && e.service == service)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Entry> {
        self.0.iter()
    }

    /// Adds a rate, in place of the one that held for the same.
    pub fn set(&mut self, new: Entry) {
        self.0
            .retain(|old| (old.kind, old.above, old.service) != (new.kind, new.above, new.service));
        self.0.push(new);
    }

    /// For the parser, whose source names nothing twice.
    pub fn push(&mut self, new: Entry) {
        self.0.push(new);
    }

    pub fn remove(&mut self, unwanted: impl Fn(RateKind) -> bool) {
        self.0.retain(|entry| !unwanted(entry.kind));
    }
}
