//! Anthropic's stream inside of AWS event-stream frames: `{"bytes": "…"}`, base64 of one event.
//!
//! Source: <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_PayloadPart.html>.

use super::error::malformed;
use super::stream::Stream;
use crate::dialect::{Exchange, Output, StreamTranslator, aws};
use crate::openai::ApiError;
use crate::wire::Event;
use crate::wire::text::Text;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

/// One stream.
pub struct Framed(Stream);

#[derive(Deserialize)]
struct Chunk<'a> {
    #[serde(borrow)]
    bytes: Text<'a>,
}

impl Framed {
    #[must_use]
    pub fn new(exchange: &Exchange) -> Self {
        Self(Stream::new(exchange))
    }
}

impl StreamTranslator for Framed {
    fn event(&mut self, event: Event<'_>, out: &mut Output) -> Result<(), ApiError> {
        if event.name != "chunk" {
            // What is yet to come is passed over, as in Anthropic's own streams.
            return aws::failure_in(event).map_or(Ok(()), Err);
        }
        let chunk: Chunk<'_> =
            serde_json::from_slice(event.data).map_err(|error| malformed(&error.to_string()))?;
        let data = STANDARD
            .decode(chunk.bytes.as_str())
            .map_err(|_| malformed("a chunk of its stream is not base64"))?;
        self.0.event(Event { name: "", data: &data }, out)
    }

    fn end(&mut self, out: &mut Output) {
        self.0.end(out);
    }
}
