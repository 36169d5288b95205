//! Any split gives the same output; no bytes make it panic.

use super::*;

const STREAM: &str = include_str!("../golden/ollama/stream.ndjson");

#[test]
fn every_split_of_a_stream_gives_the_same_chunks() {
    let whole = OLLAMA.stream(STREAM.as_bytes(), usize::MAX).unwrap();
    for size in 1..STREAM.len() {
        let split = OLLAMA.stream(STREAM.as_bytes(), size).unwrap();
        assert_eq!((&whole.bytes, &whole.report), (&split.bytes, &split.report), "at {size}");
    }
}

proptest! {
    #[test]
    fn bytes_that_were_tampered_with_never_panic(at in 0usize..3000, byte: u8, cut in 0usize..3000) {
        let mut bytes = STREAM.as_bytes().to_vec();
        if let Some(place) = bytes.get_mut(at) {
            *place = byte;
        }
        bytes.truncate(cut.max(at));
        let _ = OLLAMA.stream(&bytes, 64);
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300), status: u16) {
        let mut out = Output::default();
        let _ = OLLAMA.stream(&bytes, 9);
        prop_assert!(Ollama.whole(&OLLAMA.exchange(), &bytes, &mut out).is_err());
        let error = Ollama.error(status, &bytes);
        prop_assert!((400..=599).contains(&error.status));
    }

    #[test]
    fn arbitrary_values_in_known_places_never_panic(
        name in prop::sample::select(vec!["tools", "tool_choice", "response_format", "thinking", "options",
            "extra_body", "stop", "num_ctx", "think", "format", "keep_alive", "functions"]),
        json in prop::sample::select(vec!["[]", "{}", "\"x\"", "1", "-1e4", "[{}]", "[{\"type\":\"mcp\"}]",
            "{\"type\":\"enabled\"}", "[[]]", "{\"type\":\"json_schema\",\"json_schema\":{\"schema\":true}}"]),
    ) {
        let target = support::deployment("ollama/llama3", &json!({})).unwrap();
        prop_assert!(support::stays_json(name, json, &target));
    }
}
