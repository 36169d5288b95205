//! What the provider is sent.

use super::*;

fn tools() -> Value {
    let tool = |name: &str| json!({"type": "function", "function": {"name": name, "parameters": {"type": "object"}}});
    json!([tool("f"), tool("g")])
}

#[test]
fn the_address_follows_the_region_or_the_base() {
    const CHAT: &str = "/20231130/actions/chat";
    let own = |region: &str| format!("https://inference.generativeai.{region}.oci.oraclecloud.com");
    for (params, url) in [
        (json!({}), own("us-ashburn-1")),
        (json!({"oci_region": "eu-frankfurt-1"}), own("eu-frankfurt-1")),
        (json!({"api_base": "https://x.test"}), "https://x.test".into()),
        (json!({"api_base": "https://x.test/20231130/actions/chat/"}), "https://x.test".into()),
        (json!({"api_base": "https://x.test/oci/20231130"}), "https://x.test/oci".into()),
    ] {
        let outgoing = send(LLAMA, &ask(json!({})), params).unwrap();
        assert_eq!(outgoing.url(), format!("{url}{CHAT}"));
        assert!(outgoing.headers.contains(&("authorization".into(), "Bearer key".into())));
    }
}

#[test]
fn a_model_on_a_cluster_of_ones_own_is_named_by_its_endpoint() {
    let mode = |params: Value| {
        let target = support::deployment(LLAMA, &params).unwrap();
        support::body(&ask(json!({})), &target)["servingMode"].take()
    };
    let name = "meta.llama-3.3-70b-instruct";
    assert_eq!(mode(json!({})), json!({"servingType": "ON_DEMAND", "modelId": name}));
    let dedicated = json!({"oci_serving_mode": "DEDICATED"});
    assert_eq!(mode(dedicated), json!({"servingType": "DEDICATED", "endpointId": name}));
    let named = json!({"oci_serving_mode": "DEDICATED", "oci_endpoint_id": "ocid1.x"});
    assert_eq!(mode(named), json!({"servingType": "DEDICATED", "endpointId": "ocid1.x"}));
    let error = send(LLAMA, &ask(json!({})), json!({"oci_serving_mode": "SOME"})).unwrap_err();
    assert_eq!((error.status, error.param.as_deref()), (500, Some("oci_serving_mode")));
}

#[test]
fn the_name_of_the_model_tells_the_format() {
    let asked = ask(json!({"max_tokens": 9}));
    assert_eq!(
        body(LLAMA, &asked),
        json!({"apiFormat": "GENERIC", "maxTokens": 9, "isStream": false,
            "messages": [{"role": "USER", "content": [{"type": "TEXT", "text": "Hi"}]}]})
    );
    assert_eq!(
        body(COHERE, &asked),
        json!({"apiFormat": "COHERE", "maxTokens": 9, "isStream": false, "message": "Hi"})
    );
}

#[test]
fn a_limit_is_always_set_under_the_name_that_the_model_knows() {
    let limits = |model: &str, members: Value| {
        let sent = body(model, &ask(members));
        (sent["maxTokens"].as_u64(), sent["maxCompletionTokens"].as_u64())
    };
    assert_eq!(limits(LLAMA, json!({})), (Some(4000), None), "the model's own limit");
    assert_eq!(limits("oci/xai.grok-4", json!({})), (Some(4096), None));
    assert_eq!(limits("oci/openai.gpt-5", json!({})), (None, Some(4096)));
    assert_eq!(limits("oci/openai.gpt-oss-120b", json!({"max_tokens": 5})), (Some(5), None));
    assert_eq!(limits("oci/openai.gpt-5", json!({"max_tokens": 5})), (None, Some(5)));
    let both = json!({"max_tokens": 5, "max_completion_tokens": 6});
    assert_eq!(limits(COHERE, both), (Some(6), None));
}

#[test]
fn streams_are_asked_for_their_usage() {
    for model in [LLAMA, COHERE] {
        let sent = body(model, &ask(json!({"stream": true})));
        assert_eq!(sent["streamOptions"], json!({"isIncludeUsage": true}));
    }
}

