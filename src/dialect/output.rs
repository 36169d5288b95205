//! Where a translation leaves what it made and what it learned.

use crate::openai::completion::FinishReason;
use crate::openai::{ApiError, Usage};

/// Bytes of text that are taken for one token where a provider did not count. Such numbers are marked as
/// estimates wherever they show.
pub const BYTES_PER_TOKEN: u64 = 4;

/// The client's bytes so far, and what is known about the answer.
#[derive(Debug, Default)]
pub struct Output {
    /// Bytes that the client has not been given yet; the session takes them away.
    pub bytes: Vec<u8>,
    pub report: Report,
}

/// What accounting and routing want to know of an answer, growing as it arrives.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Report {
    /// Content was written: from here on no other provider can take over.
    pub content: bool,
    /// The provider said that it is done (a finish reason or its end event was seen).
    pub finished: bool,
    pub finish_reason: Option<FinishReason>,
    pub usage: Option<Usage>,
    /// The provider counts nothing: the usage of a finished answer is a guess from its request.
    pub estimated: bool,
    /// USD, where the provider itself says what it charged (OpenRouter).
    pub cost: Option<f64>,
    /// Deltas with content so far, or of a whole answer without a count, its tokens by its length: what
    /// is estimated from.
    pub deltas: u64,
    /// The completion's id, as the client sees it.
    pub id: Option<String>,
    /// The model, as the provider names it.
    pub model: Option<String>,
    /// The tier that served the request, which may decide the price.
    pub service_tier: Option<String>,
    /// Set when the answer turned out to be a failure.
    pub error: Option<ApiError>,
}
