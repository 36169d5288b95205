//! AWS event-stream frames, written.
//!
//! ```text
//! frame  = total-length headers-length prelude-crc *header payload message-crc
//! header = name-length name 7 value-length value        (7: a string)
//! ```
//!
//! Source: <https://smithy.io/2.0/aws/amazon-eventstream.html>. Checksums are CRC-32, as gzip's are.

use flate2::Crc;

/// Both lengths and the two checksums, bytes.
const AROUND: usize = 16;

pub const CONTENT_TYPE: &str = "application/vnd.amazon.eventstream";

/// An event of the answer.
pub fn event(name: &str, payload: &[u8]) -> Vec<u8> {
    frame((":event-type", name), "event", payload)
}

/// A failure that ends the stream.
pub fn exception(name: &str, payload: &[u8]) -> Vec<u8> {
    frame((":exception-type", name), "exception", payload)
}

fn frame(kind: (&str, &str), message: &str, payload: &[u8]) -> Vec<u8> {
    let headers = [kind, (":content-type", "application/json"), (":message-type", message)];
    let size = |(name, value): &(&str, &str)| 1 + name.len() + 1 + 2 + value.len();
    let length: usize = headers.iter().map(size).sum();
    let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX).to_be_bytes();
    let mut out = number(AROUND + length + payload.len()).to_vec();
    out.extend_from_slice(&number(length));
    checksum(&mut out);
    for (name, value) in headers {
        out.push(u8::try_from(name.len()).unwrap_or(u8::MAX));
        out.extend_from_slice(name.as_bytes());
        out.push(7);
        out.extend_from_slice(&u16::try_from(value.len()).unwrap_or(u16::MAX).to_be_bytes());
        out.extend_from_slice(value.as_bytes());
    }
    out.extend_from_slice(payload);
    checksum(&mut out);
    out
}

/// Adds the checksum of everything before it.
fn checksum(out: &mut Vec<u8>) {
    let mut crc = Crc::new();
    crc.update(out);
    out.extend_from_slice(&crc.sum().to_be_bytes());
}

#[cfg(test)]
mod tests {
    use dragoman::wire::{Decoder, Framing};

    use super::*;

    #[test]
    fn frames_are_read_by_the_gateway_with_their_checksums() {
        let failed = exception("throttlingException", b"{\"message\":\"x\"}");
        let bytes = [event("messageStop", b"{}"), failed].concat();
        let mut read = Vec::new();
        let mut decoder = Decoder::new(Framing::EventStream);
        let sink = |event: dragoman::wire::Event<'_>| {
            read.push((event.name.to_owned(), event.data.to_vec()));
        };
        decoder.push(&bytes, sink).unwrap();
        assert_eq!(read[0], ("messageStop".to_owned(), b"{}".to_vec()));
        assert_eq!(read[1].0, "throttlingException");
        assert_eq!(read.len(), 2);
    }
}
