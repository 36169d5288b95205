//! Arbitrary chat requests on their way to every provider: an error that names the parameter, or a
//! body in which every text of the messages stands, and that the provider's reference allows.
#![cfg(not(target_arch = "wasm32"))]

#[path = "support/mod.rs"]
mod support;

use dragoman::catalog;
use dragoman::dialect::Id;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

const OTHER_MODELS: [&str; 52] = [
    "anthropic/claude-3-5-haiku-20241022",
    "anthropic/claude-sonnet-4-20250514",
    "anthropic/claude-sonnet-4-5",
    "anthropic/claude-opus-4-6",
    "anthropic/claude-opus-4-8",
    "anthropic/claude-fable-5-1",
    "anthropic/someone-elses-model",
    "gemini/gemini-1.5-pro",
    "gemini/gemini-2.0-flash",
    "gemini/gemini-2.5-pro",
    "gemini/gemini-3.6-flash",
    "gemini/gemma-3-27b-it",
    "vertex_ai/gemini-2.5-flash",
    "vertex_ai/gemini-3-pro-preview",
    "vertex_ai/gemini-3-flash-preview",
    "openai/gpt-4o",
    "openai/o3-mini",
    "openai/gpt-5",
    "openai/gpt-5.1",
    "azure/o_series/prod",
    "azure/gpt5_series/prod",
    "azure/gpt-4o",
    "azure_ai/claude-opus-4-6",
    "bedrock/invoke/anthropic.claude-3-5-sonnet-20241022-v2:0",
    "bedrock/invoke/us.anthropic.claude-opus-4-8",
    "vertex_ai/claude-sonnet-4@20250514",
    "vertex_ai/claude-sonnet-4-5@20250929",
    "vertex_ai/claude-opus-4-8",
    "bedrock/anthropic.claude-3-5-haiku-20241022-v1:0",
    "bedrock/us.anthropic.claude-sonnet-4-20250514-v1:0",
    "bedrock/converse/us.anthropic.claude-sonnet-4-5-20250929-v1:0",
    "bedrock/us-west-2/anthropic.claude-opus-4-6-v1",
    "bedrock_converse/global.anthropic.claude-opus-4-8",
    "bedrock/anthropic.claude-fable-5-1",
    "bedrock/arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc",
    "bedrock/us.amazon.nova-pro-v1:0",
    "bedrock/amazon.nova-2-lite-v1:0",
    "bedrock/us.meta.llama3-3-70b-instruct-v1:0",
    "bedrock/openai.gpt-oss-20b-1:0",
    "cohere/command-r-08-2024",
    "cohere_chat/command-a-reasoning-08-2025",
    "ollama/gpt-oss:20b",
    "ragflow/chat/id/model",
    "huggingface/together/org/model",
    "replicate/meta/meta-llama-3-70b-instruct",
    "replicate/meta/llama-2-70b-chat",
    "replicate/openai/gpt-4o",
    "replicate/openai/gpt-5-mini",
    "replicate/anthropic/claude-4-sonnet",
    "replicate/google/gemini-2.5-flash",
    "replicate/deployments/acme/own",
    "sagemaker/mistral-7b-instruct",
];

/// Every provider of the catalogue that chats, with a model, and the families whose models differ.
fn deployments() -> Vec<String> {
    let beginning = |row: &catalog::Provider| row.models.first().cloned().unwrap_or_default();
    let rows = catalog::all().iter().filter(|row| row.dialect != Id::None);
    let rows = rows.map(|row| format!("{}/{}model", row.name, beginning(row)));
    rows.chain(OTHER_MODELS.iter().map(|name| (*name).to_owned())).collect()
}

/// Texts that are easy to find again, with what is hard to carry: quotes, line ends, other scripts.
fn words() -> impl Strategy<Value = String> {
    (
        "[a-z]{1,8}",
        select(vec!["", " ", "\"", "\\", "\n", "é", "😀", "\u{0}", "</s>", "{}", "\r\n"]),
        "[A-Z0-9]{0,6}",
    )
        .prop_map(|(head, odd, tail)| format!("{head}{odd}{tail}"))
}

fn mark() -> impl Strategy<Value = Option<Value>> {
    proptest::option::weighted(0.1, Just(json!({"type": "ephemeral"})))
}

