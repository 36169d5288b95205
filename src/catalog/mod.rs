//! Facts about the world as data: providers, models, prices.

pub mod price;
mod provider;

pub use provider::{
    AuthStyle, BEGINNINGS, Provider, ProviderError, Quirks, Setting, all, find, resolve, row,
};
