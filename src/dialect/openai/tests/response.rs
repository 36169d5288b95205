use super::super::*;
use crate::dialect::fixture;
use crate::openai::Usage;
use crate::openai::completion::FinishReason;
use crate::openai::error::code;

fn whole(body: &str) -> Result<Output, ApiError> {
    let mut out = Output::default();
    OpenAi.whole(&Exchange::default(), body.as_bytes(), &mut out).map(|()| out)
}

/// The client's bytes and the report, after checking that no split of the bytes changes them.
fn stream(include_usage: bool, bytes: &str) -> (String, Output, Option<ApiError>) {
    let exchange = Exchange { stream: true, include_usage, ..Exchange::default() };
    let (mut out, failed) = fixture::stream(&OpenAi, &exchange, bytes.as_bytes(), bytes.len());
    for split in [1, 2, 3, 7] {
        let (other, other_failed) = fixture::stream(&OpenAi, &exchange, bytes.as_bytes(), split);
        assert_eq!((&other.bytes, &other.report), (&out.bytes, &out.report));
        assert_eq!(other_failed, failed);
    }
    (String::from_utf8(std::mem::take(&mut out.bytes)).unwrap(), out, failed)
}

fn sse(events: &[&str]) -> String {
    events.iter().map(|event| format!("data: {event}\n\n")).collect()
}

const HELLO: &str = r#"{"id":"c1","model":"m1","choices":[{"index":0,"delta":{"role":"assistant","content":"Hi"},"finish_reason":null}],"x":1.50}"#;
const STOP: &str = r#"{"id":"c1","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#;
const USAGE: &str = r#"{"id":"c1","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}"#;

#[test]
fn a_whole_answer_is_handed_on_as_it_came() {
    let body = r#"{ "id":"c1", "model":"m1","service_tier":"flex","choices":[{"index":0,"message":{"role":"assistant","content":"Hi \u00e9","x":1e400},"finish_reason":"length"}],
        "usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5,"cost":0.01} }"#;
    let out = whole(body).unwrap();
    assert_eq!(out.bytes, body.as_bytes());
    let report = out.report;
    assert_eq!((report.id.as_deref(), report.model.as_deref()), (Some("c1"), Some("m1")));
    assert_eq!((report.content, report.finished), (true, true));
    assert_eq!(report.finish_reason, Some(FinishReason::Length));
    assert_eq!(report.service_tier.as_deref(), Some("flex"));
    assert_eq!((report.usage.unwrap().total_tokens, report.cost), (5, Some(0.01)));
}

