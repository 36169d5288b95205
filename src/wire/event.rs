//! What every kind of stream is made of.

/// Longest event that is kept, in bytes. The longest real ones are image and audio deltas of a few
/// hundred KB; beyond this a provider is broken or hostile and the stream ends in an error.
pub const MAX_EVENT_BYTES: usize = 8 * 1024 * 1024;

/// An event held more than [`MAX_EVENT_BYTES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventTooLong;

impl std::fmt::Display for EventTooLong {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "A stream event is longer than {MAX_EVENT_BYTES} bytes.")
    }
}

/// One event: its name (empty where the framing has none) and its data. For server-sent events these
/// are `event:` and the `data:` lines joined by `\n`; for AWS event streams `:event-type` (or
/// `:exception-type`, `:error-code`) and the payload; for JSON lines the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event<'a> {
    pub name: &'a str,
    pub data: &'a [u8],
}
