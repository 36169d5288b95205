use super::*;

/// A frame as the specification draws it, written without the crate that reads it.
fn frame(headers: &[(&str, &str)], payload: &[u8]) -> Vec<u8> {
    let mut packed = Vec::new();
    for (name, value) in headers {
        packed.push(u8::try_from(name.len()).unwrap());
        packed.extend_from_slice(name.as_bytes());
        packed.push(7); // a string
        packed.extend_from_slice(&u16::try_from(value.len()).unwrap().to_be_bytes());
        packed.extend_from_slice(value.as_bytes());
    }
    let total = u32::try_from(PRELUDE_BYTES + packed.len() + payload.len() + 4).unwrap();
    let mut frame = total.to_be_bytes().to_vec();
    frame.extend_from_slice(&u32::try_from(packed.len()).unwrap().to_be_bytes());
    frame.extend_from_slice(&crc32fast::hash(&frame).to_be_bytes());
    frame.extend_from_slice(&packed);
    frame.extend_from_slice(payload);
    frame.extend_from_slice(&crc32fast::hash(&frame).to_be_bytes());
    frame
}

fn event(name: &str, payload: &str) -> Vec<u8> {
    frame(&[(":event-type", name), (":message-type", "event")], payload.as_bytes())
}

type Seen = Vec<(String, String)>;

fn read(bytes: &[u8], split: usize) -> (Seen, Result<(), Broken>) {
    let mut decoder = Decoder::default();
    let mut seen = Vec::new();
    for chunk in bytes.chunks(split) {
        let pushed = decoder.push(chunk, |event| {
            seen.push((event.name.into(), String::from_utf8_lossy(event.data).into_owned()));
        });
        if pushed.is_err() {
            return (seen, pushed);
        }
    }
    let end = decoder.finish();
    (seen, end)
}

#[test]
fn every_split_gives_the_same_events() {
    let exception = [(":message-type", "exception"), (":exception-type", "throttlingException")];
    let error = [(":message-type", "error"), (":error-code", "InternalError")];
    let bytes = [
        event("messageStart", "{\"role\":\"assistant\"}"),
        event("ping", ""),
        frame(&exception, b"{\"message\":\"slow down\"}"),
        frame(&error, b""),
    ]
    .concat();
    let expected = [
        ("messageStart", "{\"role\":\"assistant\"}"),
        ("ping", ""),
        ("throttlingException", "{\"message\":\"slow down\"}"),
        ("InternalError", ""),
    ]
    .map(|(name, data)| (name.to_owned(), data.to_owned()));
    for split in 1..=bytes.len() {
        assert_eq!(read(&bytes, split), (expected.to_vec(), Ok(())), "{split} at a time");
    }
}

#[test]
fn a_wrong_checksum_ends_the_stream_after_what_came_before() {
    let good = event("one", "{}");
    let bad = event("two", "{}");
    for place in 0..bad.len() {
        let mut bytes = bad.clone();
        bytes[place] ^= 1;
        let (seen, end) = read(&[good.clone(), bytes].concat(), 7);
        assert_eq!(seen, [("one".to_owned(), "{}".to_owned())], "a flipped bit in byte {place}");
        assert_eq!(end, Err(Broken::Corrupt), "a flipped bit in byte {place}");
    }
}

#[test]
fn an_absurd_length_is_refused_at_once() {
    let mut bytes = u32::MAX.to_be_bytes().to_vec();
    bytes.extend_from_slice(&0u32.to_be_bytes());
    bytes.extend_from_slice(&crc32fast::hash(&bytes).to_be_bytes());
    assert_eq!(read(&bytes, 4).1, Err(Broken::TooLong));
    // Shorter than a frame can be, and headers longer than their frame.
    for (total, headers) in [(0u32, 0u32), (15, 0), (16, 1), (100, u32::MAX)] {
        let mut bytes = [total.to_be_bytes(), headers.to_be_bytes()].concat();
        bytes.extend_from_slice(&crc32fast::hash(&bytes).to_be_bytes());
        bytes.extend_from_slice(&[0; 200]);
        assert_eq!(read(&bytes, 5).1, Err(Broken::Corrupt), "{total} {headers}");
    }
}

#[test]
fn a_stream_that_ends_inside_a_frame_is_cut_off() {
    let bytes = event("one", "{}");
    for length in 1..bytes.len() {
        assert_eq!(read(&bytes[..length], 3).1, Err(Broken::CutOff), "{length} bytes");
    }
    assert_eq!(read(b"<html>no frames at all</html>", 9).1, Err(Broken::Corrupt));
}
