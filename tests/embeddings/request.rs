//! What a request may hold, for each kind of provider.

use super::*;

fn refused(members: Value, model: &str) -> ApiError {
    send(members, &target(model)).unwrap_err()
}

fn body_text(members: &str, model: &str) -> String {
    let request = EmbeddingRequest::parse(members.as_bytes().to_vec()).unwrap();
    let outgoing = translate::request(&request, &target(model), support::NOW, "n").unwrap();
    String::from_utf8(outgoing.body).unwrap()
}

#[test]
fn openais_format_keeps_the_clients_bytes() {
    let text = r#"{"input": [ "a\u00e9" , "b"],"model":"group","x":{"n": 1e400},"dimensions":5.0}"#;
    assert_eq!(
        body_text(text, "openai/text-embedding-3-large"),
        r#"{"input":[ "a\u00e9" , "b"],"model":"text-embedding-3-large","x":{"n": 1e400},"dimensions":5.0}"#
    );
}

#[test]
fn tokens_go_to_those_who_take_them_and_are_refused_by_the_others() {
    for input in [json!([1, 2]), json!([[1, 2], [3]])] {
        for model in ["openai/x", "azure/x", "hosted_vllm/x"] {
            assert_eq!(sent(json!({ "input": input }), model)["input"], input);
        }
        for model in [
            "mistral/x",
            "voyage/x",
            "cohere/x",
            "gemini/x",
            "vertex_ai/x",
            "ollama/x",
            "huggingface/x",
        ] {
            let error = refused(json!({ "input": input }), model);
            assert_eq!((error.status, error.param.as_deref()), (400, Some("input[0]")), "{model}");
            assert!(error.message.contains("tokens"), "{}", error.message);
        }
    }
}

#[test]
fn more_inputs_than_the_provider_takes_are_a_400_that_names_the_limit() {
    for (model, most) in [
        ("cohere/embed-v4.0", 96),
        ("bedrock/cohere.embed-english-v3", 96),
        ("gemini/gemini-embedding-001", 100),
        ("vertex_ai/text-embedding-005", 250),
        ("vertex_ai/gemini-embedding-001", 1),
        ("vertex_ai/gemini-embedding-2", 1),
        ("vertex_ai/multimodalembedding", 1),
        ("bedrock/amazon.nova-2-multimodal-embeddings-v1:0", 1),
        ("bedrock/amazon.titan-embed-text-v1", 1),
        ("voyage/voyage-3.5", 1000),
        ("mistral/mistral-embed", 256),
    ] {
        let input = |count: usize| json!({"input": vec!["x"; count]});
        assert!(send(input(most), &target(model)).is_ok(), "{model}");
        let error = refused(input(most + 1), model);
        assert_eq!((error.status, error.param.as_deref()), (400, Some("input")), "{model}");
        assert!(error.message.contains(&format!("at most {most}")), "{}", error.message);
    }
}

#[test]
fn what_a_format_has_no_word_for_is_refused_by_name_or_dropped() {
    for (model, name) in [
        ("openai/text-embedding-3-small", "input_type"),
        ("cohere/embed-v4.0", "task_type"),
        ("gemini/gemini-embedding-001", "x"),
        ("vertex_ai/text-embedding-005", "x"),
        ("ollama/x", "input_type"),
        ("huggingface/x", "dimensions"),
        ("together_ai/x", "dimensions"),
        ("databricks/x", "dimensions"),
        ("bedrock/amazon.titan-embed-text-v1", "dimensions"),
        ("bedrock/amazon.titan-embed-text-v2:0", "x"),
        ("bedrock/amazon.nova-2-multimodal-embeddings-v1:0", "x"),
        ("vertex_ai/gemini-embedding-2", "x"),
        ("vertex_ai/multimodalembedding@001", "x"),
    ] {
        let members = json!({"input": "a", name: 5});
        let error = refused(members.clone(), model);
        assert_eq!((error.status, error.param.as_deref()), (400, Some(name)), "{model}");
        let target = target_with(model, json!({"drop_params": true}));
        let outgoing = send(members.clone(), &target).unwrap();
        assert_eq!(outgoing.dropped, [name], "{model}");
        assert!(!String::from_utf8(outgoing.body).unwrap().contains(&format!("\"{name}\"")));
        let allowed = target_with(model, json!({"allowed_openai_params": [name]}));
        let body = String::from_utf8(send(members, &allowed).unwrap().body).unwrap();
        assert!(body.contains(&format!("\"{name}\":5")), "{model}: {body}");
    }
}

