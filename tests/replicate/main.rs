//! Replicate from outside: golden files, answers cut anywhere, arbitrary bytes.
#![cfg(not(target_arch = "wasm32"))]

#[path = "../support/mod.rs"]
mod support;

use dragoman::dialect::Target;
use dragoman::openai::ApiError;
use proptest::prelude::*;
use serde_json::{Value, json};
use support::streams::golden;
use support::{allowed as send, answer, ask, deployment};

const LLAMA: &str = "replicate/meta/meta-llama-3.1-405b-instruct";
const UNKNOWN: &str = "replicate/acme/own";
const PREDICTION: &str = include_str!("../golden/replicate/prediction.json");

fn at(model: &str, params: &Value) -> Target {
    deployment(model, params).unwrap()
}

fn input(request: &Value, model: &str) -> Value {
    let outgoing = send(request, &at(model, &json!({}))).unwrap();
    serde_json::from_slice::<Value>(&outgoing.body).unwrap()["input"].clone()
}

fn refused(request: &Value, model: &str) -> String {
    support::refused(send(request, &at(model, &json!({}))))
}

fn talk() -> Value {
    json!([
        {"role": "system", "content": "Be \"brief\"."},
        {"role": "user", "content": "Hi", "name": "ann"},
        {"role": "assistant", "content": "Yes?"},
        {"role": "user", "content": [{"type": "text", "text": "Go "}, {"type": "text", "text": "on"}]}
    ])
}

#[test]
fn a_request_with_everything() {
    let asked = json!({"model": "m", "stream": true, "stream_options": {"include_usage": true},
        "messages": talk(), "temperature": 0.70, "top_p": 0.9, "top_k": 5, "max_tokens": 9,
        "max_completion_tokens": 20, "stop": ["END", "\n"], "frequency_penalty": 0.5, "n": 1,
        "presence_penalty": 0, "user": "u-1", "min_tokens": 1, "extra_body": {"x_own": {"a": 1.50}}});
    let target = at(&format!("replicate/acme/own:{}", "02e509c7".repeat(8)), &json!({}));
    let outgoing = send(&asked, &target).unwrap();
    let body: Value = serde_json::from_slice(&outgoing.body).unwrap();
    let seen = json!({"url": outgoing.url(), "headers": outgoing.headers, "body": body,
        "dropped": outgoing.dropped});
    golden("replicate/request.replicate.json", &format!("{seen:#}\n"));
}

#[test]
fn each_family_gets_the_conversation_in_its_own_way() {
    let asked = json!({"model": "m", "messages": talk(), "max_tokens": 7});
    let models = [
        LLAMA,
        UNKNOWN,
        "replicate/openai/gpt-5-mini",
        "replicate/anthropic/claude-4-sonnet",
        "replicate/google/gemini-2.5-flash",
        "replicate/meta/llama-2-70b-chat",
        "replicate/mistralai/mixtral-8x7b-instruct-v0.1",
        "replicate/meta/meta-llama-3-70b",
    ];
    let seen: Value =
        models.iter().map(|model| ((*model).to_owned(), input(&asked, model))).collect();
    golden("replicate/conversations.json", &format!("{seen:#}\n"));
}

#[test]
fn a_template_of_ones_own_is_left_to_do_its_work() {
    let own = json!({"prompt_template": "{system_prompt} {prompt}"});
    let mut asked = ask(&own);
    asked["messages"] =
        json!([{"role": "system", "content": "S"}, {"role": "user", "content": "U"}]);
    assert_eq!(
        input(&asked, LLAMA),
        json!({"prompt_template": "{system_prompt} {prompt}", "system_prompt": "S", "prompt": "U"})
    );
    // A system prompt of the configuration's stays, and what the client says is not lost.
    let target = at("replicate/anthropic/claude-4-sonnet", &json!({"system_prompt": "Own"}));
    let body: Value =
        serde_json::from_slice(&send(&asked_of(&asked), &target).unwrap().body).unwrap();
    assert_eq!(body["input"], json!({"system_prompt": "Own", "prompt": "S\n\nU"}));
}

