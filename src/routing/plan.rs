//! The plan of one request: which deployments are tried, in which order, and what a failure strikes
//! from it.
//!
//! A plan is a list of legs, one per model group: the group asked for, then its fallbacks. A leg has
//! `1 + num_retries` attempts over the group's healthy deployments, each of them once before any
//! twice. A request that is wrong for one group skips the rest of its leg; a prompt that is too long
//! or refused content goes to the groups that the configuration names for that.

use super::failure::Failure;
use super::health::Health;
use super::load::Load;
use super::pick::{Candidate, arrange};
use super::store::SharedStore;
use crate::config::{Config, Deployment, Fallbacks, Strategy};
use crate::operation::Operation;
use std::collections::VecDeque;
use std::rc::Rc;

/// First pause before the same deployment is tried again, ms; doubles with each time.
const FIRST_BACKOFF_MS: u64 = 250;
/// Longest such pause, ms. A provider that asks for more is not tried again.
const MAX_BACKOFF_MS: u64 = 8_000;

/// One try on one deployment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Index into [`Config::deployments`].
    pub deployment: usize,
    /// The model group of this leg.
    pub group: Rc<str>,
    /// What a wildcard group's `*` stood for.
    pub wildcard: Option<Rc<str>>,
    /// Legs before this one.
    pub leg: usize,
    /// The deployment was cooling down when the plan was made.
    resting: bool,
    /// How often the deployment was planned before within this leg.
    repeat: u32,
    /// What the deployment itself asked for when it failed before, ms.
    retry_after_ms: u64,
}

impl Attempt {
    /// How long to wait before this attempt, ms: nothing on a deployment's first turn, then longer
    /// and longer, half of it at random so that many clients do not return at once.
    #[must_use]
    pub fn backoff_ms(&self, random: u64) -> u64 {
        let Some(doublings) = self.repeat.checked_sub(1) else { return 0 };
        let full = FIRST_BACKOFF_MS.saturating_mul(1 << doublings.min(16)).min(MAX_BACKOFF_MS);
        let jittered = full / 2 + random % (full / 2 + 1);
        jittered.max(self.retry_after_ms)
    }
}

/// What is left to try.
#[derive(Debug, Default)]
pub struct Plan {
    rest: VecDeque<Attempt>,
    context_window: Option<Vec<Attempt>>,
    content_policy: Option<Vec<Attempt>>,
    current: Option<Attempt>,
    started: usize,
    limit: usize,
}

/// What a plan is made from.
pub struct Planner<'a> {
    pub config: &'a Config,
    pub store: &'a dyn SharedStore,
    pub load: &'a Load,
    /// This VM, whose own requests `load` counts.
    pub vm: u64,
    /// Unix time, ms.
    pub now_ms: u64,
    pub random: &'a mut dyn FnMut() -> u64,
}

