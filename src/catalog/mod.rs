//! Facts about the world as data: providers, models, prices.

pub mod price;
mod provider;

pub use provider::{
    AuthStyle, BEGINNINGS, Elsewhere, Provider, ProviderError, Quirks, Setting, all, find,
    is_setting, resolve, row,
};
