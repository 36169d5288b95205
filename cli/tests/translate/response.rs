use super::*;

const WHOLE: &str = r#"{"id": "msg_1", "model": "claude-sonnet-4-5", "stop_reason": "end_turn",
    "content": [{"type": "text", "text": "Hi"}], "usage": {"input_tokens": 9, "output_tokens": 3}}"#;

#[test]
fn a_whole_answer_is_printed_as_json() {
    let run = run(&["response", "--to", CLAUDE, "--status", "200"], WHOLE.as_bytes());
    assert_eq!(run.code, 0, "{}", run.errors);
    let answer = run.json();
    assert_eq!(answer["object"], "chat.completion");
    assert_eq!((&answer["id"], &answer["created"]), (&json!("msg_1"), &json!(NOW_SECONDS)));
    assert_eq!(answer["choices"][0]["message"]["content"], "Hi");
    assert_eq!(answer["usage"]["total_tokens"], 12);
}

#[test]
fn a_stream_is_printed_as_the_client_would_get_it_whatever_the_split() {
    let bytes = claude_stream();
    let print = |more: &[&str]| {
        let mut arguments = vec!["response", "--to", CLAUDE];
        arguments.extend(more);
        let run = run(&arguments, bytes.as_bytes());
        assert_eq!(run.code, 0, "{}", run.errors);
        run.text
    };
    let whole = print(&["--header", "content-type:text/event-stream"]);
    assert!(whole.starts_with("data: {") && whole.ends_with("data: [DONE]\n\n"), "{whole}");
    assert!(whole.contains("Grüß"));
    for size in ["1", "2", "7", "100000"] {
        assert_eq!(print(&["--header", "Content-Type: text/event-stream", "--split", size]), whole);
    }
    // Also where no header says that it is one.
    assert_eq!(print(&[]), whole);
}

#[test]
fn json_lines_are_known_for_a_stream_and_one_document_is_not() {
    let line = |text: &str, done: bool| {
        json!({"model": "qwen3", "done": done, "eval_count": 2,
        "message": {"role": "assistant", "content": text}})
    };
    let lines = format!("{}\n{}\n", line("Grüß", false), line("", true));
    let print = |more: &[&str], body: &str| {
        let mut arguments = vec!["response", "--to", "ollama/qwen3"];
        arguments.extend(more);
        let run = run(&arguments, body.as_bytes());
        assert_eq!(run.code, 0, "{}", run.errors);
        run.text
    };
    let stream = print(&["--header", "content-type: application/x-ndjson"], &lines);
    assert!(stream.contains("Grüß") && stream.ends_with("data: [DONE]\n\n"), "{stream}");
    assert_eq!(print(&["--split", "1"], &lines), stream);
    let whole: Value = serde_json::from_str(&print(&[], &line("Hi", true).to_string())).unwrap();
    assert_eq!(whole["choices"][0]["message"]["content"], "Hi");
}

#[test]
fn the_request_says_whether_usage_is_shown() {
    let folder = std::env::temp_dir().join(format!("dragoman-translate-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    for (name, options, shown) in
        [("asked", json!({"include_usage": true}), true), ("quiet", json!(null), false)]
    {
        let file = folder.join(format!("{name}.json"));
        let request = ask(&json!({"stream": true, "stream_options": options}));
        std::fs::write(&file, request.to_string()).unwrap();
        let file = file.to_str().unwrap();
        let run = run(&["response", "--to", CLAUDE, "--request", file], claude_stream().as_bytes());
        assert_eq!(run.text.contains("\"usage\":{\"prompt_tokens\":9"), shown, "{}", run.text);
    }
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn an_error_response_becomes_openais() {
    let body =
        r#"{"type": "error", "error": {"type": "rate_limit_error", "message": "slow down"}}"#;
    let case = json!({"id": "e", "direction": "response", "to": CLAUDE, "status": 429,
        "headers": {"Content-Type": "application/json", "Retry-After": "7"}, "b64": b64(body)});
    let result = batch(&[case]).remove(0);
    assert_eq!(
        result,
        json!({"id": "e", "status": 429,
            "headers": {"content-type": "application/json", "retry-after": "7"},
            "json": {"error": {"message": "slow down", "type": "rate_limit_error", "param": null,
                "code": "rate_limit_exceeded"}}})
    );
    let printed = run(&["response", "--to", CLAUDE, "--status", "429"], body.as_bytes());
    assert_eq!((printed.code, &printed.json()["error"]["message"]), (0, &json!("slow down")));
}

#[test]
fn a_failure_inside_a_stream_is_an_error_before_content_and_an_event_after_it() {
    let overloaded =
        json!({"type": "error", "error": {"type": "overloaded_error", "message": "Busy"}});
    let stream = claude_stream();
    let begun = stream.split("event: content_block_stop").next().unwrap();
    let case = |bytes: &str| {
        json!({"id": 1, "direction": "response", "to": CLAUDE, "status": 200, "body": ask(&json!({"stream": true})),
            "headers": {"content-type": "text/event-stream"}, "b64": b64(bytes)})
    };
    let results = batch(&[
        case(&sse(std::slice::from_ref(&overloaded))),
        case(&format!("{begun}{}", sse(&[overloaded]))),
        case(begun),
    ]);
    assert_eq!(
        (&results[0]["status"], &results[0]["json"]["error"]["message"]),
        (&json!(529), &json!("Busy"))
    );
    for (result, said) in [(&results[1], "Busy"), (&results[2], "ended before")] {
        let sse = result["sse"].as_str().unwrap();
        assert!(sse.contains("Grüß") && sse.contains(said) && !sse.contains("[DONE]"), "{sse}");
    }
}

#[test]
fn json_where_a_stream_was_asked_for_becomes_one() {
    let case = json!({"id": 1, "direction": "response", "to": CLAUDE, "status": 200, "b64": b64(WHOLE),
        "headers": {"content-type": "application/json"},
        "body": ask(&json!({"stream": true, "stream_options": {"include_usage": true}}))});
    let result = batch(&[case]).remove(0);
    let sse = result["sse"].as_str().unwrap();
    assert!(
        sse.contains("\"content\":\"Hi\"")
            && sse.contains("total_tokens")
            && sse.ends_with("[DONE]\n\n")
    );
}

#[test]
fn a_request_that_is_no_openai_request_still_says_whether_it_streams() {
    let case = |body: Value| {
        json!({"id": 1, "direction": "response", "to": CLAUDE, "status": 200, "body": body,
            "headers": {"content-type": "text/event-stream"}, "b64": b64(claude_stream())})
    };
    let results =
        batch(&[case(json!({"stream": true})), case(json!(null)), case(json!({"stream": false}))]);
    assert!(
        results[0]["sse"].is_string() && !results[0]["sse"].as_str().unwrap().contains("\"usage\"")
    );
    assert!(results[1]["sse"].as_str().unwrap().contains("\"usage\""));
    assert_eq!(results[2]["status"], 502);
}
