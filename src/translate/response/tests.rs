use super::*;
use crate::dialect::Id;

mod property;

const OPENAI_STREAM: &str = concat!(
    "data: {\"id\":\"c1\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}\n\n",
    "data: {\"id\":\"c1\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"H\u{e9}\"}}]}\n\n",
    "data: {\"id\":\"c1\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n",
    "data: {\"id\":\"c1\",\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2}}\n\n",
    "data: [DONE]\n\n",
);
const OPENAI_WHOLE: &str = r#"{"id":"c1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Hé"},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":2}}"#;
const ANTHROPIC_STREAM: &str = concat!(
    "event: message_start\r\n",
    "data: {\"type\":\"message_start\",\"message\":{\"id\":\"m1\",\"model\":\"claude\",\"usage\":{\"input_tokens\":3,\"output_tokens\":1}}}\r\n\r\n",
    "event: content_block_start\r\n",
    "data: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\r\n\r\n",
    "event: ping\r\ndata: {\"type\":\"ping\"}\r\n\r\n",
    "event: content_block_delta\r\n",
    "data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"H\u{e9}\"}}\r\n\r\n",
    "event: content_block_stop\r\ndata: {\"type\":\"content_block_stop\",\"index\":0}\r\n\r\n",
    "event: message_delta\r\n",
    "data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":2}}\r\n\r\n",
    "event: message_stop\r\ndata: {\"type\":\"message_stop\"}\r\n\r\n",
);
const ANTHROPIC_WHOLE: &str = r#"{"id":"m1","type":"message","role":"assistant","model":"claude","content":[{"type":"text","text":"Hé"}],"stop_reason":"end_turn","usage":{"input_tokens":3,"output_tokens":2}}"#;

const GEMINI_STREAM: &str = concat!(
    "data: {\"candidates\":[{\"content\":{\"parts\":[],\"role\":\"model\"},\"index\":0}],\"responseId\":\"g1\"}\r\n\r\n",
    "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"H\u{e9}\"}]},\"index\":0}]}\r\n\r\n",
    "data: {\"candidates\":[{\"finishReason\":\"STOP\",\"index\":0}],\"usageMetadata\":{\"promptTokenCount\":3,\"candidatesTokenCount\":2}}\r\n\r\n",
);
const GEMINI_WHOLE: &str = r#"{"candidates":[{"content":{"parts":[{"text":"Hé"}]},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":2},"responseId":"g1"}"#;

/// Every format's stream.
const STREAMS: [(Id, &str); 3] =
    [(Id::OpenAi, OPENAI_STREAM), (Id::Anthropic, ANTHROPIC_STREAM), (Id::Gemini, GEMINI_STREAM)];

const LIMIT: usize = 4_096;

fn answering(dialect: Id, stream: bool, answer: Answer) -> ResponseTranslator {
    let exchange =
        Exchange { stream, id: "id".into(), model: "m".into(), created: 1, ..Exchange::default() };
    ResponseTranslator::new(dialect.dialect(), exchange, answer, LIMIT)
}

fn ok(dialect: Id, stream: bool) -> ResponseTranslator {
    answering(dialect, stream, Answer { status: 200, ..Answer::default() })
}

/// The client's bytes of a whole body in pieces of `split` bytes, or the failure.
fn fed(
    mut translator: ResponseTranslator,
    body: &[u8],
    split: usize,
) -> Result<(String, Report), ApiError> {
    let mut out = Vec::new();
    for piece in body.chunks(split) {
        translator.push(piece);
        let taken = translator.take();
        assert!(taken.is_empty() || translator.gate() == Gate::Open, "the gate was held");
        out.extend(taken);
    }
    translator.finish();
    out.extend(translator.take());
    match translator.gate() {
        Gate::Held => panic!("a body that has ended is an answer or a failure"),
        Gate::Failed(error) => {
            assert!(out.is_empty(), "nothing of a failure leaves");
            Err(error.clone())
        }
        Gate::Open => Ok((String::from_utf8(out).unwrap(), translator.report().clone())),
    }
}

fn whole(translator: ResponseTranslator, body: &str) -> Result<(String, Report), ApiError> {
    fed(translator, body.as_bytes(), usize::MAX)
}

fn failure(translator: ResponseTranslator, body: &str) -> ApiError {
    whole(translator, body).unwrap_err()
}

#[test]
fn nothing_leaves_before_the_first_content() {
    for (dialect, text) in STREAMS {
        let mut translator = ok(dialect, true);
        let content = text.find("H\u{e9}").unwrap();
        let (before, after) = text.split_at(content);
        translator.push(before.as_bytes());
        assert_eq!(translator.gate(), Gate::Held);
        assert!(translator.take().is_empty());
        let event = after.find("\n\n").or(after.find("\r\n\r\n")).unwrap() + 4;
        translator.push(&after.as_bytes()[..event]);
        assert_eq!(translator.gate(), Gate::Open);
        let first = String::from_utf8(translator.take()).unwrap();
        assert!(first.contains("assistant") && first.contains("H\u{e9}"), "{first}");
    }
}

