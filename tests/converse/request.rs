//! What Bedrock is sent.

use super::*;

#[test]
fn the_address_follows_the_region_and_the_id_is_one_segment() {
    const ARN: &str = "arn:aws:bedrock:eu-central-1:123456789012:inference-profile/eu.anthropic.claude-haiku-4-5-v1:0";
    let arn = format!("bedrock/{ARN}");
    let own = json!({"aws_region_name": "ap-south-1"});
    let elsewhere = json!({"aws_bedrock_runtime_endpoint": "https://vpce.test/base/"});
    for (model, params, url) in [
        (
            CLAUDE,
            json!({}),
            "https://bedrock-runtime.us-west-2.amazonaws.com/model/us.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse",
        ),
        (
            "bedrock/converse/meta.llama3-8b",
            own.clone(),
            "https://bedrock-runtime.ap-south-1.amazonaws.com/model/meta.llama3-8b/converse",
        ),
        (
            "bedrock/eu-west-3/mistral.mixtral",
            own.clone(),
            "https://bedrock-runtime.eu-west-3.amazonaws.com/model/mistral.mixtral/converse",
        ),
        (
            &arn,
            own,
            "https://bedrock-runtime.eu-central-1.amazonaws.com/model/arn%3Aaws%3Abedrock%3Aeu-central-1%3A123456789012%3Ainference-profile%2Feu.anthropic.claude-haiku-4-5-v1%3A0/converse",
        ),
        ("bedrock_converse/us-east-1/x.y", elsewhere, "https://vpce.test/base/model/x.y/converse"),
    ] {
        let target = support::deployment(model, &params).unwrap();
        assert_eq!(support::send(&ask(json!({})), &target).unwrap().url(), url);
    }
    let outgoing = support::send(&ask(json!({"stream": true})), &target(CLAUDE)).unwrap();
    assert!(outgoing.path.ends_with("/converse-stream"));
    assert!(!String::from_utf8(outgoing.body).unwrap().contains("stream"));
}

#[test]
fn a_client_cannot_choose_another_region() {
    let mut target = target("bedrock/us-east-1/anthropic.claude-v2");
    target.model = "eu-west-1/anthropic.claude-v2".into();
    let error = support::send(&ask(json!({})), &target).unwrap_err();
    assert_eq!((error.status, error.param.as_deref()), (400, Some("model")));
}

#[test]
fn other_apis_of_bedrocks_are_no_deployment() {
    let message = support::deployment("bedrock/agent/X/Y", &json!({})).unwrap_err();
    assert!(message.contains("Converse"), "{message}");
}

#[test]
fn turns_alternate_and_tool_results_come_first() {
    let sent = body(
        &messages(json!([
            {"role": "assistant", "content": "Hello"},
            {"role": "user", "content": "a"}, {"role": "user", "content": " \n"},
            {"role": "assistant", "content": "", "tool_calls": [
                {"id": "c|1", "type": "function", "function": {"name": "f", "arguments": ""}},
                {"id": "x".repeat(90), "type": "function", "function": {"name": "g.h", "arguments": "{\"a\":1}"}}]},
            {"role": "user", "content": "wait"},
            {"role": "tool", "tool_call_id": "c|1", "content": "1", "cache_control": {"type": "ephemeral"}},
            {"role": "tool", "tool_call_id": "x".repeat(90), "content": null},
        ])),
        CLAUDE,
    );
    let turns = sent["messages"].as_array().unwrap();
    let roles: Vec<&str> = turns.iter().map(|turn| turn["role"].as_str().unwrap()).collect();
    assert_eq!(roles, ["user", "assistant", "user", "assistant", "user"]);
    assert_eq!(turns[2]["content"], json!([{"text": "a"}, {"text": "."}]));
    let calls = &turns[3]["content"];
    assert_eq!(calls[0], json!({"toolUse": {"toolUseId": "c_1", "name": "f", "input": {}}}));
    assert_eq!(calls[1]["toolUse"]["name"], "g_h");
    let last = &turns[4]["content"];
    assert_eq!(last[0], json!({"toolResult": {"toolUseId": "c_1", "content": [{"text": "1"}]}}));
    assert_eq!(last[1], json!({"cachePoint": {"type": "default"}}));
    assert_eq!(last[2]["toolResult"]["toolUseId"], calls[1]["toolUse"]["toolUseId"]);
    assert_eq!(last[3], json!({"text": "wait"}));
    // The history's calls are declared, though the client declares nothing.
    assert_eq!(sent["toolConfig"]["tools"][1]["toolSpec"]["name"], "g_h");
    assert_eq!(sent["additionalModelRequestFields"]["tool_choice"], json!({"type": "none"}));
}

