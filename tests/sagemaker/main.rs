//! SageMaker's endpoints from outside: golden files, streams cut anywhere on both levels, arbitrary
//! bytes.
#![cfg(not(target_arch = "wasm32"))]

#[path = "../support/mod.rs"]
mod support;

use dragoman::dialect::{Outgoing, Target};
use dragoman::openai::ApiError;
use proptest::prelude::*;
use serde_json::{Value, json};
use support::{answer, ask, deployment, events, frames, send};

fn at(model: &str, members: &Value) -> Target {
    let mut params = json!({"aws_region_name": "eu-west-1"});
    params.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    deployment(model, &params).unwrap()
}

fn body(outgoing: &Outgoing) -> Value {
    serde_json::from_slice(&outgoing.body).unwrap()
}

fn header(outgoing: &Outgoing, name: &str) -> Option<String> {
    let mut headers = outgoing.headers.iter();
    headers.find(|(known, _)| *known == name).map(|(_, value)| value.to_string())
}

/// `UPDATE_GOLDEN=1 cargo test --test sagemaker` writes the files anew; the difference is for review.
fn check(name: &str, seen: &str) {
    support::streams::golden(&format!("sagemaker/{name}"), seen);
}

/// The container's bytes in frames of `part` bytes each.
fn framed(bytes: &[u8], part: usize) -> Vec<u8> {
    bytes.chunks(part).flat_map(|part| frames::event("PayloadPart", part)).collect()
}

const CHAT: &str = "sagemaker_chat/my-endpoint";
const GENERATION: &str = "sagemaker/my-endpoint";

const CHAT_STREAM: &str = include_str!("../golden/sagemaker/chat.sse");
const TGI_STREAM: &str = include_str!("../golden/sagemaker/tgi.sse");
const LMI_STREAM: &str = include_str!("../golden/sagemaker/lmi.jsonl");

fn streamed(model: &str) -> (Target, Outgoing) {
    let asked = ask(json!({"stream": true, "stream_options": {"include_usage": true}}));
    let target = at(model, &json!({}));
    let outgoing = send(&asked, &target).unwrap();
    (target, outgoing)
}

#[test]
fn the_endpoint_stands_in_the_address_and_the_component_in_a_header() {
    let url = |stream: bool, params: Value| {
        let target = at(CHAT, &params);
        send(&ask(json!({"stream": stream})), &target).unwrap().url()
    };
    let base = "https://runtime.sagemaker.eu-west-1.amazonaws.com/endpoints/my-endpoint";
    assert_eq!(url(false, json!({})), format!("{base}/invocations"));
    assert_eq!(url(true, json!({})), format!("{base}/invocations-response-stream"));
    let china = url(false, json!({"aws_region_name": "cn-north-1"}));
    assert!(china.starts_with("https://runtime.sagemaker.cn-north-1.amazonaws.com.cn/"));
    let own = url(false, json!({"api_base": "https://vpce-1.test"}));
    assert_eq!(own, "https://vpce-1.test/endpoints/my-endpoint/invocations");

    for model in [CHAT, GENERATION] {
        let name = "x-amzn-sagemaker-inference-component";
        let outgoing = send(&ask(json!({})), &at(model, &json!({"model_id": "part-1"}))).unwrap();
        assert_eq!(header(&outgoing, name).as_deref(), Some("part-1"));
        assert!(!String::from_utf8_lossy(&outgoing.body).contains("part-1"));
        assert_eq!(header(&send(&ask(json!({})), &at(model, &json!({}))).unwrap(), name), None);
    }
}

#[test]
fn a_chat_container_gets_openais_body() {
    let asked = ask(json!({"stream": true, "tools": [], "x_new": 1}));
    let outgoing = send(&asked, &at(CHAT, &json!({"hf_model_name": "meta-llama/x"}))).unwrap();
    assert_eq!(
        body(&outgoing),
        json!({"model": "meta-llama/x", "messages": [{"role": "user", "content": "Hi"}],
            "stream": true, "tools": [], "x_new": 1, "stream_options": {"include_usage": true}})
    );
    assert_eq!(body(&send(&asked, &at(CHAT, &json!({}))).unwrap())["model"], "my-endpoint");
}