#[test]
fn an_error_event_before_content_is_a_failure_with_its_own_status() {
    let overloaded = "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Busy\"}}\n\n";
    for dialect in [Id::OpenAi, Id::Anthropic] {
        let error = failure(ok(dialect, true), overloaded);
        assert_eq!((error.status, error.message.as_str()), (529, "Busy"));
    }
}

#[test]
fn an_error_event_after_content_ends_the_stream_without_done() {
    let error = "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Busy\"}}\n\n";
    for (dialect, text) in [(Id::OpenAi, OPENAI_STREAM), (Id::Anthropic, ANTHROPIC_STREAM)] {
        let stop = text.find("stop\"").unwrap();
        let cut = text[..stop].rfind("\n\n").or(text[..stop].rfind("\r\n\r\n")).unwrap();
        let body = format!("{}\n\n{error}data: late\n\n", &text[..cut]);
        let (client, report) = whole(ok(dialect, true), &body).unwrap();
        let last = client.trim_end().rsplit("\n\n").next().unwrap();
        let last = last.strip_prefix("data: ").unwrap();
        let last: serde_json::Value = serde_json::from_str(last).unwrap();
        assert_eq!(last["error"]["message"], "Busy");
        assert!(!client.contains("[DONE]") && !client.contains("late"), "{client}");
        assert_eq!(report.error.unwrap().status, 529);
    }
}

#[test]
fn a_stream_cut_before_content_is_a_failure() {
    for (dialect, text) in STREAMS {
        let cut = &text[..text.find("H\u{e9}").unwrap()];
        let cut = &cut[..cut.rfind("data: ").unwrap()];
        let error = failure(ok(dialect, true), cut);
        assert_eq!((error.status, error.has_code(code::STREAM_INTERRUPTED)), (502, true));
    }
}

#[test]
fn a_stream_cut_after_content_ends_in_an_error_event() {
    for (dialect, text) in STREAMS {
        let cut = &text[..text.find("H\u{e9}").unwrap()];
        let cut = format!("{cut}H\u{e9}\"}}}}]}}\n\n");
        let cut = match dialect {
            Id::Anthropic => cut.replace("}}]}", "}}"),
            Id::Gemini => cut.replace("\"}}]}", "\"}]}}]}"),
            _ => cut,
        };
        let (client, report) = whole(ok(dialect, true), &cut).unwrap();
        assert!(client.contains(code::STREAM_INTERRUPTED), "{client}");
        assert!(!client.contains("[DONE]"));
        assert!(report.content && !report.finished);
    }
}

#[test]
fn a_200_without_an_answer_is_a_bad_gateway() {
    for dialect in [Id::OpenAi, Id::Anthropic] {
        for stream in [true, false] {
            for body in
                ["", " \r\n ", "<html><title>Sorry</title></html>", "busy", "[]", "null", "{\"a\""]
            {
                let error = failure(ok(dialect, stream), body);
                assert_eq!(error.status, 502, "{dialect:?} {stream} {body:?}");
            }
        }
    }
}

