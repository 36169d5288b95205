//! Parameters, tools, formats and media on their way to Gemini.

use super::*;

fn tool(name: &str) -> Value {
    json!({"type": "function", "function": {"name": name, "description": "d", "parameters":
        {"type": "object", "properties": {"a": {"type": "string", "minLength": 1}}}}})
}

fn config(members: Value, model: &str) -> Value {
    body(&ask(members), model)["generationConfig"].clone()
}

#[test]
fn each_service_has_its_path_and_its_credential() {
    let outgoing = send(&ask(json!({})), SECOND);
    assert_eq!(
        outgoing.url(),
        "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:generateContent"
    );
    assert!(outgoing.headers.contains(&("x-goog-api-key".into(), "key".into())));
    let outgoing = send(&ask(json!({"stream": true})), VERTEX);
    assert_eq!(
        outgoing.url(),
        "https://aiplatform.googleapis.com/v1/projects/project-1/locations/global/publishers/google/\
         models/gemini-3-flash-preview:streamGenerateContent?alt=sse"
    );
    assert!(outgoing.headers.contains(&("authorization".into(), "Bearer key".into())));
    let params = json!({"vertex_project": "p"});
    let target = support::deployment("vertex_ai/gemini-2.5-pro", &params).unwrap();
    assert_eq!(target.endpoint.host(), "us-central1-aiplatform.googleapis.com");
    let params = json!({"vertex_project": "p", "vertex_location": "x/../y"});
    assert!(support::deployment("vertex_ai/gemini-2.5-pro", &params).is_err());
}

#[test]
fn parameters_get_googles_names_and_keep_their_numbers() {
    let request = r#"{"model": "m", "messages": [{"role": "user", "content": "Hi"}], "temperature": 0.50,
        "top_p": 0.9, "top_k": 3, "n": 2, "seed": 5, "stop": "END", "max_tokens": 9, "max_completion_tokens": 10.0,
        "presence_penalty": 0.1, "frequency_penalty": 0.2, "logprobs": true, "top_logprobs": 4}"#;
    let request = dragoman::openai::ChatRequest::parse(request.into()).unwrap();
    let outgoing = dragoman::translate::request(&request, &target(SECOND), 0, "n").unwrap();
    let body = String::from_utf8(outgoing.body).unwrap();
    assert!(
        body.ends_with(
            r#""generationConfig":{"temperature":0.50,"topP":0.9,"topK":3,"candidateCount":2,"seed":5,"stopSequences":["END"],"maxOutputTokens":10,"presencePenalty":0.1,"frequencyPenalty":0.2,"responseLogprobs":true,"logprobs":4}}"#
        ),
        "{body}"
    );
}

#[test]
fn parameters_that_say_the_default_are_not_sent() {
    let members = json!({"n": 1, "logit_bias": {}, "presence_penalty": 0, "logprobs": false, "store": false,
        "modalities": ["text"], "verbosity": "medium", "parallel_tool_calls": true, "service_tier": "auto"});
    let body = body(&ask(members), THIRD);
    assert_eq!(body, json!({"contents": [{"role": "user", "parts": [{"text": "Hi"}]}]}));
}

