//! What the provider is sent.

use super::*;

fn tools() -> Value {
    let tool = |name: &str| json!({"type": "function", "function": {"name": name, "parameters": {"type": "object"}}});
    json!([tool("f"), tool("g")])
}

#[test]
fn both_providers_are_ollamas_own_chat_and_its_other_endpoint_stays_reachable() {
    for (model, base, url) in [
        ("ollama/llama3", json!({}), "http://localhost:11434/api/chat"),
        ("ollama_chat/llama3", json!({}), "http://localhost:11434/api/chat"),
        (
            "ollama/llama3",
            json!({"api_base": "https://ollama.com/api"}),
            "https://ollama.com/api/chat",
        ),
        ("ollama/llama3", json!({"api_base": "http://x.test/api/chat"}), "http://x.test/api/chat"),
        ("ollama_openai/llama3", json!({}), "http://localhost:11434/v1/chat/completions"),
    ] {
        let outgoing = support::send(&ask(json!({})), &support::deployment(model, &base).unwrap());
        assert_eq!(outgoing.unwrap().url(), url);
    }
}

#[test]
fn whether_to_stream_is_always_said() {
    assert_eq!(
        OLLAMA.body(&ask(json!({}))),
        json!({"model": "qwen3:8b", "messages": [{"role": "user", "content": "Hi"}], "stream": false})
    );
    assert_eq!(OLLAMA.body(&ask(json!({"stream": true})))["stream"], true);
}

#[test]
fn parameters_become_options() {
    let sent = OLLAMA
        .body(&ask(json!({"max_tokens": 5, "stop": ["a"], "top_p": 0.5, "presence_penalty": 0,
        "repeat_penalty": 1.1, "num_ctx": 4096, "mirostat_tau": 5.0, "user": "u"})));
    assert_eq!(
        sent["options"],
        json!({"num_predict": 5, "stop": ["a"], "top_p": 0.5, "presence_penalty": 0,
            "repeat_penalty": 1.1, "num_ctx": 4096, "mirostat_tau": 5.0})
    );
    let sent = OLLAMA.body(&ask(json!({"max_completion_tokens": 6, "max_tokens": 5})));
    assert_eq!(sent["options"], json!({"num_predict": 6}));
    let sent = OLLAMA
        .body(&ask(json!({"keep_alive": -1, "think": "high", "reasoning_effort": "none",
        "top_logprobs": 3, "logprobs": false})));
    assert_eq!((&sent["keep_alive"], &sent["think"]), (&json!(-1), &json!("high")));
    assert!(sent["top_logprobs"].is_null() && sent["options"].is_null());
}

#[test]
fn the_options_of_a_deployment_are_defaults() {
    let outgoing = OLLAMA
        .send(&ask(json!({"num_ctx": 1})), json!({"num_ctx": 2, "keep_alive": "1h"}))
        .unwrap();
    let sent: Value = serde_json::from_slice(&outgoing.body).unwrap();
    assert_eq!((&sent["options"]["num_ctx"], &sent["keep_alive"]), (&json!(1), &json!("1h")));
}

#[test]
fn formats_are_json_or_a_schema() {
    let schema = json!({"type": "object", "properties": {}});
    let wanted = json!({"type": "json_schema", "json_schema": {"name": "s", "schema": schema}});
    assert_eq!(OLLAMA.body(&ask(json!({"response_format": wanted})))["format"], schema);
    assert_eq!(
        OLLAMA.body(&ask(json!({"response_format": {"type": "json_object"}})))["format"],
        "json"
    );
    assert!(OLLAMA.body(&ask(json!({"response_format": {"type": "text"}})))["format"].is_null());
    assert_eq!(OLLAMA.body(&ask(json!({"format": "json"})))["format"], "json");
    assert_eq!(
        OLLAMA.refused(&ask(json!({"response_format": {"type": "json_schema"}}))),
        "response_format.json_schema.schema"
    );
    assert_eq!(
        OLLAMA.refused(&ask(json!({"response_format": {"type": "xml"}}))),
        "response_format.type"
    );
}

