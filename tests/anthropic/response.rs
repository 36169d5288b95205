//! What the client gets.

use super::*;

fn whole(body: &Value, exchange: &Exchange) -> (Value, Output) {
    let mut out = Output::default();
    ANTHROPIC.whole(exchange, body.to_string().as_bytes(), &mut out).unwrap();
    (serde_json::from_slice(&out.bytes).unwrap(), out)
}

fn reply(content: Value, stop_reason: &str) -> Value {
    json!({"id": "msg_1", "type": "message", "role": "assistant", "model": "claude-x", "content": content,
        "stop_reason": stop_reason, "stop_sequence": null, "usage": {"input_tokens": 3, "output_tokens": 4}})
}

#[test]
fn text_thinking_and_calls_arrive() {
    let body = reply(
        json!([{"type": "thinking", "thinking": "hm", "signature": "s"}, {"type": "redacted_thinking", "data": "d"},
               {"type": "text", "text": "a"}, {"type": "text", "text": "b"},
               {"type": "tool_use", "id": "t1", "name": "a_b", "input": {"x": 1}}]),
        "tool_use",
    );
    let exchange = Exchange { renamed_tools: vec![("a_b".into(), "a.b".into())], ..exchange() };
    let (json, out) = whole(&body, &exchange);
    let message = &json["choices"][0]["message"];
    assert_eq!(message["content"], "ab");
    assert_eq!(message["reasoning_content"], "hm");
    assert_eq!(message["thinking_blocks"][0]["signature"], "s");
    assert_eq!(message["thinking_blocks"][1]["data"], "d");
    assert_eq!(
        message["tool_calls"][0]["function"],
        json!({"name": "a.b", "arguments": "{\"x\":1}"})
    );
    assert_eq!(json["choices"][0]["finish_reason"], "tool_calls");
    assert_eq!((&json["id"], &json["model"]), (&json!("msg_1"), &json!("claude-x")));
    assert_eq!(out.report.usage.unwrap().total_tokens, 7);
    assert!(out.report.content && out.report.finished);
}

#[test]
fn stop_reasons_have_their_words() {
    for (reason, word) in [
        ("end_turn", "stop"),
        ("stop_sequence", "stop"),
        ("pause_turn", "stop"),
        ("max_tokens", "length"),
        ("model_context_window_exceeded", "length"),
        ("refusal", "content_filter"),
        ("new", "stop"),
    ] {
        let (json, _) = whole(&reply(json!([{"type": "text", "text": "x"}]), reason), &exchange());
        assert_eq!(json["choices"][0]["finish_reason"], word, "{reason}");
    }
}

#[test]
fn the_json_tool_is_the_content() {
    let exchange = Exchange { json_tool: Some("json_tool_call".into()), ..exchange() };
    let call = json!({"type": "tool_use", "id": "t", "name": "json_tool_call", "input": {"a": 1}});
    let (json, _) = whole(&reply(json!([call]), "tool_use"), &exchange);
    assert_eq!(json["choices"][0]["message"]["content"], r#"{"a":1}"#);
    assert!(json["choices"][0]["message"].get("tool_calls").is_none());
    assert_eq!(json["choices"][0]["finish_reason"], "stop");
}

#[test]
fn citations_become_annotations() {
    let (json, _) = whole(
        &reply(
            json!([{"type": "text", "text": "Né "}, {"type": "text", "text": "here", "citations": [
                {"type": "web_search_result_location", "url": "https://x.test", "title": "T", "cited_text": "c"}]}]),
            "end_turn",
        ),
        &exchange(),
    );
    let message = &json["choices"][0]["message"];
    assert_eq!(
        message["annotations"][0]["url_citation"],
        json!({"start_index": 3, "end_index": 7, "url": "https://x.test", "title": "T"})
    );
    assert_eq!(message["provider_specific_fields"]["citations"][0][0]["supported_text"], "here");
}

#[test]
fn what_is_no_message_is_502_and_an_error_keeps_its_own_status() {
    let mut out = Output::default();
    for body in ["", "<html>", "{}", "[]", r#"{"input_tokens": 3}"#] {
        let error = ANTHROPIC.whole(&exchange(), body.as_bytes(), &mut out).unwrap_err();
        assert_eq!(error.status, 502, "{body}");
    }
    let body =
        br#"{"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}"#;
    assert_eq!(ANTHROPIC.whole(&exchange(), body, &mut out).unwrap_err().status, 529);
}

fn event(data: &Value) -> String {
    format!("event: {}\ndata: {data}\n\n", data["type"].as_str().unwrap())
}

fn events(list: &[Value]) -> Vec<u8> {
    list.iter().map(event).collect::<String>().into_bytes()
}

#[test]
fn a_call_without_arguments_has_an_empty_object_and_several_calls_are_numbered() {
    let bytes = events(&[
        json!({"type": "message_start", "message": {"id": "msg_1", "model": "x", "usage": {"input_tokens": 5, "output_tokens": 1}}}),
        json!({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}),
        json!({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "t"}}),
        json!({"type": "content_block_stop", "index": 0}),
        json!({"type": "content_block_start", "index": 1, "content_block": {"type": "tool_use", "id": "a", "name": "f", "input": {}}}),
        json!({"type": "content_block_stop", "index": 1}),
        json!({"type": "content_block_start", "index": 2, "content_block": {"type": "tool_use", "id": "b", "name": "g", "input": {}}}),
        json!({"type": "content_block_delta", "index": 2, "delta": {"type": "input_json_delta", "partial_json": "{\"x\""}}),
        json!({"type": "ping"}),
        json!({"type": "content_block_delta", "index": 2, "delta": {"type": "input_json_delta", "partial_json": ":1}"}}),
        json!({"type": "content_block_stop", "index": 2}),
        json!({"type": "message_delta", "delta": {"stop_reason": "tool_use"}, "usage": {"output_tokens": 9}}),
        json!({"type": "message_stop"}),
    ]);
    let out = stream(&bytes, 7, &exchange()).unwrap();
    let got = collected(&out.bytes);
    assert_eq!(
        got["calls"],
        json!([{"id": "a", "name": "f", "arguments": "{}"}, {"id": "b", "name": "g", "arguments": "{\"x\":1}"}])
    );
    assert_eq!((&got["finish"], &got["usage"]["total_tokens"]), (&json!("tool_calls"), &json!(14)));
    assert!(out.bytes.ends_with(b"data: [DONE]\n\n"));
    assert_eq!(out.report.usage.unwrap().prompt_tokens, 5);
}