#[test]
fn media_go_by_bytes_or_s3_and_the_web_is_refused() {
    let user = |part: Value| messages(json!([{"role": "user", "content": [part]}]));
    let block = |part: Value| body(&user(part), NOVA)["messages"][0]["content"][0].clone();
    assert_eq!(
        block(json!({"type": "image_url", "image_url": "data:image/jpg;base64,AA"})),
        json!({"image": {"format": "jpeg", "source": {"bytes": "AA"}}})
    );
    assert_eq!(
        block(json!({"type": "video_url", "video_url": {"url": "s3://b/a.mov"}})),
        json!({"video": {"format": "mov", "source": {"s3Location": {"uri": "s3://b/a.mov"}}}})
    );
    assert_eq!(
        block(json!({"type": "input_audio", "input_audio": {"data": "AA", "format": "wav"}})),
        json!({"audio": {"format": "wav", "source": {"bytes": "AA"}}})
    );
    // A document alone has a text put beside it.
    let file = json!({"type": "file", "file": {"file_id": "s3://b/x y.csv", "filename": "x_y.csv",
        "citations": {"enabled": true}}});
    let sent = body(&user(file), CLAUDE);
    assert_eq!(
        sent["messages"][0]["content"],
        json!([{"text": "."}, {"document": {"format": "csv", "name": "x y",
            "source": {"s3Location": {"uri": "s3://b/x y.csv"}}, "citations": {"enabled": true}}}])
    );
    for (part, param) in [
        (json!({"type": "image_url", "image_url": "https://a.test/a.png"}), "image_url.url"),
        (json!({"type": "image_url", "image_url": "data:image/tiff;base64,A"}), "image_url.url"),
        (json!({"type": "file", "file": {"file_id": "file-1"}}), "file.file_id"),
        (json!({"type": "file", "file": {"file_data": "https://a.test/a.pdf"}}), "file.file_data"),
        (json!({"type": "smell"}), "type"),
    ] {
        assert_eq!(refused(&user(part), CLAUDE), format!("messages[0].content[0].{param}"));
    }
}

#[test]
fn failed_tools_are_told_where_the_model_can_hear_it() {
    let talk = messages(json!([
        {"role": "user", "content": "x"},
        {"role": "assistant", "tool_calls": [{"id": "c", "type": "function", "function": {"name": "f"}}]},
        {"role": "tool", "tool_call_id": "c", "content": [{"type": "json", "json": {"a": 1.50}}], "is_error": true},
    ]));
    let sent = body(&talk, NOVA);
    let result = &sent["messages"][2]["content"][0]["toolResult"];
    assert_eq!(result["status"], "error");
    assert_eq!(result["content"], json!([{"json": {"a": 1.50}}]));
    assert_eq!(
        body(&talk, LLAMA)["messages"][2]["content"][0]["toolResult"]["status"],
        Value::Null
    );
    assert!(dropped(&talk, LLAMA).contains(&"messages[].is_error".to_owned()));
}

