//! The service tiers that have prices of their own.

/// How a request was served, as far as it changes the price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum ServiceTier {
    #[default]
    Standard,
    Batch,
    Flex,
    Balanced,
    Priority,
    Ultrafast,
    /// OpenAI's decisions endpoint: input is billed, the decision is not.
    Decisions,
}

impl ServiceTier {
    /// The tiers with the suffix that their rates carry in LiteLLM's names and in the data file.
    const SUFFIXES: [(ServiceTier, &'static str); 6] = [
        (ServiceTier::Batch, "batches"),
        (ServiceTier::Flex, "flex"),
        (ServiceTier::Balanced, "balanced"),
        (ServiceTier::Priority, "priority"),
        (ServiceTier::Ultrafast, "ultrafast"),
        (ServiceTier::Decisions, "decisions"),
    ];

    /// Reads the name a provider gives the tier it served: `service_tier` of OpenAI, Anthropic and
    /// others, `trafficType` of Gemini. `auto`, `default`, no name and an unknown one are standard.
    pub fn from_name(name: Option<&str>) -> ServiceTier {
        const NAMES: [(&str, ServiceTier); 11] = [
            ("priority", ServiceTier::Priority),
            ("fast", ServiceTier::Priority),
            ("on_demand_priority", ServiceTier::Priority),
            ("flex", ServiceTier::Flex),
            ("on_demand_flex", ServiceTier::Flex),
            ("batch", ServiceTier::Batch),
            ("batches", ServiceTier::Batch),
            ("balanced", ServiceTier::Balanced),
            ("ultrafast", ServiceTier::Ultrafast),
            ("decision", ServiceTier::Decisions),
            ("decisions", ServiceTier::Decisions),
        ];
        let name = name.unwrap_or_default();
        NAMES
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map_or(ServiceTier::Standard, |(_, tier)| *tier)
    }

    pub(super) fn from_suffix(suffix: &str) -> Option<ServiceTier> {
        Self::SUFFIXES.iter().find(|(_, known)| *known == suffix).map(|(tier, _)| *tier)
    }

    /// `input_cost_per_token_flex` → (`input_cost_per_token`, `Flex`).
    pub(super) fn split_suffix(name: &str) -> (&str, ServiceTier) {
        for (tier, suffix) in Self::SUFFIXES {
            if let Some(rest) = name.strip_suffix(suffix).and_then(|rest| rest.strip_suffix('_')) {
                return (rest, tier);
            }
        }
        (name, ServiceTier::Standard)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiers_are_read_from_the_names_providers_use() {
        assert_eq!(ServiceTier::from_name(Some("FLEX")), ServiceTier::Flex);
        assert_eq!(ServiceTier::from_name(Some("ON_DEMAND_PRIORITY")), ServiceTier::Priority);
        for standard in [None, Some(""), Some("auto"), Some("default"), Some("scale")] {
            assert_eq!(ServiceTier::from_name(standard), ServiceTier::Standard);
        }
    }
}
