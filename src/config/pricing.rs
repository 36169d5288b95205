//! What a deployment's tokens cost: the listed price with the deployment's own on top.

use crate::catalog::price::{Price, PriceOverrides};
use std::borrow::Cow;

/// A deployment's price, looked up once where its model is known.
#[derive(Debug, Clone, Default)]
pub struct Pricing {
    provider: String,
    /// `model_info.base_model`, or `provider/model`; a wildcard deployment's holds the `*`.
    name: String,
    overrides: PriceOverrides,
    price: Option<Price>,
}

impl Pricing {
    #[must_use]
    pub fn new(provider: &str, name: String, overrides: PriceOverrides) -> Self {
        let price = if name.contains('*') { None } else { find(provider, &name, &overrides) };
        Self { provider: provider.to_owned(), name, overrides, price }
    }

    /// The price at a moment (Unix time, seconds), where one is known. `wildcard` is what a wildcard
    /// group's `*` stood for.
    #[must_use]
    pub fn price(&self, wildcard: Option<&str>, now: u64) -> Option<Cow<'_, Price>> {
        let price = match wildcard {
            Some(text) if self.name.contains('*') => {
                let name = self.name.replacen('*', text, 1);
                Cow::Owned(find(&self.provider, &name, &self.overrides)?)
            }
            _ => Cow::Borrowed(self.price.as_ref()?),
        };
        Some(if price.has_hours() { Cow::Owned(price.into_owned().at(now)) } else { price })
    }

    /// The name that the list is searched for.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the configuration itself says; it has the last word on what the model costs.
    #[must_use]
    pub fn overrides(&self) -> &PriceOverrides {
        &self.overrides
    }
}

fn find(provider: &str, name: &str, overrides: &PriceOverrides) -> Option<Price> {
    match Price::find(provider, name) {
        Some(price) => Some(price.with_overrides(overrides)),
        None if overrides.is_empty() => None,
        None => Some(Price::default().with_overrides(overrides)),
    }
}
