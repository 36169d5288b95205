//! What the provider is sent.

use super::*;

#[test]
fn the_address_follows_the_base_and_the_version_is_told() {
    for (base, url) in [
        ("https://api.anthropic.com", "https://api.anthropic.com/v1/messages"),
        ("https://x.test/anthropic", "https://x.test/anthropic/v1/messages"),
        ("https://x.test/v1/", "https://x.test/v1/messages"),
        ("https://x.test/a/v1/messages", "https://x.test/a/v1/messages"),
    ] {
        let mut target = target(NEW, ParamPolicy::default());
        target.endpoint = Endpoint::parse(base).unwrap().into();
        let outgoing = send(&ask(json!({})), &target).unwrap();
        assert_eq!(outgoing.url(), url);
        assert!(outgoing.headers.contains(&("anthropic-version".into(), "2023-06-01".into())));
    }
}

#[test]
fn system_and_developer_messages_become_the_system_prompt() {
    let sent = body(
        &messages(json!([
            {"role": "system", "content": "A", "cache_control": {"type": "ephemeral"}},
            {"role": "developer", "content": [{"type": "text", "text": "B"}]},
            {"role": "user", "content": "Hi"},
            {"role": "assistant", "content": "Yes"},
            {"role": "system", "content": "C"},
            {"role": "user", "content": "Go on"},
        ])),
        NEW,
    );
    assert_eq!(
        sent["system"],
        json!([{"type": "text", "text": "A", "cache_control": {"type": "ephemeral"}},
               {"type": "text", "text": "B"}, {"type": "text", "text": "C"}])
    );
    assert_eq!(sent["messages"].as_array().unwrap().len(), 3);
}

#[test]
fn newer_models_keep_a_system_message_between_turns_where_it_stands() {
    let talk = messages(json!([
        {"role": "user", "content": "Hi"},
        {"role": "system", "content": "Be brief."},
        {"role": "assistant", "content": "Yes"},
        {"role": "user", "content": "Go on"},
    ]));
    assert_eq!(body(&talk, "claude-opus-4-8")["messages"][1]["role"], "system");
    assert_eq!(body(&talk, NEW)["system"][0]["text"], "Be brief.");
}

#[test]
fn turns_alternate_and_tool_results_come_first() {
    let sent = body(
        &messages(json!([
            {"role": "user", "content": "a"}, {"role": "user", "content": "b"},
            {"role": "assistant", "content": "", "tool_calls": [
                {"id": "c:1", "type": "function", "function": {"name": "f", "arguments": ""}},
                {"id": "c2", "type": "function", "function": {"name": "g", "arguments": " {\"x\": 1.50}"}}]},
            {"role": "user", "content": "wait"},
            {"role": "tool", "tool_call_id": "c:1", "content": "1"},
            {"role": "tool", "tool_call_id": "c2", "is_error": true, "content": [
                {"type": "text", "text": "2"},
                {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}}]},
        ])),
        NEW,
    );
    assert_eq!(
        sent["messages"],
        json!([
            {"role": "user", "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]},
            {"role": "assistant", "content": [
                {"type": "tool_use", "id": "c_1", "name": "f", "input": {}},
                {"type": "tool_use", "id": "c2", "name": "g", "input": {"x": 1.50}}]},
            {"role": "user", "content": [
                {"type": "tool_result", "tool_use_id": "c_1", "content": [{"type": "text", "text": "1"}]},
                {"type": "tool_result", "tool_use_id": "c2", "is_error": true, "content": [
                    {"type": "text", "text": "2"},
                    {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "AA=="}}]},
                {"type": "text", "text": "wait"}]},
        ])
    );
    // The API demands declarations, and none may be called.
    assert_eq!(sent["tools"][0]["name"], "f");
    assert_eq!(sent["tool_choice"], json!({"type": "none"}));
}

#[test]
fn a_conversation_begins_with_the_user_and_a_prefill_ends_without_space() {
    let sent = body(&messages(json!([{"role": "assistant", "content": "Once \n"}])), NEW);
    assert_eq!(
        sent["messages"],
        json!([{"role": "user", "content": [{"type": "text", "text": "."}]},
               {"role": "assistant", "content": [{"type": "text", "text": "Once"}]}])
    );
    let sent = body(&messages(json!([{"role": "system", "content": "S"}])), NEW);
    assert_eq!(sent["messages"][0]["role"], "user");
}

