use super::*;

fn restreamed(completion: &str, include_usage: bool) -> Result<Vec<Value>, ApiError> {
    let exchange = Exchange { stream: true, include_usage, ..Exchange::default() };
    let bytes = chunks(completion.as_bytes(), &exchange)?;
    let text = String::from_utf8(bytes).unwrap();
    let events = text.strip_suffix("data: [DONE]\n\n").unwrap();
    let data = events.split_terminator("\n\n").map(|event| event.strip_prefix("data: ").unwrap());
    Ok(data.map(|json| serde_json::from_str(json).unwrap()).collect())
}

const COMPLETION: &str = r#"{"id":"c1","object":"chat.completion","created":5,"model":"m","system_fingerprint":"fp","choices":[
    {"index":0,"message":{"role":"assistant","content":null,"reasoning_content":"hm","tool_calls":[
        {"id":"t1","type":"function","function":{"name":"f","arguments":"{}"}},
        {"id":"t2","type":"function","function":{"name":"g","arguments":"{}"}}]},
     "logprobs":{"content":[]},"finish_reason":"tool_calls"},
    {"index":1,"message":{"role":"assistant","content":"x"},"finish_reason":"length"}],
    "usage":{"total_tokens":5}}"#;

#[test]
fn everything_comes_in_one_chunk_and_each_choice_ends() {
    let chunks = restreamed(COMPLETION, false).unwrap();
    assert_eq!(chunks.len(), 2);
    for chunk in &chunks {
        assert_eq!(chunk["object"], "chat.completion.chunk");
        assert_eq!((&chunk["id"], &chunk["created"]), (&json!("c1"), &json!(5)));
        assert_eq!(chunk["system_fingerprint"], "fp");
        assert_eq!(chunk.get("usage"), None);
    }
    let first = &chunks[0]["choices"];
    assert_eq!(first[0]["delta"]["reasoning_content"], "hm");
    assert_eq!(first[0]["logprobs"], json!({"content": []}));
    assert_eq!(first[0]["finish_reason"], Value::Null);
    assert_eq!(first[1]["delta"], json!({"role": "assistant", "content": "x"}));
    let last = &chunks[1]["choices"];
    assert_eq!(last[0]["finish_reason"], "tool_calls");
    assert_eq!((&last[1]["index"], &last[1]["finish_reason"]), (&json!(1), &json!("length")));
    assert_eq!(last[0]["delta"], json!({}));
}

#[test]
fn tool_calls_are_numbered_as_chunks_number_them() {
    let chunks = restreamed(COMPLETION, false).unwrap();
    let calls = &chunks[0]["choices"][0]["delta"]["tool_calls"];
    assert_eq!((&calls[0]["index"], &calls[0]["id"]), (&json!(0), &json!("t1")));
    assert_eq!((&calls[1]["index"], &calls[1]["id"]), (&json!(1), &json!("t2")));
}

#[test]
fn usage_comes_last_and_only_where_it_is_wanted() {
    let chunks = restreamed(COMPLETION, true).unwrap();
    assert_eq!(chunks.len(), 3);
    assert_eq!(
        (&chunks[2]["choices"], &chunks[2]["usage"]),
        (&json!([]), &json!({"total_tokens":5}))
    );
    let without = COMPLETION.replace(r#""usage""#, r#""other""#);
    assert_eq!(restreamed(&without, true).unwrap().len(), 2);
}

#[test]
fn what_is_no_completion_is_a_bad_gateway() {
    for wrong in ["", "5", "{}", r#"{"choices":5}"#, r#"{"choices":[{"index":1e999}]}"#] {
        assert_eq!(restreamed(wrong, false).unwrap_err().status, 502, "{wrong}");
    }
}

#[test]
fn choices_of_unexpected_shape_do_not_harm() {
    let chunks =
        restreamed(r#"{"choices":[5,{"message":"x"},{"message":{"tool_calls":[7]}}]}"#, false);
    assert_eq!(chunks.unwrap().len(), 2);
}
