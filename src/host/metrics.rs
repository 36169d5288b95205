//! Envoy's metrics: defined when first used, found by name afterwards.

use crate::session::{Metric, MetricKind};
use hashbrown::HashMap;
use proxy_wasm::hostcalls;
use proxy_wasm::types::MetricType;

/// Most series that one VM defines. Labels come from the configuration, so this is never reached by
/// a sane one; beyond it, new series are not counted and those that exist go on.
const MAX_SERIES: usize = 20_000;

/// Ids of the series that this VM has defined.
#[derive(Default)]
pub struct MetricIds(HashMap<String, u32>);

impl MetricIds {
    /// Records one value.
    pub fn record(&mut self, metric: &Metric) {
        let id = match self.0.get(&metric.name) {
            Some(id) => *id,
            None if self.0.len() >= MAX_SERIES => return,
            None => {
                let Ok(id) = hostcalls::define_metric(type_of(metric.kind), &metric.name) else {
                    return;
                };
                self.0.insert(metric.name.clone(), id);
                id
            }
        };
        // A refusal leaves a gap in a metric; a request must not fail for it.
        let _ = match metric.kind {
            MetricKind::Counter => {
                hostcalls::increment_metric(id, i64::try_from(metric.value).unwrap_or(i64::MAX))
            }
            MetricKind::Gauge | MetricKind::Histogram => hostcalls::record_metric(id, metric.value),
        };
    }
}

fn type_of(kind: MetricKind) -> MetricType {
    match kind {
        MetricKind::Counter => MetricType::Counter,
        MetricKind::Gauge => MetricType::Gauge,
        MetricKind::Histogram => MetricType::Histogram,
    }
}
