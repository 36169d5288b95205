//! Facts about the world as data: providers, models, prices.

mod embeddings;
pub mod price;
mod provider;

pub use embeddings::{Embeddings, EncodingMember};
pub use provider::{
    AuthStyle, BEGINNINGS, Provider, ProviderError, Quirks, Setting, all, find, resolve, row,
};