#[test]
fn a_choice_of_tools_is_expressed() {
    let chosen = |choice: Value| {
        let sent = body(LLAMA, &ask(json!({"tools": tools(), "tool_choice": choice})));
        let names = sent["tools"].as_array().unwrap().iter();
        let names: Vec<&str> = names.map(|tool| tool["name"].as_str().unwrap()).collect();
        (sent["toolChoice"].clone(), names.join(","))
    };
    assert_eq!(chosen(json!("auto")), (Value::Null, "f,g".into()));
    assert_eq!(chosen(json!("none")), (json!({"type": "NONE"}), "f,g".into()));
    assert_eq!(chosen(json!("required")), (json!({"type": "REQUIRED"}), "f,g".into()));
    let named = json!({"type": "function", "function": {"name": "g"}});
    assert_eq!(chosen(named.clone()), (json!({"type": "FUNCTION", "name": "g"}), "g".into()));
    for model in [LLAMA, COHERE] {
        assert_eq!(refused(model, &ask(json!({"tool_choice": "required"}))), "tool_choice");
    }

    let none = body(COHERE, &ask(json!({"tools": tools(), "tool_choice": "none"})));
    assert_eq!(none["tools"], Value::Null);
    for choice in [json!("required"), named] {
        let asked = ask(json!({"tools": tools(), "tool_choice": choice}));
        assert_eq!(refused(COHERE, &asked), "tool_choice", "Cohere cannot be made to call");
    }
}