#[test]
fn caching_marks_become_cache_points_where_the_model_has_a_cache() {
    let mark = json!({"type": "ephemeral", "ttl": "1h"});
    let mut talk = messages(json!([
        {"role": "system", "content": "s", "cache_control": mark},
        {"role": "user", "content": [{"type": "text", "text": "u", "cache_control": mark}], "cache_control": mark},
    ]));
    talk["tools"] = json!([{"type": "function", "function": {"name": "f"}, "cache_control": mark}]);
    let point = json!({"cachePoint": {"type": "default", "ttl": "1h"}});
    let sent = body(&talk, CLAUDE);
    assert_eq!(sent["system"][1], point);
    assert_eq!(sent["messages"][0]["content"], json!([{"text": "u"}, point]));
    assert_eq!(sent["toolConfig"]["tools"][1], point);
    let sent = body(&talk, OLD_CLAUDE);
    assert_eq!(sent["system"][1], json!({"cachePoint": {"type": "default"}}));
    let sent = body(&talk, NOVA);
    assert!(sent["system"][1].is_object() && sent["toolConfig"]["tools"][1].is_null());
    assert_eq!(dropped(&talk, NOVA), ["cache_control.ttl", "tools[].cache_control"]);
    assert!(body(&talk, LLAMA)["system"][1].is_null());
    assert_eq!(dropped(&talk, LLAMA), ["cache_control", "tools[].cache_control"]);
}

#[test]
fn reasoning_is_asked_for_in_the_makers_words() {
    let effort = |effort: &str| ask(json!({"reasoning_effort": effort}));
    let fields =
        |openai: &Value, model: &str| body(openai, model)["additionalModelRequestFields"].clone();
    let budget = json!({"thinking": {"type": "enabled", "budget_tokens": 4096}});
    assert_eq!(fields(&effort("high"), CLAUDE), budget);
    let adaptive = fields(&effort("max"), "bedrock/anthropic.claude-opus-4-6-v1");
    assert_eq!(
        (&adaptive["thinking"]["type"], &adaptive["output_config"]["effort"]),
        (&json!("adaptive"), &json!("max"))
    );
    assert_eq!(
        fields(&effort("high"), NOVA),
        json!({"reasoningConfig": {"type": "enabled", "maxReasoningEffort": "high"}})
    );
    assert_eq!(
        fields(&effort("low"), "bedrock/openai.gpt-oss-20b-1:0"),
        json!({"reasoning_effort": "low"})
    );
    assert_eq!(
        fields(&effort("low"), "bedrock/us.openai.gpt-6-sol"),
        json!({"reasoning": {"effort": "low"}})
    );
    assert_eq!(refused(&effort("low"), LLAMA), "reasoning_effort");
    assert_eq!(refused(&ask(json!({"thinking": {"type": "enabled"}})), NOVA), "thinking");
    assert_eq!(dropped(&effort("none"), LLAMA), ["reasoning_effort"]);
    let paths = &body(&effort("high"), CLAUDE)["additionalModelResponseFieldPaths"];
    assert_eq!(paths, &json!(["/usage/output_tokens_details"]));
}

#[test]
fn thinking_goes_back_to_claude_alone() {
    let talk = messages(json!([
        {"role": "user", "content": "x"},
        {"role": "assistant", "content": "y", "thinking_blocks": [
            {"type": "thinking", "thinking": "a", "signature": null}, {"type": "thinking", "thinking": "b", "signature": "s"},
            {"type": "redacted_thinking", "data": "EtkE"}]},
        {"role": "user", "content": "z"},
    ]));
    assert_eq!(
        body(&talk, CLAUDE)["messages"][1]["content"],
        json!([{"reasoningContent": {"reasoningText": {"text": "ab", "signature": "s"}}},
               {"reasoningContent": {"redactedContent": "RXRrRQ=="}}, {"text": "y"}])
    );
    assert_eq!(body(&talk, NOVA)["messages"][1]["content"], json!([{"text": "y"}]));
    assert_eq!(dropped(&talk, NOVA), ["messages[].thinking_blocks"]);
}

