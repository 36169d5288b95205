//! Answers, whole and streamed: what stands where, and what is a failure.

use super::*;

fn candidate(parts: Value) -> Value {
    json!({"candidates": [{"content": {"role": "model", "parts": parts}, "finishReason": "STOP", "index": 0}]})
}

fn choice(answer: &Value) -> Value {
    whole(answer)["choices"][0].clone()
}

fn deltas(chunks: &[Value], name: &str) -> Vec<Value> {
    let of = |chunk: &Value| chunk["choices"][0]["delta"].get(name).cloned();
    chunks.iter().filter_map(of).collect()
}

#[test]
fn calls_get_an_id_of_their_own_and_the_signature_with_it() {
    let parts = json!([{"functionCall": {"name": "f", "args": {"a": 1}}, "thoughtSignature": "sig"},
        {"functionCall": {"name": "g"}}, {"functionCall": {"id": "own", "name": "g", "args": {}}}]);
    let choice = choice(&candidate(parts.clone()));
    assert_eq!(choice["finish_reason"], "tool_calls");
    assert_eq!(choice["message"]["content"], Value::Null);
    let expected = json!([
        {"id": "call_nonce_0__thought__sig", "type": "function", "function": {"name": "f", "arguments": "{\"a\":1}"},
            "provider_specific_fields": {"thought_signature": "sig"}},
        {"id": "call_nonce_1", "type": "function", "function": {"name": "g", "arguments": "{}"}},
        {"id": "own", "type": "function", "function": {"name": "g", "arguments": "{}"}}]);
    assert_eq!(choice["message"]["tool_calls"], expected);

    let events: Vec<Value> =
        parts.as_array().unwrap().iter().map(|part| candidate(json!([part]))).collect();
    let (chunks, out) = streamed(&events);
    let calls: Vec<Value> = deltas(&chunks, "tool_calls")
        .into_iter()
        .enumerate()
        .map(|(index, calls)| {
            let mut call = calls[0].clone();
            assert_eq!(call.as_object_mut().unwrap().shift_remove("index"), Some(json!(index)));
            call
        })
        .collect();
    assert_eq!(Value::Array(calls), expected);
    let finish = serde_json::to_value(out.report.finish_reason).unwrap();
    assert_eq!(finish, "tool_calls");
}