#[test]
fn a_choice_that_ollama_cannot_make_is_never_feigned() {
    let asked = |choice: &Value| ask(json!({"tools": tools(), "tool_choice": choice}));
    assert!(OLLAMA.body(&asked(&json!("none")))["tools"].is_null());
    assert_eq!(OLLAMA.body(&asked(&json!("auto")))["tools"].as_array().unwrap().len(), 2);
    let one = |mode: &str| json!({"type": "allowed_tools", "allowed_tools": {"mode": mode, "tools": [{"type": "function", "function": {"name": "g"}}]}});
    assert_eq!(OLLAMA.body(&asked(&one("auto")))["tools"][0]["function"]["name"], "g");
    let named = json!({"type": "function", "function": {"name": "g"}});
    for choice in [json!("required"), named, one("required")] {
        assert_eq!(OLLAMA.refused(&asked(&choice)), "tool_choice");
        let outgoing = OLLAMA.send(&asked(&choice), json!({"drop_params": true})).unwrap();
        assert_eq!(outgoing.dropped, ["tool_choice"]);
        let sent: Value = serde_json::from_slice(&outgoing.body).unwrap();
        let offered = if choice == "required" { 2 } else { 1 };
        assert_eq!(sent["tools"].as_array().unwrap().len(), offered);
        assert_eq!(ollama_schema::problems(&sent), [""; 0]);
    }
}

#[test]
fn calls_and_results_keep_their_names_and_ids() {
    let sent = OLLAMA.body(&messages(json!([
        {"role": "user", "content": "a"},
        {"role": "assistant", "content": "", "tool_calls": [
            {"id": "c1", "type": "function", "function": {"name": "f", "arguments": ""}},
            {"id": "c2", "type": "function", "function": {"name": "g", "arguments": " {\"x\": 1.50}"}}]},
        {"role": "tool", "tool_call_id": "c2", "content": [{"type": "text", "text": "2"}]},
        {"role": "tool", "tool_call_id": "c1", "content": "1"},
        {"role": "assistant", "content": null, "function_call": {"name": "h", "arguments": "{}"}},
        {"role": "function", "name": "h", "content": "3"},
        {"role": "assistant", "content": null, "refusal": "No."},
    ])));
    assert_eq!(
        sent["messages"],
        json!([
            {"role": "user", "content": "a"},
            {"role": "assistant", "content": "", "tool_calls": [
                {"id": "c1", "function": {"name": "f", "arguments": {}}},
                {"id": "c2", "function": {"name": "g", "arguments": {"x": 1.50}}}]},
            {"role": "tool", "content": "2", "tool_name": "g", "tool_call_id": "c2"},
            {"role": "tool", "content": "1", "tool_name": "f", "tool_call_id": "c1"},
            {"role": "assistant", "content": "", "tool_calls": [{"id": "call_4", "function": {"name": "h", "arguments": {}}}]},
            {"role": "tool", "content": "3", "tool_name": "h", "tool_call_id": "call_4"},
            {"role": "assistant", "content": "No."},
        ])
    );
}

#[test]
fn what_ollama_cannot_take_is_refused_by_name() {
    let part = |part: Value| messages(json!([{"role": "user", "content": [part]}]));
    let pdf = json!({"type": "file", "file": {"file_data": "data:application/pdf;base64,AAAA"}});
    let audio = json!({"type": "input_audio", "input_audio": {"data": "", "format": "wav"}});
    for bad in [pdf, audio, json!({"type": "video_url"})] {
        assert_eq!(OLLAMA.refused(&part(bad)), "messages[0].content[0]");
    }
    for url in
        ["https://x.test/a.png", "data:image/png,AA", "data:application/pdf;base64,AAAA", "AAAA"]
    {
        let image = part(json!({"type": "image_url", "image_url": {"url": url}}));
        assert_eq!(OLLAMA.refused(&image), "messages[0].content[0].image_url.url", "{url}");
    }
    let call = json!([{"role": "assistant", "tool_calls": [{"id": "a", "function": {"name": "f", "arguments": "[1]"}}]}]);
    assert_eq!(OLLAMA.refused(&messages(call)), "messages[0].tool_calls[0].function.arguments");
    let strict = json!([{"type": "function", "function": {"name": "f", "strict": true}}]);
    for (members, name) in [
        (json!({"n": 2}), "n"),
        (json!({"logit_bias": {"1": 2}}), "logit_bias"),
        (json!({"tools": tools(), "parallel_tool_calls": false}), "parallel_tool_calls"),
        (json!({"service_tier": "flex"}), "service_tier"),
        (json!({"reasoning_effort": "huge"}), "reasoning_effort"),
        (json!({"modalities": ["text", "audio"]}), "modalities"),
        (json!({"max_tokens": "x"}), "max_tokens"),
        (json!({"options": []}), "options"),
        (json!({"nonsense": true}), "nonsense"),
        (json!({"tools": [{"type": "web_search"}]}), "tools[0]"),
        (json!({"tools": strict}), "tools[0].function.strict"),
        (json!({"extra_body": {"stream": true}}), "extra_body.stream"),
    ] {
        assert_eq!(OLLAMA.refused(&ask(members)), name);
    }
}
