//! AWS event-stream frames, written as the specification draws them and without the crate that reads
//! them: <https://smithy.io/2.0/aws/amazon-eventstream.html>.

/// An event of the answer.
pub fn event(name: &str, payload: &[u8]) -> Vec<u8> {
    frame(&[(":event-type", name), (":message-type", "event")], payload)
}

/// A failure that ends the stream.
pub fn exception(name: &str, payload: &[u8]) -> Vec<u8> {
    frame(&[(":exception-type", name), (":message-type", "exception")], payload)
}

fn frame(headers: &[(&str, &str)], payload: &[u8]) -> Vec<u8> {
    const PRELUDE_AND_CHECKSUM: usize = 16;
    let mut packed = Vec::new();
    for (name, value) in headers {
        packed.push(name.len() as u8);
        packed.extend_from_slice(name.as_bytes());
        packed.push(7); // a string
        packed.extend_from_slice(&(value.len() as u16).to_be_bytes());
        packed.extend_from_slice(value.as_bytes());
    }
    let total = (PRELUDE_AND_CHECKSUM + packed.len() + payload.len()) as u32;
    let mut frame = total.to_be_bytes().to_vec();
    frame.extend_from_slice(&(packed.len() as u32).to_be_bytes());
    frame.extend_from_slice(&crc32fast::hash(&frame).to_be_bytes());
    frame.extend_from_slice(&packed);
    frame.extend_from_slice(payload);
    frame.extend_from_slice(&crc32fast::hash(&frame).to_be_bytes());
    frame
}