#[test]
fn the_choice_among_tools_is_said_where_there_is_a_word() {
    let tool = json!({"type": "function", "function": {"name": "f", "description": ""}});
    let choose = |choice: Value| ask(json!({"tools": [tool], "tool_choice": choice}));
    let choice =
        |openai: &Value, model: &str| body(openai, model)["toolConfig"]["toolChoice"].clone();
    let named = json!({"type": "function", "function": {"name": "f"}});
    assert_eq!(choice(&choose(json!("auto")), CLAUDE), Value::Null);
    assert_eq!(choice(&choose(json!("required")), CLAUDE), json!({"any": {}}));
    assert_eq!(choice(&choose(named.clone()), NOVA), json!({"tool": {"name": "f"}}));
    assert_eq!(body(&choose(json!("none")), NOVA)["toolConfig"], Value::Null);
    assert_eq!(refused(&choose(json!("required")), LLAMA), "tool_choice");
    assert_eq!(
        refused(&choose(json!({"type": "function", "function": {"name": "g"}})), NOVA),
        "tool_choice"
    );

    let mut one = choose(named);
    one["parallel_tool_calls"] = json!(false);
    let sent = body(&one, CLAUDE);
    assert_eq!(
        sent["additionalModelRequestFields"]["tool_choice"],
        json!({"disable_parallel_tool_use": true})
    );
    assert_eq!(refused(&one, NOVA), "parallel_tool_calls");
}

#[test]
fn tools_that_must_not_be_called_stay_declared_for_the_history() {
    let mut talk = messages(json!([
        {"role": "user", "content": "x"},
        {"role": "assistant", "tool_calls": [{"id": "c", "type": "function", "function": {"name": "f"}}]},
        {"role": "tool", "tool_call_id": "c", "content": "1"},
    ]));
    talk["tools"] = json!([{"type": "function", "function": {"name": "f"}}]);
    talk["tool_choice"] = json!("none");
    let sent = body(&talk, CLAUDE);
    assert_eq!(sent["additionalModelRequestFields"]["tool_choice"], json!({"type": "none"}));
    assert!(sent["toolConfig"]["tools"][0].is_object());
    assert_eq!(refused(&talk, NOVA), "tool_choice");
}

