use super::*;

fn embed(members: &Value) -> Value {
    let mut request = json!({"model": "group", "input": ["a", "b"]});
    request.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    request
}

const ARGUMENTS: [&str; 4] = ["--endpoint", "embeddings", "--to", "cohere/embed-v4.0"];

#[test]
fn a_request_for_embeddings_is_translated() {
    let input = embed(&json!({"dimensions": 256})).to_string();
    let run = run(&[&["request"], &ARGUMENTS[..]].concat(), input.as_bytes());
    let request = run.json();
    assert_eq!(request["url"], "https://api.cohere.com/v2/embed");
    assert_eq!(request["body"]["texts"], json!(["a", "b"]));
    assert_eq!(request["body"]["output_dimension"], 256);
}

#[test]
fn an_answer_is_translated_with_and_without_its_request() {
    let answer = json!({"embeddings": {"float": [[0.5], [1.5]]}}).to_string();
    let run = run(&[&["response"], &ARGUMENTS[..]].concat(), answer.as_bytes());
    assert_eq!(run.json()["data"][1]["embedding"], json!([1.5]));
    let list = json!({"object": "list", "data": [{"object": "embedding", "index": 0, "embedding": "AACAPw=="}],
        "model": "m", "usage": {"prompt_tokens": 1, "total_tokens": 1}});
    let case = |body: Value| {
        let mut case = json!({"id": 1, "direction": "response", "endpoint": "embeddings", "to": "openai/x",
            "headers": {"content-type": "application/json"}, "b64": b64(list.to_string())});
        case["body"] = body;
        case
    };
    let results = batch(&[
        case(Value::Null),
        case(embed(&json!({"encoding_format": "base64"}))),
        case(embed(&json!({}))),
    ]);
    assert_eq!(results[0]["json"], list, "nothing is known of the client: it comes as it is");
    assert_eq!(results[1]["json"], list);
    assert_eq!(results[2]["json"]["data"][0]["embedding"], json!([1.0]));
}

#[test]
fn an_endpoint_that_is_not_known_is_refused_with_those_that_are() {
    let case = json!({"id": 1, "direction": "request", "endpoint": "embedding", "to": "openai/x",
        "body": embed(&json!({}))});
    let error = &batch(&[case])[0]["error"];
    assert_eq!(error["status"], 400);
    assert!(error["body"]["error"]["message"].as_str().unwrap().contains("chat, embeddings"));
}

#[test]
fn a_provider_without_embeddings_is_a_404() {
    let cases = ["request", "response"].map(|direction| {
        json!({"id": 1, "direction": direction, "endpoint": "embeddings", "to": CLAUDE,
            "b64": b64("{}"), "body": embed(&json!({}))})
    });
    for result in batch(&cases) {
        assert_eq!(result["error"]["status"], 404, "{result}");
    }
}
