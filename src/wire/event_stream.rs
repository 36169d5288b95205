//! AWS event-stream frames, decoded from any split of the bytes.
//!
//! ```text
//! frame   = total-length headers-length prelude-crc *header payload message-crc
//! lengths and checksums: four bytes each, big-endian; CRC-32 (IEEE)
//! ```
//!
//! Source: <https://smithy.io/2.0/aws/amazon-eventstream.html>. The frames themselves are read by
//! AWS's own crate; what it leaves to its user is done here: a length is believed only after its own
//! checksum has been checked, and no frame is longer than [`MAX_EVENT_BYTES`].

use super::event::{Event, MAX_EVENT_BYTES};
use aws_smithy_eventstream::frame::{DecodedFrame, MessageFrameDecoder};
use aws_smithy_types::event_stream::Message;
use bytes::BytesMut;
use std::fmt::{self, Display, Formatter};

/// Both lengths and their checksum, bytes.
const PRELUDE_BYTES: usize = 12;

/// Why a stream cannot be read any further.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Broken {
    /// A checksum does not fit, or a frame contradicts itself.
    Corrupt,
    /// A frame says that it is longer than [`MAX_EVENT_BYTES`].
    TooLong,
    /// The stream ended inside a frame.
    CutOff,
}

impl Display for Broken {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Corrupt => f.write_str("A frame of the event stream is corrupt."),
            Self::TooLong => {
                write!(f, "A frame of the event stream is longer than {MAX_EVENT_BYTES} bytes.")
            }
            Self::CutOff => f.write_str("The event stream ended in the middle of a frame."),
        }
    }
}

/// Decoder state between chunks. Memory is bounded by [`MAX_EVENT_BYTES`] and the size of a chunk.
#[derive(Debug, Default)]
pub struct Decoder {
    buffer: BytesMut,
    frames: MessageFrameDecoder,
    /// The prelude of the frame that is being read has been checked.
    checked: bool,
}

impl Decoder {
    /// Feeds `chunk` and hands every frame that it completes to `sink`.
    ///
    /// # Errors
    /// [`Broken`]; the decoder must not be fed again.
    pub fn push(&mut self, chunk: &[u8], mut sink: impl FnMut(Event<'_>)) -> Result<(), Broken> {
        self.buffer.extend_from_slice(chunk);
        while self.is_prelude_sound()? {
            match self.frames.decode_frame(&mut self.buffer) {
                Ok(DecodedFrame::Complete(message)) => {
                    self.checked = false;
                    deliver(&message, &mut sink);
                }
                Ok(_) => return Ok(()),
                Err(_) => return Err(Broken::Corrupt),
            }
        }
        Ok(())
    }

    /// The stream has ended.
    ///
    /// # Errors
    /// [`Broken::CutOff`] inside a frame.
    pub fn finish(&self) -> Result<(), Broken> {
        // The crate takes a prelude out of the buffer before its frame is whole.
        if self.checked || !self.buffer.is_empty() { Err(Broken::CutOff) } else { Ok(()) }
    }

    /// Whether there is a prelude at the front, and it can be believed.
    fn is_prelude_sound(&mut self) -> Result<bool, Broken> {
        if self.checked {
            return Ok(true);
        }
        let Some(prelude) = self.buffer.first_chunk::<PRELUDE_BYTES>() else { return Ok(false) };
        let [a, b, c, d, e, f, g, h, w, x, y, z] = *prelude;
        if crc32fast::hash(&[a, b, c, d, e, f, g, h]) != u32::from_be_bytes([w, x, y, z]) {
            return Err(Broken::Corrupt);
        }
        if u32::from_be_bytes([a, b, c, d]) as usize > MAX_EVENT_BYTES {
            return Err(Broken::TooLong);
        }
        self.checked = true;
        Ok(true)
    }
}

/// `:message-type` says which header names the event; a frame without any is nothing to deliver.
fn deliver(message: &Message, sink: &mut impl FnMut(Event<'_>)) {
    let header = |name: &str| {
        let header = message.headers().iter().find(|header| header.name().as_str() == name)?;
        header.value().as_string().ok().map(|value| value.as_str())
    };
    let name = match header(":message-type") {
        Some("exception") => header(":exception-type"),
        Some("error") => header(":error-code"),
        _ => header(":event-type"),
    };
    sink(Event { name: name.unwrap_or_default(), data: message.payload() });
}

#[cfg(test)]
mod tests;