#[test]
fn an_answer_in_json_is_native_or_a_tools_arguments() {
    let schema =
        json!({"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]});
    let json_schema = json!({"name": "s", "schema": schema});
    let openai =
        ask(json!({"response_format": {"type": "json_schema", "json_schema": json_schema}}));
    for model in [CLAUDE, "bedrock/qwen.qwen3-32b-v1:0"] {
        let format = body(&openai, model)["outputConfig"]["textFormat"].clone();
        let said = &format["structure"]["jsonSchema"];
        assert_eq!(said["name"], "s");
        let schema: Value = serde_json::from_str(said["schema"].as_str().unwrap()).unwrap();
        assert_eq!(schema["additionalProperties"], false);
    }
    let sent = body(&openai, OLD_CLAUDE);
    assert_eq!(sent["toolConfig"]["toolChoice"], json!({"tool": {"name": "json_tool_call"}}));
    let sent = body(&openai, LLAMA);
    assert!(
        sent["toolConfig"]["tools"][0].is_object() && sent["toolConfig"]["toolChoice"].is_null()
    );
    let outgoing = support::send(&openai, &target(LLAMA)).unwrap();
    assert_eq!(outgoing.exchange.json_tool.as_deref(), Some("json_tool_call"));
    let object = ask(json!({"response_format": {"type": "json_object"}}));
    assert!(body(&object, CLAUDE)["toolConfig"]["toolChoice"]["tool"].is_object());
}

#[test]
fn tools_of_the_makers_own_have_their_places() {
    let computer = json!({"type": "computer_20250124", "function": {"name": "computer",
        "parameters": {"display_width_px": 800, "display_height_px": 600}}});
    let sent = body(&ask(json!({"tools": [computer]})), CLAUDE);
    let fields = &sent["additionalModelRequestFields"];
    assert_eq!(fields["tools"][0]["display_width_px"], 800);
    assert_eq!(fields["anthropic_beta"], json!(["computer-use-2025-01-24"]));
    assert!(sent["toolConfig"].is_null());
    assert_eq!(refused(&ask(json!({"tools": [computer]})), NOVA), "tools[0]");
    let grounding = json!({"systemTool": {"name": "nova_grounding"}});
    for asked in [json!({"web_search_options": {}}), json!({"tools": [grounding]})] {
        assert_eq!(body(&ask(asked), NOVA)["toolConfig"]["tools"], json!([grounding]));
    }
    assert_eq!(refused(&ask(json!({"web_search_options": {}})), CLAUDE), "web_search_options");
}

#[test]
fn top_k_and_unknown_members_are_the_models() {
    let openai = ask(json!({"top_k": 3, "own": {"x": 1.50}, "extra_body": {"other": 1},
        "additionalModelRequestFields": {"top_k": 4}}));
    let fields = &body(&openai, OLD_CLAUDE)["additionalModelRequestFields"];
    assert_eq!(fields, &json!({"own": {"x": 1.50}, "other": 1, "top_k": 4}));
    let fields = &body(&ask(json!({"top_k": 3})), NOVA)["additionalModelRequestFields"];
    assert_eq!(fields, &json!({"inferenceConfig": {"topK": 3}}));
}

#[test]
fn converses_own_members_pass_and_stand_above() {
    let openai = ask(json!({
        "guardrailConfig": {"guardrailIdentifier": "g", "guardrailVersion": "1"},
        "inferenceConfig": {"maxTokens": 10, "topP": 0.5, "stopSequences": ["x"]},
        "requestMetadata": {"a": "b"}, "metadata": {"c": "d"}, "service_tier": "priority",
        "promptVariables": {"v": {"text": "w"}}, "system": [{"text": "first"}],
    }));
    let sent = body(&openai, NOVA);
    assert_eq!(
        sent["inferenceConfig"],
        json!({"maxTokens": 10, "topP": 0.5, "stopSequences": ["x"]})
    );
    assert_eq!(sent["requestMetadata"], json!({"a": "b"}));
    assert_eq!(sent["serviceTier"], json!({"type": "priority"}));
    assert_eq!(sent["guardrailConfig"]["guardrailIdentifier"], "g");
    assert_eq!(sent["system"], json!([{"text": "first"}]));
    assert_eq!(
        body(&ask(json!({"metadata": {"c": "d"}})), NOVA)["requestMetadata"],
        json!({"c": "d"})
    );
    let guarded =
        messages(json!([{"role": "user", "content": [{"type": "guarded_text", "text": "x"}]}]));
    assert_eq!(
        body(&guarded, NOVA)["messages"][0]["content"][0],
        json!({"guardContent": {"text": {"text": "x"}}})
    );
}

#[test]
fn what_cannot_be_said_is_refused_by_name() {
    for (members, param) in [
        (json!({"n": 2}), "n"),
        (json!({"seed": 1}), "seed"),
        (json!({"temperature": 1.5}), "temperature"),
        (json!({"logprobs": true}), "logprobs"),
        (json!({"service_tier": "scale"}), "service_tier"),
        (json!({"metadata": {"a": "ü"}}), "metadata"),
        (json!({"stop": ["\n"]}), "stop"),
        (json!({"inferenceConfig": {"x": 1}}), "inferenceConfig.x"),
        (json!({"tools": [{"type": "web_search"}]}), "tools[0]"),
        (
            json!({"tools": [{"type": "function", "function": {"name": "f", "strict": true}}]}),
            "tools[0].function.strict",
        ),
    ] {
        assert_eq!(refused(&ask(members.clone()), NOVA), param, "{members}");
    }
    let image = json!({"type": "image_url", "image_url": "data:image/png;base64,AA"});
    let talk = messages(
        json!([{"role": "user", "content": "x"}, {"role": "assistant", "content": [image]}]),
    );
    assert_eq!(refused(&talk, CLAUDE), "messages[1].content");
    let same =
        ask(json!({"n": 1, "user": "u", "seed": null, "store": false, "service_tier": "auto"}));
    assert_eq!(dropped(&same, NOVA), ["user"]);
}