#[test]
fn renamed_functions_are_given_back_under_the_clients_name() {
    let mut out = Output::default();
    let exchange = Exchange { renamed_tools: vec![("a_b".into(), "a/b".into())], ..exchange() };
    let body = candidate(json!([{"functionCall": {"name": "a_b", "args": {}}}])).to_string();
    Gemini.whole(&exchange, body.as_bytes(), &mut out).unwrap();
    assert!(String::from_utf8(out.bytes).unwrap().contains(r#""name":"a/b""#));
}

#[test]
fn images_and_speech_stand_where_litellm_puts_them() {
    let parts = json!([{"text": "See:"}, {"inlineData": {"mimeType": "image/png", "data": "AAAA"}},
        {"inlineData": {"mimeType": "audio/L16;rate=24000", "data": "BBBB"}}]);
    let message = choice(&candidate(parts.clone()))["message"].clone();
    let image = json!({"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA", "detail": "auto"}, "index": 0});
    assert_eq!(message["images"], json!([image]));
    let audio = json!({"id": "audio_nonce", "data": "BBBB", "expires_at": 86407, "transcript": ""});
    assert_eq!(message["audio"], audio);
    let (chunks, out) = streamed(&[candidate(parts)]);
    assert_eq!(deltas(&chunks, "images"), [json!([image])]);
    assert_eq!(deltas(&chunks, "audio"), [audio]);
    assert!(out.report.content);
}

#[test]
fn several_candidates_are_several_choices() {
    let of = |index: u64, text: &str, finish: Option<&str>| json!({"index": index, "content": {"parts": [{"text": text}]}, "finishReason": finish});
    let answer = json!({"candidates": [of(0, "a", Some("STOP")), of(1, "b", Some("MAX_TOKENS"))]});
    let completion = whole(&answer);
    assert_eq!(completion["choices"][1]["index"], 1);
    assert_eq!(completion["choices"][1]["finish_reason"], "length");

    let (chunks, out) = streamed(&[
        json!({"candidates": [of(0, "a", None), of(1, "b", None)]}),
        json!({"candidates": [of(1, "c", Some("STOP")), of(0, "", Some("MAX_TOKENS"))]}),
    ]);
    let mut seen = [String::new(), String::new()];
    let mut finishes = Vec::new();
    for chunk in chunks.iter().filter(|chunk| chunk["choices"][0].is_object()) {
        let choice = &chunk["choices"][0];
        let index = choice["index"].as_u64().unwrap();
        seen[index as usize].push_str(choice["delta"]["content"].as_str().unwrap_or_default());
        if let Some(reason) = choice["finish_reason"].as_str() {
            finishes.push((index, reason.to_owned()));
        }
    }
    assert_eq!(seen, ["a", "bc"]);
    assert_eq!(finishes, [(0, "length".into()), (1, "stop".into())]);
    assert!(out.report.finished);
}

#[test]
fn a_stream_is_complete_only_when_every_candidate_is() {
    let event = |candidates: Value| format!("data: {}\n\n", json!({"candidates": candidates}));
    let text = json!({"parts": [{"text": "a"}]});
    let first = event(
        json!([{"index": 0, "content": text, "finishReason": "STOP"}, {"index": 1, "content": text}]),
    );
    let out = stream(first.as_bytes(), 9).unwrap();
    assert!(!out.report.finished);
    assert!(!String::from_utf8(out.bytes).unwrap().contains("[DONE]"));
}

#[test]
fn a_reason_in_every_event_finishes_the_stream_once() {
    let (chunks, _) =
        streamed(&[candidate(json!([{"text": "a"}])), candidate(json!([{"text": "b"}]))]);
    let finishes = chunks.iter().filter(|chunk| chunk["choices"][0]["finish_reason"].is_string());
    assert_eq!(finishes.count(), 1);
    assert_eq!(deltas(&chunks, "content"), [json!(""), json!("a"), json!("b")]);
}

#[test]
fn a_blocked_prompt_is_an_answer_that_content_policy_withheld() {
    let answer = json!({"promptFeedback": {"blockReason": "PROHIBITED_CONTENT", "blockReasonMessage": "No."},
        "usageMetadata": {"promptTokenCount": 4, "totalTokenCount": 4}, "modelVersion": "gemini-2.5-flash"});
    let completion = whole(&answer);
    let choice = &completion["choices"][0];
    assert_eq!(choice["finish_reason"], "content_filter");
    assert_eq!(
        (&choice["message"]["content"], &choice["message"]["refusal"]),
        (&Value::Null, &json!("No."))
    );
    assert_eq!(completion["usage"]["prompt_tokens"], 4);
    let (chunks, out) = streamed(&[answer]);
    assert_eq!(deltas(&chunks, "refusal"), [json!("No.")]);
    assert!(out.report.finished);
}

#[test]
fn an_answer_without_candidates_is_a_failure() {
    for body in [
        json!({"usageMetadata": {"promptTokenCount": 1}}),
        json!({}),
        json!([]),
        json!({"candidates": []}),
    ] {
        let mut out = Output::default();
        let error = Gemini.whole(&exchange(), body.to_string().as_bytes(), &mut out).unwrap_err();
        assert_eq!(error.status, 502, "{body}");
    }
}

#[test]
fn errors_inside_a_200_are_errors_in_every_form() {
    let error = json!({"error": {"code": 503, "message": "The model is overloaded.", "status": "UNAVAILABLE"}});
    for body in [error.clone(), json!([error])] {
        let mut out = Output::default();
        let found = Gemini.whole(&exchange(), body.to_string().as_bytes(), &mut out).unwrap_err();
        assert_eq!((found.status, &*found.message), (503, "The model is overloaded."));
        for name in ["", "event: error\n"] {
            let stream = stream(format!("{name}data: {body}\n\n").as_bytes(), 3);
            assert_eq!(stream.unwrap_err().status, 503, "{name}{body}");
        }
    }
}

#[test]
fn grounding_is_cited_in_characters_whole_and_streamed() {
    let metadata = json!({"webSearchQueries": ["q"], "groundingChunks": [{"web": {"uri": "https://x.example", "title": "X"}}],
        "groundingSupports": [{"segment": {"startIndex": 3, "endIndex": 6, "text": "ü!"}, "groundingChunkIndices": [0]}]});
    let mut last = candidate(json!([{"text": "ü!"}]));
    last["candidates"][0]["groundingMetadata"] = metadata.clone();
    let (chunks, out) = streamed(&[
        candidate(json!([{"text": "é "}])),
        last,
        json!({"usageMetadata": {"promptTokenCount": 5, "toolUsePromptTokenCount": 70, "totalTokenCount": 75}}),
    ]);
    let annotation = json!([{"type": "url_citation", "url_citation":
        {"start_index": 2, "end_index": 4, "url": "https://x.example", "title": "X"}}]);
    assert_eq!(deltas(&chunks, "annotations"), std::slice::from_ref(&annotation));
    let usage = out.report.usage.unwrap();
    assert_eq!((usage.prompt_tokens, usage.server_tool_use.web_search_requests), (5, 1));

    let mut answer = candidate(json!([{"text": "é "}, {"text": "ü!"}]));
    answer["candidates"][0]["groundingMetadata"] = metadata.clone();
    let message = &choice(&answer)["message"];
    assert_eq!(message["annotations"], annotation);
    assert_eq!(
        message["provider_specific_fields"]["vertex_ai_grounding_metadata"],
        json!([metadata])
    );
}

#[test]
fn logprobs_come_with_what_they_are_of() {
    let mut answer = candidate(json!([{"text": "a"}]));
    answer["candidates"][0]["logprobsResult"] =
        json!({"chosenCandidates": [{"token": "a", "logProbability": -0.5}]});
    let expected = json!({"content": [{"token": "a", "logprob": -0.5, "bytes": [97], "top_logprobs": []}], "refusal": null});
    assert_eq!(choice(&answer)["logprobs"], expected);
    let (chunks, _) = streamed(&[answer]);
    let with = chunks.iter().find(|chunk| !chunk["choices"][0]["logprobs"].is_null()).unwrap();
    assert_eq!(
        (&with["choices"][0]["logprobs"], &with["choices"][0]["delta"]["content"]),
        (&expected, &json!("a"))
    );
}

#[test]
fn candidate_after_candidate_ends_the_stream() {
    let many: String = (0..40)
        .map(|index| {
            let candidate =
                json!({"candidates": [{"index": index, "content": {"parts": [{"text": "a"}]}}]});
            format!("data: {candidate}\n\n")
        })
        .collect();
    assert_eq!(stream(many.as_bytes(), 100).unwrap_err().status, 502);
}