fn asked_of(request: &Value) -> Value {
    json!({"model": "m", "messages": request["messages"]})
}

#[test]
fn a_request_waits_for_its_answer_and_no_longer() {
    let outgoing = send(&ask(json!({})), &at(LLAMA, &json!({}))).unwrap();
    let header =
        |name| outgoing.headers.iter().find(|(known, _)| *known == name).unwrap().1.to_string();
    assert_eq!(header("prefer"), "wait");
    assert_eq!(header("cancel-after"), "60s");
    assert_eq!(header("authorization"), "Bearer key");
    assert_eq!(
        outgoing.url(),
        "https://api.replicate.com/v1/models/meta/meta-llama-3.1-405b-instruct/predictions"
    );
}

#[test]
fn what_a_model_has_no_input_for_is_refused_by_name() {
    let claude = "replicate/anthropic/claude-4-sonnet";
    for (members, model, name) in [
        (json!({"temperature": 0.5}), claude, "temperature"),
        (json!({"stop": "END"}), claude, "stop"),
        (json!({"seed": 1}), LLAMA, "seed"),
        (json!({"stop": ["a,b"]}), LLAMA, "stop"),
        (json!({"stop": [1]}), LLAMA, "stop[0]"),
        (json!({"n": 2}), LLAMA, "n"),
        (json!({"reasoning_effort": "low"}), LLAMA, "reasoning_effort"),
        (json!({"response_format": {"type": "json_object"}}), LLAMA, "response_format"),
        (json!({"tools": [{"type": "function", "function": {"name": "f"}}]}), LLAMA, "tools"),
        (json!({"temperature": "warm"}), LLAMA, "temperature"),
        (json!({"prompt": "x"}), UNKNOWN, "prompt"),
        (json!({"extra_body": {"prompt": "x"}}), UNKNOWN, "prompt"),
        (json!({"extra_body": {"messages": []}}), UNKNOWN, "extra_body.messages"),
        (json!({"system_prompt": "x"}), "replicate/openai/gpt-4o", "system_prompt"),
        (json!({"top_k": 5}), "replicate/openai/gpt-4o", "top_k"),
        (json!({"top_k": 5}), claude, "top_k"),
        (json!({"unheard_of": 1}), UNKNOWN, "unheard_of"),
    ] {
        assert_eq!(refused(&ask(&members), model), name, "{members}");
    }
    let image = json!({"type": "image_url", "image_url": {"url": "https://x.test/a.png"}});
    let asked = json!({"model": "m", "messages": [{"role": "user", "content": [image]}]});
    assert_eq!(refused(&asked, LLAMA), "messages[0].content[0]");
    let said = input(&ask(json!({"top_p": 1, "n": 1})), claude);
    assert_eq!((said.get("top_p"), said.get("n")), (None, None));
    let lenient = at(claude, &json!({"drop_params": true}));
    let outgoing = send(&ask(json!({"temperature": 0.5, "stop": "END"})), &lenient).unwrap();
    assert_eq!(outgoing.dropped, ["temperature", "stop"]);
    assert_eq!(
        input(&ask(json!({"reasoning_effort": "low"})), "replicate/openai/gpt-5")["reasoning_effort"],
        "low"
    );
}

fn heard(
    body: &str,
    members: &Value,
    split: usize,
) -> Result<(Vec<u8>, dragoman::dialect::Report), ApiError> {
    let target = at(LLAMA, &json!({}));
    let outgoing = send(&ask(members), &target).unwrap();
    answer(&outgoing, &target, 201, body.as_bytes(), split)
}