#[test]
fn reasoning_is_also_given_under_the_name_that_clients_read() {
    let cases = [
        (
            r#""reasoning": "h\u006d", "a":1"#,
            r#""reasoning": "h\u006d","reasoning_content":"h\u006d", "a":1"#,
        ),
        (
            r#""reasoning_content":null,"reasoning":"hm""#,
            r#""reasoning_content":"hm","reasoning":"hm""#,
        ),
        (
            r#""reasoning":"hm","reasoning_content":"hm""#,
            r#""reasoning":"hm","reasoning_content":"hm""#,
        ),
        (r#""reasoning":null,"content":"x""#, r#""reasoning":null,"content":"x""#),
        (r#""reasoning":"","content":"x""#, r#""reasoning":"","content":"x""#),
        (
            r#""content":[{"type":"thinking","thinking":[{"type":"text","text":"h\"m"}]},{"type":"text","text":"yo"}]"#,
            r#""content":"yo","reasoning_content":"h\"m""#,
        ),
        (
            r#""content":[{"type":"reasoning","summary":[{"type":"summary_text","text":"hm"}]},{"type":"text","text":"yo"}]"#,
            r#""content":"yo","reasoning_content":"hm""#,
        ),
        (
            r#""content":[{"type":"text","text":"yo"},{"type":"image_url"}]"#,
            r#""content":[{"type":"text","text":"yo"},{"type":"image_url"}]"#,
        ),
    ];
    for (said, expected) in cases {
        let body = |said: &str| {
            format!(r#"{{"choices":[{{"message":{{{said}}}}},{{"message":{{{said}}}}}]}}"#)
        };
        let out = whole(&body(said)).unwrap();
        assert_eq!(String::from_utf8(out.bytes).unwrap(), body(expected));
        let chunk = |said: &str| format!(r#"{{"choices":[{{"delta":{{{said}}}}}]}}"#);
        let (bytes, out, _) = stream(false, &sse(&[&chunk(said)]));
        assert_eq!(bytes, sse(&[&chunk(expected)]));
        assert!(out.report.content);
    }
}

#[test]
fn a_200_that_is_no_answer_is_an_error() {
    for body in [
        "",
        "  ",
        "<html><title>Sorry</title></html>",
        "ok",
        "[]",
        "{}",
        "{\"choices\":[]}",
        "\u{0}",
    ] {
        let error = whole(body).expect_err(body);
        assert_eq!((error.status, error.has_code(code::PROVIDER_ERROR)), (502, true), "{body}");
    }
    let error = whole(r#"{"error":{"message":"busy","code":503}}"#).unwrap_err();
    assert_eq!((error.status, error.message.as_str()), (503, "busy"));
    let error = whole(r#"{"choices":[{"error":{"message":"busy"},"message":{}}]}"#).unwrap_err();
    assert_eq!((error.status, error.message.as_str()), (502, "busy"));
    let error = whole(r#"{"detail":"Not found"}"#).unwrap_err();
    assert_eq!((error.status, error.message.as_str()), (502, "Not found"));
    assert!(whole(r#"{"error":null,"choices":[{"message":{"content":"x"}}]}"#).is_ok());
}

#[test]
fn members_of_unexpected_types_do_not_cost_the_answer() {
    let body = r#"{"id":7,"model":null,"usage":"none","choices":[{"index":"0","message":{"content":"x"},"finish_reason":5}]}"#;
    let out = whole(body).unwrap();
    assert_eq!(out.report.finish_reason, Some(FinishReason::Stop));
    assert_eq!((out.report.id, out.report.usage), (None, None));
}

#[test]
fn a_stream_passes_and_the_usage_nobody_asked_for_stays_back() {
    let bytes = sse(&[HELLO, STOP, USAGE, "[DONE]"]);
    let (client, out, failed) = stream(false, &bytes);
    assert_eq!((client, failed), (sse(&[HELLO, STOP, "[DONE]"]), None));
    let report = out.report;
    assert_eq!((report.content, report.finished, report.deltas), (true, true, 1));
    assert_eq!(report.finish_reason, Some(FinishReason::Stop));
    let usage =
        Usage { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5, ..Usage::default() };
    assert_eq!(report.usage, Some(usage));
    assert_eq!(stream(true, &bytes).0, bytes);
}

#[test]
fn usage_is_found_wherever_the_provider_put_it() {
    let usage = r#"{"prompt_tokens":3,"completion_tokens":2}"#;
    for last in [
        format!(r#"{{"choices":[{{"delta":{{}},"finish_reason":"stop"}}],"usage":{usage}}}"#),
        format!(r#"{{"choices":[{{"delta":{{}},"finish_reason":"stop","usage":{usage}}}]}}"#),
        format!(
            r#"{{"choices":[{{"delta":{{}},"finish_reason":"stop"}}],"x_groq":{{"usage":{usage}}}}}"#
        ),
    ] {
        let (client, out, _) = stream(false, &sse(&[HELLO, &last, "[DONE]"]));
        assert_eq!(client, sse(&[HELLO, &last, "[DONE]"]));
        assert_eq!(out.report.usage.unwrap().total_tokens, 5);
    }
}

#[test]
fn usage_from_elsewhere_is_shown_to_a_client_who_asks_for_it() {
    let chunk = r#"{"choices":[{"delta":{},"finish_reason":"stop"}],"x_groq":{"usage":{"prompt_tokens":3}}}"#;
    let shown = chunk.replacen('{', r#"{"usage":{"prompt_tokens":3},"#, 1);
    let done = |chunk: &str| sse(&[chunk, "[DONE]"]);
    assert_eq!(stream(true, &sse(&[chunk])).0, done(&shown));
    assert_eq!(stream(false, &sse(&[chunk])).0, done(chunk));
    let taken = chunk.replacen('{', r#"{"usage":null,"#, 1);
    assert_eq!(stream(true, &sse(&[&taken])).0, done(&taken));
}

#[test]
fn chunks_without_content_are_told_apart_from_those_with() {
    let delta = |delta: &str| sse(&[&format!(r#"{{"choices":[{{"index":0,"delta":{delta}}}]}}"#)]);
    for empty in [
        "{}",
        r#"{"role":"assistant","content":"","refusal":null,"tool_calls":[]}"#,
        r#"{"content":null}"#,
    ] {
        assert!(!stream(false, &delta(empty)).1.report.content, "{empty}");
    }
    for content in [
        r#"{"content":" "}"#,
        r#"{"refusal":"no"}"#,
        r#"{"reasoning":"hm"}"#,
        r#"{"reasoning_content":"hm"}"#,
        r#"{"tool_calls":[{"index":0}]}"#,
        r#"{"function_call":{"name":"f"}}"#,
        r#"{"audio":{"data":"AA"}}"#,
    ] {
        assert!(stream(false, &delta(content)).1.report.content, "{content}");
    }
    let filter = r#"{"choices":[],"prompt_filter_results":[{"prompt_index":0}]}"#;
    let (client, out, _) = stream(false, &sse(&[filter]));
    assert_eq!((client, out.report.content), (sse(&[filter]), false));
}

#[test]
fn a_stream_that_breaks_off_is_not_finished() {
    let (client, out, failed) = stream(false, &sse(&[HELLO]));
    assert_eq!((client, out.report.finished, failed), (sse(&[HELLO]), false, None));
    // One of two choices has ended.
    let second = HELLO.replace(r#""index":0"#, r#""index":1"#);
    assert!(!stream(false, &sse(&[HELLO, &second, STOP])).1.report.finished);
    // Neither content nor a finish reason: the end event alone is no answer.
    let role = r#"{"choices":[{"index":0,"delta":{"role":"assistant"}}]}"#;
    assert!(!stream(false, &sse(&[role, "[DONE]"])).1.report.finished);
}

#[test]
fn a_stream_finishes_by_either_of_its_two_signs() {
    let (client, out, _) = stream(false, &sse(&[HELLO, STOP]));
    assert!(out.report.finished && client.ends_with("data: [DONE]\n\n"));
    let (client, out, _) = stream(false, &sse(&[HELLO, "[DONE]"]));
    assert!(out.report.finished && client.ends_with("data: [DONE]\n\n"));
    assert_eq!(out.report.finish_reason, Some(FinishReason::Stop));
}

#[test]
fn an_error_inside_a_stream_is_one() {
    let cases = [
        (
            r#"{"error":{"message":"Token limit reached","code":400},"choices":[{"delta":{"content":""}}],"usage":{"prompt_tokens":4}}"#,
            400,
        ),
        (r#"{"error":{"message":"x","type":"overloaded_error"}}"#, 529),
        (r#"{"error":"x"}"#, 502),
        (r#"{"object":"error","message":"x","type":"BadRequestError"}"#, 400),
        (r#"{"choices":[{"delta":{},"finish_reason":"error"}]}"#, 502),
        ("<html>", 502),
        ("{\"choices\":", 502),
    ];
    for (event, status) in cases {
        let (client, out, failed) = stream(false, &sse(&[HELLO, event, STOP]));
        assert_eq!(failed.unwrap().status, status, "{event}");
        assert_eq!((client, out.report.finished), (sse(&[HELLO]), false));
    }
    let named = "event: error\ndata: {\"error\":{\"message\":\"m\",\"type\":\"invalid_request_error\",\"code\":\"tool_use_failed\",\"status_code\":400}}\n\n";
    let error = stream(false, named).2.unwrap();
    assert_eq!((error.status, error.code.as_deref()), (400, Some("tool_use_failed")));
}

#[test]
fn keep_alives_are_not_handed_on_as_chunks() {
    let bytes =
        format!(": ping\n\ndata:\n\nevent: ping\ndata: {{}}\n\ndata: null\n\ndata: {HELLO}\n\n");
    assert_eq!(stream(true, &bytes).0, sse(&[HELLO]));
}

#[test]
fn an_event_of_several_lines_becomes_one() {
    let bytes = "data: {\"choices\":\ndata: [{\"delta\":{\"content\":\"a\"}}]}\n\n";
    assert_eq!(
        stream(false, bytes).0,
        "data: {\"choices\": [{\"delta\":{\"content\":\"a\"}}]}\n\n"
    );
}

#[test]
fn what_a_provider_says_in_its_own_way_is_also_said_in_openais() {
    let body = br#"{"id":"","created":0,"model":null,"object":"","choices":[{"index":0,
        "message":{"content":"x","tool_calls":[{"id":"t"}],"reasoning_details":[{"text":"a"},{"summary":"b"}]},
        "finish_reason":""},{"index":1,"message":{"content":"y"},"finish_reason":"model_length"}],
        "usage":{"prompt_tokens":9,"completion_tokens":1,"num_cached_tokens":4}}"#;
    let mut out = Output::default();
    let exchange =
        Exchange { id: "made-up".into(), model: "asked".into(), created: 7, ..Exchange::default() };
    OpenAi.whole(&exchange, body, &mut out).unwrap();
    let answer: serde_json::Value = serde_json::from_slice(&out.bytes).unwrap();
    assert_eq!(
        (&answer["id"], &answer["created"], &answer["model"], &answer["object"]),
        (&"made-up".into(), &7.into(), &"asked".into(), &"chat.completion".into())
    );
    assert_eq!(answer["choices"][0]["finish_reason"], "tool_calls");
    assert_eq!(answer["choices"][0]["message"]["reasoning_content"], "ab");
    assert_eq!(answer["choices"][1]["finish_reason"], "length");
    assert_eq!(answer["usage"]["prompt_tokens_details"]["cached_tokens"], 4);
}

#[test]
fn a_stream_that_ends_without_a_finish_reason_gets_one() {
    let mut out = Output::default();
    let mut stream = OpenAi.stream(&Exchange::default());
    for data in
        [r#"{"id":"c","model":"m","choices":[{"index":0,"delta":{"content":"x"}}]}"#, "[DONE]"]
    {
        stream.event(crate::wire::Event { name: "", data: data.as_bytes() }, &mut out).unwrap();
    }
    stream.end(&mut out);
    let text = String::from_utf8(out.bytes).unwrap();
    let finish = r#""choices":[{"index":0,"delta":{},"finish_reason":"stop","logprobs":null}]}"#;
    assert!(text.ends_with(&format!("{finish}\n\ndata: [DONE]\n\n")), "{text}");
}

#[test]
fn a_call_without_a_type_is_a_function() {
    let calls = r#"[{"id":"pcZFHqej8","function":{"name":"f","arguments":"{\"type\":1}"},"index":0},{"function":{"arguments":"x"}}]"#;
    let typed = calls.replacen('{', r#"{"type":"function","#, 1);
    let whole_answer = |calls: &str| {
        format!(
            r#"{{"id":"a","model":"m","created":1,"object":"chat.completion","choices":[{{"index":0,"message":{{"role":"assistant","content":"","tool_calls":{calls}}},"finish_reason":"tool_calls"}}]}}"#
        )
    };
    let given = whole(&whole_answer(calls)).unwrap();
    assert_eq!(String::from_utf8(given.bytes).unwrap(), whole_answer(&typed));
    let given = whole(&whole_answer(&typed)).unwrap();
    assert_eq!(String::from_utf8(given.bytes).unwrap(), whole_answer(&typed));
    let given = whole(&whole_answer("null")).unwrap();
    assert_eq!(String::from_utf8(given.bytes).unwrap(), whole_answer("null"));
    let chunk = format!(
        r#"{{"id":"a","model":"m","created":1,"object":"chat.completion.chunk","choices":[{{"index":0,"delta":{{"tool_calls":{calls}}},"finish_reason":"tool_calls"}}]}}"#
    );
    let (given, ..) = stream(false, &sse(&[&chunk, "[DONE]"]));
    assert!(given.contains(&typed), "{given}");
}
