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

    /// The price, where one is known. `wildcard` is what a wildcard group's `*` stood for.
    #[must_use]
    pub fn price(&self, wildcard: Option<&str>) -> Option<Cow<'_, Price>> {
        match wildcard {
            Some(text) if self.name.contains('*') => {
                let name = self.name.replacen('*', text, 1);
                find(&self.provider, &name, &self.overrides).map(Cow::Owned)
            }
            _ => self.price.as_ref().map(Cow::Borrowed),
        }
    }
}

fn find(provider: &str, name: &str, overrides: &PriceOverrides) -> Option<Price> {
    match Price::find(provider, name) {
        Some(price) => Some(price.with_overrides(overrides)),
        None if overrides.is_empty() => None,
        None => Some(Price::default().with_overrides(overrides)),
    }
}
