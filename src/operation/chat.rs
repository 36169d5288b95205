//! Chat completions.

use super::{ClientRequest, Facts, Operation};
use crate::dialect::{Call, Outgoing};
use crate::openai::{ApiError, Body, ChatRequest};

pub const FACTS: Facts = Facts {
    name: "chat",
    path: "/chat/completions",
    mode: "chat",
    what: "chat completions",
    needed: ChatRequest::NEEDED,
};

impl ClientRequest for ChatRequest {
    const OPERATION: Operation = Operation::Chat;
    const RESERVED: &'static [&'static str] = &["model", "messages", "stream", "stream_options"];
    const INDISPENSABLE: &'static [&'static str] = &["model", "messages"];

    fn parse(body: Vec<u8>) -> Result<Self, ApiError> {
        ChatRequest::parse(body)
    }

    fn members(&self) -> &Body {
        ChatRequest::members(self)
    }

    fn model(&self) -> &str {
        &self.model
    }

    fn stream(&self) -> bool {
        self.stream
    }

    fn include_usage(&self) -> bool {
        self.include_usage
    }

    fn write(call: &Call<'_>) -> Result<Outgoing, ApiError> {
        call.target.provider.dialect.dialect().request(call)
    }
}