/// Source: <https://docs.aws.amazon.com/nova/latest/nova2-userguide/nova-sagemaker-inference-api-reference.html>.
#[test]
fn amazons_nova_gets_what_its_container_knows_and_no_model() {
    let target = at("sagemaker_nova/my-endpoint", &json!({}));
    let asked = ask(json!({"stream": true, "top_k": 5, "reasoning_effort": "low", "n": 1}));
    let outgoing = send(&asked, &target).unwrap();
    assert!(outgoing.url().ends_with("/endpoints/my-endpoint/invocations-response-stream"));
    assert_eq!(
        body(&outgoing),
        json!({"messages": [{"role": "user", "content": "Hi"}], "stream": true, "top_k": 5,
            "reasoning_effort": "low", "stream_options": {"include_usage": true}})
    );
    let tools = json!([{"type": "function", "function": {"name": "f"}}]);
    let error = send(&ask(json!({"tools": tools})), &target).unwrap_err();
    assert_eq!((error.status, error.param.as_deref()), (400, Some("tools")));
}

#[test]
fn credentials_never_get_into_a_body() {
    let keys = json!({"aws_access_key_id": "AKIA", "aws_secret_access_key": "SECRET"});
    for model in [CHAT, GENERATION] {
        let outgoing = send(&ask(json!({})), &at(model, &keys)).unwrap();
        let sent = String::from_utf8_lossy(&outgoing.body).into_owned();
        assert!(!sent.contains("AKIA") && !sent.contains("SECRET"), "{sent}");
        let error = send(&ask(&keys), &at(model, &json!({}))).unwrap_err();
        assert_eq!((error.status, error.param.as_deref()), (400, Some("aws_access_key_id")));
    }
    let hidden = ask(json!({"extra_body": keys}));
    let error = send(&hidden, &at(GENERATION, &json!({}))).unwrap_err();
    assert_eq!(error.param.as_deref(), Some("extra_body.aws_access_key_id"));
}

#[test]
fn a_generation_request_with_everything() {
    let asked = json!({"model": "m", "stream": true, "stream_options": {"include_usage": true},
        "messages": [{"role": "system", "content": "Be \"brief\"."}, {"role": "user", "content": "Hi", "name": "ann"},
            {"role": "assistant", "content": "Yes?"}, {"role": "user", "content": [{"type": "text", "text": "Go on"}]}],
        "temperature": 0.7, "top_p": 0.9, "top_k": 5, "max_tokens": 9, "max_completion_tokens": 20, "seed": 7,
        "stop": "END", "frequency_penalty": 0.5, "presence_penalty": 0, "n": 1, "user": "u-1", "repetition_penalty": 1.10,
        "extra_body": {"x_own": {"a": 1.50}}});
    let target = at(GENERATION, &json!({"hf_model_name": "meta-llama/Llama-2-7b-chat-hf"}));
    let outgoing = send(&asked, &target).unwrap();
    let seen = json!({"url": outgoing.url(), "headers": outgoing.headers, "body": body(&outgoing),
        "dropped": outgoing.dropped});
    check("request.tgi.json", &format!("{seen:#}\n"));
}

#[test]
fn values_that_a_generation_does_not_take_are_said_otherwise() {
    let parameters = |members: Value| {
        body(&send(&ask(&members), &at(GENERATION, &json!({}))).unwrap())["parameters"].clone()
    };
    let greedy = json!({"temperature": 0, "top_p": 1.0, "stop": ["a", "b"]});
    assert_eq!(
        parameters(greedy),
        json!({"do_sample": false, "stop": ["a", "b"], "details": true})
    );
    assert_eq!(parameters(json!({"details": false})), json!({"details": false}));
    assert_eq!(parameters(json!({"response_format": {"type": "text"}})), json!({"details": true}));
}