#[test]
fn who_is_asking_is_left_out_where_it_says_nothing() {
    for model in ["cohere/x", "gemini/x", "vertex_ai/x", "mistral/x", "bedrock/cohere.embed-v4:0"] {
        let outgoing = send(json!({"input": "a", "user": "u"}), &target(model)).unwrap();
        assert_eq!(outgoing.dropped, ["user"], "{model}");
    }
}

#[test]
fn an_encoding_that_is_not_openais_is_refused_where_it_cannot_be_passed_on() {
    let members = json!({"input": "a", "encoding_format": "int8"});
    assert_eq!(sent(members.clone(), "openai/x")["encoding_format"], "int8");
    for model in ["cohere/x", "gemini/x", "ollama/x", "together_ai/x"] {
        assert_eq!(refused(members.clone(), model).param.as_deref(), Some("encoding_format"));
        let allowed = target_with(model, json!({"allowed_openai_params": ["encoding_format"]}));
        let body = send(members.clone(), &allowed).unwrap().body;
        let body: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(body["encoding_format"], "int8", "{model}");
    }
}

#[test]
fn images_written_as_data_urls_are_images_to_those_who_take_them() {
    let image = "data:image/png;base64,AAAA";
    let body = sent(json!({"input": [image]}), "cohere/embed-v4.0");
    assert_eq!((&body["images"], &body["input_type"]), (&json!([image]), &json!("image")));
    let body = sent(json!({"input": [image, image]}), "cohere/embed-v4.0");
    let one = json!({"content": [{"type": "image_url", "image_url": {"url": image}}]});
    assert_eq!(body["inputs"], json!([one, one]));
    let body = sent(json!({"input": [image, image]}), "cohere/embed-english-v3.0");
    assert_eq!(body["images"], json!([image, image]));
    let body = sent(json!({"input": ["a", image]}), "cohere/embed-v4.0");
    assert_eq!(body["inputs"][0]["content"][0], json!({"type": "text", "text": "a"}));
    assert_eq!(body["inputs"][1]["content"][0]["image_url"]["url"], image);
    let body = sent(json!({"input": ["a", image]}), "jina_ai/jina-clip-v2");
    assert_eq!(body["input"], json!([{"text": "a"}, {"image": "AAAA"}]));
    let body = sent(json!({ "input": image }), "gemini/gemini-embedding-2");
    let part = json!({"inlineData": {"mimeType": "image/png", "data": "AAAA"}});
    assert_eq!(body["content"]["parts"], json!([part]));
}

#[test]
fn media_of_models_that_take_more_than_texts_go_where_they_belong() {
    let nova = "bedrock/amazon.nova-2-multimodal-embeddings-v1:0";
    let one = |input: &str| sent(json!({ "input": input }), nova)["singleEmbeddingParams"].clone();
    assert_eq!(one("a")["text"], json!({"truncationMode": "NONE", "value": "a"}));
    let sound = json!({"format": "mp3", "source": {"bytes": "AA"}});
    assert_eq!(one("data:audio/mpeg;base64,AA")["audio"], sound);
    let film = one("data:video/quicktime;base64,AA");
    assert_eq!(film["video"]["format"], "mov");
    assert_eq!(film["video"]["embeddingMode"], "AUDIO_VIDEO_COMBINED");
    let cut = sent(json!({"input": "a", "truncationMode": "END"}), nova);
    assert_eq!(cut["singleEmbeddingParams"]["text"]["truncationMode"], "END");

    let vertex = "vertex_ai/multimodalembedding@001";
    let one = |input: &str| sent(json!({ "input": input }), vertex)["instances"].clone();
    assert_eq!(one("a"), json!([{"text": "a"}]));
    assert_eq!(one("gs://b/a.png"), json!([{"image": {"gcsUri": "gs://b/a.png"}}]));
    for (model, media) in [(nova, "application/pdf"), (vertex, "video/mp4")] {
        let error = refused(json!({"input": format!("data:{media};base64,AA")}), model);
        assert_eq!((error.status, error.param.as_deref()), (400, Some("input")), "{model}");
        assert!(error.message.contains(media), "{}", error.message);
    }
    let members = json!({"input": "data:image/png;base64,AAAA"});
    assert_eq!(send(members, &target(vertex)).unwrap().exchange.embeddings.estimate, 0);
}

