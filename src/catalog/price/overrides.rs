//! A deployment's own prices, over those of the catalogue.

use std::fmt;

use serde_json::{Map, Value};

use super::Price;
use super::kind::{Part, RateKind};
use super::rate::Rate;
use super::rates::Entry;
use super::service::ServiceTier;

/// Prices from the configuration, under LiteLLM's names, in USD per unit.
///
/// Any name of LiteLLM's price map will do: `input_cost_per_token`,
/// `cache_read_input_token_cost_priority`, `output_cost_per_token_above_200k_tokens` (with any
/// threshold), `search_context_cost_per_query`, `tiered_pricing`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PriceOverrides {
    entries: Vec<Entry>,
}

/// Why a deployment's prices cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OverrideError {
    UnknownName { name: String },
    BadValue { name: String, value: String },
    BadTiers { name: String, problem: &'static str },
}

impl fmt::Display for OverrideError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            OverrideError::UnknownName { name } => write!(
                f,
                "`{name}` looks like a price but is not one that can be set; \
                 use a name of LiteLLM's price map, such as `input_cost_per_token`."
            ),
            OverrideError::BadValue { name, value } => write!(
                f,
                "`{name}` is {value}; give USD per unit as a number that is not negative, \
                 such as 2.5e-06."
            ),
            OverrideError::BadTiers { name, problem } => write!(f, "`{name}` {problem}"),
        }
    }
}

impl std::error::Error for OverrideError {}