#[test]
fn what_gemini_has_no_word_for_is_refused_by_name_or_dropped() {
    for (model, members, name) in [
        (SECOND, json!({"logit_bias": {"1": 2}}), "logit_bias"),
        (SECOND, json!({"verbosity": "low"}), "verbosity"),
        (SECOND, json!({"x_unheard_of": 1}), "x_unheard_of"),
        (SECOND, json!({"service_tier": "scale"}), "service_tier"),
        (SECOND, json!({"stop": [""]}), "stop"),
        (THIRD, json!({"presence_penalty": 1}), "presence_penalty"),
        ("gemini/gemini-3.6-flash", json!({"temperature": 0.5}), "temperature"),
        (
            SECOND,
            json!({"tools": [tool("f")], "parallel_tool_calls": false}),
            "parallel_tool_calls",
        ),
        (
            SECOND,
            json!({"tools": [tool("f")], "response_format": {"type": "json_object"}}),
            "response_format",
        ),
        (SECOND, json!({"tools": [tool("f"), {"googleSearch": {}}]}), "tools[1]"),
        (SECOND, json!({"tools": [tool("f")], "web_search_options": {}}), "web_search_options"),
        (SECOND, json!({"tools": [{"enterpriseWebSearch": {}}]}), "tools[0]"),
        (
            SECOND,
            json!({"tools": [{"type": "file_search", "x": 1, "y": 2}, {"type": "local_shell"}]}),
            "tools[1]",
        ),
        (SECOND, json!({"audio": {"voice": "alloy", "format": "mp3"}}), "audio.format"),
        (
            SECOND,
            json!({"web_search_options": {"user_location": {"approximate": {"country": "FR"}}}}),
            "web_search_options.user_location",
        ),
    ] {
        let request = ask(members);
        assert_eq!(refused(&request, model), name);
        assert_eq!(dropped(&request, model), [name], "{request}");
    }
}

#[test]
fn remarks_that_change_no_answer_are_left_out_and_noted() {
    let members = json!({"user": "u", "metadata": {"a": "b"}, "safety_identifier": "s", "prompt_cache_key": "k",
        "labels": {"a": "b"}});
    let outgoing = send(&ask(members.clone()), SECOND);
    assert_eq!(
        outgoing.dropped,
        ["user", "metadata", "safety_identifier", "prompt_cache_key", "labels"]
    );
    assert_eq!(body(&ask(members), VERTEX)["labels"], json!({"a": "b"}));
}

#[test]
fn googles_own_members_pass_in_either_case() {
    let settings = json!([{"category": "HARM_CATEGORY_HARASSMENT", "threshold": "BLOCK_NONE"}]);
    let body = body(
        &ask(
            json!({"safety_settings": settings, "cached_content": "cachedContents/1", "temperature": 0.1,
            "imageConfig": {"aspectRatio": "1:1"}, "media_resolution": "MEDIA_RESOLUTION_LOW",
            "extra_body": {"generationConfig": {"temperature": 0.9, "top_k": 7}, "x_unheard_of": 1}}),
        ),
        SECOND,
    );
    assert_eq!(body["safetySettings"], settings);
    assert_eq!(body["cachedContent"], "cachedContents/1");
    assert_eq!(
        body["generationConfig"],
        json!({"temperature": 0.9, "imageConfig": {"aspectRatio": "1:1"},
            "mediaResolution": "MEDIA_RESOLUTION_LOW", "topK": 7})
    );
    assert_eq!(body["x_unheard_of"], 1);
    assert_eq!(refused(&ask(json!({"contents": []})), SECOND), "contents");
}

#[test]
fn tiers_go_where_each_service_reads_them() {
    let outgoing = send(&ask(json!({"service_tier": "flex"})), VERTEX);
    assert!(
        outgoing.headers.contains(&("x-vertex-ai-llm-shared-request-type".into(), "flex".into()))
    );
    assert_eq!(body(&ask(json!({"service_tier": "default"})), SECOND)["serviceTier"], "standard");
}

#[test]
fn functions_are_declared_with_the_schema_as_it_was_written() {
    let request =
        ask(json!({"tools": [tool("f"), {"type": "function", "function": {"name": "a/b c"}},
        {"type": "function", "function": {"name": "g", "parameters": {}}}]}));
    let functions = body(&request, SECOND)["tools"][0]["functionDeclarations"].clone();
    assert_eq!(functions[0]["parametersJsonSchema"], tool("f")["function"]["parameters"]);
    assert_eq!(functions[1], json!({"name": "a_b_c"}));
    assert_eq!(functions[2], json!({"name": "g"}));
    let old = &body(&request, OLD)["tools"][0]["functionDeclarations"][0];
    let schema = json!({"type": "OBJECT", "properties": {"a": {"type": "STRING", "minLength": 1}}});
    assert_eq!(old["parameters"], schema);
}

