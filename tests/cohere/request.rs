//! What the provider is sent.

use super::*;

fn tools() -> Value {
    let tool = |name: &str| json!({"type": "function", "function": {"name": name, "parameters": {"type": "object"}}});
    json!([tool("f"), tool("g")])
}

#[test]
fn the_address_follows_the_base() {
    for (base, url) in [
        ("https://api.cohere.com", "https://api.cohere.com/v2/chat"),
        ("https://api.cohere.com/v2/chat", "https://api.cohere.com/v2/chat"),
        ("https://x.test/cohere/v2/", "https://x.test/cohere/v2/chat"),
    ] {
        let outgoing = COHERE.send(&ask(json!({})), json!({"api_base": base})).unwrap();
        assert_eq!(outgoing.url(), url);
        assert!(outgoing.headers.contains(&("authorization".into(), "Bearer key".into())));
    }
}

#[test]
fn a_plain_request_is_the_same_but_for_the_model() {
    assert_eq!(
        COHERE.body(&ask(json!({}))),
        json!({"model": "command-a-reasoning-08-2025", "messages": [{"role": "user", "content": "Hi"}], "stream": false})
    );
}

#[test]
fn parameters_get_coheres_names() {
    let sent = COHERE
        .body(&ask(json!({"max_tokens": 5, "stop": ["a", "b"], "top_p": 0.5, "top_k": 3,
        "presence_penalty": 0, "logprobs": false, "user": "u", "service_tier": "auto", "n": 1})));
    let expected = json!({"max_tokens": 5, "stop_sequences": ["a", "b"], "p": 0.5, "k": 3, "presence_penalty": 0});
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(&sent[name], value, "{name}");
    }
    assert_eq!(sent.as_object().unwrap().len(), 8);
    let sent = COHERE.body(&ask(
        json!({"max_tokens": 5, "max_completion_tokens": 6, "p": 0.2, "top_p": 0.9, "extra_body": {"k": 9}}),
    ));
    assert_eq!((&sent["max_tokens"], &sent["p"], &sent["k"]), (&json!(6), &json!(0.2), &json!(9)));
}

#[test]
fn a_choice_of_tools_is_expressed() {
    let chosen = |choice: Value| {
        let sent = COHERE.body(&ask(json!({"tools": tools(), "tool_choice": choice})));
        let names: Vec<String> = sent["tools"]
            .as_array()
            .unwrap()
            .iter()
            .map(|tool| tool["function"]["name"].as_str().unwrap().to_owned())
            .collect();
        (sent["tool_choice"].clone(), names.join(","))
    };
    assert_eq!(chosen(json!("auto")), (Value::Null, "f,g".into()));
    assert_eq!(chosen(json!("none")), (json!("NONE"), "f,g".into()));
    assert_eq!(chosen(json!("required")), (json!("REQUIRED"), "f,g".into()));
    assert_eq!(chosen(json!("REQUIRED")), (json!("REQUIRED"), "f,g".into()));
    let named = json!({"type": "function", "function": {"name": "g"}});
    assert_eq!(chosen(named.clone()), (json!("REQUIRED"), "g".into()));
    let allowed = json!({"type": "allowed_tools", "allowed_tools": {"mode": "auto", "tools": [{"type": "function", "function": {"name": "f"}}]}});
    assert_eq!(chosen(allowed), (Value::Null, "f".into()));
    assert_eq!(COHERE.refused(&ask(json!({"tool_choice": "required"}))), "tool_choice");
    let other = json!([{"type": "function", "function": {"name": "other"}}]);
    assert_eq!(COHERE.refused(&ask(json!({"tools": other, "tool_choice": named}))), "tool_choice");
}