#[test]
fn a_prediction_is_a_completion_and_a_stream_where_one_is_wanted() {
    let stream = json!({"stream": true, "stream_options": {"include_usage": true}});
    for (members, file) in [(json!({}), "answer.openai.json"), (stream, "stream.openai.sse")] {
        let whole = heard(PREDICTION, &members, usize::MAX).unwrap();
        golden(&format!("replicate/{file}"), &String::from_utf8(whole.0.clone()).unwrap());
        for split in 1..PREDICTION.len() {
            assert_eq!(heard(PREDICTION, &members, split).unwrap(), whole, "{split}");
        }
    }
}

#[test]
fn an_answer_without_counts_is_billed_by_its_length() {
    let body =
        r#"{"id":"p","status":"succeeded","output":"Hello there","metrics":{"predict_time":1}}"#;
    let (given, report) = heard(body, &json!({}), 7).unwrap();
    let given: Value = serde_json::from_slice(&given).unwrap();
    assert_eq!(given["choices"][0]["message"]["content"], "Hello there");
    assert_eq!((&given["usage"], &given["id"]), (&Value::Null, &json!("p")));
    assert_eq!((report.usage, report.deltas), (None, 3));
}

#[test]
fn a_prediction_without_an_answer_is_an_error_that_another_deployment_may_make_good() {
    let error = |body: &str| heard(body, &json!({"stream": true}), 9).unwrap_err();
    for status in ["starting", "processing", "canceled", "aborted"] {
        let found = error(&json!({"id": "p", "status": status, "output": null}).to_string());
        assert_eq!((found.status, found.code.as_deref()), (504, Some("timeout")), "{status}");
        assert!(found.message.contains(status), "{}", found.message);
    }
    let failed =
        error(r#"{"id":"p","status":"failed","error":"CUDA out of memory","output":["a"]}"#);
    assert_eq!((failed.status, failed.message.as_str()), (502, "CUDA out of memory"));
    let long =
        r#"{"status":"failed","error":"This model's maximum context length is 8192 tokens."}"#;
    assert_eq!(error(long).code.as_deref(), Some("context_length_exceeded"));
    assert_eq!(error(r#"{"status":"failed","error":null}"#).message, "The prediction failed.");
    for wrong in [
        "{}",
        "[]",
        "data: {}\n\n",
        r#"{"status":"succeeded","output":{"url":"x"}}"#,
        r#"{"status":"new"}"#,
    ] {
        assert_eq!(error(wrong).status, 502, "{wrong}");
    }
}

#[test]
fn refusals_keep_replicates_words() {
    let target = at(LLAMA, &json!({}));
    let outgoing = send(&ask(json!({})), &target).unwrap();
    let error =
        |status, body: &str| answer(&outgoing, &target, status, body.as_bytes(), 9).unwrap_err();
    let invalid = r#"{"detail":"- input.top_p: Must be less than or equal to 1\n","status":422,"title":"Input validation failed"}"#;
    let found = error(422, invalid);
    assert_eq!(found.status, 422);
    assert!(found.message.starts_with("- input.top_p"), "{}", found.message);
    let unpaid = r#"{"title":"Insufficient credit","detail":"You have insufficient credit to run this model.","status":402}"#;
    assert_eq!(error(402, unpaid).message, "You have insufficient credit to run this model.");
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(
        bytes in proptest::collection::vec(any::<u8>(), 0..200),
        tampered in 0usize..1200,
        byte: u8,
        stream: bool,
    ) {
        let target = at(LLAMA, &json!({}));
        let outgoing = send(&ask(json!({"stream": stream})), &target).unwrap();
        prop_assert!(answer(&outgoing, &target, 200, &bytes, 9).is_err());
        prop_assert!(answer(&outgoing, &target, 422, &bytes, 9).is_err());
        let mut body = PREDICTION.as_bytes().to_vec();
        if let Some(place) = body.get_mut(tampered) {
            *place = byte;
        }
        let _ = answer(&outgoing, &target, 200, &body, 64);
    }
}
