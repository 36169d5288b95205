//! Facts about the world as data: providers, models, prices.

mod provider;

pub use provider::{AuthStyle, Provider, ProviderError, Quirks, all, find, resolve};