#[test]
fn gemini_gets_its_instructions_in_one_place() {
    let talk = messages(json!([
        {"role": "user", "content": "a"}, {"role": "system", "content": "s"},
        {"role": "user", "content": "b"}, {"role": "developer", "content": "d"},
    ]));
    let roles = |model: &str| {
        let sent = body(model, &talk);
        let turns = sent["messages"].as_array().unwrap().iter();
        turns.map(|turn| turn["role"].as_str().unwrap().to_owned()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(roles(LLAMA), "USER SYSTEM USER SYSTEM");
    assert_eq!(roles("oci/google.gemini-2.5-flash"), "SYSTEM USER USER");
    let first = &body("oci/google.gemini-2.5-flash", &talk)["messages"][0]["content"];
    let text = |text: &str| json!({"type": "TEXT", "text": text});
    assert_eq!(*first, json!([text("s"), text("d")]));
}

#[test]
fn references_in_a_schema_are_put_in_place() {
    let function = json!({"name": "f", "parameters": {"type": "object",
        "properties": {"a": {"$ref": "#/$defs/n"}}, "$defs": {"n": {"type": "number"}}}});
    let asked = ask(json!({"tools": [{"type": "function", "function": function}]}));
    let expected = json!({"type": "object", "properties": {"a": {"type": "number"}}});
    assert_eq!(body(LLAMA, &asked)["tools"][0]["parameters"], expected);
    let definitions = json!({"a": {"type": "float", "isRequired": false}});
    assert_eq!(body(COHERE, &asked)["tools"][0]["parameterDefinitions"], definitions);
}

#[test]
fn a_format_is_expressed() {
    let schema = json!({"type": "object", "properties": {"a": {"type": "string"}}});
    let wanted =
        json!({"response_format": {"type": "json_schema", "json_schema": {"schema": schema}}});
    assert_eq!(
        body(LLAMA, &ask(wanted.clone()))["responseFormat"],
        json!({"type": "JSON_SCHEMA", "jsonSchema": {"name": "response", "schema": schema}})
    );
    assert_eq!(
        body(COHERE, &ask(wanted))["responseFormat"],
        json!({"type": "JSON_OBJECT", "schema": schema})
    );
    for model in [LLAMA, COHERE] {
        let sent = body(model, &ask(json!({"response_format": {"type": "json_object"}})));
        assert_eq!(sent["responseFormat"], json!({"type": "JSON_OBJECT"}));
        let sent = body(model, &ask(json!({"response_format": {"type": "text"}})));
        assert!(sent["responseFormat"].is_null());
    }
}

#[test]
fn cohere_gets_the_last_word_apart_from_the_history() {
    let sent = body(
        COHERE,
        &messages(json!([
            {"role": "user", "content": "a"}, {"role": "assistant", "content": "b"},
            {"role": "system", "content": "s"}, {"role": "user", "content": "c"},
            {"role": "assistant", "content": ""}, {"role": "user", "content": "d"},
        ])),
    );
    assert_eq!(sent["preambleOverride"], "s");
    assert_eq!(sent["message"], "d");
    let user = |text: &str| json!({"role": "USER", "message": text});
    let expected = json!([user("a"), {"role": "CHATBOT", "message": "b"}, user("c")]);
    assert_eq!(sent["chatHistory"], expected);

    let ended = json!([{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]);
    assert_eq!(refused(COHERE, &messages(ended)), "messages");
    let call = json!({"id": "x", "type": "function", "function": {"name": "f", "arguments": "[]"}});
    let odd =
        json!([{"role": "assistant", "tool_calls": [call]}, {"role": "user", "content": "a"}]);
    assert_eq!(refused(COHERE, &messages(odd)), "messages[0].tool_calls[0].function.arguments");
    let lost = json!([{"role": "tool", "tool_call_id": "x", "content": "r"}]);
    assert_eq!(refused(COHERE, &messages(lost)), "messages[0].tool_call_id");
}

#[test]
fn a_schema_that_cohere_has_no_parameters_for_is_refused() {
    let tool = |parameters: Value| {
        let function = json!({"name": "f", "parameters": parameters});
        ask(json!({"tools": [{"type": "function", "function": function}]}))
    };
    let path = "tools[0].function.parameters";
    for schema in [json!({"type": "array"}), json!({"oneOf": [{"type": "object"}]})] {
        assert_eq!(refused(COHERE, &tool(schema)), path);
    }
    let odd = tool(json!({"properties": {"a": "string"}}));
    assert_eq!(refused(COHERE, &odd), "tools[0].function.parameters.properties.a");
    let sent =
        body(COHERE, &tool(json!({"properties": {"a": true, "b": {"type": ["null", "integer"]}}})));
    let definitions = &sent["tools"][0]["parameterDefinitions"];
    assert_eq!(definitions["a"]["type"], "object");
    assert_eq!(definitions["b"]["type"], "int");
}

#[test]
fn what_cannot_be_expressed_is_refused_by_name() {
    let part = |part: Value| messages(json!([{"role": "user", "content": [part]}]));
    let image = json!({"type": "image_url", "image_url": "https://x.test/a.png"});
    assert_eq!(refused(COHERE, &part(image.clone())), "messages[0].content[0]");
    let detail = json!({"type": "image_url", "image_url": {"url": "data:x", "detail": "ultra"}});
    assert_eq!(refused(LLAMA, &part(detail)), "messages[0].content[0].image_url.detail");
    let file = json!({"type": "file", "file": {"file_id": "f"}});
    assert_eq!(refused(LLAMA, &part(file)), "messages[0].content[0].file.file_id");
    let strange = json!({"type": "hologram"});
    assert_eq!(refused(LLAMA, &part(strange)), "messages[0].content[0]");
    let system = messages(json!([{"role": "system", "content": [image]}]));
    assert_eq!(refused(LLAMA, &system), "messages[0].content[0]");
    assert_eq!(
        refused(LLAMA, &messages(json!([{"role": "assistant", "content": ""}]))),
        "messages"
    );
    let strict =
        json!({"tools": [{"type": "function", "function": {"name": "f", "strict": true}}]});
    for (members, name) in [
        (json!({"service_tier": "flex"}), "service_tier"),
        (json!({"reasoning_effort": "huge"}), "reasoning_effort"),
        (json!({"modalities": ["text", "audio"]}), "modalities"),
        (json!({"audio": {"voice": "x"}}), "audio"),
        (json!({"store": true}), "store"),
        (json!({"verbosity": "long"}), "verbosity"),
        (json!({"web_search_options": {"x": 1}}), "web_search_options.x"),
        (json!({"max_tokens": "x"}), "max_tokens"),
        (json!({"nonsense": true}), "nonsense"),
        (json!({"tools": [{"type": "web_search"}]}), "tools[0]"),
        (json!({"tools": [{"type": "function", "function": {}}]}), "tools[0].function.name"),
        (strict, "tools[0].function.strict"),
        (json!({"response_format": {"type": "xml"}}), "response_format.type"),
        (json!({"response_format": {"type": "json_schema"}}), "response_format.json_schema.schema"),
    ] {
        for model in [LLAMA, COHERE] {
            let seen = refused(model, &ask(members.clone()));
            assert!(name.starts_with(&seen), "{model}: {seen} for {members}");
        }
    }
    for (members, name) in [
        (json!({"n": 2}), "n"),
        (json!({"logit_bias": {"1": 2}}), "logit_bias"),
        (json!({"logprobs": true}), "logprobs"),
        (
            json!({"parallel_tool_calls": false,
                "tools": [{"type": "function", "function": {"name": "f"}}]}),
            "parallel_tool_calls",
        ),
        (json!({"reasoning_effort": "low"}), "reasoning_effort"),
        (json!({"documents": [1]}), "documents[0]"),
    ] {
        assert_eq!(refused(COHERE, &ask(members)), name);
    }
}

#[test]
fn parameters_are_dropped_where_the_configuration_allows_it() {
    let asked = ask(json!({"n": 2, "x": 1, "tools": tools(), "tool_choice": "required"}));
    let outgoing = send(COHERE, &asked, json!({"drop_params": true})).unwrap();
    assert_eq!(outgoing.dropped, ["n", "x", "tool_choice"]);
    let outgoing =
        send(LLAMA, &ask(json!({"x": 1})), json!({"allowed_openai_params": ["x"]})).unwrap();
    let sent: Value = serde_json::from_slice(&outgoing.body).unwrap();
    assert_eq!(sent["chatRequest"]["x"], 1);
}