#[test]
fn a_format_is_expressed_where_cohere_can_take_it() {
    let schema =
        json!({"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]});
    let wanted = json!({"type": "json_schema", "json_schema": {"name": "s", "strict": true, "schema": schema}});
    let sent = COHERE.body(&ask(json!({"response_format": wanted})));
    assert_eq!(sent["response_format"], json!({"type": "json_object", "json_schema": schema}));
    let sent = COHERE.body(&ask(json!({"response_format": {"type": "json_object"}})));
    assert_eq!(sent["response_format"], json!({"type": "json_object"}));
    let sent = COHERE
        .body(&ask(json!({"response_format": {"type": "json_object", "json_schema": schema}})));
    assert_eq!(sent["response_format"]["json_schema"], schema, "Cohere's own form");
    assert!(
        COHERE.body(&ask(json!({"response_format": {"type": "text"}})))["response_format"]
            .is_null()
    );

    assert_eq!(
        COHERE.refused(&ask(json!({"tools": tools(), "response_format": wanted}))),
        "response_format"
    );
    assert_eq!(
        COHERE.refused(&ask(json!({"documents": ["d"], "response_format": wanted}))),
        "response_format"
    );
    let sent = COHERE
        .body(&ask(json!({"tools": tools(), "tool_choice": "none", "response_format": wanted})));
    assert_eq!((&sent["tools"], &sent["response_format"]["json_schema"]), (&Value::Null, &schema));
    let sent = COHERE.body(&ask(
        json!({"tools": tools(), "tool_choice": "required", "response_format": wanted}),
    ));
    assert_eq!(
        (&sent["tool_choice"], &sent["response_format"]),
        (&json!("REQUIRED"), &Value::Null)
    );
}

#[test]
fn what_an_answer_held_can_be_sent_back() {
    let sent = COHERE.body(&messages(json!([
        {"role": "user", "content": "a"},
        {"role": "assistant", "content": "b", "reasoning_content": "r", "annotations": [],
            "provider_specific_fields": {"citations": [{"start": 0, "end": 1, "text": "b"}]}},
        {"role": "assistant", "content": "", "function_call": {"name": "f", "arguments": ""}},
        {"role": "function", "name": "f", "content": "r"},
        {"role": "assistant", "content": null}, {"role": "assistant", "refusal": "No.", "content": null},
    ])));
    assert_eq!(
        sent["messages"],
        json!([
            {"role": "user", "content": "a"},
            {"role": "assistant", "content": [{"type": "thinking", "thinking": "r"}, {"type": "text", "text": "b"}],
                "citations": [{"start": 0, "end": 1, "text": "b"}]},
            {"role": "assistant", "tool_calls": [{"id": "call_2", "type": "function", "function": {"name": "f", "arguments": "{}"}}]},
            {"role": "tool", "tool_call_id": "call_2", "content": "r"},
            {"role": "assistant", "content": "No."},
        ])
    );
}

#[test]
fn models_that_do_not_reason_get_no_thinking_back() {
    let target = support::deployment("cohere_chat/command-r-08-2024", &json!({})).unwrap();
    let talk = messages(
        json!([{"role": "user", "content": "a"}, {"role": "assistant", "content": "b", "reasoning_content": "r"}]),
    );
    let outgoing = support::send(&talk, &target).unwrap();
    let sent: Value = serde_json::from_slice(&outgoing.body).unwrap();
    assert_eq!(sent["messages"][1], json!({"role": "assistant", "content": "b"}));
    assert_eq!(outgoing.dropped, ["messages[].reasoning_content"]);
}

#[test]
fn what_cohere_cannot_take_is_refused_by_name() {
    let part = |part: Value| messages(json!([{"role": "user", "content": [part]}]));
    let audio = json!({"type": "input_audio", "input_audio": {"data": "", "format": "wav"}});
    let file = json!({"type": "file", "file": {"file_id": "f"}});
    for bad in
        [audio, file, json!({"type": "video_url"}), json!({"type": "document", "document": {}})]
    {
        assert_eq!(COHERE.refused(&part(bad)), "messages[0].content[0]");
    }
    let image = part(json!({"type": "image_url", "image_url": "file:///etc/passwd"}));
    assert_eq!(COHERE.refused(&image), "messages[0].content[0].image_url.url");
    assert_eq!(
        COHERE.refused(&messages(json!([{"role": "tool", "content": "x"}]))),
        "messages[0].tool_call_id"
    );
    assert_eq!(
        COHERE.refused(&messages(json!([{"role": "assistant", "content": ""}]))),
        "messages"
    );
    for (members, name) in [
        (json!({"n": 2}), "n"),
        (json!({"logit_bias": {"1": 2}}), "logit_bias"),
        (json!({"top_logprobs": 3}), "top_logprobs"),
        (json!({"tools": tools(), "parallel_tool_calls": false}), "parallel_tool_calls"),
        (json!({"frequency_penalty": 1.5}), "frequency_penalty"),
        (json!({"presence_penalty": -1}), "presence_penalty"),
        (json!({"temperature": -0.5}), "temperature"),
        (json!({"top_k": 501}), "top_k"),
        (json!({"top_p": 2}), "top_p"),
        (json!({"service_tier": "flex"}), "service_tier"),
        (json!({"reasoning_effort": "huge"}), "reasoning_effort"),
        (json!({"web_search_options": {}}), "web_search_options"),
        (json!({"max_tokens": "x"}), "max_tokens"),
        (json!({"nonsense": true}), "nonsense"),
        (json!({"tools": [{"type": "web_search"}]}), "tools[0]"),
        (json!({"tools": [{"type": "function", "function": {}}]}), "tools[0].function.name"),
        (json!({"response_format": {"type": "xml"}}), "response_format.type"),
        (json!({"response_format": {"type": "json_schema"}}), "response_format.json_schema.schema"),
    ] {
        assert_eq!(COHERE.refused(&ask(members)), name);
    }
}

#[test]
fn parameters_are_dropped_where_the_configuration_allows_it() {
    let asked =
        ask(json!({"n": 2, "x": 1, "tools": tools(), "response_format": {"type": "json_object"}}));
    let outgoing = COHERE.send(&asked, json!({"drop_params": true})).unwrap();
    assert_eq!(outgoing.dropped, ["n", "x", "response_format"]);
    let sent: Value = serde_json::from_slice(&outgoing.body).unwrap();
    assert_eq!(cohere_schema::problems(&sent), [""; 0]);
    let outgoing =
        COHERE.send(&ask(json!({"x": 1})), json!({"allowed_openai_params": ["x"]})).unwrap();
    assert_eq!(serde_json::from_slice::<Value>(&outgoing.body).unwrap()["x"], 1);
}
