use super::*;
use std::time::{Duration, Instant};

#[test]
fn each_kind_of_result_has_its_members() {
    let answer = json!({"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices":
        [{"index": 0, "message": {"role": "assistant", "content": "x"}, "finish_reason": "stop"}]});
    let results = batch(&[
        json!({"id": "a", "direction": "request", "to": "openai/gpt-4o", "endpoint": "chat", "params": {}, "body": ask(&json!({}))}),
        json!({"id": 2, "direction": "response", "to": "openai/gpt-4o", "status": 200,
            "headers": {"content-type": "application/json", "x-request-id": "r1", "x-ratelimit-remaining-tokens": "5"},
            "b64": b64(answer.to_string()), "body": ask(&json!({}))}),
        json!({"id": {"k": [3]}, "direction": "response", "to": CLAUDE, "status": 200, "split": 5,
            "headers": {"content-type": "text/event-stream"}, "b64": b64(claude_stream()), "body": ask(&json!({"stream": true}))}),
        json!({"id": null, "direction": "request", "to": CLAUDE, "body": ask(&json!({"n": 2}))}),
    ]);
    let members =
        |value: &Value| -> Vec<String> { value.as_object().unwrap().keys().cloned().collect() };
    assert_eq!(members(&results[0]), ["id", "request"]);
    assert_eq!(members(&results[0]["request"]), ["method", "url", "headers", "body"]);
    assert_eq!(members(&results[1]), ["id", "status", "headers", "json"]);
    assert_eq!(results[1]["json"], answer);
    assert_eq!(results[1]["headers"]["x-ratelimit-remaining-tokens"], "5");
    assert_eq!(members(&results[2]), ["id", "status", "headers", "sse"]);
    assert_eq!(results[2]["headers"]["content-type"], "text/event-stream; charset=utf-8");
    assert_eq!(members(&results[3]), ["id", "error"]);
    assert_eq!(members(&results[3]["error"]), ["status", "body"]);
    let ids: Vec<&Value> = results.iter().map(|result| &result["id"]).collect();
    assert_eq!(ids, [&json!("a"), &json!(2), &json!({"k": [3]}), &json!(null)]);
}

#[test]
fn a_result_is_one_line_however_the_answer_is_laid_out() {
    let pretty = format!(
        "{:#}\r\n",
        json!({"id": "c", "choices": [{"index": 0,
        "message": {"role": "assistant", "content": "a\nb"}, "finish_reason": "stop"}]})
    );
    let results = batch(&[
        json!({"id": 1, "direction": "response", "to": "openai/gpt-4o", "b64": b64(pretty)}),
    ]);
    assert_eq!(results[0]["json"]["choices"][0]["message"]["content"], "a\nb");
}

#[test]
fn bad_lines_have_errors_for_results_and_never_stop_the_batch() {
    let good = json!({"id": "good", "direction": "request", "to": "openai/gpt-4o", "body": ask(&json!({}))});
    let bad: [&[u8]; 12] = [
        b"garbage",
        b"[]",
        b"5",
        b"{}",
        b"\xff\xfe",
        br#"{"id": "i", "direction": "sideways", "to": "openai/x"}"#,
        br#"{"id": "i", "direction": "request", "to": "openai/x"}"#,
        br#"{"id": "i", "direction": "request", "to": "", "body": {}}"#,
        br#"{"id": "i", "direction": "request", "to": "openai/x", "body": "text"}"#,
        br#"{"id": "i", "direction": "request", "to": "openai/x", "params": [], "body": {}}"#,
        br#"{"id": "i", "direction": "response", "to": "openai/x"}"#,
        br#"{"id": "i", "direction": "response", "to": "openai/x", "b64": "%%%"}"#,
    ];
    let mut input = Vec::new();
    for line in bad {
        input.extend_from_slice(line);
        input.extend_from_slice(b"\n\n");
    }
    let deep = format!(
        "{{\"id\":\"i\",\"direction\":\"request\",\"to\":\"openai/x\",\"body\":{}}}",
        "[".repeat(5_000)
    );
    input.extend_from_slice(deep.as_bytes());
    input.extend_from_slice(format!("\n{good}").as_bytes());
    let run = run(&["batch"], &input);
    let results = run.results();
    assert_eq!((run.code, results.len()), (0, bad.len() + 2));
    let (last, failed) = results.split_last().unwrap();
    assert_eq!((&last["id"], &last["request"]["method"]), (&json!("good"), &json!("POST")));
    for result in failed {
        let error = &result["error"];
        assert_eq!(error["status"], 400, "{result}");
        assert!(error["body"]["error"]["message"].is_string(), "{result}");
    }
    assert_eq!(failed[6]["id"], "i");
}

#[test]
fn now_makes_times_and_ids_the_same_every_time() {
    let stream =
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"x\"}}]}\n\ndata: [DONE]\n\n";
    let whole =
        json!({"content": [{"type": "text", "text": "x"}], "stop_reason": "end_turn"}).to_string();
    let cases = [
        json!({"id": "a", "direction": "response", "to": CLAUDE, "b64": b64(&whole)}),
        json!({"id": "b", "direction": "response", "to": CLAUDE, "b64": b64(&whole)}),
        json!({"id": "c", "direction": "response", "to": "openai/x", "b64": b64(stream)}),
    ];
    let first = batch(&cases);
    assert_eq!(first, batch(&cases));
    assert_eq!(first[0]["json"]["created"], NOW_SECONDS);
    let id = first[0]["json"]["id"].as_str().unwrap();
    assert!(id.starts_with("chatcmpl-") && first[1]["json"]["id"] != id);
}

#[test]
fn five_thousand_cases_take_seconds() {
    let request = ask(
        &json!({"temperature": 0.5, "tools": [{"type": "function", "function": {"name": "f"}}]}),
    );
    let cases: Vec<Value> = (0..5_000)
        .map(|id| match id % 3 {
            0 => json!({"id": id, "direction": "request", "to": CLAUDE, "body": request}),
            1 => json!({"id": id, "direction": "request", "to": "groq/llama", "body": request}),
            _ => json!({"id": id, "direction": "response", "to": CLAUDE, "split": 16,
                "body": ask(&json!({"stream": true})), "b64": b64(claude_stream())}),
        })
        .collect();
    let start = Instant::now();
    let results = batch(&cases);
    let took = start.elapsed();
    assert!(
        results
            .iter()
            .enumerate()
            .all(|(id, result)| result["id"] == id && result.get("error").is_none())
    );
    // A debug build on a busy machine; a release build needs a fraction of it.
    assert!(took < Duration::from_secs(30), "{took:?}");
    println!("5,000 cases in {took:?}");
}