impl Planner<'_> {
    /// Plans a request for `model`; `None` where no group has that name. A group's deployments that
    /// are not for the operation are left out, unless it has no other: then they say so.
    pub fn plan(&mut self, model: &str, operation: Operation) -> Option<Plan> {
        let (config, routing) = (self.config, &self.config.routing);
        let asked = config.group(model)?;
        // A list may name the model as clients write it, or the group that takes it.
        let names = [model, asked.0.name.as_str(), "*"];
        let listed = |table: &'_ Fallbacks| names.iter().find_map(|name| table.get(*name)).cloned();
        let fallbacks =
            listed(&routing.fallbacks).unwrap_or_else(|| routing.default_fallbacks.clone());
        let mut legs = |groups: Vec<String>| -> Vec<Attempt> {
            // The list for all groups may name this very one.
            let others = groups.iter().filter(|group| config.group(group) != Some(asked));
            (1..).zip(others).flat_map(|(leg, group)| self.leg(group, operation, leg)).collect()
        };
        let context_window = listed(&routing.context_window_fallbacks).map(&mut legs);
        let content_policy = listed(&routing.content_policy_fallbacks).map(&mut legs);
        let mut others = legs(fallbacks);
        let mut rest = self.leg(model, operation, 0);
        rest.append(&mut others);
        Some(Plan {
            rest: healthy_first(rest).into(),
            context_window: context_window.map(healthy_first),
            content_policy: content_policy.map(healthy_first),
            current: None,
            started: 0,
            limit: usize::try_from(self.config.limits.max_attempts).unwrap_or(usize::MAX),
        })
    }

    fn leg(&mut self, model: &str, operation: Operation, leg: usize) -> Vec<Attempt> {
        let Some((group, wildcard)) = self.config.group(model) else { return Vec::new() };
        let mut candidates: Vec<Candidate<'_>> = group
            .deployments
            .iter()
            .filter_map(|&index| Some(self.candidate(index, self.config.deployments.get(index)?)))
            .collect();
        let fits = |candidate: &Candidate<'_>| candidate.deployment.serves(operation);
        if candidates.iter().any(fits) {
            candidates.retain(fits);
        }
        if candidates.iter().any(|candidate| !candidate.resting) {
            candidates.retain(|candidate| !candidate.resting);
        }
        arrange(&mut candidates, self.config.routing.strategy, self.random);
        let tries = self.config.routing.num_retries.saturating_add(1);
        let tries = tries.min(self.config.limits.max_attempts) as usize;
        let (name, wildcard) = (Rc::from(group.name.as_str()), wildcard.map(Rc::from));
        (0u32..)
            .flat_map(|repeat| candidates.iter().map(move |candidate| (repeat, candidate)))
            .take(if candidates.is_empty() { 0 } else { tries })
            .map(|(repeat, candidate)| Attempt {
                deployment: candidate.index,
                group: Rc::clone(&name),
                wildcard: wildcard.clone(),
                leg,
                resting: candidate.resting,
                repeat,
                retry_after_ms: 0,
            })
            .collect()
    }

    fn candidate<'d>(&self, index: usize, deployment: &'d Deployment) -> Candidate<'d> {
        // Reading costs a host call each; the load is of interest to one strategy only.
        let in_flight = match self.config.routing.strategy {
            Strategy::LeastBusy => {
                self.load.total(self.store, &deployment.id, self.vm, self.now_ms)
            }
            Strategy::SimpleShuffle => 0,
        };
        // An only deployment is asked whatever its health.
        let resting = self.config.deployments.len() > 1
            && Health::load(self.store, &deployment.id).is_cooling(self.now_ms);
        Candidate { index, deployment, in_flight, resting }
    }
}

/// A group whose deployments all rest is left out while another can answer. When none can, the
/// resting ones are asked after all: an answer may come, and a refusal costs no more than ours.
fn healthy_first(mut attempts: Vec<Attempt>) -> Vec<Attempt> {
    if attempts.iter().any(|attempt| !attempt.resting) {
        attempts.retain(|attempt| !attempt.resting);
    }
    attempts
}

impl Plan {
    /// Starts the next attempt.
    pub fn advance(&mut self) -> Option<&Attempt> {
        self.current = if self.started < self.limit { self.rest.pop_front() } else { None };
        if self.current.is_some() {
            self.started += 1;
        }
        self.current.as_ref()
    }

    /// Whether a failure now would be followed by another attempt.
    #[must_use]
    pub fn has_next(&self) -> bool {
        self.started < self.limit && !self.rest.is_empty()
    }

    /// Strikes what cannot help after the current attempt failed like this.
    pub fn failed(&mut self, failure: Failure, retry_after_ms: Option<u64>) {
        let Some(current) = &self.current else { return };
        let (leg, deployment) = (current.leg, current.deployment);
        let replacement = match failure {
            Failure::ContextWindow => self.context_window.take(),
            Failure::ContentPolicy => self.content_policy.take(),
            _ => None,
        };
        if let Some(attempts) = replacement {
            self.rest = attempts.into();
            return;
        }
        match failure {
            Failure::Deployment if retry_after_ms.is_none_or(|ms| ms <= MAX_BACKOFF_MS) => {
                let again = self.rest.iter_mut().filter(|next| next.deployment == deployment);
                again.for_each(|next| next.retry_after_ms = retry_after_ms.unwrap_or(0));
            }
            Failure::Deployment | Failure::Unfit => {
                self.rest.retain(|attempt| attempt.deployment != deployment);
            }
            Failure::Request | Failure::ContextWindow | Failure::ContentPolicy => {
                self.rest.retain(|attempt| attempt.leg != leg);
            }
        }
    }

    /// Most attempts this plan can lead to: what the retrying router must allow for.
    #[must_use]
    pub fn max_attempts(&self) -> usize {
        let special = |attempts: &Option<Vec<Attempt>>| attempts.as_ref().map_or(0, Vec::len);
        // At worst a special list takes over after the last attempt of the one before it.
        let longest =
            self.rest.len() + special(&self.context_window) + special(&self.content_policy);
        (self.started + longest).min(self.limit)
    }
}

#[cfg(test)]
mod tests;
