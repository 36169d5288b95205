//! What the client gets.

use super::*;

fn answer(finish: &str, message: Value) -> Value {
    json!({"id": "i", "finish_reason": finish, "message": message})
}

#[test]
fn finish_reasons_have_openais_words() {
    for (said, heard) in [
        ("COMPLETE", "stop"),
        ("STOP_SEQUENCE", "stop"),
        ("MAX_TOKENS", "length"),
        ("ERROR_LIMIT", "length"),
        ("TOOL_CALL", "tool_calls"),
        ("ERROR_TOXIC", "content_filter"),
        ("SOMETHING_NEW", "stop"),
    ] {
        let seen = COHERE
            .whole(&answer(said, json!({"content": [{"type": "text", "text": "a"}]})))
            .unwrap();
        assert_eq!(seen["choices"][0]["finish_reason"], heard);
        assert_eq!(seen["id"], "i");
        assert!(seen["usage"].is_null());
    }
}

#[test]
fn a_generation_that_failed_is_an_error() {
    for (said, status) in [("ERROR", 502), ("TIMEOUT", 504)] {
        assert_eq!(COHERE.whole(&answer(said, json!({"content": []}))).unwrap_err().status, status);
        let end = format!(
            "data: {{\"type\":\"message-end\",\"delta\":{{\"finish_reason\":\"{said}\",\"error\":\"no luck\"}}}}\n\n"
        );
        let error = COHERE.stream(end.as_bytes(), 9).unwrap_err();
        assert_eq!(error.status, status);
        assert!(error.message.contains("no luck"));
    }
}

#[test]
fn a_failure_in_a_200_is_an_error() {
    let body = json!({"id": "a", "message": "internal server error"});
    assert_eq!(COHERE.whole(&body).unwrap_err().message, "internal server error");
    let event = format!("data: {body}\n\n");
    assert_eq!(COHERE.stream(event.as_bytes(), 5).unwrap_err().message, "internal server error");
    assert_eq!(COHERE.whole(&json!({"choices": []})).unwrap_err().status, 502);
}

#[test]
fn the_calls_of_a_stream_arrive_whole() {
    let out = COHERE.stream(include_bytes!("../golden/cohere/tools.sse"), 1).unwrap();
    let seen = collected(&out.bytes);
    assert_eq!(
        seen["calls"],
        json!([
            {"id": "get_weather_1", "name": "get_weather", "arguments": "{\n \"city\": \"Paris\"}"},
            {"id": "now_2", "name": "now", "arguments": "{}"},
        ])
    );
    assert_eq!(seen["finish"], "tool_calls");
    assert_eq!(seen["usage"]["prompt_tokens"], 913);
    assert!(out.report.finished && out.report.content);
}

#[test]
fn text_and_thinking_of_a_stream_arrive_whole() {
    let out = COHERE.stream(include_bytes!("../golden/cohere/text.sse"), 1).unwrap();
    let seen = collected(&out.bytes);
    assert_eq!(
        (&seen["content"], &seen["reasoning"]),
        (&json!("Cats pürr. Yes."), &json!("Which animal?"))
    );
    assert_eq!(seen["usage"]["prompt_tokens_details"]["cached_tokens"], 16);
    assert_eq!(out.report.id.as_deref(), Some("29f14a5a-11de-4cae-9800-25e4747408ea"));
}

#[test]
fn a_stream_that_breaks_off_is_not_finished() {
    let text = include_str!("../golden/cohere/text.sse");
    let cut = &text[..text.find("event: message-end").unwrap()];
    let out = COHERE.stream(cut.as_bytes(), 64).unwrap();
    assert!(out.report.content && !out.report.finished);
    assert!(!String::from_utf8(out.bytes).unwrap().contains("[DONE]"));
}

#[test]
fn events_that_are_yet_to_come_are_passed_over() {
    let text = include_str!("../golden/cohere/text.sse");
    let odd = "event: debug\ndata: {\"type\":\"debug\",\"prompt\":\"x\"}\n\n: comment\n\nevent: new\ndata: {\"index\":1}\n\n";
    let with = text.replace("event: content-end", &format!("{odd}event: content-end"));
    assert_eq!(
        COHERE.stream(with.as_bytes(), 50).unwrap().bytes,
        COHERE.stream(text.as_bytes(), 50).unwrap().bytes
    );
}

#[test]
fn calls_that_are_opened_without_end_are_refused() {
    let start = "data: {\"type\":\"tool-call-start\",\"index\":0,\"delta\":{\"message\":{\"tool_calls\":{\"id\":\"a\"}}}}\n\n";
    assert!(COHERE.stream(start.repeat(64).as_bytes(), 4096).is_ok());
    assert_eq!(COHERE.stream(start.repeat(65).as_bytes(), 4096).unwrap_err().status, 502);
}
