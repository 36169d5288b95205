//! Embeddings.

use super::{ClientRequest, Facts, Operation};
use crate::dialect::{Call, Outgoing, embeddings};
use crate::openai::{ApiError, Body, EmbeddingRequest};

pub const FACTS: Facts = Facts {
    name: "embeddings",
    path: "/embeddings",
    mode: "embedding",
    what: "embeddings",
    needed: EmbeddingRequest::NEEDED,
};

/// What a deployment may set for its chat completions, and which no provider's embeddings know.
const OF_CHAT: [&str; 17] = [
    "frequency_penalty",
    "logit_bias",
    "logprobs",
    "max_completion_tokens",
    "n",
    "parallel_tool_calls",
    "presence_penalty",
    "reasoning_effort",
    "response_format",
    "seed",
    "stop",
    "temperature",
    "tool_choice",
    "tools",
    "top_k",
    "top_logprobs",
    "top_p",
];

impl ClientRequest for EmbeddingRequest {
    const OPERATION: Operation = Operation::Embeddings;
    const RESERVED: &'static [&'static str] = &["model", "input", "stream", "stream_options"];
    const INDISPENSABLE: &'static [&'static str] = &["model", "input"];

    fn parse(body: Vec<u8>) -> Result<Self, ApiError> {
        EmbeddingRequest::parse(body)
    }

    fn takes_default(name: &str) -> bool {
        !OF_CHAT.contains(&name)
    }

    fn members(&self) -> &Body {
        EmbeddingRequest::members(self)
    }

    fn model(&self) -> &str {
        &self.model
    }

    fn write(call: &Call<'_, Self>) -> Result<Outgoing, ApiError> {
        let provider = call.target.provider;
        let embedder = embeddings::of(provider)
            .ok_or_else(|| Operation::Embeddings.not_served_by(&provider.name))?;
        embedder.request(call)
    }
}
