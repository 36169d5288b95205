//! The container's stream inside of the frames: their bytes put together again, then cut into the
//! container's own events.
//!
//! SageMaker cuts the container's bytes anywhere, in the middle of a character even, so a frame is no
//! unit of anything. What the container writes, server-sent events or a JSON document a line, shows in
//! its first byte.

use crate::dialect::{Output, StreamTranslator, aws};
use crate::openai::ApiError;
use crate::openai::error::code;
use crate::wire::{Decoder, Event, FrameError, Framing};

/// The name of the frames that carry the container's bytes.
const PART: &str = "PayloadPart";

/// One stream.
pub struct Parts {
    /// From the first byte on.
    decoder: Option<Decoder>,
    container: Box<dyn StreamTranslator>,
}

impl Parts {
    /// `container` translates the events of the container's format.
    #[must_use]
    pub fn new(container: Box<dyn StreamTranslator>) -> Self {
        Self { decoder: None, container }
    }
}

impl StreamTranslator for Parts {
    fn event(&mut self, event: Event<'_>, out: &mut Output) -> Result<(), ApiError> {
        if event.name != PART {
            // What is yet to come is passed over.
            return aws::failure_in(event).map_or(Ok(()), Err);
        }
        let bytes = match &self.decoder {
            Some(_) => event.data,
            None => event.data.trim_ascii_start(),
        };
        let Some(first) = bytes.first() else { return Ok(()) };
        let framing = if *first == b'{' { Framing::JsonLines } else { Framing::Sse };
        let decoder = self.decoder.get_or_insert_with(|| Decoder::new(framing));
        let (container, mut result) = (&mut self.container, Ok(()));
        let pushed = decoder.push(bytes, |event| {
            if result.is_ok() {
                result = container.event(event, out);
            }
        });
        result.and(pushed.map_err(unreadable))
    }

    fn last(&mut self, out: &mut Output) -> Result<(), ApiError> {
        let (container, mut result) = (&mut self.container, Ok(()));
        if let Some(decoder) = &mut self.decoder {
            let finished = decoder.finish(|event| {
                if result.is_ok() {
                    result = container.event(event, out);
                }
            });
            result.and(finished.map_err(unreadable))?;
        }
        self.container.last(out)
    }

    fn end(&mut self, out: &mut Output) {
        self.container.end(out);
    }
}

fn unreadable(error: FrameError) -> ApiError {
    ApiError::new(502, error.to_string()).with_code(code::PROVIDER_ERROR)
}
