//! Facts about the world as data: providers, models, prices.

pub mod price;
mod provider;
mod quirks;

pub use provider::{
    AuthStyle, BEGINNINGS, Elsewhere, Provider, ProviderError, Setting, all, find, is_setting,
    resolve, row,
};
pub use quirks::{ModelParts, Quirks, fill};
