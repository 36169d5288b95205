//! What the client gets.

use super::*;

fn whole(body: &Value, exchange: &Exchange) -> (Value, Output) {
    let mut out = Output::default();
    Converse.whole(exchange, body.to_string().as_bytes(), &mut out).unwrap();
    (serde_json::from_slice(&out.bytes).unwrap(), out)
}

fn reply(content: Value, stop_reason: &str) -> Value {
    json!({"output": {"message": {"role": "assistant", "content": content}}, "stopReason": stop_reason,
        "usage": {"inputTokens": 3, "outputTokens": 4, "totalTokens": 7}, "metrics": {"latencyMs": 1}})
}

#[test]
fn stop_reasons_have_their_words() {
    for (reason, word, own) in [
        ("end_turn", "stop", false),
        ("stop_sequence", "stop", false),
        ("max_tokens", "length", false),
        ("model_context_window_exceeded", "length", true),
        ("guardrail_intervened", "content_filter", true),
        ("content_filtered", "content_filter", true),
        ("malformed_tool_use", "stop", true),
        ("new", "stop", true),
    ] {
        let (json, _) = whole(&reply(json!([{"text": "x"}]), reason), &exchange());
        let choice = &json["choices"][0];
        assert_eq!(choice["finish_reason"], word, "{reason}");
        let said = &choice["message"]["provider_specific_fields"]["stop_reason"];
        assert_eq!(*said == reason, own, "{reason}");
    }
}

