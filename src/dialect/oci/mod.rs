//! Oracle Cloud Infrastructure's Generative AI: `POST /20231130/actions/chat`.
//!
//! Reference: <https://docs.oracle.com/en-us/iaas/api/#/en/generative-ai-inference/20231130/ChatResult/Chat>
//! and the models of Oracle's SDKs, `GenericChatRequest` and `CohereChatRequest` among them. One
//! envelope ([`details`]) holds a request in one of two formats: [`generic`] is OpenAI's in Oracle's
//! words, for the models of Meta, xAI, Google and OpenAI; [`cohere`] is the first version of Cohere's,
//! for its models. (Their second version, `COHEREV2`, is not spoken: images and thinking, which only
//! it has, are refused.) The answers' events come without names and without `[DONE]`
//! ([`event`](mod@event)).

mod cohere;
mod details;
mod error;
mod event;
mod generic;
mod members;
mod reply;
mod schema;
mod usage;

use super::{Call, Dialect, Exchange, Outgoing, Output, StreamTranslator};
use crate::openai::ApiError;

pub(super) use details::{compartment, serving_mode};

/// The format `GENERIC`.
#[derive(Debug, Clone, Copy, Default)]
pub struct Generic;

/// The format `COHERE`.
#[derive(Debug, Clone, Copy, Default)]
pub struct Cohere;

impl Dialect for Generic {
    fn request(&self, call: &Call<'_>) -> Result<Outgoing, ApiError> {
        generic::request::write(call)
    }

    fn whole(&self, exchange: &Exchange, body: &[u8], out: &mut Output) -> Result<(), ApiError> {
        generic::response::write(exchange, body, out)
    }

    fn stream(&self, exchange: &Exchange) -> Box<dyn StreamTranslator> {
        Box::new(event::Events(generic::stream::Stream::new(exchange)))
    }

    fn error(&self, status: u16, body: &[u8]) -> ApiError {
        error::read(status, body)
    }
}

impl Dialect for Cohere {
    fn request(&self, call: &Call<'_>) -> Result<Outgoing, ApiError> {
        cohere::request::write(call)
    }

    fn whole(&self, exchange: &Exchange, body: &[u8], out: &mut Output) -> Result<(), ApiError> {
        cohere::response::write(exchange, body, out)
    }

    fn stream(&self, exchange: &Exchange) -> Box<dyn StreamTranslator> {
        Box::new(event::Events(cohere::stream::Stream::new(exchange)))
    }

    fn error(&self, status: u16, body: &[u8]) -> ApiError {
        error::read(status, body)
    }
}
