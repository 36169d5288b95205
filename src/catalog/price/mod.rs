//! What requests cost.
//!
//! The prices are LiteLLM's, carried over by `scripts/update-prices` into a text file with one
//! model per line. The file is part of the program, and is searched as it lies there: nothing is
//! parsed when the plugin starts, and a lookup parses the one line it finds. (LiteLLM's own map is
//! three megabytes of JSON, too much to parse in every worker's VM.) A caller keeps the [`Price`] of
//! a deployment rather than look it up per request.
//!
//! A price that is not listed is not known, which is never the same as nought: [`cost()`] then has
//! no answer. A listed nought is free.

mod capability;
mod cost;
mod kind;
mod line;
mod names;
mod off_peak;
mod overrides;
mod rate;
mod rates;
mod service;
mod table;
#[cfg(test)]
mod tests;

pub use capability::Capability;
pub use cost::{Cost, Tokens, cost};
pub use kind::RateKind;
pub use overrides::{OverrideError, PriceOverrides};
pub use rate::Rate;
pub use service::ServiceTier;

use capability::Capabilities;
use off_peak::OffPeak;
use rates::{Entry, Rates};

/// Millionths in one: the unit of [`Price::factor`].
const ONE: u64 = 1_000_000;

/// What is known of a model: its rates, and its limits and abilities beside them.
///
/// The default knows nothing; a model that is not listed is that with overrides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Price {
    /// LiteLLM's word for what the model does: `chat`, `embedding`, `rerank`,
    /// `image_generation`, …; empty where it is not known.
    pub mode: &'static str,
    /// LiteLLM's `litellm_provider`, such as `openai` or `vertex_ai-language-models`.
    pub provider: &'static str,
    pub max_input_tokens: Option<u64>,
    pub max_output_tokens: Option<u64>,
    capabilities: Capabilities,
    rates: Rates,
    off_peak: Option<OffPeak>,
    uplifts: Vec<(Uplift, u64)>,
    /// What the whole cost is multiplied by, in millionths.
    factor: u64,
}

impl Default for Price {
    fn default() -> Self {
        Price {
            mode: "",
            provider: "",
            max_input_tokens: None,
            max_output_tokens: None,
            capabilities: Capabilities::default(),
            rates: Rates::default(),
            off_peak: None,
            uplifts: Vec::new(),
            factor: ONE,
        }
    }
}

/// Where or how a request was served, if that makes some models dearer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Uplift {
    /// OpenAI's European data residency (`eu.api.openai.com`).
    DataResidencyEu,
    /// OpenAI's United States data residency (`us.api.openai.com`).
    DataResidencyUs,
    /// A Vertex AI location other than `global`.
    VertexRegion,
    /// Anthropic's `inference_geo: us`.
    AnthropicGeoUs,
    /// Anthropic's `speed: fast`.
    AnthropicFast,
}

impl Uplift {
    fn from_name(name: &str) -> Option<Uplift> {
        Some(match name {
            "eu" => Uplift::DataResidencyEu,
            "us" => Uplift::DataResidencyUs,
            "regional" => Uplift::VertexRegion,
            "geo-us" => Uplift::AnthropicGeoUs,
            "fast" => Uplift::AnthropicFast,
            _ => return None,
        })
    }
}

impl Price {
    /// The price of a model at a provider, both by LiteLLM's names (`openai`, `vertex_ai`,
    /// `bedrock`, …); the model with or without the provider before it. An empty provider stands
    /// for any.
    ///
    /// Tried in this order: `provider/model`, `model`, and both without what providers append
    /// (`-2024-08-06`, `-001`, the ids of a fine-tuned model, Bedrock's routes and regions), each
    /// as written and then without regard to case. A line of another provider does not count.
    /// `None` means that the model is not listed.
    pub fn find(provider: &str, model: &str) -> Option<Price> {
        names::find(provider, model).and_then(line::parse)
    }

    pub fn supports(&self, capability: Capability) -> bool {
        self.capabilities.contains(capability)
    }

    /// The rate for one kind of unit, as listed, for endpoints that bill by something else than
    /// tokens: `price.rate(RateKind::Query, 0, None)?.cost(searches)`.
    ///
    /// `size` is the request's number of prompt tokens (for [`RateKind::Query`] of a search
    /// provider: of results asked for), which decides between bands. A resolution or search size
    /// without a rate of its own has the general one. Uplifts and off-peak hours do not show here.
    pub fn rate(&self, kind: RateKind, size: u64, service_tier: Option<&str>) -> Option<Rate> {
        let service = ServiceTier::from_name(service_tier);
        let general = || kind.general().and_then(|kind| self.rates.lookup(kind, size, service));
        self.rates.lookup(kind, size, service).or_else(general)
    }

    /// Whether the price depends on the hour; see [`Price::at`].
    #[must_use]
    pub fn has_hours(&self) -> bool {
        self.off_peak.is_some()
    }

    /// The price at a moment (seconds since 1970 UTC), where the model is cheaper at certain hours.
    ///
    /// An off-peak rate takes the place of that kind's rates in all bands and service tiers;
    /// kinds without one keep theirs. Without this call, the dearer rates hold.
    #[must_use]
    pub fn at(mut self, unix_seconds: u64) -> Price {
        if let Some(off_peak) = self.off_peak.take_if(|rule| rule.holds_at(unix_seconds)) {
            for (kind, rate) in off_peak.rates {
                self.rates.remove(|listed| listed == kind);
                self.rates.push(Entry { kind, above: 0, service: ServiceTier::Standard, rate });
            }
        }
        self
    }

    /// The price with a surcharge, where the model has that one.
    #[must_use]
    pub fn with_uplift(mut self, uplift: Uplift) -> Price {
        if let Some((_, factor)) = self.uplifts.iter().find(|(listed, _)| *listed == uplift) {
            self.factor = self.factor.saturating_mul(*factor) / ONE;
        }
        self
    }
}
