//! How a stream is cut into events.

use super::event::{Event, EventTooLong};
use super::{event_stream, lines, sse};
use std::fmt::{self, Display, Formatter};

/// The framing of a streamed response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framing {
    /// Server-sent events.
    Sse,
    /// AWS event-stream frames.
    EventStream,
    /// One JSON document a line.
    JsonLines,
}

impl Framing {
    /// Whether a stream may begin with the byte that whole JSON documents begin with.
    #[must_use]
    pub fn begins_like_json(self) -> bool {
        self == Self::JsonLines
    }
}

/// Decoder of one stream.
#[derive(Debug)]
pub enum Decoder {
    Sse(sse::Decoder),
    EventStream(event_stream::Decoder),
    JsonLines(lines::Decoder),
}

/// The stream cannot be read any further.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FrameError {
    TooLong(EventTooLong),
    Broken(event_stream::Broken),
}

impl Display for FrameError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong(error) => error.fmt(f),
            Self::Broken(error) => error.fmt(f),
        }
    }
}

impl From<EventTooLong> for FrameError {
    fn from(error: EventTooLong) -> Self {
        Self::TooLong(error)
    }
}

impl From<event_stream::Broken> for FrameError {
    fn from(error: event_stream::Broken) -> Self {
        Self::Broken(error)
    }
}

impl Decoder {
    #[must_use]
    pub fn new(framing: Framing) -> Self {
        match framing {
            Framing::Sse => Self::Sse(sse::Decoder::default()),
            Framing::EventStream => Self::EventStream(event_stream::Decoder::default()),
            Framing::JsonLines => Self::JsonLines(lines::Decoder::default()),
        }
    }

    /// Feeds `chunk` and hands every event that it completes to `sink`.
    ///
    /// # Errors
    /// [`FrameError`]; the decoder must not be fed again.
    pub fn push(&mut self, chunk: &[u8], sink: impl FnMut(Event<'_>)) -> Result<(), FrameError> {
        match self {
            Self::Sse(decoder) => decoder.push(chunk, sink)?,
            Self::EventStream(decoder) => decoder.push(chunk, sink)?,
            Self::JsonLines(decoder) => decoder.push(chunk, sink)?,
        }
        Ok(())
    }

    /// The stream has ended: delivers what its end completes.
    ///
    /// # Errors
    /// [`FrameError`].
    pub fn finish(&mut self, sink: impl FnMut(Event<'_>)) -> Result<(), FrameError> {
        match self {
            Self::Sse(decoder) => decoder.finish(sink)?,
            Self::EventStream(decoder) => decoder.finish()?,
            Self::JsonLines(decoder) => decoder.finish(sink),
        }
        Ok(())
    }
}