#[test]
fn the_json_tool_is_the_content() {
    let exchange = Exchange { json_tool: Some("json_tool_call".into()), ..exchange() };
    let call = json!({"toolUse": {"toolUseId": "t", "name": "json_tool_call", "input": {"a": 1}}});
    let (json, _) = whole(&reply(json!([call]), "tool_use"), &exchange);
    let choice = &json["choices"][0];
    assert_eq!(choice["message"]["content"], r#"{"a":1}"#);
    assert_eq!(choice["finish_reason"], "stop");

    let events = r#"
contentBlockStart {"contentBlockIndex":0,"start":{"toolUse":{"name":"json_tool_call","toolUseId":"t"}}}
contentBlockDelta {"contentBlockIndex":0,"delta":{"toolUse":{"input":"{\"a\":"}}}
contentBlockDelta {"contentBlockIndex":0,"delta":{"toolUse":{"input":" 1}"}}}
contentBlockStop {"contentBlockIndex":0}
messageStop {"stopReason":"tool_use"}"#;
    let out = stream(&frames::stream(events), 1, &exchange).unwrap();
    let said: String = deltas(&out).iter().filter_map(|delta| delta["content"].as_str()).collect();
    assert_eq!(said, r#"{"a": 1}"#);
    assert_eq!(out.report.finish_reason, Some(dragoman::openai::completion::FinishReason::Stop));
}

#[test]
fn renamed_tools_have_the_clients_name() {
    let exchange = Exchange { renamed_tools: vec![("a_b".into(), "a.b".into())], ..exchange() };
    let call = json!({"toolUse": {"toolUseId": "t", "name": "a_b", "input": {}}});
    let (json, _) = whole(&reply(json!([call]), "tool_use"), &exchange);
    assert_eq!(json["choices"][0]["message"]["tool_calls"][0]["function"]["name"], "a.b");
    assert!(json["choices"][0]["message"]["content"].is_null());
}

#[test]
fn usage_comes_with_the_finish_and_a_stream_without_metadata_still_ends() {
    let events = "contentBlockDelta {\"contentBlockIndex\":0,\"delta\":{\"text\":\"Hi\"}}\n\
                  messageStop {\"stopReason\":\"end_turn\"}";
    let out = stream(&frames::stream(events), 7, &exchange()).unwrap();
    assert!(out.report.finished && out.report.usage.is_none());
    assert!(out.bytes.ends_with(b"data: [DONE]\n\n"));
    let all = frames::stream(include_str!("../golden/converse/stream.events"));
    let out = stream(&all, 7, &exchange()).unwrap();
    assert_eq!(out.report.usage.unwrap().total_tokens, 540);
    assert_eq!(out.report.service_tier.as_deref(), Some("default"));
}

#[test]
fn the_first_token_is_out_before_the_next_has_come() {
    let mut translator = Converse.stream(&exchange());
    let mut out = Output::default();
    let data = br#"{"contentBlockIndex":0,"delta":{"text":"Hi"}}"#;
    let event = dragoman::wire::Event { name: "contentBlockDelta", data };
    translator.event(event, &mut out).unwrap();
    assert!(out.report.content && String::from_utf8_lossy(&out.bytes).contains("Hi"));
}

#[test]
fn an_exception_in_a_stream_has_its_status() {
    for (name, data, status, code) in [
        (
            "throttlingException",
            r#"{"message":"Too many tokens"}"#,
            429,
            Some("rate_limit_exceeded"),
        ),
        (
            "validationException",
            r#"{"message":"Input is too long for requested model."}"#,
            400,
            Some("context_length_exceeded"),
        ),
        ("internalServerException", r#"{"message":"x"}"#, 500, Some("internalServerException")),
        (
            "serviceUnavailableException",
            r#"{"message":"x"}"#,
            503,
            Some("serviceUnavailableException"),
        ),
        (
            "modelStreamErrorException",
            r#"{"message":"x","originalStatusCode":529,"originalMessage":"y"}"#,
            529,
            Some("modelStreamErrorException"),
        ),
    ] {
        let events = format!("messageStart {{\"role\":\"assistant\"}}\n{name} {data}");
        let error = stream(&frames::stream(&events), 5, &exchange()).unwrap_err();
        assert_eq!((error.status, error.code.as_deref()), (status, code), "{name}");
    }
}

#[test]
fn what_is_no_answer_is_502_and_an_error_keeps_its_own_status() {
    let mut out = Output::default();
    assert_eq!(Converse.whole(&exchange(), b"{}", &mut out).unwrap_err().status, 502);
    assert_eq!(Converse.whole(&exchange(), b"<html>", &mut out).unwrap_err().status, 502);
    let hidden = br#"{"Output":{"__type":"com.amazon.coral.service#UnknownOperationException"},"Version":"1.0"}"#;
    assert_eq!(Converse.whole(&exchange(), hidden, &mut out).unwrap_err().status, 500);
    let error = Converse.typed_error(403, "AccessDeniedException:", br#"{"Message":"No."}"#);
    assert_eq!((error.status, error.message.as_str()), (403, "No."));
    let event = frames::event("contentBlockDelta", b"{");
    assert_eq!(stream(&event, 9, &exchange()).unwrap_err().status, 502);
}

#[test]
fn more_open_blocks_than_any_model_has_are_an_error() {
    let starts: String = (0..100)
        .map(|index| {
            format!("contentBlockStart {{\"contentBlockIndex\":{index},\"start\":{{\"toolUse\":{{\"name\":\"f\",\"toolUseId\":\"t\"}}}}}}\n")
        })
        .collect();
    let error = stream(&frames::stream(&starts), 64, &exchange()).unwrap_err();
    assert_eq!(error.status, 502);
}

#[test]
fn a_server_tools_input_is_held_only_so_long() {
    let mut translator = Converse.stream(&exchange());
    let mut out = Output::default();
    let start = br#"{"contentBlockIndex":0,"start":{"toolUse":{"name":"n","toolUseId":"t","type":"server_tool_use"}}}"#;
    let event = dragoman::wire::Event { name: "contentBlockStart", data: start };
    translator.event(event, &mut out).unwrap();
    let piece =
        json!({"contentBlockIndex": 0, "delta": {"toolUse": {"input": "x".repeat(500_000)}}});
    let piece = piece.to_string();
    let event = dragoman::wire::Event { name: "contentBlockDelta", data: piece.as_bytes() };
    let failed = (0..10).find_map(|_| translator.event(event, &mut out).err());
    assert_eq!(failed.unwrap().status, 502);
}