fn part() -> impl Strategy<Value = Value> {
    let text = (words(), mark()).prop_map(|(text, mark)| {
        let mut part = json!({"type": "text", "text": text});
        if let Some(mark) = mark {
            part["cache_control"] = mark;
        }
        part
    });
    let image = select(vec![
        json!({"type": "image_url", "image_url": {"url": "https://example.com/a.png", "detail": "low"}}),
        json!({"type": "image_url", "image_url": "data:image/png;base64,AAAA"}),
        json!({"type": "image_url", "image_url": {"url": "data:image/jpg;base64,AAAA"}}),
    ]);
    let file = select(vec![
        json!({"type": "file", "file": {"file_data": "data:application/pdf;base64,AAAA", "filename": "a.pdf"}}),
        json!({"type": "file", "file": {"file_id": "file_1", "format": "text/csv"}}),
        json!({"type": "file", "file": {"file_id": "file_1"}}),
        json!({"type": "input_audio", "input_audio": {"data": "AAAA", "format": "wav"}}),
    ]);
    prop_oneof![6 => text, 2 => image, 1 => file]
}

fn content() -> impl Strategy<Value = Value> {
    prop_oneof![
        5 => words().prop_map(Value::from),
        3 => proptest::collection::vec(part(), 0..3).prop_map(Value::from),
        1 => select(vec![json!(""), json!(" \n"), json!(null)]),
    ]
}

/// What comes of an exchange: one message, or a call with its results.
fn turn() -> impl Strategy<Value = Vec<Value>> {
    let role = select(vec!["system", "developer", "user", "user", "user", "assistant"]);
    let plain = (role, content(), mark(), any::<bool>()).prop_map(|(role, content, mark, null)| {
        let mut message = json!({"role": role, "content": content});
        if let Some(mark) = mark {
            message["cache_control"] = mark;
        }
        if null && role == "assistant" {
            message["refusal"] = Value::Null;
            message["annotations"] = json!([]);
        }
        vec![message]
    });
    let name = select(vec!["f", "get_weather", "a.b", "a/b", "ünïcode", "x y"]);
    let call = (name, select(vec!["{}", "", "{\"a\": [1, {\"b\": null}]}"]), "[a-z:|_]{1,8}");
    let calls = (proptest::collection::vec(call, 1..3), content(), content(), any::<bool>())
        .prop_map(|(calls, said, result, thinks)| {
            let list: Vec<Value> = calls
                .iter()
                .enumerate()
                .map(|(index, (name, arguments, id))| {
                    json!({"id": format!("{id}{index}"), "type": "function",
                        "function": {"name": name, "arguments": arguments}})
                })
                .collect();
            let results = list
                .iter()
                .map(|call| json!({"role": "tool", "tool_call_id": call["id"], "content": result}));
            let mut message = json!({"role": "assistant", "content": said, "tool_calls": list});
            if thinks {
                message["reasoning_content"] = json!("hm");
                message["thinking_blocks"] =
                    json!([{"type": "thinking", "thinking": "hm", "signature": "s"}]);
            }
            std::iter::once(message).chain(results).collect()
        });
    prop_oneof![4 => plain, 1 => calls]
}