#[test]
fn cohere_is_told_what_texts_are_for_and_which_numbers_are_wanted() {
    let body = sent(json!({"input": "a"}), "cohere/embed-v4.0");
    assert_eq!(body["input_type"], "search_document");
    assert_eq!(body["embedding_types"], json!(["float"]));
    let asked = json!({"input": "a", "embedding_types": ["int8", "float"], "max_tokens": 9});
    let body = sent(asked, "cohere/embed-v4.0");
    assert_eq!(body["embedding_types"], json!(["int8", "float"]));
    assert_eq!(body["max_tokens"], 9);
}

#[test]
fn addresses_are_made_from_a_base_of_any_length() {
    let path = |model: &str, base: &str| {
        send(json!({"input": "a"}), &target_with(model, json!({"api_base": base}))).unwrap().path
    };
    for base in [
        "https://c.example",
        "https://c.example/v2",
        "https://c.example/v1/embed",
        "https://c.example/v2/chat",
    ] {
        assert_eq!(path("cohere/x", base), "/v2/embed", "{base}");
    }
    for base in ["http://o.example", "http://o.example/v1", "http://o.example/api/embed"] {
        assert_eq!(path("ollama/x", base), "/api/embed", "{base}");
    }
    assert_eq!(path("openai/x", "https://o.example/v1/embeddings"), "/v1/embeddings");
    assert_eq!(path("huggingface/x", "https://h.example"), "/");
    assert_eq!(path("huggingface/x", "https://h.example/embed"), "/embed");
    assert_eq!(path("gemini/x", "https://g.example"), "/v1beta/models/x:embedContent");
    assert_eq!(path("gemini/x", "https://g.example/v1"), "/v1/models/x:embedContent");
    assert_eq!(
        path("azure/x", "https://a.example"),
        "/openai/deployments/x/embeddings?api-version=2025-02-01-preview"
    );
    assert_eq!(path("azure/x", "https://a.example/openai/v1"), "/openai/v1/embeddings");
    assert_eq!(
        path("vertex_ai/7", "https://v.example/v1"),
        "/v1/projects/p/locations/us-central1/endpoints/7:predict"
    );
    assert_eq!(
        path("vertex_ai/m", "https://v.example/v1/projects/q/locations/eu"),
        "/v1/projects/q/locations/eu/publishers/google/models/m:predict"
    );
    assert_eq!(
        path("bedrock/cohere.embed-v4:0", "https://b.example"),
        "/model/cohere.embed-v4%3A0/invoke"
    );
}

#[test]
fn a_model_name_stays_inside_its_segment() {
    for model in
        ["gemini/a/../b", "vertex_ai/..", "huggingface/a/../../b", "bedrock/../cohere.embed"]
    {
        let error = refused(json!({"input": "a"}), model);
        assert_eq!((error.status, error.param.as_deref()), (400, Some("model")), "{model}");
    }
}

#[test]
fn a_provider_or_a_model_without_embeddings_says_so() {
    for model in ["anthropic/claude-sonnet-4-5", "bedrock/anthropic.claude-3-haiku"] {
        let error = refused(json!({"input": "a"}), model);
        assert_eq!(error.status, 404, "{model}");
        assert!(error.message.contains("has no embeddings"), "{}", error.message);
    }
    let error = support::send(
        &json!({"model": "m", "messages": [{"role": "user", "content": "x"}]}),
        &target("voyage/voyage-3.5"),
    );
    assert!(error.unwrap_err().message.contains("voyage has no chat completions"));
}

#[test]
fn a_deployments_defaults_for_chat_are_not_sent_and_those_for_embeddings_are() {
    let more = json!({"temperature": 0.5, "max_completion_tokens": 9, "input_type": "query", "dimensions": 64});
    let target = target_with("voyage/voyage-3.5", more);
    let outgoing = send(json!({"input": "a", "dimensions": 32}), &target).unwrap();
    let body: Value = serde_json::from_slice(&outgoing.body).unwrap();
    assert_eq!(
        body,
        json!({"model": "voyage-3.5", "input": "a", "output_dimension": 32, "input_type": "query"})
    );
}

#[test]
fn oracle_embeds_texts_or_one_image() {
    let refused = |members: Value| {
        let error = send(members, &target("oci/cohere.embed-v4.0")).unwrap_err();
        (error.status, error.param.unwrap_or(error.message))
    };
    let image = "data:image/png;base64,AAAA";
    assert_eq!(refused(json!({"input": ["a", image]})), (400, "input[1]".into()));
    assert_eq!(refused(json!({"input": "a", "input_type": 5})), (400, "input_type".into()));
    assert_eq!(refused(json!({"input": "a", "x": 5})), (400, "x".into()));
    assert_eq!(refused(json!({"input": vec!["a"; 97]})), (400, "input".into()));
}