impl PriceOverrides {
    /// Reads the prices in a deployment's `litellm_params` or `model_info`.
    ///
    /// Those maps hold other settings too, so names that have nothing to do with prices are passed
    /// over; one that has, and is not known, is an error. `null` is as good as absent, and a
    /// number may be given as a string, as YAML reads `3e-7`.
    pub fn from_map(map: &Map<String, Value>) -> Result<PriceOverrides, OverrideError> {
        let mut entries = Vec::new();
        for (name, value) in map.iter().filter(|(_, value)| !value.is_null()) {
            match (name.as_str(), value) {
                ("search_context_cost_per_query", Value::Object(sizes)) => {
                    for (size, value) in sizes {
                        entries.push(Entry {
                            rate: rate(size, value)?,
                            ..entry(size).ok_or_else(|| unknown(size))?
                        });
                    }
                }
                ("tiered_pricing", Value::Array(tiers)) => entries.append(&mut bands(tiers)?),
                ("search_context_cost_per_query" | "tiered_pricing", _) => {
                    return Err(bad_value(name, value));
                }
                _ => match entry(name) {
                    Some(entry) => entries.push(Entry { rate: rate(name, value)?, ..entry }),
                    None if looks_like_a_price(name) => return Err(unknown(name)),
                    None => {}
                },
            }
        }
        Ok(PriceOverrides { entries })
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// `self`, and whatever `other` does not set; for prices in two places.
    #[must_use]
    pub fn or(mut self, other: &PriceOverrides) -> PriceOverrides {
        let same =
            |a: &Entry, b: &Entry| (a.kind, a.above, a.service) == (b.kind, b.above, b.service);
        for entry in &other.entries {
            if !self.entries.iter().any(|own| same(own, entry)) {
                self.entries.push(*entry);
            }
        }
        self
    }
}

impl Price {
    /// The price with a deployment's own rates in place of the listed ones.
    ///
    /// A standard rate replaces the listed rates of its kind in all bands and service tiers, and
    /// a rate for a band or tier only that one. `input_cost_per_token` replaces every listed rate
    /// for input tokens, cache and media included, and `output_cost_per_token` every one for
    /// output tokens: who names the price of a token does not want a part of it billed at a price
    /// for something else. (A free self-hosted model may share its name with a listed one.) Either
    /// also ends off-peak hours and uplifts.
    #[must_use]
    pub fn with_overrides(mut self, overrides: &PriceOverrides) -> Price {
        for new in &overrides.entries {
            if new.above > 0 || new.service != ServiceTier::Standard {
                continue;
            }
            let part = match new.kind {
                RateKind::Input => Some(Part::InputTokens),
                RateKind::Output => Some(Part::OutputTokens),
                _ => None,
            };
            self.rates.remove(|kind| kind == new.kind || Some(kind.part()) == part);
            if part.is_some() {
                self.off_peak = None;
                self.uplifts.clear();
                self.factor = super::ONE;
            }
        }
        for new in &overrides.entries {
            self.rates.set(*new);
        }
        self
    }
}

/// What a name stands for: its kind, band and tier, with no rate yet.
fn entry(name: &str) -> Option<Entry> {
    let (name, service) = ServiceTier::split_suffix(name);
    let (name, above) = split_band(name).unwrap_or((name, 0));
    let kind = RateKind::from_name(name)?;
    Some(Entry { kind, above, service, rate: Rate::FREE })
}

/// `input_cost_per_token_above_200k_tokens` → (`input_cost_per_token`, 200 000).
fn split_band(name: &str) -> Option<(&str, u64)> {
    let (kind, threshold) = name.strip_suffix("_tokens")?.rsplit_once("_above_")?;
    let above = match threshold.strip_suffix('k') {
        Some(thousands) => thousands.parse::<u64>().ok()?.checked_mul(1000)?,
        None => threshold.parse().ok()?,
    };
    Some((kind, above))
}

fn looks_like_a_price(name: &str) -> bool {
    ["_cost", "cost_", "pricing", "uplift"].iter().any(|word| name.contains(word))
}

fn rate(name: &str, value: &Value) -> Result<Rate, OverrideError> {
    let rate = match value {
        // Without a fraction or exponent where there is none; the shortest that reads back equal.
        Value::Number(number) => Rate::parse_usd(&number.to_string()),
        Value::String(text) => Rate::parse_usd(text.trim()),
        _ => None,
    };
    rate.ok_or_else(|| bad_value(name, value))
}

fn unknown(name: &str) -> OverrideError {
    OverrideError::UnknownName { name: name.to_owned() }
}

fn bad_value(name: &str, value: &Value) -> OverrideError {
    OverrideError::BadValue { name: name.to_owned(), value: value.to_string() }
}

/// `[{"range": [0, 32000], "input_cost_per_token": …}, …]`: the whole request is billed at the
/// rates of the range that its prompt tokens fall in, the range's end included; beyond the last
/// range, at that one's.
fn bands(tiers: &[Value]) -> Result<Vec<Entry>, OverrideError> {
    let error = |problem| OverrideError::BadTiers { name: "tiered_pricing".to_owned(), problem };
    let mut entries = Vec::new();
    let mut named: Option<Vec<&str>> = None;
    let mut above = 0;
    for tier in tiers {
        let tier = tier.as_object().ok_or_else(|| {
            error("has an entry that is not a mapping; give each a `range` and its rates.")
        })?;
        let ends = tier.get("range").and_then(Value::as_array).map(Vec::as_slice);
        let (start, end) = match ends {
            Some([start, end]) => (whole(start), whole(end)),
            _ => (None, None),
        };
        let (Some(start), Some(end)) = (start, end) else {
            return Err(error("has an entry without `range: [from, to]` in whole tokens."));
        };
        if start != above || end <= start {
            return Err(error("has ranges that do not follow on one another from 0."));
        }
        let mut names: Vec<&str> =
            tier.keys().map(String::as_str).filter(|name| *name != "range").collect();
        names.sort_unstable();
        if named.as_ref().is_some_and(|first| *first != names) {
            return Err(error("has ranges that name different rates; give all of them in each."));
        }
        for name in &names {
            let value = tier.get(*name).unwrap_or(&Value::Null);
            let known = RateKind::from_name(name).ok_or_else(|| unknown(name))?;
            let rate = rate(name, value)?;
            entries.push(Entry { kind: known, above, service: ServiceTier::Standard, rate });
        }
        named = Some(names);
        above = end;
    }
    Ok(entries)
}

/// LiteLLM's own map writes some whole numbers as `32000.0`.
fn whole(value: &Value) -> Option<u64> {
    let whole_float = |float: &f64| float.fract() == 0.0 && (0.0..1e15).contains(float);
    value.as_u64().or_else(|| value.as_f64().filter(whole_float).map(|float| float as u64))
}
