//! Golden files: for each provider a request as it would be sent, and its answer as the client gets it.
//!
//! `UPDATE_GOLDEN=1 cargo test --test embeddings` writes them anew; the difference is for review.

use super::*;
use support::new_members::{extended, objects, stripped};

/// Two texts, and what a client may set with them.
fn two(more: Value) -> Value {
    let mut members = json!({"input": ["one", "zwei \u{e9}"], "user": "u"});
    members.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    members
}

fn one(more: Value) -> Value {
    let mut members = two(more);
    members["input"] = json!("one");
    members
}

fn openai_list() -> Value {
    json!({"object": "list", "data": [
        {"object": "embedding", "index": 0, "embedding": [0.5, -1.25]},
        {"object": "embedding", "index": 1, "embedding": [0.25, 2.0]}],
        "model": "served", "usage": {"prompt_tokens": 4, "total_tokens": 4}, "x": {"kept": true}})
}

/// File, model, request, answer.
fn cases() -> Vec<(&'static str, &'static str, Value, Value)> {
    let cohere = json!({"id": "c", "embeddings": {"float": [[0.5, -1.25], [0.25, 2.0]]}, "texts": ["a", "b"],
        "meta": {"billed_units": {"input_tokens": 4}}, "response_type": "embeddings_by_type"});
    let small = json!({"dimensions": 2});
    let total = json!({"object": "list", "data": openai_list()["data"], "model": "served",
        "usage": {"total_tokens": 4}});
    vec![
        ("openai", "openai/text-embedding-3-small", two(small.clone()), openai_list()),
        ("azure", "azure/embed", two(small.clone()), openai_list()),
        (
            "mistral",
            "mistral/mistral-embed",
            two(json!({"dimensions": 2, "output_dtype": "float"})),
            openai_list(),
        ),
        (
            "voyage",
            "voyage/voyage-3.5",
            two(
                json!({"dimensions": 2, "input_type": "query", "truncation": true, "encoding_format": "float"}),
            ),
            total.clone(),
        ),
        (
            "jina_ai",
            "jina_ai/jina-embeddings-v3",
            two(
                json!({"dimensions": 2, "task": "text-matching", "late_chunking": true, "encoding_format": "base64"}),
            ),
            total,
        ),
        (
            "nvidia_nim",
            "nvidia_nim/nvidia/nv-embedqa-e5-v5",
            two(json!({"input_type": "query", "truncate": "END"})),
            openai_list(),
        ),
        (
            "together_ai",
            "together_ai/intfloat/e5",
            two(json!({"encoding_format": "base64"})),
            openai_list(),
        ),
        ("databricks", "databricks/gte", two(json!({"instruction": "Represent"})), openai_list()),
        (
            "cohere",
            "cohere/embed-v4.0",
            two(json!({"dimensions": 256, "input_type": "search_query", "truncate": "END"})),
            cohere.clone(),
        ),
        (
            "gemini",
            "gemini/gemini-embedding-001",
            two(json!({"dimensions": 2, "task_type": "RETRIEVAL_DOCUMENT", "title": "T"})),
            json!({"embeddings": [{"values": [0.5, -1.25]}, {"values": [0.25, 2.0]}]}),
        ),
        (
            "gemini_one",
            "gemini/gemini-embedding-001",
            one(json!({"task_type": "RETRIEVAL_QUERY"})),
            json!({"embedding": {"values": [0.5, -1.25]}, "usageMetadata": {"promptTokenCount": 1}}),
        ),
        (
            "vertex_ai",
            "vertex_ai/text-embedding-005",
            two(
                json!({"dimensions": 2, "input_type": "RETRIEVAL_DOCUMENT", "title": "T", "auto_truncate": false}),
            ),
            json!({"predictions": [
                {"embeddings": {"values": [0.5, -1.25], "statistics": {"truncated": false, "token_count": 1}}},
                {"embeddings": {"values": [0.25, 2.0], "statistics": {"truncated": false, "token_count": 3}}}],
                "metadata": {"billableCharacterCount": 7}}),
        ),
        (
            "vertex_ai_content",
            "vertex_ai/gemini-embedding-2",
            one(json!({"dimensions": 2, "auto_truncate": false})),
            json!({"embedding": {"values": [0.5, -1.25]}, "truncated": false,
                "usageMetadata": {"promptTokenCount": 3, "totalTokenCount": 3}}),
        ),
        (
            "vertex_ai_multimodal",
            "vertex_ai/multimodalembedding@001",
            json!({"input": "data:image/png;base64,AAAA", "dimensions": 128}),
            json!({"predictions": [{"imageEmbedding": [0.5, -1.25]}], "deployedModelId": "1"}),
        ),
        (
            "bedrock_titan",
            "bedrock/amazon.titan-embed-text-v2:0",
            one(json!({"dimensions": 256, "normalize": false})),
            json!({"embedding": [0.5, -1.25], "embeddingsByType": {"float": [0.5, -1.25]}, "inputTextTokenCount": 3}),
        ),
        (
            "bedrock_titan_image",
            "bedrock/amazon.titan-embed-image-v1",
            json!({"input": "data:image/png;base64,AAAA", "dimensions": 256}),
            json!({"embedding": [0.5, -1.25], "inputTextTokenCount": 0, "message": null}),
        ),
        (
            "bedrock_nova",
            "bedrock/us.amazon.nova-2-multimodal-embeddings-v1:0",
            one(json!({"dimensions": 256, "embeddingPurpose": "TEXT_RETRIEVAL"})),
            json!({"embeddings": [{"embeddingType": "TEXT", "embedding": [0.5, -1.25]}]}),
        ),
        (
            "bedrock_nova_image",
            "bedrock/amazon.nova-2-multimodal-embeddings-v1:0",
            json!({"input": "data:image/jpg;base64,AAAA"}),
            json!({"embeddings": [{"embeddingType": "IMAGE", "embedding": [0.5, -1.25]}]}),
        ),
        ("bedrock_cohere", "bedrock/eu.cohere.embed-v4:0", two(small.clone()), cohere),
        (
            "huggingface",
            "huggingface/BAAI/bge-large",
            two(json!({"normalize": true})),
            json!([[0.5, -1.25], [0.25, 2.0]]),
        ),
        (
            "oci",
            "oci/cohere.embed-v4.0",
            two(json!({"dimensions": 256, "input_type": "search_query", "truncate": "END"})),
            json!({"id": "o", "modelId": "cohere.embed-v4.0", "modelVersion": "4.0",
                "embeddings": [[0.5, -1.25], [0.25, 2.0]], "inputTextTokenCounts": [1, 3]}),
        ),
        (
            "oci_image",
            "oci/cohere.embed-english-image-v3.0",
            json!({"input": "data:image/png;base64,AAAA"}),
            json!({"embeddings": [[0.5, -1.25]], "usage": {"promptTokens": 2, "totalTokens": 2}}),
        ),
        (
            "ollama",
            "ollama/nomic-embed-text",
            two(json!({"dimensions": 2, "keep_alive": "5m", "truncate": true})),
            json!({"model": "nomic-embed-text", "embeddings": [[0.5, -1.25], [0.25, 2.0]], "prompt_eval_count": 4}),
        ),
    ]
}

