//! Azure OpenAI: OpenAI's format under Azure's addresses.
//!
//! Source: <https://learn.microsoft.com/en-us/azure/ai-services/openai/reference#embeddings>.

use super::Embedder;
use super::openai::{self, OpenAi};
use crate::dialect::azure::path::{self, Version};
use crate::dialect::{Call, Exchange, Outgoing, Output, Target};
use crate::openai::{ApiError, EmbeddingRequest};
use crate::operation::Operation;

/// Azure OpenAI deployments.
#[derive(Debug, Clone, Copy)]
pub struct Azure;

impl Embedder for Azure {
    fn request(&self, call: &Call<'_, EmbeddingRequest>) -> Result<Outgoing, ApiError> {
        let target = call.target;
        let version = Version::of(target);
        let path = path::of(Operation::Embeddings, &target.endpoint, &target.model, &version)?;
        openai::write(call, path)
    }

    fn most_inputs(&self, target: &Target) -> Option<usize> {
        OpenAi.most_inputs(target)
    }

    fn whole(&self, exchange: &Exchange, body: &[u8], out: &mut Output) -> Result<(), ApiError> {
        OpenAi.whole(exchange, body, out)
    }
}
