//! Triton from outside: golden files, every split of a stream, arbitrary bytes.
#![cfg(not(target_arch = "wasm32"))]

#[path = "../support/mod.rs"]
mod support;

use dragoman::dialect::{Report, Target};
use dragoman::openai::ApiError;
use proptest::prelude::*;
use serde_json::{Value, json};
use support::streams::golden;
use support::{allowed as send, answer, ask, deployment, events};

const STREAM: &str = include_str!("../golden/triton/stream.sse");
const VLLM: &str = include_str!("../golden/triton/vllm.sse");

fn at(params: &Value) -> Target {
    let mut all = json!({"api_base": "http://triton:8000"});
    all.as_object_mut().unwrap().extend(params.as_object().unwrap().clone());
    deployment("triton/ensemble", &all).unwrap()
}

fn seen(request: &Value, target: &Target) -> String {
    let outgoing = send(request, target).unwrap();
    let body: Value = serde_json::from_slice(&outgoing.body).unwrap();
    let seen = json!({"url": outgoing.url(), "headers": outgoing.headers, "body": body,
        "dropped": outgoing.dropped});
    format!("{seen:#}\n")
}

fn parameters(members: &Value, target: &Target) -> Value {
    let body = send(&ask(members), target).unwrap().body;
    serde_json::from_slice::<Value>(&body).unwrap()["parameters"].clone()
}

fn everything() -> Value {
    json!({"model": "m", "stream": true, "stream_options": {"include_usage": true},
        "messages": [{"role": "system", "content": "Be \"brief\"."}, {"role": "user", "content": "Hi", "name": "ann"},
            {"role": "assistant", "content": "Yes?"}, {"role": "user", "content": [{"type": "text", "text": "Go on"}]}],
        "temperature": 1, "top_p": 0.9, "top_k": 5, "max_tokens": 9, "max_completion_tokens": 20, "seed": 7,
        "stop": ["END", "\n"], "frequency_penalty": 0.5, "presence_penalty": 0, "n": 1, "user": "u-1",
        "repetition_penalty": 1.10, "extra_body": {"x_own": 1.50}})
}

#[test]
fn a_request_with_everything() {
    let own = json!({"hf_model_name": "meta-llama/Meta-Llama-3-8B-Instruct"});
    golden("triton/request.generate.json", &seen(&everything(), &at(&own)));
    let infer = json!({"api_base": "http://triton:8000/v2/models/ensemble/infer"});
    golden("triton/request.infer.json", &seen(&everything(), &at(&infer)));
}

#[test]
fn the_backend_tells_how_to_say_where_to_stop() {
    let vllm = at(&json!({"triton_backend": "vllm", "max_tokens": 8}));
    assert_eq!(
        parameters(&json!({"stop": "END"}), &vllm),
        json!({"stop": "END", "max_tokens": 8, "exclude_input_in_output": true, "stream": false})
    );
    let error = send(&ask(json!({"stop": ["a", "b"]})), &vllm).unwrap_err();
    assert_eq!((error.status, error.param.as_deref()), (400, Some("stop")));
    let other = at(&json!({"triton_backend": "onnx"}));
    let error = send(&ask(json!({})), &other).unwrap_err();
    assert_eq!((error.status, error.param.as_deref()), (500, Some("triton_backend")));
}

#[test]
fn a_key_is_sent_where_there_is_one() {
    let key = |target: &Target| {
        let outgoing = send(&ask(json!({})), target).unwrap();
        outgoing.headers.iter().any(|(name, _)| *name == "authorization")
    };
    assert!(key(&at(&json!({}))));
    assert!(!key(&at(&json!({"api_key": null}))));
}

#[test]
fn the_prompt_comes_back_only_where_it_is_asked_for() {
    let own = at(&json!({"exclude_input_in_output": false}));
    assert_eq!(parameters(&json!({}), &own)["exclude_input_in_output"], false);
}

#[test]
fn what_a_generation_cannot_say_is_refused_by_name() {
    let infer = json!({"api_base": "http://h/infer"});
    let refused = |members: Value, params: &Value| {
        let error = send(&ask(&members), &at(params)).unwrap_err();
        assert_eq!(error.status, 400);
        error.param.unwrap_or(error.message)
    };
    for (members, name) in [
        (json!({"tools": [{"type": "function", "function": {"name": "f"}}]}), "tools"),
        (json!({"response_format": {"type": "json_object"}}), "response_format"),
        (json!({"n": 2}), "n"),
        (json!({"logprobs": true}), "logprobs"),
        (json!({"reasoning_effort": "low"}), "reasoning_effort"),
        (json!({"unheard_of": 1}), "unheard_of"),
        (json!({"text_input": "x"}), "text_input"),
        (json!({"extra_body": {"parameters": {}}}), "parameters"),
        (json!({"max_tokens": "many"}), "max_tokens"),
    ] {
        assert_eq!(refused(members.clone(), &json!({})), name, "{members}");
    }
    assert_eq!(refused(json!({"extra_body": {"own": {}}}), &infer), "own");
    let lenient = at(&json!({"drop_params": true}));
    let outgoing = send(&ask(json!({"logprobs": true, "seed": 1})), &lenient).unwrap();
    assert_eq!(outgoing.dropped, ["logprobs"]);
}

