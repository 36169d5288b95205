//! Envoy's metrics: defined when first used, found by what they are about afterwards.
//!
//! A host call costs more than the counting. Counters and gauges are therefore gathered in the VM and
//! handed over with the next tick; only observations, of which each counts, go at once.

use crate::session::{Metric, MetricKind, Series};
use hashbrown::HashMap;
use proxy_wasm::hostcalls;
use proxy_wasm::types::MetricType;

/// Most series that one VM defines. Labels come from the configuration, so this is never reached by
/// a sane one; beyond it, new series are not counted and those that exist go on.
const MAX_SERIES: usize = 20_000;

/// The series that this VM has defined.
#[derive(Default)]
pub struct Registry {
    places: HashMap<Series, usize>,
    all: Vec<One>,
    /// Places in `all` that have something to hand over.
    waiting: Vec<usize>,
}

struct One {
    id: u32,
    kind: MetricKind,
    value: u64,
    waiting: bool,
}

impl Registry {
    /// Records one value.
    pub fn record(&mut self, metric: Metric) {
        let place = match self.places.get(&metric.series) {
            Some(place) => *place,
            None => match self.define(&metric) {
                Some(place) => place,
                None => return,
            },
        };
        let Some(series) = self.all.get_mut(place) else { return };
        series.value = match metric.kind {
            MetricKind::Counter => series.value.saturating_add(metric.value),
            MetricKind::Gauge => metric.value,
            MetricKind::Histogram => {
                // A refusal leaves a gap in a metric; a request must not fail for it.
                let _ = hostcalls::record_metric(series.id, metric.value);
                return;
            }
        };
        if !std::mem::replace(&mut series.waiting, true) {
            self.waiting.push(place);
        }
    }

    fn define(&mut self, metric: &Metric) -> Option<usize> {
        if self.all.len() >= MAX_SERIES {
            return None;
        }
        let kind = match metric.kind {
            MetricKind::Counter => MetricType::Counter,
            MetricKind::Gauge => MetricType::Gauge,
            MetricKind::Histogram => MetricType::Histogram,
        };
        let id = hostcalls::define_metric(kind, &metric.series.to_string()).ok()?;
        let place = self.all.len();
        self.all.push(One { id, kind: metric.kind, value: 0, waiting: false });
        self.places.insert(metric.series.clone(), place);
        Some(place)
    }

    /// Hands over what has been gathered.
    pub fn hand_over(&mut self) {
        for place in self.waiting.drain(..) {
            let Some(series) = self.all.get_mut(place) else { continue };
            series.waiting = false;
            let _ = match series.kind {
                MetricKind::Counter => {
                    let value = std::mem::take(&mut series.value);
                    hostcalls::increment_metric(series.id, i64::try_from(value).unwrap_or(i64::MAX))
                }
                MetricKind::Gauge | MetricKind::Histogram => {
                    hostcalls::record_metric(series.id, series.value)
                }
            };
        }
    }
}
