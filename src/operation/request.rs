//! A client's request, whichever operation it asks for.

use super::Operation;
use crate::dialect::{Call, Outgoing};
use crate::openai::{ApiError, Body, ChatRequest, EmbeddingRequest};

/// A request to one operation, as far as all of them are alike.
pub trait ClientRequest: Sized {
    const OPERATION: Operation;

    /// Members that only the client itself may set: no deployment's defaults do.
    const RESERVED: &'static [&'static str];

    /// Members without which there is no request: they cannot be dropped as a whole.
    const INDISPENSABLE: &'static [&'static str];

    /// Reads a request body.
    ///
    /// # Errors
    /// 400, saying what is wrong with it and where.
    fn parse(body: Vec<u8>) -> Result<Self, ApiError>;

    /// Whether a deployment's default of this name says anything here. A deployment may serve
    /// several operations, with defaults for one of them.
    fn takes_default(_name: &str) -> bool {
        true
    }

    fn members(&self) -> &Body;

    /// The model group that the client asks for.
    fn model(&self) -> &str;

    /// Whether the client wants a stream.
    fn stream(&self) -> bool {
        false
    }

    /// Whether the client wants the usage in the stream.
    fn include_usage(&self) -> bool {
        false
    }

    /// Writes the provider's request.
    ///
    /// # Errors
    /// 404 where the provider does not do this at all; 400 naming what it cannot take.
    fn write(call: &Call<'_, Self>) -> Result<Outgoing, ApiError>;
}

/// A request to any of the operations.
#[derive(Debug)]
pub enum Request {
    Chat(ChatRequest),
    Embeddings(EmbeddingRequest),
}

/// Does the same with every operation's request.
macro_rules! each {
    ($request:expr, $one:ident => $act:expr) => {
        match $request {
            $crate::operation::Request::Chat($one) => $act,
            $crate::operation::Request::Embeddings($one) => $act,
        }
    };
}
pub(crate) use each;

impl Request {
    /// Reads a request body.
    ///
    /// # Errors
    /// 400, saying what is wrong with it and where.
    pub fn parse(operation: Operation, body: Vec<u8>) -> Result<Self, ApiError> {
        Ok(match operation {
            Operation::Chat => Self::Chat(ClientRequest::parse(body)?),
            Operation::Embeddings => Self::Embeddings(ClientRequest::parse(body)?),
        })
    }

    #[must_use]
    pub fn operation(&self) -> Operation {
        fn of<R: ClientRequest>(_: &R) -> Operation {
            R::OPERATION
        }
        each!(self, request => of(request))
    }

    /// The model group that the client asks for.
    #[must_use]
    pub fn model(&self) -> &str {
        each!(self, request => ClientRequest::model(request))
    }

    /// Whether the client wants a stream.
    #[must_use]
    pub fn stream(&self) -> bool {
        each!(self, request => ClientRequest::stream(request))
    }

    /// The client's bytes.
    #[must_use]
    pub fn body(&self) -> &str {
        each!(self, request => request.members().as_str())
    }
}
