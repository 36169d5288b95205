//! The common language: OpenAI's chat completions API, which clients speak and every dialect is
//! translated from and to.
//!
//! Source: <https://platform.openai.com/docs/api-reference/chat>. Members that providers add beyond
//! it (`reasoning_content`, `thinking_blocks`, `cache_control`) carry LiteLLM's names.

pub mod body;
pub mod chunk;
pub mod completion;
pub mod embeddings;
pub mod error;
pub mod message;
pub mod request;
pub mod response_format;
pub mod tool;
pub mod usage;

pub use body::{Body, MAX_MODEL_BYTES};
pub use chunk::{Chunk, Delta};
pub use completion::Completion;
pub use embeddings::EmbeddingRequest;
pub use error::ApiError;
pub use message::{Content, Message, Part, Role};
pub use request::ChatRequest;
pub use usage::Usage;
