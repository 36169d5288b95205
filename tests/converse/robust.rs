//! Any split gives the same output; no bytes make it panic.

use super::*;

const EVENTS: &str = include_str!("../golden/converse/stream.events");

proptest! {
    #[test]
    fn any_split_of_a_stream_gives_the_same_chunks(size in 1usize..400) {
        let bytes = frames::stream(EVENTS);
        let whole = stream(&bytes, usize::MAX, &exchange()).unwrap();
        let split = stream(&bytes, size, &exchange()).unwrap();
        prop_assert_eq!(whole.bytes, split.bytes);
        prop_assert_eq!(whole.report, split.report);
    }

    #[test]
    fn events_that_were_tampered_with_never_panic(at in 0usize..4000, byte in 0x20u8..0x7f, cut in 0usize..4000) {
        let mut events = EVENTS.as_bytes().to_vec();
        if let Some(place) = events.get_mut(at) {
            *place = byte;
        }
        events.truncate(cut.max(at));
        let events = String::from_utf8_lossy(&events);
        // The frames are sound: what is wrong is inside of them.
        let _ = stream(&frames::stream(&events), 64, &exchange());
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300), status: u16, kind in ".{0,20}") {
        let mut out = Output::default();
        let _ = stream(&bytes, 9, &exchange());
        let _ = stream(&frames::event("contentBlockDelta", &bytes), 9, &exchange());
        let _ = Converse.whole(&exchange(), &bytes, &mut out);
        let error = Converse.typed_error(status, &kind, &bytes);
        prop_assert!((400..=599).contains(&error.status));
    }

    #[test]
    fn arbitrary_values_in_known_places_never_panic(
        name in prop::sample::select(vec!["tools", "tool_choice", "response_format", "thinking", "output_config",
            "context_management", "metadata", "system", "extra_body", "web_search_options", "inferenceConfig", "stop",
            "additionalModelRequestFields", "toolConfig", "anthropic_beta", "service_tier"]),
        json in prop::sample::select(vec!["[]", "{}", "\"x\"", "1", "[{}]", "[{\"toolSpec\":1}]", "{\"type\":\"enabled\"}",
            "[[]]", "{\"type\":\"json_schema\",\"json_schema\":{\"schema\":true}}", "[{\"type\":\"computer_1\",\"function\":{}}]"]),
        model in prop::sample::select(vec![CLAUDE, OLD_CLAUDE, NOVA, LLAMA]),
    ) {
        prop_assert!(support::stays_json(name, json, &target(model)));
    }
}