fn heard(bytes: &[u8], members: &Value, split: usize) -> Result<(Vec<u8>, Report), ApiError> {
    let target = at(&json!({}));
    let outgoing = send(&ask(members), &target).unwrap();
    answer(&outgoing, &target, 200, bytes, split)
}

fn streaming() -> Value {
    json!({"stream": true, "stream_options": {"include_usage": true}})
}

#[test]
fn every_split_of_a_stream_gives_the_same_chunks() {
    for (stream, file) in [(STREAM, "stream.openai.sse"), (VLLM, "vllm.openai.sse")] {
        let whole = heard(stream.as_bytes(), &streaming(), usize::MAX).unwrap();
        golden(&format!("triton/{file}"), &String::from_utf8(whole.0.clone()).unwrap());
        assert!(whole.1.finished && events(&whole.0).last().unwrap() == "[DONE]");
        for split in 1..stream.len() {
            assert_eq!(heard(stream.as_bytes(), &streaming(), split).unwrap(), whole, "{split}");
        }
    }
}

#[test]
fn whole_answers_are_read_in_both_forms() {
    let generated = json!({"model_name": "ensemble", "model_version": "1", "text_output": "Hé"});
    let listed = json!({"model_name": "ensemble", "text_output": ["Hé"], "finish_reason": ["length"],
        "num_input_tokens": 5, "num_output_tokens": [2]});
    let inferred = json!({"model_name": "ensemble", "outputs": [
        {"name": "cum_log_probs", "datatype": "FP32", "shape": [1], "data": [0.5]},
        {"name": "text_output", "datatype": "BYTES", "shape": [1], "data": ["Hé"]}]});
    let named = json!({"outputs": [{"name": "OUTPUT_0", "datatype": "BYTES", "shape": [1], "data": ["Hé"]}]});
    for (body, finish, total, model) in [
        (generated, "stop", Value::Null, "ensemble"),
        (listed, "length", json!(7), "ensemble"),
        (inferred, "stop", Value::Null, "ensemble"),
        (named, "stop", Value::Null, "ensemble"),
    ] {
        let (given, report) = heard(body.to_string().as_bytes(), &json!({}), 5).unwrap();
        let given: Value = serde_json::from_slice(&given).unwrap();
        let choice = &given["choices"][0];
        assert_eq!(choice["message"]["content"], "Hé");
        assert_eq!((&choice["finish_reason"], &given["model"]), (&json!(finish), &json!(model)));
        assert_eq!(given["usage"]["total_tokens"], total);
        assert_eq!(report.usage.is_none(), report.deltas == 1);
    }
    // Where a stream is wanted and only a whole answer is to be had, it is streamed.
    let body = json!({"outputs": [{"name": "text_output", "datatype": "BYTES", "data": ["Hé"]}]});
    let (given, _) = heard(body.to_string().as_bytes(), &streaming(), 5).unwrap();
    assert!(events(&given).last().unwrap() == "[DONE]");
}

#[test]
fn failures_are_errors_wherever_they_come() {
    let error = |body: &str| heard(body.as_bytes(), &streaming(), 7).unwrap_err();
    let failed = error("data: {\"error\":\"in ensemble 'ensemble', out of memory\"}\n\n");
    assert_eq!(
        (failed.status, failed.message.as_str()),
        (502, "in ensemble 'ensemble', out of memory")
    );
    assert_eq!(error("{\"error\":\"not ready\"}").message, "not ready");
    for wrong in [
        "{}",
        "[]",
        "data: 5\n\n",
        "data: {\"text_output\":[\"a\",\"b\"]}\n\n",
        "{\"outputs\":[]}",
        ": ping\n\n",
    ] {
        assert_eq!(error(wrong).status, 502, "{wrong}");
    }
    // After content the client is told, and the answer has no proper end.
    let late = format!("{STREAM}data: {{\"error\":\"gone\"}}\n\n");
    let (given, report) = heard(late.as_bytes(), &streaming(), 9).unwrap();
    assert!(!report.finished && String::from_utf8_lossy(&given).contains("gone"));
    // A stream whose replies give reasons is broken off where none was given.
    let (head, _) = VLLM.rsplit_once("data:").unwrap();
    let (given, report) = heard(head.as_bytes(), &streaming(), 9).unwrap();
    assert!(!report.finished && !String::from_utf8_lossy(&given).contains("[DONE]"));
    let target = at(&json!({}));
    let outgoing = send(&ask(json!({})), &target).unwrap();
    let unknown = b"{\"error\":\"Request for unknown model: 'x' is not found\"}";
    let found = answer(&outgoing, &target, 404, unknown, 9).unwrap_err();
    assert_eq!(
        (found.status, found.message.as_str()),
        (404, "Request for unknown model: 'x' is not found")
    );
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(
        bytes in proptest::collection::vec(any::<u8>(), 0..200),
        tampered in 0usize..700,
        byte: u8,
        stream: bool,
    ) {
        let members = json!({"stream": stream});
        prop_assert!(heard(&bytes, &members, 9).is_err());
        for text in [STREAM, VLLM] {
            let mut text = text.as_bytes().to_vec();
            if let Some(place) = text.get_mut(tampered) {
                *place = byte;
            }
            let _ = heard(&text, &members, 64);
        }
    }
}
