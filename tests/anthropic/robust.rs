//! Any split gives the same output; no bytes make it panic.

use super::*;

const STREAM: &str = include_str!("../golden/anthropic/stream.sse");

proptest! {
    #[test]
    fn any_split_of_a_stream_gives_the_same_chunks(size in 1usize..400) {
        let whole = stream(STREAM.as_bytes(), usize::MAX, &exchange()).unwrap();
        let split = stream(STREAM.as_bytes(), size, &exchange()).unwrap();
        prop_assert_eq!(whole.bytes, split.bytes);
        prop_assert_eq!(whole.report, split.report);
    }

    #[test]
    fn bytes_that_were_tampered_with_never_panic(at in 0usize..6000, byte: u8, cut in 0usize..6000) {
        let mut bytes = STREAM.as_bytes().to_vec();
        if let Some(place) = bytes.get_mut(at) {
            *place = byte;
        }
        bytes.truncate(cut.max(at));
        let _ = stream(&bytes, 64, &exchange());
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300), status: u16) {
        let mut out = Output::default();
        let _ = stream(&bytes, 9, &exchange());
        let _ = ANTHROPIC.whole(&exchange(), &bytes, &mut out);
        let error = ANTHROPIC.error(status, &bytes);
        prop_assert!((400..=599).contains(&error.status));
    }

    #[test]
    fn arbitrary_values_in_known_places_never_panic(
        name in prop::sample::select(vec!["tools", "tool_choice", "response_format", "thinking", "output_config",
            "context_management", "metadata", "system", "extra_body", "web_search_options", "mcp_servers", "stop"]),
        json in prop::sample::select(vec!["[]", "{}", "\"x\"", "1", "[{}]", "[{\"type\":\"mcp\"}]", "{\"type\":\"enabled\"}",
            "[[]]", "{\"type\":\"json_schema\",\"json_schema\":{\"schema\":true}}", "[{\"type\":\"computer_1\",\"function\":{}}]"]),
    ) {
        prop_assert!(support::stays_json(name, json, &target(OLD, ParamPolicy::default())));
    }
}