/// One parameter with a value that some provider takes.
fn parameter() -> impl Strategy<Value = (&'static str, Value)> {
    let tool = json!({"type": "function", "function": {"name": "f", "strict": true, "parameters":
        {"type": "object", "properties": {"a": {"type": "string", "minLength": 1}}, "required": ["a"]}}});
    let odd = json!({"type": "function", "function": {"name": "a.b"}, "cache_control": {"type": "ephemeral"}});
    let schema = json!({"type": "object", "properties": {"a": {"type": "integer", "minimum": 1}}, "required": ["a"]});
    select(vec![
        ("temperature", json!(0.5)),
        ("temperature", json!(1)),
        ("temperature", json!(1.7)),
        ("top_p", json!(0.4)),
        ("top_k", json!(3)),
        ("n", json!(1)),
        ("n", json!(2)),
        ("seed", json!(1)),
        ("stop", json!("END")),
        ("stop", json!(["a", "\n"])),
        ("stop", json!([])),
        ("max_tokens", json!(2000)),
        ("max_completion_tokens", json!(9000)),
        ("frequency_penalty", json!(0)),
        ("presence_penalty", json!(0.5)),
        ("logprobs", json!(true)),
        ("logit_bias", json!({"1": 2})),
        ("user", json!("someone")),
        ("user", json!("someone@example.com")),
        ("metadata", json!({"a": "b"})),
        ("service_tier", json!("auto")),
        ("service_tier", json!("flex")),
        ("stream", json!(true)),
        ("stream_options", json!({"include_usage": true})),
        ("parallel_tool_calls", json!(false)),
        ("tools", json!([tool])),
        ("tools", json!([tool, odd])),
        ("tools", json!([])),
        ("tools", json!([{"type": "web_search_preview"}])),
        ("tool_choice", json!("auto")),
        ("tool_choice", json!("none")),
        ("tool_choice", json!("required")),
        ("tool_choice", json!({"type": "function", "function": {"name": "f"}})),
        ("response_format", json!({"type": "text"})),
        ("response_format", json!({"type": "json_object"})),
        (
            "response_format",
            json!({"type": "json_schema", "json_schema": {"name": "s", "schema": schema}}),
        ),
        ("reasoning_effort", json!("none")),
        ("reasoning_effort", json!("low")),
        ("reasoning_effort", json!("high")),
        ("reasoning_effort", json!("xhigh")),
        ("thinking", json!({"type": "enabled", "budget_tokens": 1024})),
        ("thinking", json!({"type": "enabled"})),
        ("thinking", json!({"type": "disabled"})),
        ("thinking", json!({"type": "adaptive"})),
        ("thinking", json!({"clear_thinking": true})),
        ("web_search_options", json!({})),
        ("tools", json!([tool, {"googleSearch": {}}, {"url_context": {}}])),
        ("tools", json!([{"type": "code_interpreter", "container": {"type": "auto"}}])),
        (
            "tool_choice",
            json!({"type": "allowed_tools", "allowed_tools": {"mode": "required",
            "tools": [{"type": "function", "function": {"name": "f"}}]}}),
        ),
        ("top_logprobs", json!(2)),
        (
            "safety_settings",
            json!([{"category": "HARM_CATEGORY_HARASSMENT", "threshold": "BLOCK_NONE"}]),
        ),
        ("audio", json!({"voice": "alloy", "format": "pcm16"})),
        ("modalities", json!(["text"])),
        ("modalities", json!(["text", "image"])),
        ("modalities", json!(["text", "audio"])),
        ("store", json!(false)),
        ("verbosity", json!("low")),
        ("extra_body", json!({"top_k": 2})),
        ("x_unheard_of", json!({"a": 1.50})),
        ("temperature", Value::Null),
        ("tools", Value::Null),
        ("response_format", Value::Null),
    ])
}

prop_compose! {
    fn request()(
        turns in proptest::collection::vec(turn(), 1..5),
        parameters in proptest::collection::vec(parameter(), 0..6),
    ) -> Value {
        let mut members = Map::new();
        members.insert("model".into(), "group".into());
        members.insert("messages".into(), turns.into_iter().flatten().collect());
        members.extend(parameters.into_iter().map(|(name, value)| (name.to_owned(), value)));
        Value::Object(members)
    }
}

/// Checks one request for one deployment; `Err` says what is wrong.
fn check(request: &Value, model: &str, params: &Value) -> Result<(), String> {
    let target = support::deployment(model, params)?;
    let outgoing = match support::send(request, &target) {
        Ok(outgoing) => outgoing,
        Err(error) if error.status == 400 && error.param.is_some() => return Ok(()),
        Err(error) => {
            return Err(format!("{model}: {} names no parameter: {}", error.status, error.message));
        }
    };
    let body: Value =
        serde_json::from_slice(&outgoing.body).map_err(|error| format!("{model}: {error}"))?;
    for text in support::texts(&request["messages"]) {
        if !support::holds(&body, text.trim_end()) {
            return Err(format!("{model}: the text {text:?} is missing in {body:#}"));
        }
    }
    let problems = support::problems(&target, &outgoing);
    if !problems.is_empty() {
        return Err(format!("{model}: {} in {body:#}", problems.join("; ")));
    }
    Ok(())
}