#[test]
fn every_form_of_tool_choice_has_its_mode() {
    let named = json!({"type": "function", "function": {"name": "f"}});
    let allowed = |mode: &str| json!({"type": "allowed_tools", "allowed_tools": {"mode": mode, "tools": [named]}});
    for (choice, expected) in [
        (json!("auto"), json!({"mode": "AUTO"})),
        (json!("none"), json!({"mode": "NONE"})),
        (json!("required"), json!({"mode": "ANY"})),
        (named.clone(), json!({"mode": "ANY", "allowedFunctionNames": ["f"]})),
        (allowed("required"), json!({"mode": "ANY", "allowedFunctionNames": ["f"]})),
        (allowed("auto"), json!({"mode": "AUTO"})),
    ] {
        let body =
            body(&ask(json!({"tools": [tool("f"), tool("g")], "tool_choice": choice})), SECOND);
        assert_eq!(body["toolConfig"]["functionCallingConfig"], expected, "{choice}");
        let declared = body["tools"][0]["functionDeclarations"].as_array().unwrap().len();
        assert_eq!(declared, if choice["type"] == "allowed_tools" { 1 } else { 2 });
    }
    assert_eq!(refused(&ask(json!({"tool_choice": "required"})), SECOND), "tool_choice");
    let other = json!({"tools": [tool("g")], "tool_choice": named});
    assert_eq!(refused(&ask(other), SECOND), "tool_choice");
}

#[test]
fn strict_functions_are_validated_where_the_model_can() {
    let mut strict = tool("f");
    strict["function"]["strict"] = json!(true);
    let request = ask(json!({"tools": [strict]}));
    let mode = &body(&request, SECOND)["toolConfig"]["functionCallingConfig"]["mode"];
    assert_eq!(mode, "VALIDATED");
    assert_eq!(refused(&request, "gemini/gemini-2.0-flash"), "tools[0].function.strict");
    // Vertex AI's first version does not know the mode.
    assert!(send(&request, VERTEX).path.starts_with("/v1beta1/projects/"));
    let mut demanded = request.clone();
    demanded["tool_choice"] = json!("required");
    let mode = &body(&demanded, VERTEX)["toolConfig"]["functionCallingConfig"]["mode"];
    assert_eq!(mode, "ANY");
    assert!(send(&demanded, VERTEX).path.starts_with("/v1/projects/"));
}

#[test]
fn googles_tools_stand_beside_functions_where_the_model_can() {
    let body = body(
        &ask(json!({"tools": [tool("f"), {"googleSearch": {}}], "web_search_options": {}})),
        THIRD,
    );
    assert_eq!(body["tools"].as_array().unwrap().len(), 2);
    assert_eq!(body["tools"][1], json!({"googleSearch": {}}));
    assert_eq!(body["toolConfig"], json!({"includeServerSideToolInvocations": true}));
}

#[test]
fn formats_are_json_schema_or_its_subset() {
    let schema = json!({"type": "object", "properties": {"a": {"type": ["integer", "null"]}}, "additionalProperties": false});
    let format = json!({"response_format": {"type": "json_schema",
        "json_schema": {"name": "s", "strict": true, "schema": schema}}});
    assert_eq!(
        config(format.clone(), SECOND),
        json!({"responseMimeType": "application/json", "responseJsonSchema": schema})
    );
    assert_eq!(
        config(format.clone(), OLD),
        json!({"responseMimeType": "application/json", "responseSchema":
            {"type": "OBJECT", "properties": {"a": {"nullable": true, "type": "INTEGER"}}}})
    );
    let json = json!({"response_format": {"type": "json_object"}});
    assert_eq!(config(json, SECOND), json!({"responseMimeType": "application/json"}));
    let mut beside = format.clone();
    beside["tools"] = json!([tool("f")]);
    assert!(config(beside.clone(), THIRD)["responseJsonSchema"].is_object());
    beside["tool_choice"] = json!("none");
    assert!(body(&ask(beside), SECOND)["tools"].is_null());
    let wrong = json!({"response_format": {"type": "json_schema", "json_schema":
        {"schema": {"type": "object", "properties": {"a": {"not": {}}}}}}});
    assert_eq!(refused(&ask(wrong), OLD), "response_format.json_schema.schema.properties.a.not");
    let wrong = json!({"response_format": {"type": "xml"}});
    assert_eq!(refused(&ask(wrong), SECOND), "response_format.type");
}

