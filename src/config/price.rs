//! Prices of a deployment's own, in `litellm_params` or `model_info`.

use super::node::Node;
use crate::catalog::price::{OverrideError, PriceOverrides};
use serde_json::Map;

/// Takes `member` as a price and adds it to `prices`; false if its name is not one of a price.
pub fn read(name: &str, member: &Node<'_>, prices: &mut PriceOverrides) -> bool {
    // One at a time, so that every wrong one is reported with its own path.
    let single = Map::from_iter([(name.to_owned(), member.value.clone())]);
    match PriceOverrides::from_map(&single) {
        // These two may be empty, and are prices all the same.
        Ok(price) if price.is_empty() => {
            return matches!(name, "tiered_pricing" | "search_context_cost_per_query");
        }
        Ok(price) => *prices = std::mem::take(prices).or(&price),
        Err(OverrideError::UnknownName { .. }) => member.warn(format!(
            "`{name}` looks like a price but is none that is counted, so it has no effect."
        )),
        Err(OverrideError::BadValue { .. }) => {
            member.expected("USD per unit, a number that is not negative, such as 2.5e-06");
        }
        Err(OverrideError::BadTiers { problem, .. }) => {
            member.error(format!("`{name}` {problem}"));
        }
    }
    true
}