#[test]
fn empty_text_is_not_sent() {
    let sent = body(
        &messages(json!([
            {"role": "user", "content": [{"type": "text", "text": " "}, {"type": "text", "text": "x"}]},
            {"role": "assistant", "content": null}, {"role": "user", "content": ""},
        ])),
        NEW,
    );
    assert_eq!(
        sent["messages"],
        json!([{"role": "user", "content": [{"type": "text", "text": "x"}, {"type": "text", "text": "."}]}])
    );
}

#[test]
fn images_and_files_become_sources() {
    let outgoing = send(
        &messages(json!([{"role": "user", "content": [
            {"type": "image_url", "image_url": "https://x.test/a.png"},
            {"type": "image_url", "image_url": {"url": "data:image/jpg;base64,AA==", "detail": "low"}},
            {"type": "file", "file": {"filename": "a.pdf", "file_data": "data:application/pdf;base64,AA=="},
             "cache_control": {"type": "ephemeral"}},
            {"type": "file", "file": {"file_id": "file_1"}},
            {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "t"}},
        ]}])),
        &target(NEW, ParamPolicy::default()),
    )
    .unwrap();
    let sent: Value = serde_json::from_slice(&outgoing.body).unwrap();
    assert_eq!(
        sent["messages"][0]["content"],
        json!([
            {"type": "image", "source": {"type": "url", "url": "https://x.test/a.png"}},
            {"type": "image", "source": {"type": "base64", "media_type": "image/jpeg", "data": "AA=="}},
            {"type": "document", "source": {"type": "base64", "media_type": "application/pdf", "data": "AA=="},
             "title": "a.pdf", "cache_control": {"type": "ephemeral"}},
            {"type": "document", "source": {"type": "file", "file_id": "file_1"}},
            {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "t"}},
        ])
    );
    assert!(outgoing.headers.contains(&("anthropic-beta".into(), "files-api-2025-04-14".into())));
    assert_eq!(outgoing.dropped, ["messages[].content[].image_url.detail"]);
}

#[test]
fn what_claude_cannot_take_is_refused_by_name() {
    let part = |part: Value| messages(json!([{"role": "user", "content": [part]}]));
    let audio = part(json!({"type": "input_audio", "input_audio": {"data": "", "format": "wav"}}));
    assert_eq!(refused(&audio, NEW), "messages[0].content[0].input_audio");
    assert_eq!(refused(&part(json!({"type": "video_url"})), NEW), "messages[0].content[0].type");
    for (members, name) in [
        (json!({"seed": 1}), "seed"),
        (json!({"n": 2}), "n"),
        (json!({"logit_bias": {"1": 2}}), "logit_bias"),
        (json!({"nonsense": true}), "nonsense"),
        (json!({"stop": [" "]}), "stop"),
        (json!({"service_tier": "flex"}), "service_tier"),
        (json!({"reasoning_effort": "huge"}), "reasoning_effort"),
        (json!({"tool_choice": "required"}), "tool_choice"),
        (json!({"max_tokens": "x"}), "max_tokens"),
    ] {
        assert_eq!(refused(&ask(members), NEW), name);
    }
    assert_eq!(refused(&ask(json!({"temperature": 0.5})), "claude-opus-4-8"), "temperature");
    let call = json!([{"role": "assistant", "tool_calls": [{"id": "a", "function": {"name": "f", "arguments": "[1]"}}]}]);
    assert_eq!(refused(&messages(call), NEW), "messages[0].tool_calls[0].function.arguments");
}

#[test]
fn parameters_are_dropped_where_the_configuration_allows_it() {
    let policy = ParamPolicy { drop_params: true, ..ParamPolicy::default() };
    let outgoing =
        send(&ask(json!({"seed": 1, "x": 2, "top_p": 0.25})), &target(NEW, policy)).unwrap();
    assert_eq!(outgoing.dropped, ["seed", "x"]);
    let sent: Value = serde_json::from_slice(&outgoing.body).unwrap();
    assert_eq!((&sent["top_p"], &sent["seed"]), (&json!(0.25), &Value::Null));

    let policy =
        ParamPolicy { allowed_openai_params: vec!["seed".into()], ..ParamPolicy::default() };
    assert_eq!(body_with(&ask(json!({"seed": 1})), NEW, policy).unwrap()["seed"], 1);
    let policy =
        ParamPolicy { additional_drop_params: vec!["seed".into()], ..ParamPolicy::default() };
    assert!(body_with(&ask(json!({"seed": 1})), NEW, policy).unwrap().get("seed").is_none());
    let strict =
        ask(json!({"tools": [{"type": "function", "function": {"name": "f", "strict": true}}]}));
    assert_eq!(refused(&strict, OLD), "tools[0].function.strict");
}

