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

/// An event called `name`, with JSON for its payload.
pub fn event(out: &mut Vec<u8>, name: &str, payload: &[u8]) {
    frame(out, (":event-type", name), "event", payload);
}

/// A failure in the middle of a stream.
pub fn exception(out: &mut Vec<u8>, name: &str, payload: &[u8]) {
    frame(out, (":exception-type", name), "exception", payload);
}

fn frame(out: &mut Vec<u8>, kind: (&str, &str), message: &str, payload: &[u8]) {
    let start = out.len();
    let headers = [kind, (":content-type", "application/json"), (":message-type", message)];
    let size = |(name, value): &(&str, &str)| 1 + name.len() + 1 + 2 + value.len();
    let length: usize = headers.iter().map(size).sum();
    let number = |out: &mut Vec<u8>, number: usize| {
        out.extend_from_slice(&u32::try_from(number).unwrap_or(u32::MAX).to_be_bytes());
    };
    number(out, AROUND + length + payload.len());
    number(out, length);
    checksum(out, start);
    for (name, value) in headers {
        out.push(u8::try_from(name.len()).unwrap_or(u8::MAX));
        out.extend_from_slice(name.as_bytes());
        out.push(7);
        out.extend_from_slice(&u16::try_from(value.len()).unwrap_or(u16::MAX).to_be_bytes());
        out.extend_from_slice(value.as_bytes());
    }
    out.extend_from_slice(payload);
    checksum(out, start);
}

/// Adds the checksum of everything since `start`.
fn checksum(out: &mut Vec<u8>, start: usize) {
    let mut crc = Crc::new();
    crc.update(&out[start..]);
    out.extend_from_slice(&crc.sum().to_be_bytes());
}

#[cfg(test)]
mod tests {
    use dragoman::wire::{Decoder, Framing};

    use super::*;

    #[test]
    fn frames_are_read_by_the_gateway_with_their_checksums() {
        let mut bytes = Vec::new();
        event(&mut bytes, "messageStop", b"{}");
        exception(&mut bytes, "throttlingException", b"{\"message\":\"x\"}");
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
