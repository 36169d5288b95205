//! A whole answer, once its parts are known: the completion, and what accounting wants of it.

use super::{Exchange, Output};
use crate::openai::Usage;
use crate::openai::completion::{Choice, Completion};

/// What a whole answer consists of. Where it does not say its id, model or time, those of the exchange
/// count.
#[derive(Debug, Default)]
pub struct Whole {
    pub id: Option<String>,
    pub model: Option<String>,
    /// Unix time, seconds.
    pub created: Option<u64>,
    pub choices: Vec<Choice>,
    pub usage: Option<Usage>,
    pub service_tier: Option<String>,
}

impl Whole {
    /// Writes the completion, and notes that it is finished.
    ///
    /// # Errors
    /// For JSON of the provider's that cannot be kept.
    pub fn write(self, exchange: &Exchange, out: &mut Output) -> Result<(), serde_json::Error> {
        let Self { id, model, created, choices, usage, service_tier } = self;
        let id = id.unwrap_or_else(|| exchange.id.clone());
        let model = model.unwrap_or_else(|| exchange.model.clone());
        let report = &mut out.report;
        report.content = true;
        report.finished = true;
        report.finish_reason = choices.first().map(|choice| choice.finish_reason);
        report.usage = usage;
        report.id = Some(id.clone());
        report.model = Some(model.clone());
        report.service_tier.clone_from(&service_tier);
        let completion = Completion {
            id,
            object: Completion::OBJECT,
            created: created.unwrap_or(exchange.created),
            model,
            choices,
            usage,
            system_fingerprint: None,
            service_tier,
        };
        serde_json::to_writer(&mut out.bytes, &completion)
    }
}
