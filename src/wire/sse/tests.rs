use super::*;

fn events(chunks: impl IntoIterator<Item = Vec<u8>>) -> Vec<(String, String)> {
    let mut decoder = Decoder::default();
    let mut seen = Vec::new();
    let mut note = |event: Event<'_>| {
        seen.push((event.name.to_owned(), String::from_utf8_lossy(event.data).into_owned()));
    };
    for chunk in chunks {
        decoder.push(&chunk, &mut note).unwrap();
    }
    decoder.finish(&mut note).unwrap();
    seen
}

fn data(text: &str) -> Vec<String> {
    events([text.as_bytes().to_vec()]).into_iter().map(|(_, data)| data).collect()
}

#[test]
fn line_ends_may_be_lf_cr_or_crlf() {
    for end in ["\n", "\r", "\r\n"] {
        let text = ["event: a", "data: 1", "", "data: 2", "", ""].join(end);
        let seen = events([text.into_bytes()]);
        assert_eq!(seen, [("a".into(), "1".into()), (String::new(), "2".into())], "{end:?}");
    }
}

#[test]
fn every_split_gives_the_same_events() {
    let text = "\u{feff}: hello\r\nevent: x\r\ndata: {\"a\":\r\ndata:  \"é\"}\r\n\r\ndata\n\nid: 7\n\ndata: [DONE]";
    let whole = events([text.as_bytes().to_vec()]);
    assert_eq!(whole.len(), 3);
    for first in 0..text.len() {
        for second in first..text.len() {
            let bytes = text.as_bytes();
            let parts =
                [bytes[..first].to_vec(), bytes[first..second].to_vec(), bytes[second..].to_vec()];
            assert_eq!(events(parts), whole, "split at {first} and {second}");
        }
    }
}

#[test]
fn data_lines_are_joined_and_one_leading_space_is_removed() {
    assert_eq!(data("data:a\ndata:  b\n\n"), ["a\n b"]);
}

#[test]
fn comments_and_unknown_fields_are_ignored() {
    assert_eq!(data(": ping\n\nretry: 1\nid: 4\nfoo: bar\ndata: x\n\n"), ["x"]);
}

#[test]
fn an_event_without_data_is_not_delivered() {
    assert_eq!(events([b"event: ping\n\n".to_vec()]), []);
}

#[test]
fn a_missing_final_blank_line_does_not_lose_the_event() {
    assert_eq!(data("data: [DONE]"), ["[DONE]"]);
    assert_eq!(data("data: [DONE]\r"), ["[DONE]"]);
}

#[test]
fn an_endless_line_is_an_error_and_not_a_leak() {
    let mut decoder = Decoder::default();
    let chunk = vec![b'a'; MAX_EVENT_BYTES / 4];
    let mut result = Ok(());
    for _ in 0..6 {
        result = decoder.push(&chunk, |_| {});
        if result.is_err() {
            break;
        }
    }
    assert_eq!(result, Err(EventTooLong));
}

#[test]
fn endless_data_lines_are_an_error_too() {
    let mut decoder = Decoder::default();
    let line = [b"data: ".to_vec(), vec![b'a'; 1 << 20], b"\n".to_vec()].concat();
    let failed = (0..10).any(|_| decoder.push(&line, |_| {}).is_err());
    assert!(failed);
}