#[test]
fn a_whole_answer_becomes_a_stream_where_one_was_asked_for() {
    for (dialect, body) in [(Id::OpenAi, OPENAI_WHOLE), (Id::Anthropic, ANTHROPIC_WHOLE)] {
        let (client, report) = whole(ok(dialect, true), body).unwrap();
        let events: Vec<&str> = client.trim_end().split("\n\n").collect();
        assert_eq!(events.len(), 3, "{client}");
        assert!(events[0].contains("chat.completion.chunk") && events[0].contains("H\u{e9}"));
        assert!(events[1].contains(r#""finish_reason":"stop""#));
        assert_eq!(events[2], "data: [DONE]");
        assert_eq!(report.usage.unwrap().total_tokens, 5);
    }
}

#[test]
fn a_whole_answer_that_no_stream_can_be_made_of_is_a_failure_and_not_half_an_answer() {
    let body = OPENAI_WHOLE.replace(r#""created":1"#, r#""created":1e999"#);
    let error = failure(ok(Id::OpenAi, true), &body);
    assert_eq!(error.status, 502);
}

#[test]
fn a_stream_nobody_asked_for_is_refused() {
    for (dialect, body) in [(Id::OpenAi, OPENAI_STREAM), (Id::Anthropic, ANTHROPIC_STREAM)] {
        assert_eq!(failure(ok(dialect, false), body).status, 502);
    }
}

#[test]
fn an_errors_type_may_stand_in_a_header() {
    let error_type = Some("ExpiredTokenException:http://internal.test/".to_owned());
    let answer = Answer { status: 403, error_type, ..Answer::default() };
    let error =
        whole(answering(Id::Converse, false, answer), r#"{"message":"Expired"}"#).unwrap_err();
    assert_eq!((error.status, error.code.as_deref()), (403, Some("invalid_api_key")));
}

#[test]
fn a_compressed_body_is_refused_and_identity_is_none() {
    let encoded = |encoding: &str| {
        let answer = Answer {
            status: 200,
            content_encoding: Some(encoding.to_owned()),
            ..Answer::default()
        };
        whole(answering(Id::OpenAi, false, answer), OPENAI_WHOLE)
    };
    let error = encoded("gzip").unwrap_err();
    assert_eq!(error.status, 502);
    assert!(error.message.contains("gzip"));
    assert!(encoded("Identity").is_ok() && encoded("").is_ok());
}

#[test]
fn a_failure_that_is_compressed_keeps_its_status_and_its_retry_after() {
    let answer = Answer {
        status: 429,
        content_encoding: Some("br".into()),
        retry_after: Some("7".into()),
        ..Answer::default()
    };
    let error = whole(answering(Id::OpenAi, false, answer), "x").unwrap_err();
    assert_eq!((error.status, error.retry_after.as_deref()), (429, Some("7")));
    assert!(error.message.contains("compressed with br"), "{}", error.message);
}

#[test]
fn a_whole_body_beyond_the_limit_is_a_failure() {
    let body = OPENAI_WHOLE.replace("H\u{e9}", &"x".repeat(LIMIT));
    for split in [usize::MAX, 100] {
        let error = fed(ok(Id::OpenAi, false), body.as_bytes(), split).unwrap_err();
        assert_eq!(error.status, 502);
        assert!(error.message.contains("4096 bytes"), "{}", error.message);
    }
}

#[test]
fn chunks_without_content_are_not_held_without_end() {
    let empty =
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\"}}]}\n\n".repeat(1_000);
    let mut translator = ok(Id::OpenAi, true);
    for _ in 0..100 {
        translator.push(empty.as_bytes());
    }
    assert!(matches!(translator.gate(), Gate::Failed(error) if error.status == 502));
}

#[test]
fn an_error_status_is_read_in_the_providers_words() {
    let answer = Answer { status: 429, retry_after: Some("7".into()), ..Answer::default() };
    let body = r#"{"error":{"message":"Slow down","type":"rate_limit_error"}}"#;
    for dialect in [Id::OpenAi, Id::Anthropic] {
        for stream in [true, false] {
            let error = failure(answering(dialect, stream, answer.clone()), body);
            assert_eq!((error.status, error.message.as_str()), (429, "Slow down"));
            assert_eq!(error.retry_after.as_deref(), Some("7"));
        }
    }
}

#[test]
fn a_long_error_body_is_cut_and_not_refused() {
    let answer = Answer { status: 500, ..Answer::default() };
    let body = format!("<html>{}", "x".repeat(10 * MAX_ERROR_BODY_BYTES));
    assert_eq!(failure(answering(Id::OpenAi, false, answer), &body).status, 500);
}

#[test]
fn a_status_that_is_neither_answer_nor_error_is_a_bad_gateway() {
    for status in [101, 204, 302, 999] {
        let answer = Answer { status, ..Answer::default() };
        assert_eq!(failure(answering(Id::OpenAi, false, answer), "").status, 502, "{status}");
    }
}

#[test]
fn what_envoy_itself_answers_is_told_apart() {
    let local = |status| Answer { status, local: true, ..Answer::default() };
    let error = failure(answering(Id::OpenAi, true, local(503)), "no healthy upstream");
    assert_eq!((error.status, error.has_code(code::NO_UPSTREAM)), (503, true));
    assert!(error.message.contains("no healthy upstream"));
    assert_eq!(failure(answering(Id::OpenAi, true, local(301)), "").status, 502);
}

#[test]
fn any_split_gives_the_same_bytes() {
    for (dialect, body) in STREAMS {
        for before in ["", "\n", " \r\n"] {
            let body = format!("{before}{body}");
            let (expected, report) = whole(ok(dialect, true), &body).unwrap();
            assert!(expected.ends_with("data: [DONE]\n\n"));
            for split in 1..body.len() {
                let (client, split_report) =
                    fed(ok(dialect, true), body.as_bytes(), split).unwrap();
                assert_eq!((client, split_report), (expected.clone(), report.clone()), "{split}");
            }
        }
    }
    for (dialect, body) in
        [(Id::OpenAi, OPENAI_WHOLE), (Id::Anthropic, ANTHROPIC_WHOLE), (Id::Gemini, GEMINI_WHOLE)]
    {
        for stream in [true, false] {
            let expected = whole(ok(dialect, stream), body).unwrap();
            for split in 1..body.len() {
                assert_eq!(fed(ok(dialect, stream), body.as_bytes(), split).unwrap(), expected);
            }
        }
    }
}

#[test]
fn bytes_after_the_end_are_ignored() {
    let mut translator = ok(Id::OpenAi, false);
    translator.push(OPENAI_WHOLE.as_bytes());
    translator.finish();
    let answer = translator.take();
    translator.push(b"more");
    translator.finish();
    assert!(!answer.is_empty() && translator.take().is_empty());
    assert_eq!(translator.gate(), Gate::Open);
}

#[test]
fn nothing_follows_the_end_of_a_stream() {
    let late = ANTHROPIC_STREAM.split_once("event: ping").unwrap().1;
    let (client, _) =
        whole(ok(Id::Anthropic, true), &format!("{ANTHROPIC_STREAM}event: ping{late}")).unwrap();
    assert_eq!(client.matches("[DONE]").count(), 1);
    assert!(client.ends_with("data: [DONE]\n\n"), "{client}");
}
