//! What the client gets.

use super::*;

#[test]
fn finish_reasons_have_openais_words() {
    for (said, heard) in
        [("stop", "stop"), ("length", "length"), ("load", "stop"), ("unload", "stop")]
    {
        let answer = json!({"model": "m", "message": {"role": "assistant", "content": "a"},
            "done": true, "done_reason": said, "eval_count": 3});
        let seen = OLLAMA.whole(&answer).unwrap();
        assert_eq!(seen["choices"][0]["finish_reason"], heard);
        assert_eq!((&seen["model"], &seen["id"]), (&json!("m"), &json!("chatcmpl-nonce")));
        // The prompt came out of Ollama's cache whole, so it was not evaluated.
        assert_eq!(seen["usage"]["total_tokens"], 3);
    }
}

#[test]
fn a_failure_in_a_200_is_an_error() {
    let failure = json!({"error": "an error was encountered while running the model"});
    assert_eq!(OLLAMA.whole(&failure).unwrap_err().message, failure["error"].as_str().unwrap());
    let line = format!("{failure}\n");
    for before in ["", "{\"message\":{\"content\":\"a\"},\"done\":false}\n"] {
        let error = OLLAMA.stream(format!("{before}{line}").as_bytes(), 7).unwrap_err();
        assert_eq!(
            (error.status, error.message.as_str()),
            (502, failure["error"].as_str().unwrap())
        );
    }
    assert_eq!(OLLAMA.whole(&json!({"choices": []})).unwrap_err().status, 502);
    let piece = json!({"message": {"content": "a"}, "done": false});
    assert_eq!(OLLAMA.whole(&piece).unwrap_err().status, 502);
}

#[test]
fn a_stream_arrives_whole() {
    let out = OLLAMA.stream(include_bytes!("../golden/ollama/stream.ndjson"), 1).unwrap();
    let seen = collected(&out.bytes);
    assert_eq!(
        (&seen["content"], &seen["reasoning"]),
        (&json!("Cats pürr."), &json!("Which animal?"))
    );
    assert_eq!(
        seen["calls"],
        json!([
            {"id": "call_nonce_0", "name": "get_weather", "arguments": "{\"city\":\"Paris\"}"},
            {"id": "call_x1", "name": "now", "arguments": "{}"},
        ])
    );
    assert_eq!(seen["finish"], "tool_calls");
    assert_eq!(
        (&seen["usage"]["prompt_tokens"], &seen["usage"]["total_tokens"]),
        (&json!(26), &json!(308))
    );
}

#[test]
fn an_answer_in_one_line_is_a_stream_too() {
    let line = include_str!("../golden/ollama/answer.ollama.json").replace('\n', " ");
    let seen = collected(&OLLAMA.stream(line.as_bytes(), 30).unwrap().bytes);
    assert_eq!((&seen["content"], &seen["finish"]), (&json!("One moment."), &json!("tool_calls")));
}

#[test]
fn a_stream_that_breaks_off_is_not_finished() {
    let text = include_str!("../golden/ollama/stream.ndjson");
    let cut = &text[..text.rfind("\n{").unwrap()];
    let out = OLLAMA.stream(cut.as_bytes(), 64).unwrap();
    assert!(out.report.content && !out.report.finished);
    assert!(!String::from_utf8(out.bytes).unwrap().contains("[DONE]"));
}

#[test]
fn arguments_that_are_text_already_stay_as_they_are() {
    let answer = json!({"message": {"tool_calls": [{"function": {"name": "f", "arguments": "{\"a\":1}"}}]}, "done": true});
    let seen = OLLAMA.whole(&answer).unwrap();
    let call = &seen["choices"][0]["message"]["tool_calls"][0];
    assert_eq!(call["function"]["arguments"], "{\"a\":1}");
    assert!(seen["choices"][0]["message"]["content"].is_null());
}