#[test]
fn what_a_generation_cannot_say_is_refused_by_name() {
    let refused = |request: &Value| -> String {
        let error = send(request, &at(GENERATION, &json!({}))).unwrap_err();
        assert_eq!(error.status, 400);
        error.param.unwrap_or_default()
    };
    let tool = json!({"type": "function", "function": {"name": "f"}});
    for (members, name) in [
        (json!({"tools": [tool]}), "tools"),
        (json!({"tool_choice": "required"}), "tool_choice"),
        (json!({"response_format": {"type": "json_object"}}), "response_format"),
        (json!({"n": 2}), "n"),
        (json!({"logprobs": true}), "logprobs"),
        (json!({"presence_penalty": 0.5}), "presence_penalty"),
        (json!({"unheard_of": 1}), "unheard_of"),
        (json!({"temperature": "warm"}), "temperature"),
        (json!({"temperature": -0.5}), "temperature"),
    ] {
        assert_eq!(refused(&ask(&members)), name);
    }
    let image = json!({"type": "image_url", "image_url": {"url": "https://x.test/a.png"}});
    let call =
        json!([{"id": "a", "type": "function", "function": {"name": "f", "arguments": "{}"}}]);
    for (message, name) in [
        (json!({"role": "user", "content": [image]}), "messages[0].content[0]"),
        (json!({"role": "assistant", "tool_calls": call}), "messages[0].tool_calls"),
        (json!({"role": "tool", "tool_call_id": "a", "content": "1"}), "messages[0].role"),
    ] {
        assert_eq!(refused(&json!({"model": "m", "messages": [message]})), name);
    }
    let lenient = at(GENERATION, &json!({"drop_params": true}));
    let outgoing = send(&ask(json!({"tools": [tool], "seed": 1})), &lenient).unwrap();
    assert_eq!(outgoing.dropped, ["tools"]);
    assert_eq!(body(&outgoing)["parameters"], json!({"seed": 1, "details": true}));
}

#[test]
fn streams_say_the_same_however_container_and_frames_are_cut() {
    for (model, stream, file) in [
        (CHAT, CHAT_STREAM, "chat.openai.sse"),
        (GENERATION, TGI_STREAM, "tgi.openai.sse"),
        (GENERATION, LMI_STREAM, "lmi.openai.sse"),
    ] {
        let (target, outgoing) = streamed(model);
        let whole = framed(stream.as_bytes(), 1 << 20);
        let expected = answer(&outgoing, &target, 200, &whole, 1 << 20).unwrap();
        check(file, &String::from_utf8(expected.0.clone()).unwrap());
        for part in 1..stream.len() {
            let bytes = framed(stream.as_bytes(), part);
            assert_eq!(
                answer(&outgoing, &target, 200, &bytes, 1 << 20).unwrap(),
                expected,
                "{part}"
            );
        }
        for split in 1..40 {
            let bytes = framed(stream.as_bytes(), 7);
            assert_eq!(
                answer(&outgoing, &target, 200, &bytes, split).unwrap(),
                expected,
                "{split}"
            );
        }
    }
}

#[test]
fn the_first_token_is_out_with_its_frame() {
    let (target, outgoing) = streamed(GENERATION);
    let mut translator = dragoman::translate::ResponseTranslator::new(
        target.provider.dialect.dialect(),
        outgoing.exchange,
        dragoman::translate::Answer { status: 200, ..Default::default() },
        1 << 20,
    );
    let (first, _) = TGI_STREAM.split_once("\n\n").unwrap();
    translator.push(&framed(format!("{first}\n\n").as_bytes(), 1 << 20));
    assert!(String::from_utf8(translator.take()).unwrap().contains("Grüße"));
}

#[test]
fn the_end_of_the_frames_ends_a_stream_without_an_end_of_its_own() {
    let (target, outgoing) = streamed(GENERATION);
    let lines = "{\"outputs\":[\"a\"]}\n{\"outputs\":[\" b\"]}";
    let (given, report) = answer(&outgoing, &target, 200, &framed(lines.as_bytes(), 5), 9).unwrap();
    assert!(report.finished && events(&given).last().unwrap() == "[DONE]");
    // One that has an end and stops before it is broken off.
    let (head, _) = TGI_STREAM.rsplit_once("data:").unwrap();
    let (given, report) = answer(&outgoing, &target, 200, &framed(head.as_bytes(), 5), 9).unwrap();
    assert!(!report.finished && !String::from_utf8_lossy(&given).contains("[DONE]"));
}