#[test]
fn the_json_tool_streams_as_content() {
    let exchange = Exchange { json_tool: Some("json_tool_call".into()), ..exchange() };
    let bytes = events(&[
        json!({"type": "content_block_start", "index": 0, "content_block": {"type": "tool_use", "id": "a", "name": "json_tool_call", "input": {}}}),
        json!({"type": "content_block_delta", "index": 0, "delta": {"type": "input_json_delta", "partial_json": "{\"x\":1}"}}),
        json!({"type": "content_block_stop", "index": 0}),
        json!({"type": "message_delta", "delta": {"stop_reason": "tool_use"}}),
    ]);
    let out = stream(&bytes, 1, &exchange).unwrap();
    let got = collected(&out.bytes);
    assert_eq!(
        (&got["content"], &got["finish"], &got["calls"]),
        (&json!("{\"x\":1}"), &json!("stop"), &json!([]))
    );
}

#[test]
fn an_error_event_ends_the_stream_with_its_status() {
    let bytes = events(&[
        json!({"type": "message_start", "message": {"id": "m"}}),
        json!({"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}),
    ]);
    let error = stream(&bytes, 3, &exchange()).unwrap_err();
    assert_eq!((error.status, error.message.as_str()), (529, "Overloaded"));
}

#[test]
fn a_stream_that_breaks_off_is_not_finished_but_accounted() {
    let bytes = events(&[
        json!({"type": "message_start", "message": {"id": "m", "usage": {"input_tokens": 5}}}),
        json!({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": "Hel"}}),
    ]);
    let out = stream(&bytes, 3, &exchange()).unwrap();
    assert!(!out.report.finished && out.report.content);
    assert_eq!((out.report.deltas, out.report.usage.unwrap().prompt_tokens), (1, 5));
    assert!(!String::from_utf8(out.bytes).unwrap().contains("[DONE]"));
}

#[test]
fn server_tools_stream_into_the_free_fields() {
    let bytes = events(&[
        json!({"type": "content_block_start", "index": 0, "content_block": {"type": "server_tool_use", "id": "s", "name": "web_search", "input": {}}}),
        json!({"type": "content_block_delta", "index": 0, "delta": {"type": "input_json_delta", "partial_json": "{\"query\":\"q\"}"}}),
        json!({"type": "content_block_stop", "index": 0}),
        json!({"type": "content_block_start", "index": 1, "content_block": {"type": "web_search_tool_result", "tool_use_id": "s", "content": []}}),
        json!({"type": "content_block_stop", "index": 1}),
        json!({"type": "brand_new_event", "delta": 5}),
        json!({"type": "message_delta", "delta": {"stop_reason": "pause_turn"}}),
    ]);
    let text = String::from_utf8(stream(&bytes, 50, &exchange()).unwrap().bytes).unwrap();
    assert!(text.contains(r#""server_tool_use":[{"type":"server_tool_use","id":"s","name":"web_search","input":{"query":"q"}}]"#), "{text}");
    assert!(text.contains(r#""web_search_results":[{"#));
    assert!(text.contains(r#""stop_reason":"pause_turn""#));
}
