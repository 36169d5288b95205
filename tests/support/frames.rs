//! AWS event-stream frames, written and read without Dragoman's own reader.
//!
//! ```text
//! frame  = total-length headers-length prelude-crc *header payload message-crc
//! header = name-length name 7 value-length value        (7: a string)
//! ```

use serde_json::Value;

/// A stream of events, given as `name {json}`, one a line. A name that ends in `Exception` is a
/// failure, as AWS sends it in the middle of a stream.
pub fn stream(events: &str) -> Vec<u8> {
    let lines = events.lines().filter(|line| !line.trim().is_empty());
    lines
        .flat_map(|line| {
            let (name, data) = line.split_once(' ').unwrap_or((line, ""));
            let data = data.as_bytes();
            if name.ends_with("Exception") { exception(name, data) } else { event(name, data) }
        })
        .collect()
}

/// An event of the answer.
pub fn event(name: &str, payload: &[u8]) -> Vec<u8> {
    frame([(":event-type", name), (":message-type", "event")], payload)
}

/// A failure that ends the stream.
pub fn exception(name: &str, payload: &[u8]) -> Vec<u8> {
    frame([(":exception-type", name), (":message-type", "exception")], payload)
}

fn frame([named, kind]: [(&str, &str); 2], payload: &[u8]) -> Vec<u8> {
    let mut headers = Vec::new();
    for (name, value) in [named, (":content-type", "application/json"), kind] {
        headers.push(u8::try_from(name.len()).unwrap());
        headers.extend_from_slice(name.as_bytes());
        headers.push(7);
        headers.extend_from_slice(&u16::try_from(value.len()).unwrap().to_be_bytes());
        headers.extend_from_slice(value.as_bytes());
    }
    let length = |length: usize| u32::try_from(length).unwrap().to_be_bytes();
    let mut frame = Vec::new();
    frame.extend_from_slice(&length(16 + headers.len() + payload.len()));
    frame.extend_from_slice(&length(headers.len()));
    frame.extend_from_slice(&crc32fast::hash(&frame).to_be_bytes());
    frame.extend_from_slice(&headers);
    frame.extend_from_slice(payload);
    frame.extend_from_slice(&crc32fast::hash(&frame).to_be_bytes());
    frame
}

/// The name and the payload of every frame. Checksums are not looked at.
pub fn read(mut bytes: &[u8]) -> Vec<(String, Value)> {
    let number = |bytes: &[u8]| u32::from_be_bytes(bytes[..4].try_into().unwrap()) as usize;
    let mut events = Vec::new();
    while bytes.len() >= 16 {
        let (total, headers) = (number(bytes), number(&bytes[4..]));
        let mut rest = &bytes[12..12 + headers];
        let mut event = String::new();
        while let Some((length, tail)) = rest.split_first() {
            let (name, tail) = tail.split_at(usize::from(*length));
            let length = usize::from(u16::from_be_bytes([tail[1], tail[2]]));
            let value = &tail[3..3 + length];
            if name == b":event-type" || name == b":exception-type" {
                event = String::from_utf8_lossy(value).into_owned();
            }
            rest = &tail[3 + length..];
        }
        let payload = &bytes[12 + headers..total - 4];
        events.push((event, serde_json::from_slice(payload).unwrap_or_default()));
        bytes = &bytes[total..];
    }
    events
}
