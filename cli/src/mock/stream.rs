//! An answer as a provider would send it: bytes, and what each piece of them is.

use std::io::Write as _;

use flate2::{Compression, write::GzEncoder};

use super::settings::Newline;

/// Rendered events in one buffer. An answer that is not a stream is one too: its first half counts
/// as a token, so that every fault has a middle to happen in.
#[derive(Debug, Default)]
pub struct Stream {
    pub bytes: Vec<u8>,
    /// Each event's end in `bytes`, and its part in the answer.
    pub events: Vec<(usize, Part)>,
    newline: Newline,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Token,
    /// What tokens stand between: a role, the start and end of a block, the finish reason, usage.
    Frame,
}

impl Stream {
    pub fn new(newline: Newline) -> Self {
        Self { newline, ..Self::default() }
    }

    pub fn whole(bytes: Vec<u8>) -> Self {
        let events = vec![(bytes.len() / 2, Part::Token), (bytes.len(), Part::Frame)];
        Self { bytes, events, newline: Newline::default() }
    }

    /// Adds an event in any framing; `write` adds all its bytes.
    pub fn event(&mut self, part: Part, write: impl FnOnce(&mut Vec<u8>)) {
        write(&mut self.bytes);
        self.events.push((self.bytes.len(), part));
    }

    /// Adds bytes that are an event as they are.
    pub fn raw(&mut self, part: Part, bytes: &[u8]) {
        self.event(part, |out| out.extend_from_slice(bytes));
    }

    /// Adds the events of another stream, each written anew.
    pub fn wrap(&mut self, inner: &Stream, write: impl Fn(&[u8]) -> Vec<u8>) {
        for (range, part) in inner.ranges() {
            self.raw(part, &write(&inner.bytes[range]));
        }
    }

    /// Adds a server-sent event; `write` adds its data, which must be one line.
    pub fn sse(&mut self, part: Part, name: Option<&str>, write: impl FnOnce(&mut Vec<u8>)) {
        let newline = self.newline.text().as_bytes();
        self.event(part, |bytes| {
            if let Some(name) = name {
                bytes.extend_from_slice(b"event: ");
                bytes.extend_from_slice(name.as_bytes());
                bytes.extend_from_slice(newline);
            }
            bytes.extend_from_slice(b"data: ");
            write(bytes);
            bytes.extend_from_slice(newline);
            bytes.extend_from_slice(newline);
        });
    }

    /// Adds a line of JSON lines; `write` adds the document, which must be one line.
    pub fn line(&mut self, part: Part, write: impl FnOnce(&mut Vec<u8>)) {
        write(&mut self.bytes);
        self.bytes.push(b'\n');
        self.events.push((self.bytes.len(), part));
    }

    /// Where the events begin and end, in order.
    pub fn ranges(&self) -> impl Iterator<Item = (std::ops::Range<usize>, Part)> {
        let starts = std::iter::once(0).chain(self.events.iter().map(|(end, _)| *end));
        starts.zip(&self.events).map(|(start, (end, part))| (start..*end, *part))
    }

    /// The same events compressed, each flushed so that it can be read when it arrives.
    pub fn gzip(self) -> std::io::Result<Self> {
        let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
        let mut events = Vec::with_capacity(self.events.len());
        for (range, part) in self.ranges() {
            packed.write_all(&self.bytes[range])?;
            packed.flush()?;
            events.push((packed.get_ref().len(), part));
        }
        let bytes = packed.finish()?;
        if let Some((end, _)) = events.last_mut() {
            *end = bytes.len();
        }
        Ok(Self { bytes, events, newline: self.newline })
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn events_end_with_the_newline_that_was_asked_for() {
        let mut stream = Stream::new(Newline::Crlf);
        stream.sse(Part::Token, Some("ping"), |out| out.extend_from_slice(b"{}"));
        stream.sse(Part::Frame, None, |out| out.extend_from_slice(b"[DONE]"));
        assert_eq!(stream.bytes, b"event: ping\r\ndata: {}\r\n\r\ndata: [DONE]\r\n\r\n");
        let ranges: Vec<_> = stream.ranges().collect();
        assert_eq!(ranges, [(0..25, Part::Token), (25..41, Part::Frame)]);
    }

    #[test]
    fn gzip_keeps_the_events_and_their_bytes() {
        let packed = Stream::whole(b"{\"hello\":\"world\"}".to_vec()).gzip().unwrap();
        let mut text = String::new();
        flate2::read::GzDecoder::new(&packed.bytes[..]).read_to_string(&mut text).unwrap();
        assert_eq!(text, "{\"hello\":\"world\"}");
        assert_eq!(packed.ranges().count(), 2);
        assert_eq!(packed.events[1].0, packed.bytes.len());
    }
}
