//! Bytes to events and back, without I/O.
//!
//! Everything here takes slices as they arrive and answers "here is an event" or "not yet". None of
//! it knows a provider, a clock or a socket, which is what lets every test feed it one byte at a time.

pub mod edit;
mod event;
pub mod event_stream;
mod frames;
pub mod headers;
pub mod json;
pub mod lines;
pub mod object;
pub mod percent;
pub mod prune;
pub mod sse;
pub mod text;

pub use event::{Event, EventTooLong, MAX_EVENT_BYTES};
pub use frames::{Decoder, FrameError, Framing};
