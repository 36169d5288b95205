//! Any split gives the same output; no bytes make it panic.

use super::*;

const STREAM: &str = include_str!("../golden/gemini/stream.sse");

proptest! {
    #[test]
    fn any_split_of_a_stream_gives_the_same_chunks(size in 1usize..400) {
        let whole = stream(STREAM.as_bytes(), usize::MAX).unwrap();
        let split = stream(STREAM.as_bytes(), size).unwrap();
        prop_assert_eq!(whole.bytes, split.bytes);
        prop_assert_eq!(whole.report, split.report);
    }

    #[test]
    fn bytes_that_were_tampered_with_never_panic(at in 0usize..4000, byte: u8, cut in 0usize..4000) {
        let mut bytes = STREAM.as_bytes().to_vec();
        if let Some(place) = bytes.get_mut(at) {
            *place = byte;
        }
        bytes.truncate(cut.max(at));
        let _ = stream(&bytes, 64);
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300), status: u16) {
        let mut out = Output::default();
        let _ = stream(&bytes, 9);
        let _ = Gemini.whole(&exchange(), &bytes, &mut out);
        let error = Gemini.error(status, &bytes);
        prop_assert!((400..=599).contains(&error.status));
    }

    #[test]
    fn arbitrary_values_in_known_places_of_an_answer_never_panic(
        name in prop::sample::select(vec!["text", "functionCall", "inlineData", "toolCall", "executableCode",
            "thoughtSignature", "thought", "yetToCome"]),
        json in prop::sample::select(vec!["null", "[]", "{}", "\"x\"", "1", "true", r#"{"name": 1}"#,
            r#"{"name": "f", "args": 5}"#, r#"{"mimeType": "image/png"}"#]),
        metadata in prop::sample::select(vec!["null", "[]", "{}", "1", r#"{"groundingSupports": [{"segment":
            {"startIndex": 99999999999, "endIndex": -1}, "groundingChunkIndices": [9]}]}"#]),
    ) {
        let body = format!(r#"{{"candidates": [{{"content": {{"parts": [{{"{name}": {json}}}]}},
            "groundingMetadata": {metadata}, "logprobsResult": {metadata}, "finishReason": "STOP"}}]}}"#);
        let mut out = Output::default();
        prop_assert!(Gemini.whole(&exchange(), body.as_bytes(), &mut out).is_ok());
        prop_assert!(serde_json::from_slice::<Value>(&out.bytes).is_ok());
        let event = format!("data: {}\n\n", body.replace('\n', ""));
        prop_assert!(stream(event.as_bytes(), 7).is_ok());
    }

    #[test]
    fn arbitrary_values_in_known_places_of_a_request_never_panic(
        name in prop::sample::select(vec!["tools", "tool_choice", "response_format", "thinking", "generationConfig",
            "tool_config", "metadata", "audio", "extra_body", "web_search_options", "modalities", "stop", "labels"]),
        json in prop::sample::select(vec!["[]", "{}", "\"x\"", "1", "[{}]", "[{\"googleMaps\":5}]", "{\"type\":\"enabled\"}",
            "[[]]", "{\"type\":\"json_schema\",\"json_schema\":{\"schema\":true}}", "[{\"functionDeclarations\":[]}]"]),
        model in prop::sample::select(vec![OLD, SECOND, THIRD, VERTEX]),
    ) {
        prop_assert!(support::stays_json(name, json, &target(model)));
    }
}
