//! Server-sent events, decoded from any split of the bytes.
//!
//! Source: the event stream grammar of the HTML standard (section 9.2.5 "Parsing an event stream").
//!
//! ```text
//! stream  = [ bom ] *event
//! event   = *( comment / field ) end-of-line
//! comment = colon *any-char end-of-line
//! field   = 1*name-char [ colon [ space ] *any-char ] end-of-line
//! end-of-line = ( cr lf / cr / lf )
//! ```
//!
//! Two liberties are taken with the standard, both because providers take them too: an event that the
//! end of the stream cuts off before its blank line is still delivered (a last `data: [DONE]` often
//! comes so), and `id` and `retry` fields are dropped, for no model API uses them.

use super::event::{Event, EventTooLong, MAX_EVENT_BYTES};

/// Decoder state between chunks. Memory is bounded by [`MAX_EVENT_BYTES`].
#[derive(Debug, Default)]
pub struct Decoder {
    /// The unfinished line, when a chunk ended inside one.
    line: Vec<u8>,
    name: String,
    data: Vec<u8>,
    /// Whether a `data` field was seen; an event without one is not dispatched.
    has_data: bool,
    /// The last byte was CR: an LF that follows belongs to the same line end.
    after_cr: bool,
    past_first_line: bool,
}

impl Decoder {
    /// Feeds `chunk` and hands every event that it completes to `sink`.
    ///
    /// # Errors
    /// [`EventTooLong`]; the decoder must not be fed again.
    pub fn push(
        &mut self,
        chunk: &[u8],
        mut sink: impl FnMut(Event<'_>),
    ) -> Result<(), EventTooLong> {
        let mut rest = chunk;
        while !rest.is_empty() {
            if std::mem::take(&mut self.after_cr)
                && let Some(b'\n') = rest.first()
            {
                rest = rest.get(1..).unwrap_or_default();
                continue;
            }
            let Some(end) = memchr::memchr2(b'\n', b'\r', rest) else {
                return self.keep(rest);
            };
            let (line, tail) = rest.split_at_checked(end).unwrap_or((rest, &[]));
            self.after_cr = tail.first() == Some(&b'\r');
            rest = tail.get(1..).unwrap_or_default();
            if self.line.is_empty() {
                self.end_of_line(line, &mut sink)?;
            } else {
                self.keep(line)?;
                let mut whole = std::mem::take(&mut self.line);
                self.end_of_line(&whole, &mut sink)?;
                whole.clear();
                self.line = whole; // keeps the allocation
            }
        }
        Ok(())
    }

    /// The stream has ended: delivers what stands before a missing final blank line.
    ///
    /// # Errors
    /// [`EventTooLong`].
    pub fn finish(&mut self, mut sink: impl FnMut(Event<'_>)) -> Result<(), EventTooLong> {
        let line = std::mem::take(&mut self.line);
        if !line.is_empty() {
            self.end_of_line(&line, &mut sink)?;
        }
        self.dispatch(&mut sink);
        Ok(())
    }

    fn keep(&mut self, part: &[u8]) -> Result<(), EventTooLong> {
        if self.line.len() + self.data.len() + part.len() > MAX_EVENT_BYTES {
            return Err(EventTooLong);
        }
        self.line.extend_from_slice(part);
        Ok(())
    }

    fn end_of_line(
        &mut self,
        line: &[u8],
        sink: &mut impl FnMut(Event<'_>),
    ) -> Result<(), EventTooLong> {
        let line = if std::mem::replace(&mut self.past_first_line, true) {
            line
        } else {
            line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line)
        };
        if line.is_empty() {
            self.dispatch(sink);
            return Ok(());
        }
        let (field, value) = match memchr::memchr(b':', line).and_then(|i| line.split_at_checked(i))
        {
            Some((field, tail)) => {
                let value = tail.get(1..).unwrap_or_default();
                (field, value.strip_prefix(b" ").unwrap_or(value))
            }
            None => (line, &[][..]),
        };
        match field {
            b"data" => {
                if self.data.len() + value.len() > MAX_EVENT_BYTES {
                    return Err(EventTooLong);
                }
                if self.has_data {
                    self.data.push(b'\n');
                }
                self.has_data = true;
                self.data.extend_from_slice(value);
            }
            b"event" => {
                self.name.clear();
                self.name.push_str(&String::from_utf8_lossy(value));
            }
            _ => {} // a comment (empty field name), `id`, `retry`, or unknown: the standard ignores them
        }
        Ok(())
    }

    fn dispatch(&mut self, sink: &mut impl FnMut(Event<'_>)) {
        if std::mem::take(&mut self.has_data) {
            sink(Event { name: &self.name, data: &self.data });
        }
        self.data.clear();
        self.name.clear();
    }
}

/// What [`write_data`] puts around the data, bytes.
pub const FRAME_BYTES: usize = 8;

/// Writes one event whose data is a single line, as OpenAI's API does.
pub fn write_data(out: &mut Vec<u8>, data: &[u8]) {
    out.reserve(data.len().saturating_add(FRAME_BYTES));
    out.extend_from_slice(b"data: ");
    out.extend_from_slice(data);
    out.extend_from_slice(b"\n\n");
}

#[cfg(test)]
mod tests;