#[test]
fn failures_inside_a_stream_are_errors() {
    let error = |model: &str, bytes: Vec<u8>| -> ApiError {
        let (target, outgoing) = streamed(model);
        answer(&outgoing, &target, 200, &bytes, 11).unwrap_err()
    };
    let busy = "data:{\"error\":\"Model is overloaded\",\"error_type\":\"overloaded\"}\n\n";
    assert_eq!(error(GENERATION, framed(busy.as_bytes(), 6)).message, "Model is overloaded");
    assert_eq!(error(CHAT, framed(busy.as_bytes(), 6)).message, "Model is overloaded");
    let broken = b"{\"ErrorCode\":\"ModelInvocationTimeExceeded\",\"Message\":\"Too slow\"}";
    let failed = error(CHAT, frames::exception("ModelStreamError", broken));
    assert_eq!((failed.status, failed.message.as_str()), (502, "Too slow"));
    let lost = "{\"token\":{\"id\":-1,\"text\":\"\",\"error_msg\":\"out of memory\"}}\n";
    assert!(error(GENERATION, framed(lost.as_bytes(), 6)).message.contains("out of memory"));
}

#[test]
fn whole_answers_are_read_in_every_containers_form() {
    let (target, outgoing) =
        (at(GENERATION, &json!({})), send(&ask(json!({})), &at(GENERATION, &json!({}))).unwrap());
    for (text, finish) in [
        (
            r#"[{"generated_text":"Hé","details":{"finish_reason":"length","generated_tokens":3,"prefill":[],"tokens":[{"id":1}]}}]"#,
            "length",
        ),
        (r#"{"generated_text":"Hé"}"#, "stop"),
        (r#"[{"generation":{"role":"assistant","content":"Hé"}}]"#, "stop"),
        (r#"{"generation":"Hé","stop_reason":null}"#, "stop"),
        (r#"{"outputs":["H","é"]}"#, "stop"),
    ] {
        let (given, _) = answer(&outgoing, &target, 200, text.as_bytes(), 3).unwrap();
        let given: Value = serde_json::from_slice(&given).unwrap();
        let choice = &given["choices"][0];
        assert_eq!(
            (&choice["message"]["content"], &choice["finish_reason"]),
            (&json!("Hé"), &json!(finish))
        );
        assert_eq!(given["usage"], Value::Null);
    }
    let counted = r#"{"generated_text":"Hello there","details":{"finish_reason":"length","generated_tokens":7,"prefill":[]}}"#;
    let (_, report) = answer(&outgoing, &target, 200, counted.as_bytes(), 3).unwrap();
    assert_eq!((report.usage, report.deltas), (None, 7));
    for wrong in ["{}", "[]", "5", "{\"generated_text\":null}", "{\"outputs\":[1]}", "nonsense"] {
        assert!(answer(&outgoing, &target, 200, wrong.as_bytes(), 3).is_err(), "{wrong}");
    }
}

proptest! {
    #[test]
    fn arbitrary_bytes_in_the_frames_never_panic(
        bytes in proptest::collection::vec(any::<u8>(), 0..200),
        tampered in 0usize..400,
        byte: u8,
        part in 1usize..50,
    ) {
        for (model, stream) in [(CHAT, CHAT_STREAM), (GENERATION, TGI_STREAM), (GENERATION, LMI_STREAM)] {
            let (target, outgoing) = streamed(model);
            prop_assert!(answer(&outgoing, &target, 200, &framed(&bytes, part), 9).is_err());
            let mut stream = stream.as_bytes().to_vec();
            if let Some(place) = stream.get_mut(tampered) {
                *place = byte;
            }
            let _ = answer(&outgoing, &target, 200, &framed(&stream, part), 9);
            let _ = answer(&outgoing, &target, 200, &bytes, 9);
            let _ = answer(&outgoing, &target, 424, &bytes, 9);
        }
    }
}