#[test]
fn parameters_that_say_the_default_are_no_error() {
    let sent = body(
        &ask(
            json!({"n": 1, "logprobs": false, "presence_penalty": 0, "frequency_penalty": 0.0, "store": false,
            "logit_bias": {}, "modalities": ["text"], "parallel_tool_calls": true, "tool_choice": "auto",
            "stream_options": null, "response_format": {"type": "text"}, "verbosity": "medium"}),
        ),
        NEW,
    );
    let mut members: Vec<_> = sent.as_object().unwrap().keys().cloned().collect();
    members.sort();
    assert_eq!(members, ["max_tokens", "messages", "model"]);
}

#[test]
fn native_members_and_extra_body_pass() {
    let sent = body(
        &ask(json!({"top_k": 5, "inference_geo": "eu", "metadata": {"user_id": "u", "trace": "t"},
            "output_config": {"task_budget": {"total": 1}, "effort": "low"}, "system": "S",
            "extra_body": {"foo": {"bar": 1.0}, "stop_sequences": ["x"]}, "user": "ignored"})),
        NEW,
    );
    assert_eq!(sent["top_k"], 5);
    assert_eq!(sent["inference_geo"], "eu");
    assert_eq!(sent["metadata"], json!({"user_id": "u"}));
    assert_eq!(sent["output_config"], json!({"effort": "low", "task_budget": {"total": 1}}));
    assert_eq!(sent["foo"], json!({"bar": 1.0}));
    assert_eq!(sent["stop_sequences"], json!(["x"]));
    assert_eq!(sent["system"], json!([{"type": "text", "text": "S"}]));
}

#[test]
fn effort_becomes_a_budget_or_adaptive_thinking_as_the_model_knows_it() {
    let high = ask(json!({"reasoning_effort": "high"}));
    let old = body(&high, OLD);
    assert_eq!(old["thinking"], json!({"type": "enabled", "budget_tokens": 4096}));
    assert_eq!(old["max_tokens"], 8192);
    let new = body(&high, "claude-opus-4-8");
    assert_eq!(new["thinking"], json!({"type": "adaptive", "display": "summarized"}));
    assert_eq!(new["output_config"], json!({"effort": "high"}));
    let small = body(&ask(json!({"reasoning_effort": "high", "max_tokens": 2000})), OLD);
    assert_eq!(small["thinking"]["budget_tokens"], 1999);
    assert_eq!(
        refused(&ask(json!({"reasoning_effort": "low", "max_tokens": 500})), OLD),
        "reasoning_effort"
    );
    assert_eq!(
        body(&ask(json!({"reasoning_effort": "none"})), "claude-opus-4-8")["thinking"],
        json!({"type": "disabled"})
    );
    assert_eq!(refused(&high, "claude-3-5-haiku-20241022"), "reasoning_effort");
    let budget = ask(json!({"thinking": {"type": "enabled", "budget_tokens": 2048}}));
    assert_eq!(body(&budget, OLD)["thinking"], json!({"type": "enabled", "budget_tokens": 2048}));
    assert_eq!(body(&budget, "claude-opus-5")["output_config"], json!({"effort": "medium"}));
}

#[test]
fn thinking_blocks_go_back_first_and_joined() {
    let sent = body(
        &messages(json!([
            {"role": "user", "content": "q"},
            {"role": "assistant", "content": "a", "reasoning_content": "ab", "annotations": [], "thinking_blocks": [
                {"type": "thinking", "thinking": "a", "signature": null},
                {"type": "thinking", "thinking": "b"},
                {"type": "thinking", "thinking": "", "signature": "s"},
                {"type": "redacted_thinking", "data": "d"},
                {"type": "thinking", "thinking": "lost"}]},
            {"role": "user", "content": "q2"},
        ])),
        NEW,
    );
    assert_eq!(
        sent["messages"][1]["content"],
        json!([{"type": "thinking", "thinking": "ab", "signature": "s"},
               {"type": "redacted_thinking", "data": "d"}, {"type": "text", "text": "a"}])
    );
}