fn check(name: &str, seen: &str) {
    support::streams::golden(&format!("embeddings/{name}.json"), seen);
}

#[test]
fn every_format_as_it_is_sent_and_answered() {
    for (name, model, members, answer) in cases() {
        let outgoing = send(members.clone(), &target(model)).unwrap();
        let body: Value = serde_json::from_slice(&outgoing.body).unwrap();
        let (list, report) = answered(members.clone(), model, &answer).unwrap();
        let seen = json!({
            "asked": ask(members),
            "sent": {"url": outgoing.url(), "headers": outgoing.headers, "body": body, "dropped": outgoing.dropped},
            "answered": answer,
            "given": list,
            "estimated": report.estimated,
        });
        check(name, &format!("{seen:#}\n"));
    }
}

#[test]
fn every_split_gives_the_same_bytes() {
    for (name, model, members, answer) in cases() {
        let body = answer.to_string();
        let target = target(model);
        let whole = given(members.clone(), &target, 200, body.as_bytes(), usize::MAX).unwrap();
        for split in 1..body.len() {
            let again = given(members.clone(), &target, 200, body.as_bytes(), split).unwrap();
            assert_eq!(again, whole, "{name} at {split}");
        }
    }
}

#[test]
fn errors_are_in_openais_shape() {
    for (name, model, members, _) in cases() {
        for body in [
            r#"{"error":{"message":"Too long","code":"x"}}"#,
            r#"{"message":"Too long"}"#,
            r#"{"error":"Too long"}"#,
            r#"{"detail":"Too long"}"#,
        ] {
            let error =
                given(members.clone(), &target(model), 429, body.as_bytes(), 7).unwrap_err();
            assert_eq!((error.status, error.message.as_str()), (429, "Too long"), "{name}");
            // The same under a 200 is no answer either.
            let error =
                given(members.clone(), &target(model), 200, body.as_bytes(), 7).unwrap_err();
            assert!(error.status >= 400 && error.message.contains("Too long"), "{name}: {error:?}");
        }
    }
}

#[test]
fn new_members_anywhere_in_an_answer_change_nothing() {
    for (name, model, members, answer) in cases() {
        let body = answer.to_string();
        let expected = answered(members.clone(), model, &answer).unwrap();
        for at in (0..objects(&answer)).map(Some).chain([None]) {
            for first in [true, false] {
                let body: Value = serde_json::from_str(&extended(&body, at, first)).unwrap();
                let (list, report) = answered(members.clone(), model, &body).unwrap();
                assert_eq!((stripped(list), report), expected, "{name}: {body}");
            }
        }
    }
}

#[test]
fn what_is_no_answer_is_told_as_what_it_is() {
    for (name, model, members, answer) in cases() {
        let whole = answer.to_string();
        let cut = whole.split_at(whole.len() - 2).0;
        for (body, says) in [
            ("", "empty body"),
            (" \n", "empty body"),
            ("<html><title>Sorry</title></html>", "web page instead of an answer: Sorry"),
            ("data: {\"embedding\": [0.5]}\n\n", "sent a stream"),
            ("\u{1f}\u{8b}\u{8}", "compressed"),
            ("Busy.", "Busy."),
            ("{}", "unknown shape"),
            ("{\"x_new\": [[0.5]]}", "unknown shape"),
            ("[]", "unknown shape"),
            ("null", "unknown shape"),
            ("5", "unknown shape"),
            (cut, "unknown shape"),
        ] {
            let result = given(members.clone(), &target(model), 200, body.as_bytes(), 3);
            let error = result.expect_err(name);
            assert_eq!(error.status, 502, "{name}: {body}");
            assert!(error.message.contains(says), "{name}: {body}: {}", error.message);
        }
    }
}