#[test]
fn an_extra_body_without_end_is_refused_everywhere() {
    let request = |count: u32| {
        let members: Map<String, Value> = (0..count).map(|n| (format!("x{n}"), json!(n))).collect();
        json!({"model": "m", "messages": [{"role": "user", "content": "Hi"}], "extra_body": members})
    };
    for model in deployments() {
        let target = support::deployment(&model, &json!({"api_base": "https://example.com/v1"}));
        let error = support::send(&request(257), &target.unwrap()).unwrap_err();
        assert_eq!(error.status, 400, "{model}");
    }
    for model in ["together_ai/llama", "ollama/llama", "replicate/acme/own"] {
        let target = support::deployment(model, &json!({})).unwrap();
        assert!(support::send(&request(256), &target).is_ok(), "{model}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_request_is_refused_by_name_or_sent_whole(request in request(), drop_params: bool) {
        for model in deployments() {
            let params = json!({"api_base": "https://example.com/v1", "drop_params": drop_params});
            if let Err(wrong) = check(&request, &model, &params) {
                return Err(TestCaseError::fail(wrong));
            }
        }
    }
}

/// What clients send always and what asks for what every provider does: the OpenAI SDKs' and agent
/// frameworks' own defaults, and OpenAI's.
fn usual() -> Vec<Value> {
    vec![
        json!({"stream": true, "stream_options": {"include_usage": true}}),
        json!({"stream": true, "stream_options": {"include_usage": true, "include_obfuscation": false}}),
        json!({"stream_options": {"include_usage": true}}),
        json!({"stream": false, "stream_options": null}),
        json!({"n": 1, "logprobs": false, "top_logprobs": 0, "logit_bias": {}}),
        json!({"frequency_penalty": 0, "presence_penalty": 0.0}),
        json!({"response_format": {"type": "text"}, "modalities": ["text"], "audio": null}),
        json!({"service_tier": "auto", "store": false, "metadata": {}, "prediction": null}),
        json!({"service_tier": "default", "verbosity": "medium"}),
        json!({"user": "u", "safety_identifier": "u", "prompt_cache_key": "k", "metadata": {"a": "b"}}),
        json!({"tools": [], "tool_choice": "auto", "parallel_tool_calls": true}),
        json!({"tools": null, "tool_choice": "none", "parallel_tool_calls": false}),
        json!({"functions": [], "function_call": "auto", "stop": []}),
        json!({"temperature": null, "top_p": null, "max_tokens": null, "seed": null, "stop": null}),
    ]
}

/// The same beside tools.
fn usual_with_tools() -> Vec<Value> {
    let tool = |strict: Option<Value>| {
        let mut function = json!({"name": "f", "description": "d", "parameters": {"type": "object",
            "properties": {"a": {"type": "string"}}, "required": ["a"], "additionalProperties": false}});
        if let Some(strict) = strict {
            function["strict"] = strict;
        }
        json!([{"type": "function", "function": function}])
    };
    vec![
        json!({"tools": tool(None), "tool_choice": "auto"}),
        json!({"tools": tool(Some(json!(false))), "parallel_tool_calls": true}),
        json!({"tools": tool(Some(Value::Null)), "parallel_tool_calls": null, "tool_choice": null}),
    ]
}

#[test]
fn what_clients_send_always_is_refused_by_nobody() {
    let request = |members: &Value| {
        let mut request =
            json!({"model": "group", "messages": [{"role": "user", "content": "Hi"}]});
        request.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        request
    };
    let mut with_tools = 0;
    for model in deployments() {
        let params = json!({"api_base": "https://example.com/v1"});
        let target = support::deployment(&model, &params).unwrap();
        // Not every name of a model that is made up here is one.
        if let Err(error) = support::send(&request(&json!({})), &target) {
            assert_eq!(error.param.as_deref(), Some("model"), "{model}: {error:?}");
            continue;
        }
        let mut cases = usual();
        match support::send(&request(&usual_with_tools()[0]), &target) {
            Ok(_) => {
                with_tools += 1;
                cases.extend(usual_with_tools());
            }
            Err(error) => assert_eq!(error.param.as_deref(), Some("tools"), "{model}: {error:?}"),
        }
        for members in cases {
            let outgoing = support::send(&request(&members), &target);
            let outgoing = outgoing.unwrap_or_else(|e| panic!("{model}: {members}: {}", e.message));
            assert_eq!(support::problems(&target, &outgoing), [""; 0], "{model}: {members}");
        }
    }
    assert!(with_tools > 150, "{with_tools}");
}
