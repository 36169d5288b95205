//! Embeddings in OpenAI's shape: the request, and the list that answers it.
//!
//! Source: <https://platform.openai.com/docs/api-reference/embeddings>.

mod input;
pub mod list;
mod request;
pub mod vector;

pub use input::{Input, MAX_INPUTS};
pub use request::EmbeddingRequest;
pub use vector::Encoding;
