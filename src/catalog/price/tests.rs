//! Costs worked out by hand from the providers' published prices per million tokens.

mod known_models;
mod overrides;
mod properties;

use super::*;

fn price(provider: &str, model: &str) -> Price {
    Price::find(provider, model).unwrap_or_else(|| panic!("{provider}/{model} is listed"))
}

/// (input, output) in nano-USD.
fn nanos(price: &Price, tokens: Tokens, service_tier: Option<&str>) -> Option<(u64, u64)> {
    cost(price, &tokens, service_tier).map(|cost| (cost.input_nano_usd, cost.output_nano_usd))
}
