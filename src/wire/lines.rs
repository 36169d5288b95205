//! One JSON document a line (NDJSON), decoded from any split of the bytes.
//!
//! Source: <https://github.com/ndjson/ndjson-spec>. Blank lines are passed over, and a last line
//! without its line end is delivered when the stream ends.

use super::event::{Event, EventTooLong, MAX_EVENT_BYTES};

/// Decoder state between chunks. Memory is bounded by [`MAX_EVENT_BYTES`].
#[derive(Debug, Default)]
pub struct Decoder {
    /// The unfinished line, when a chunk ended inside one.
    line: Vec<u8>,
}

impl Decoder {
    /// Feeds `chunk` and hands every line that it completes to `sink`.
    ///
    /// # Errors
    /// [`EventTooLong`]; the decoder must not be fed again.
    pub fn push(
        &mut self,
        chunk: &[u8],
        mut sink: impl FnMut(Event<'_>),
    ) -> Result<(), EventTooLong> {
        let mut rest = chunk;
        while let Some((line, tail)) =
            memchr::memchr(b'\n', rest).and_then(|end| rest.split_at_checked(end))
        {
            rest = tail.get(1..).unwrap_or_default();
            if self.line.is_empty() {
                deliver(line, &mut sink);
            } else {
                self.keep(line)?;
                deliver(&self.line, &mut sink);
                self.line.clear(); // keeps the allocation
            }
        }
        self.keep(rest)
    }

    /// The stream has ended: delivers a last line that nothing ended.
    pub fn finish(&mut self, mut sink: impl FnMut(Event<'_>)) {
        deliver(&std::mem::take(&mut self.line), &mut sink);
    }

    fn keep(&mut self, part: &[u8]) -> Result<(), EventTooLong> {
        if self.line.len().saturating_add(part.len()) > MAX_EVENT_BYTES {
            return Err(EventTooLong);
        }
        self.line.extend_from_slice(part);
        Ok(())
    }
}

fn deliver(line: &[u8], sink: &mut impl FnMut(Event<'_>)) {
    let data = line.trim_ascii();
    if !data.is_empty() {
        sink(Event { name: "", data });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(chunks: impl IntoIterator<Item = Vec<u8>>) -> Vec<String> {
        let mut decoder = Decoder::default();
        let mut seen = Vec::new();
        let mut note =
            |event: Event<'_>| seen.push(String::from_utf8_lossy(event.data).into_owned());
        for chunk in chunks {
            decoder.push(&chunk, &mut note).unwrap();
        }
        decoder.finish(&mut note);
        seen
    }

    #[test]
    fn every_split_gives_the_same_lines() {
        let text = "{\"a\":1}\r\n\n  {\"b\":\"é\"}\n{\"c\":3}".as_bytes();
        let whole = ["{\"a\":1}", "{\"b\":\"é\"}", "{\"c\":3}"];
        for first in 0..text.len() {
            for second in first..text.len() {
                let parts = [&text[..first], &text[first..second], &text[second..]];
                assert_eq!(lines(parts.map(<[u8]>::to_vec)), whole, "at {first} and {second}");
            }
        }
    }

    #[test]
    fn a_line_without_end_is_refused_at_the_limit() {
        let mut decoder = Decoder::default();
        let most = vec![b'x'; MAX_EVENT_BYTES];
        assert_eq!(decoder.push(&most, |_| {}), Ok(()));
        assert_eq!(decoder.push(b"x", |_| {}), Err(EventTooLong));
    }
}