#[test]
fn server_tools_go_back_with_their_results() {
    let call = json!({"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {"query": "q"}});
    let result =
        json!({"type": "web_search_tool_result", "tool_use_id": "srvtoolu_1", "content": []});
    let own = json!({"server_tool_use": [call], "web_search_results": [result]});
    let litellm = json!({"web_search_results": [result]});
    for (fields, calls) in [
        (own, json!([])),
        (
            litellm,
            json!([{"id": "srvtoolu_1", "type": "function",
            "function": {"name": "web_search", "arguments": "{\"query\":\"q\"}"}}]),
        ),
    ] {
        let sent = body(
            &messages(
                json!([{"role": "user", "content": "q"}, {"role": "assistant", "content": "a",
                "tool_calls": calls, "provider_specific_fields": fields}, {"role": "user", "content": "q"}]),
            ),
            NEW,
        );
        let blocks = sent["messages"][1]["content"].as_array().unwrap();
        assert!(blocks.contains(&call) && blocks.contains(&result), "{blocks:?}");
    }
}

#[test]
fn tools_in_every_shape() {
    let outgoing = send(
        &ask(json!({"tools": [
            {"type": "function", "function": {"name": "a.b", "description": "d", "strict": true,
             "parameters": {"type": "object", "properties": {"n": {"type": "integer", "minimum": 1}}}}},
            {"type": "function", "function": {"name": "plain"}, "cache_control": {"type": "ephemeral"}},
            {"type": "web_search_20250305", "name": "web_search", "max_uses": 3},
            {"name": "native", "input_schema": {"type": "object"}},
            {"type": "memory_20250818", "name": "memory"},
            {"type": "mcp", "server_url": "https://m.test", "server_label": "m", "headers": {"Authorization": "Bearer t"}},
        ], "tool_choice": {"type": "function", "function": {"name": "a.b"}}, "parallel_tool_calls": false})),
        &target(NEW, ParamPolicy::default()),
    )
    .unwrap();
    let sent: Value = serde_json::from_slice(&outgoing.body).unwrap();
    assert_eq!(
        sent["tools"],
        json!([
            {"name": "a_b", "description": "d", "strict": true, "input_schema": {"type": "object",
             "additionalProperties": false,
             "properties": {"n": {"type": "integer", "description": "Must satisfy minimum: 1."}}}},
            {"name": "plain", "input_schema": {"type": "object", "properties": {}}, "cache_control": {"type": "ephemeral"}},
            {"type": "web_search_20250305", "name": "web_search", "max_uses": 3},
            {"name": "native", "input_schema": {"type": "object"}},
            {"type": "memory_20250818", "name": "memory"},
        ])
    );
    assert_eq!(
        sent["tool_choice"],
        json!({"type": "tool", "name": "a_b", "disable_parallel_tool_use": true})
    );
    assert_eq!(
        sent["mcp_servers"],
        json!([{"type": "url", "url": "https://m.test", "name": "m", "authorization_token": "t"}])
    );
    assert_eq!(outgoing.exchange.renamed_tools, [("a_b".into(), "a.b".into())]);
    let beta = outgoing.headers.iter().find(|(name, _)| name == "anthropic-beta").unwrap();
    assert_eq!(beta.1, "context-management-2025-06-27,mcp-client-2025-04-04");
}

#[test]
fn deprecated_functions_are_tools_whose_results_find_their_call() {
    let sent = body(
        &json!({"model": "m", "functions": [{"name": "f"}], "function_call": {"name": "f"}, "messages": [
            {"role": "user", "content": "q"},
            {"role": "assistant", "content": null, "function_call": {"name": "f", "arguments": "{}"}},
            {"role": "function", "name": "f", "content": "r"}]}),
        NEW,
    );
    assert_eq!(sent["tool_choice"], json!({"type": "tool", "name": "f"}));
    assert_eq!(
        sent["messages"][1]["content"][0]["id"],
        sent["messages"][2]["content"][0]["tool_use_id"]
    );
}

#[test]
fn allowed_tools_are_the_only_ones_declared() {
    let sent = body(
        &ask(
            json!({"tools": [{"type": "function", "function": {"name": "a"}}, {"type": "function", "function": {"name": "b"}}],
            "tool_choice": {"type": "allowed_tools", "allowed_tools": {"mode": "required",
                "tools": [{"type": "function", "function": {"name": "b"}}]}}}),
        ),
        NEW,
    );
    assert_eq!(sent["tools"].as_array().unwrap().len(), 1);
    assert_eq!(sent["tool_choice"], json!({"type": "any"}));
}

#[test]
fn json_is_asked_for_natively_where_the_model_can() {
    let schema = json!({"type": "object", "properties": {"a": {"type": "string", "minLength": 2}}, "required": ["a"]});
    let format = ask(
        json!({"response_format": {"type": "json_schema", "json_schema": {"name": "x", "schema": schema}}}),
    );
    let new = body(&format, NEW);
    assert_eq!(new["output_config"]["format"]["type"], "json_schema");
    assert_eq!(new["output_config"]["format"]["schema"]["additionalProperties"], false);
    let old = send(&format, &target(OLD, ParamPolicy::default())).unwrap();
    assert_eq!(old.exchange.json_tool.as_deref(), Some("json_tool_call"));
    let sent: Value = serde_json::from_slice(&old.body).unwrap();
    assert_eq!(sent["tools"][0]["input_schema"], schema);
    assert_eq!(sent["tool_choice"]["name"], "json_tool_call");
    let free = body(&ask(json!({"response_format": {"type": "json_object"}})), NEW);
    assert_eq!(free["tools"][0]["name"], "json_tool_call");
}

#[test]
fn web_search_options_become_the_tool() {
    let sent = body(
        &ask(json!({"web_search_options": {"search_context_size": "low",
            "user_location": {"type": "approximate", "approximate": {"city": "Rome", "country": "IT"}}}})),
        NEW,
    );
    assert_eq!(
        sent["tools"],
        json!([{"type": "web_search_20250305", "name": "web_search", "max_uses": 1,
                "user_location": {"type": "approximate", "city": "Rome", "country": "IT"}}])
    );
}

#[test]
fn defaults_stand_where_the_client_says_nothing() {
    let mut target = target(NEW, ParamPolicy::default());
    let raw = |json: &str| serde_json::value::RawValue::from_string(json.into()).unwrap();
    target.defaults = vec![("temperature".into(), raw("0.1")), ("max_tokens".into(), raw("77"))];
    let outgoing = send(&ask(json!({"temperature": 0.9})), &target).unwrap();
    let sent: Value = serde_json::from_slice(&outgoing.body).unwrap();
    assert_eq!((&sent["temperature"], &sent["max_tokens"]), (&json!(0.9), &json!(77)));
}

#[test]
fn sampling_that_claude_refuses_is_refused_by_name() {
    for (members, model, name) in [
        (json!({"temperature": 1.5}), NEW, "temperature"),
        (json!({"temperature": 0.5, "reasoning_effort": "low"}), NEW, "temperature"),
        (json!({"top_p": 0.5, "reasoning_effort": "low"}), NEW, "top_p"),
        (json!({"top_k": 5, "reasoning_effort": "low"}), "claude-opus-4-6", "top_k"),
    ] {
        assert_eq!(refused(&ask(members.clone()), model), name, "{members}");
        let policy = ParamPolicy { drop_params: true, ..ParamPolicy::default() };
        let body = body_with(&ask(members), model, policy).unwrap();
        assert_eq!(body.get(name), None);
    }
    let fine = body(&ask(json!({"temperature": 1, "top_p": 0.97, "reasoning_effort": "low"})), NEW);
    assert_eq!((&fine["temperature"], &fine["top_p"]), (&json!(1), &json!(0.97)));
}

#[test]
fn thinking_as_other_providers_write_it_is_understood_or_refused() {
    let ask = |thinking: Value| ask(json!({"thinking": thinking}));
    let enabled = json!({"type": "enabled", "clear_thinking": false});
    assert_eq!(
        body(&ask(enabled.clone()), OLD)["thinking"],
        json!({"type": "enabled", "budget_tokens": 2048})
    );
    let adaptive = body(&ask(enabled.clone()), "claude-opus-4-6");
    assert_eq!(adaptive["thinking"], json!({"type": "adaptive", "display": "summarized"}));
    assert_eq!(refused(&ask(json!({"clear_thinking": false})), OLD), "thinking");
    assert_eq!(refused(&ask(enabled), "claude-3-5-haiku-20241022"), "thinking");
    let disabled = body(&ask(json!({"type": "disabled"})), "claude-3-5-haiku-20241022");
    assert_eq!(disabled.get("thinking"), None);
}

#[test]
fn a_forced_call_within_a_thinking_budget_and_tools_of_other_providers_are_refused() {
    let tool = json!({"type": "function", "function": {"name": "f"}});
    let forced = json!({"tools": [tool], "tool_choice": "required", "reasoning_effort": "low"});
    assert_eq!(refused(&ask(forced.clone()), OLD), "tool_choice");
    assert_eq!(body(&ask(forced), "claude-opus-4-6")["tool_choice"], json!({"type": "any"}));
    assert_eq!(refused(&ask(json!({"tools": [{"type": "file_search"}]})), NEW), "tools[0]");
    let one = |name: &str| json!({"type": "function", "function": {"name": name}});
    let undeclared = json!({"tools": [tool], "tool_choice": one("g")});
    assert_eq!(refused(&ask(undeclared), NEW), "tool_choice");
    let computer = json!({"type": "bash_20250124", "name": "bash"});
    let choice = body(&ask(json!({"tools": [computer], "tool_choice": one("bash")})), NEW);
    assert_eq!(choice["tool_choice"], json!({"type": "tool", "name": "bash"}));
}
