//! Facts about the world as data: providers, models, prices.

pub mod price;
mod provider;
mod quirks;

pub use provider::{
    AuthStyle, BEGINNINGS, Provider, ProviderError, Setting, all, find, resolve, row,
};
pub use quirks::{ModelParts, Quirks, fill};
