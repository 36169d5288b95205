//! What the client gets.

use super::*;

fn generic(choice: Value) -> Value {
    json!({"modelId": "x", "chatResponse": {"apiFormat": "GENERIC", "choices": [choice]}})
}

fn cohere(response: Value) -> Value {
    json!({"modelId": "x", "chatResponse": response})
}

#[test]
fn finish_reasons_have_openais_words() {
    for (said, heard) in [
        ("stop", "stop"),
        ("length", "length"),
        ("MAX_TOKENS", "length"),
        ("tool_calls", "tool_calls"),
        ("content_filter", "content_filter"),
        ("something_new", "stop"),
    ] {
        let seen = whole(&Generic, &generic(json!({"finishReason": said}))).unwrap();
        assert_eq!(seen["choices"][0]["finish_reason"], heard);
        assert_eq!(seen["choices"][0]["message"]["content"], "");
    }
    for (said, heard) in [
        ("COMPLETE", "stop"),
        ("MAX_TOKENS", "length"),
        ("ERROR_LIMIT", "length"),
        ("ERROR_TOXIC", "content_filter"),
        ("USER_CANCEL", "stop"),
    ] {
        let seen = whole(&Cohere, &cohere(json!({"text": "a", "finishReason": said}))).unwrap();
        assert_eq!(seen["choices"][0]["finish_reason"], heard);
    }
}

#[test]
fn a_generation_that_failed_is_an_error() {
    let failed = json!({"text": "", "finishReason": "ERROR", "errorMessage": "no luck"});
    let error = whole(&Cohere, &cohere(failed.clone())).unwrap_err();
    assert_eq!(error.status, 502);
    assert!(error.message.contains("no luck"));
    let event = format!("data: {failed}\n\n");
    assert!(stream(&Cohere, event.as_bytes(), 9).unwrap_err().message.contains("no luck"));
}

#[test]
fn a_failure_in_a_200_is_an_error() {
    let body = json!({"code": "TooManyRequests", "message": "Slow down."});
    for dialect in [&Generic as &dyn Dialect, &Cohere] {
        for error in [
            whole(dialect, &body).unwrap_err(),
            stream(dialect, format!("data: {body}\n\n").as_bytes(), 5).unwrap_err(),
        ] {
            assert_eq!((error.status, error.message.as_str()), (429, "Slow down."));
        }
        let event = b"event: error\ndata: {\"code\": 500, \"message\": \"no luck\"}\n\n";
        let error = stream(dialect, event, 5).unwrap_err();
        assert_eq!((error.status, error.message.as_str()), (500, "no luck"));
        assert_eq!(whole(dialect, &json!({"choices": []})).unwrap_err().status, 502);
    }
    assert_eq!(whole(&Generic, &cohere(json!({"choices": []}))).unwrap_err().status, 502);
}

#[test]
fn the_calls_of_a_generic_stream_arrive_whole() {
    let out = stream(&Generic, include_bytes!("../golden/oci/generic.tools.sse"), 1).unwrap();
    let seen = collected(&out.bytes);
    assert_eq!(
        seen["calls"],
        json!([
            {"id": "call_a", "name": "get_weather", "arguments": "{\"city\": \"Paris\"}"},
            {"id": "call_b", "name": "now", "arguments": "{}"},
            {"id": "call_nonce_2", "name": "later", "arguments": "{\"h\":1}"},
        ])
    );
    assert_eq!(seen["finish"], "tool_calls");
    assert_eq!(seen["usage"]["prompt_tokens"], 50);
    assert!(out.report.finished && out.report.content);
}

#[test]
fn what_the_last_event_of_cohere_repeats_arrives_once() {
    let out = stream(&Cohere, include_bytes!("../golden/oci/cohere.tools.sse"), 1).unwrap();
    let seen = collected(&out.bytes);
    assert_eq!(seen["content"], "I will look.");
    assert_eq!(
        seen["calls"],
        json!([
            {"id": "call_nonce_0", "name": "weather.get", "arguments": "{\"city\": \"Paris\"}"},
            {"id": "call_nonce_1", "name": "now", "arguments": "{}"},
        ])
    );
    assert_eq!(seen["finish"], "tool_calls");
    // An answer of one event is said there only.
    let only = "data: {\"text\":\"Hi\",\"chatHistory\":[],\"finishReason\":\"COMPLETE\"}\n\n";
    let out = stream(&Cohere, only.as_bytes(), 9).unwrap();
    assert_eq!(collected(&out.bytes)["content"], "Hi");
}

/// Oracle may leave the connection open: see `event` in the dialect.
#[test]
fn a_stream_is_over_when_all_is_said_and_counted() {
    let end = |dialect: &dyn Dialect, exchange: &Exchange, events: &[&str]| {
        let mut translator = dialect.stream(exchange);
        let mut out = Output::default();
        let ended = |out: &Output| out.bytes.ends_with(b"data: [DONE]\n\n");
        let mut seen = Vec::new();
        for data in events {
            let event = dragoman::wire::Event { name: "", data: data.as_bytes() };
            translator.event(event, &mut out).unwrap();
            seen.push(ended(&out));
        }
        seen
    };
    let usage = r#"{"usage":{"promptTokens":1,"completionTokens":1,"totalTokens":2}}"#;
    let finish = r#"{"index":0,"finishReason":"stop"}"#;
    let other = r#"{"index":1,"finishReason":"stop"}"#;
    assert_eq!(end(&Generic, &exchange(), &[finish, usage]), [false, true]);
    assert_eq!(end(&Generic, &exchange(), &[usage, finish]), [false, true]);
    let two = Exchange { choices: 2, ..exchange() };
    assert_eq!(end(&Generic, &two, &[finish, usage, other]), [false, false, true]);
    let complete = r#"{"text":"","finishReason":"COMPLETE"}"#;
    assert_eq!(end(&Cohere, &exchange(), &[complete, usage]), [false, true]);
}

#[test]
fn a_stream_that_breaks_off_is_not_finished() {
    let text = include_str!("../golden/oci/generic.text.sse");
    let (half, _) =
        text.split_once("data: {\"message\":{\"role\":\"ASSISTANT\"},\"finish").unwrap();
    let out = stream(&Generic, half.as_bytes(), 9).unwrap();
    assert!(!out.report.finished);
    assert!(!String::from_utf8(out.bytes).unwrap().contains("[DONE]"));
}

#[test]
fn errors_are_read_in_oracles_shape() {
    let body = br#"{"code":"NotAuthenticated","message":"The required information to complete authentication was not provided."}"#;
    let error = Generic.error(401, body);
    assert_eq!((error.status, error.code.as_deref()), (401, Some("NotAuthenticated")));
    assert!(error.message.starts_with("The required information"));
}
