//! Facts about the world as data: providers, models, prices.

mod embeddings;
pub mod price;
mod provider;
mod quirks;
mod rows;

pub use embeddings::{Embeddings, EncodingMember};
pub use provider::{
    AuthStyle, BEGINNINGS, Elsewhere, Provider, ProviderError, Setting, all, find, is_setting,
    resolve, row,
};
pub use quirks::{ModelParts, Quirks, fill};
