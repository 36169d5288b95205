//! How a stream is cut into events.

use super::event::{Event, EventTooLong};
use super::{event_stream, lines, sse};
use serde::de::IgnoredAny;
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
    /// Whether `body` begins with events of such a stream, and is no document.
    #[must_use]
    pub fn begins(self, body: &[u8]) -> bool {
        if self == Self::JsonLines {
            // One alone is a document.
            let lines = serde_json::Deserializer::from_slice(body).into_iter::<IgnoredAny>();
            return lines.take(2).filter(Result::is_ok).count() > 1;
        }
        let mut begun = false;
        // What follows the first event does not matter, be it broken.
        let _ = Decoder::new(self).push(body, |_| begun = true);
        begun
    }

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_is_told_from_a_document() {
        for (framing, body, begins) in [
            (Framing::Sse, "data: {}\n\n", true),
            (Framing::Sse, "event: a\ndata: x\n\nrest", true),
            (Framing::Sse, "{\"data\": 1}\n\n", false),
            (Framing::Sse, "Busy.\n\n", false),
            (Framing::JsonLines, "{\"a\":1}\n{\"a\":2}\n", true),
            (Framing::JsonLines, "{\n \"a\":\n 1}\n", false),
            (Framing::JsonLines, "{\"error\":1}\n", false),
            (Framing::JsonLines, "Busy.", false),
            (Framing::EventStream, "Service unavailable", false),
        ] {
            assert_eq!(framing.begins(body.as_bytes()), begins, "{body}");
        }
    }
}
