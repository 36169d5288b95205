//! Any split gives the same output; no bytes make it panic.

use super::*;

const STREAMS: [(&dyn Dialect, &str); 4] = [
    (&Generic, include_str!("../golden/oci/generic.text.sse")),
    (&Generic, include_str!("../golden/oci/generic.tools.sse")),
    (&Cohere, include_str!("../golden/oci/cohere.text.sse")),
    (&Cohere, include_str!("../golden/oci/cohere.tools.sse")),
];

#[test]
fn every_split_of_a_stream_gives_the_same_chunks() {
    for (dialect, text) in STREAMS {
        let whole = stream(dialect, text.as_bytes(), usize::MAX).unwrap();
        for size in 1..text.len() {
            let split = stream(dialect, text.as_bytes(), size).unwrap();
            assert_eq!((&whole.bytes, &whole.report), (&split.bytes, &split.report), "at {size}");
        }
    }
}

#[test]
fn a_choice_beyond_all_bounds_is_an_error_and_no_memory() {
    let event = |index: u64| format!("data: {{\"index\":{index},\"message\":{{}}}}\n\n");
    assert!(stream(&Generic, event(63).as_bytes(), 9).is_ok());
    for index in [64, 4_294_967_295, 4_294_967_296] {
        assert_eq!(stream(&Generic, event(index).as_bytes(), 9).unwrap_err().status, 502);
    }
}

proptest! {
    #[test]
    fn bytes_that_were_tampered_with_never_panic(at in 0usize..2000, byte: u8, cut in 0usize..2000) {
        for (dialect, text) in STREAMS {
            let mut bytes = text.as_bytes().to_vec();
            if let Some(place) = bytes.get_mut(at) {
                *place = byte;
            }
            bytes.truncate(cut.max(at));
            let _ = stream(dialect, &bytes, 64);
        }
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300), status: u16) {
        for dialect in [&Generic as &dyn Dialect, &Cohere] {
            let mut out = Output::default();
            let _ = stream(dialect, &bytes, 9);
            prop_assert!(dialect.whole(&exchange(), &bytes, &mut out).is_err());
            let error = dialect.error(status, &bytes);
            prop_assert!((400..=599).contains(&error.status));
        }
    }

    #[test]
    fn arbitrary_values_in_known_places_never_panic(
        model in prop::sample::select(vec![LLAMA, COHERE]),
        name in prop::sample::select(vec!["tools", "tool_choice", "response_format", "documents", "prediction",
            "extra_body", "stop", "top_p", "n", "web_search_options", "functions", "metadata", "verbosity"]),
        json in prop::sample::select(vec!["[]", "{}", "\"x\"", "1", "-1e4", "[{}]", "[{\"type\":\"mcp\"}]", "[[]]",
            "[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":{\"properties\":{\"a\":true}}}}]",
            "[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":{\"properties\":{\"a\":1}}}}]",
            "{\"type\":\"json_schema\",\"json_schema\":{\"schema\":true}}"]),
    ) {
        let target = support::deployment(model, &json!({})).unwrap();
        prop_assert!(support::stays_json(name, json, &target));
    }
}
