//! A provider's format as the answer to one operation's request needs it.

use super::embeddings::{self, Embedder};
use super::{Dialect, Exchange, Id, Output, StreamTranslator};
use crate::catalog::Provider;
use crate::openai::ApiError;
use crate::operation::Operation;
use crate::wire::Framing;

/// What reads the answers to one operation's requests.
#[derive(Clone, Copy)]
pub enum Side {
    Chat(&'static dyn Dialect),
    Embeddings(&'static dyn Embedder),
}

impl From<&'static dyn Dialect> for Side {
    fn from(dialect: &'static dyn Dialect) -> Self {
        Self::Chat(dialect)
    }
}

impl Side {
    /// A provider's side for an operation; `None` where it has none.
    #[must_use]
    pub fn of(operation: Operation, provider: &Provider) -> Option<Self> {
        match operation {
            Operation::Chat => {
                (provider.dialect != Id::None).then(|| Self::Chat(provider.dialect.dialect()))
            }
            Operation::Embeddings => embeddings::of(provider).map(Self::Embeddings),
        }
    }

    /// See [`Dialect::whole`].
    ///
    /// # Errors
    /// 502 for a body that is not this format; the provider's own error where a 200 carries one.
    pub fn whole(self, exchange: &Exchange, body: &[u8], out: &mut Output) -> Result<(), ApiError> {
        match self {
            Self::Chat(dialect) => dialect.whole(exchange, body, out),
            Self::Embeddings(embedder) => embedder.whole(exchange, body, out),
        }
    }

    /// State for a streamed response; `None` for what is never streamed.
    #[must_use]
    pub fn stream(self, exchange: &Exchange) -> Option<Box<dyn StreamTranslator>> {
        match self {
            Self::Chat(dialect) => Some(dialect.stream(exchange)),
            Self::Embeddings(_) => None,
        }
    }

    /// How its streams are cut into events.
    #[must_use]
    pub fn framing(self) -> Framing {
        match self {
            Self::Chat(dialect) => dialect.framing(),
            Self::Embeddings(_) => Framing::Sse,
        }
    }

    /// See [`Dialect::typed_error`].
    #[must_use]
    pub fn typed_error(self, status: u16, kind: &str, body: &[u8]) -> ApiError {
        match self {
            Self::Chat(dialect) => dialect.typed_error(status, kind, body),
            Self::Embeddings(embedder) => embedder.error(status, body),
        }
    }

    /// See [`Dialect::error`].
    #[must_use]
    pub fn error(self, status: u16, body: &[u8]) -> ApiError {
        match self {
            Self::Chat(dialect) => dialect.error(status, body),
            Self::Embeddings(embedder) => embedder.error(status, body),
        }
    }
}
