//! Any split gives the same output; no bytes make it panic.

use super::*;

const STREAMS: [&str; 2] =
    [include_str!("../golden/cohere/text.sse"), include_str!("../golden/cohere/tools.sse")];

#[test]
fn every_split_of_a_stream_gives_the_same_chunks() {
    for text in STREAMS {
        let whole = COHERE.stream(text.as_bytes(), usize::MAX).unwrap();
        for size in 1..text.len() {
            let split = COHERE.stream(text.as_bytes(), size).unwrap();
            assert_eq!((&whole.bytes, &whole.report), (&split.bytes, &split.report), "at {size}");
        }
    }
}

proptest! {
    #[test]
    fn bytes_that_were_tampered_with_never_panic(at in 0usize..3000, byte: u8, cut in 0usize..3000) {
        for text in STREAMS {
            let mut bytes = text.as_bytes().to_vec();
            if let Some(place) = bytes.get_mut(at) {
                *place = byte;
            }
            bytes.truncate(cut.max(at));
            let _ = COHERE.stream(&bytes, 64);
        }
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300), status: u16) {
        let mut out = Output::default();
        let _ = COHERE.stream(&bytes, 9);
        prop_assert!(Cohere.whole(&COHERE.exchange(), &bytes, &mut out).is_err());
        let error = Cohere.error(status, &bytes);
        prop_assert!((400..=599).contains(&error.status));
    }

    #[test]
    fn arbitrary_values_in_known_places_never_panic(
        name in prop::sample::select(vec!["tools", "tool_choice", "response_format", "thinking", "documents",
            "extra_body", "stop", "p", "top_p", "citation_options", "strict_tools", "functions"]),
        json in prop::sample::select(vec!["[]", "{}", "\"x\"", "1", "-1e4", "[{}]", "[{\"type\":\"mcp\"}]",
            "{\"type\":\"enabled\"}", "[[]]", "{\"type\":\"json_schema\",\"json_schema\":{\"schema\":true}}"]),
    ) {
        let target = support::deployment("cohere/command-a-03-2025", &json!({})).unwrap();
        prop_assert!(support::stays_json(name, json, &target));
    }
}
