use serde_json::{Value, json};

use super::*;

const GOOGLE_HEADERS: &str = "x-goog-api-key: test\r\n";

async fn vectors(address: SocketAddr, path: &str, headers: &str, body: Value, at: &str) -> Value {
    let reply = post(address, path, headers, &body.to_string()).await;
    assert_eq!(reply.status, 200, "{path}: {}", reply.text());
    reply.json().pointer(at).cloned().unwrap_or_else(|| panic!("{}", reply.text()))
}

#[tokio::test]
async fn every_format_gives_a_text_the_same_vector() {
    let address = mock().await;
    let openai = json!({"model": "m", "input": ["one two", "x"], "dimensions": 3});
    let reply = post(address, "/v1/embeddings", OPENAI_HEADERS, &openai.to_string()).await.json();
    assert_eq!(reply["usage"], json!({"prompt_tokens": 3, "total_tokens": 3}));
    assert_eq!((&reply["model"], &reply["data"][1]["index"]), (&json!("m"), &json!(1)));
    let expected = reply["data"][0]["embedding"].clone();
    assert_eq!(expected.as_array().unwrap().len(), 3);
    let google = json!({"content": {"parts": [{"text": "one two"}]}, "outputDimensionality": 3});
    for (path, headers, body, at) in [
        (
            "/openai/deployments/m/embeddings?api-version=1",
            "api-key: test\r\n",
            json!({"input": "one two", "dimensions": 3}),
            "/data/0/embedding",
        ),
        (
            "/v2/embed",
            OPENAI_HEADERS,
            json!({"model": "m", "texts": ["one two"], "output_dimension": 3}),
            "/embeddings/float/0",
        ),
        (
            "/20231130/actions/embedText",
            OPENAI_HEADERS,
            json!({"servingMode": {"modelId": "m"}, "inputs": ["one two"], "outputDimensions": 3}),
            "/embeddings/0",
        ),
        (
            "/api/embed",
            "",
            json!({"model": "m", "input": "one two", "dimensions": 3}),
            "/embeddings/0",
        ),
        ("/v1beta/models/m:embedContent", GOOGLE_HEADERS, google.clone(), "/embedding/values"),
        (
            "/v1beta/models/m:batchEmbedContents",
            GOOGLE_HEADERS,
            json!({"requests": [google, google]}),
            "/embeddings/1/values",
        ),
    ] {
        assert_eq!(vectors(address, path, headers, body, at).await, expected, "{path}");
    }
}

#[tokio::test]
async fn openai_gives_base64_where_it_is_asked_for() {
    let body = json!({"model": "m", "input": "x", "dimensions": 3, "encoding_format": "base64"});
    let encoded =
        vectors(mock().await, "/v1/embeddings", OPENAI_HEADERS, body, "/data/0/embedding").await;
    // Three floats of four bytes.
    assert_eq!(encoded.as_str().unwrap().len(), 16);
}

#[tokio::test]
async fn faults_and_refusals_are_in_the_providers_words() {
    let address = mock().await;
    let body = json!({"model": "m?fault=status:503", "input": "x"}).to_string();
    assert_eq!(post(address, "/v1/embeddings", OPENAI_HEADERS, &body).await.status, 503);
    assert_eq!(post(address, "/v1/embeddings", "", &body).await.status, 401);
    let reply = post(address, "/v2/embed", OPENAI_HEADERS, r#"{"model":"m"}"#).await;
    assert_eq!((reply.status, reply.json()["message"].as_str()), (400, Some("texts is required")));
    let body = json!({"model": "m?fault=cut:1", "input": "x"}).to_string();
    let reply = post(address, "/api/embed", "", &body).await;
    assert!(serde_json::from_slice::<Value>(&reply.body).is_err(), "{}", reply.text());
}