#[test]
fn speech_and_images_are_asked_for_in_googles_words() {
    let members =
        json!({"modalities": ["text", "audio"], "audio": {"voice": "Alloy", "format": "pcm16"}});
    assert_eq!(
        config(members, "gemini/gemini-2.5-flash-preview-tts"),
        json!({"speechConfig": {"voiceConfig": {"prebuiltVoiceConfig": {"voiceName": "Kore"}}},
            "responseModalities": ["AUDIO"]})
    );
    let members = json!({"modalities": ["text", "image"]});
    let images = config(members, "gemini/gemini-2.5-flash-image");
    assert_eq!(images, json!({"responseModalities": ["TEXT", "IMAGE"]}));
}

#[test]
fn media_of_every_kind_are_sent_as_data_or_by_their_address() {
    let body = body(
        &messages(json!([{"role": "user", "content": [
            {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA", "detail": "high"}},
            {"type": "image_url", "image_url": "https://x.example/a.webp"},
            {"type": "input_audio", "input_audio": {"data": "BBBB", "format": "mp3"}},
            {"type": "video_url", "video_url": {"url": "gs://b/c.mp4"}},
            {"type": "file", "file": {"file_data": "data:application/pdf;base64,CCCC", "filename": "a.pdf"}},
            {"type": "file", "file": {"file_id": "gs://b/d", "format": "video/mp4",
                "video_metadata": {"fps": 2, "start_offset": "1s"}}}]}])),
        SECOND,
    );
    assert_eq!(
        body["contents"][0]["parts"],
        json!([
            {"inlineData": {"mimeType": "image/png", "data": "AAAA"}},
            {"fileData": {"mimeType": "image/webp", "fileUri": "https://x.example/a.webp"}},
            {"inlineData": {"mimeType": "audio/mp3", "data": "BBBB"}},
            {"fileData": {"mimeType": "video/mp4", "fileUri": "gs://b/c.mp4"}},
            {"inlineData": {"mimeType": "application/pdf", "data": "CCCC"}},
            {"fileData": {"mimeType": "video/mp4", "fileUri": "gs://b/d"},
                "videoMetadata": {"fps": 2, "startOffset": "1s"}},
        ])
    );
    assert_eq!(body["generationConfig"]["mediaResolution"], "MEDIA_RESOLUTION_HIGH");
    let unknown = json!([{"role": "user", "content": [
        {"type": "image_url", "image_url": {"url": "https://x.example/image"}}]}]);
    assert_eq!(refused(&messages(unknown), SECOND), "messages[0].content[0].image_url.url");
}

#[test]
fn the_checker_finds_what_the_reference_forbids() {
    let turn = json!({"role": "user", "parts": [{"text": "x"}]});
    let call = json!({"role": "model", "parts": [{"functionCall": {"name": "f", "args": {}}}]});
    let result =
        json!({"role": "user", "parts": [{"functionResponse": {"name": "g", "response": {}}}]});
    for bad in [
        json!({"contents": []}),
        json!({"contents": [turn, turn]}),
        json!({"contents": [call]}),
        json!({"contents": [turn, call, result]}),
        json!({"contents": [{"role": "user", "parts": [{"text": ""}]}]}),
        json!({"contents": [turn], "tools": [{"functionDeclarations": [{"name": "1"}]}]}),
        json!({"contents": [turn], "generationConfig": {"max_tokens": 1}}),
        json!({"contents": [turn], "toolConfig": {"functionCallingConfig": {"mode": "ANY"}}}),
        json!({"contents": [turn], "messages": []}),
    ] {
        assert!(!support::gemini_schema::problems(&bad, THIRD).is_empty(), "{bad}");
    }
    assert!(support::gemini_schema::problems(&json!({"contents": [turn]}), THIRD).is_empty());
}
