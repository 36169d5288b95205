use serde_json::{Value, json};

use super::*;

const KEY: &str = "x-goog-api-key: test\r\n";

fn said(text: &str) -> Value {
    json!({"contents":[{"role":"user","parts":[{"text":text}]}]})
}

fn with(mut body: Value, fields: Value) -> Value {
    let more = fields.as_object().unwrap().clone();
    body.as_object_mut().unwrap().extend(more);
    body
}

async fn whole(address: SocketAddr, model: &str, body: &Value) -> Reply {
    let path = format!("/v1beta/models/{model}:generateContent");
    post(address, &path, KEY, &body.to_string()).await
}

async fn streamed(address: SocketAddr, model: &str, body: &Value) -> Reply {
    let path = format!("/v1beta/models/{model}:streamGenerateContent?alt=sse");
    post(address, &path, KEY, &body.to_string()).await
}

fn parts(events: &[Value]) -> Vec<Value> {
    let of = |event: &Value| event["candidates"][0]["content"]["parts"][0].clone();
    events.iter().map(of).collect()
}

#[tokio::test]
async fn an_answer_is_echoed_with_usage_by_both_services() {
    let address = mock().await;
    let body = whole(address, "gemini-3", &said("How are you?")).await.json();
    let text = "Hello from gemini (gemini-3)! You said: How are you?";
    assert_eq!(body["candidates"][0]["content"]["parts"], json!([{"text":text}]));
    assert_eq!(body["candidates"][0]["finishReason"], "STOP");
    assert_eq!(body["usageMetadata"]["promptTokenCount"], 3);
    let path = "/v1/projects/p/locations/global/publishers/google/models/g:generateContent";
    let vertex = post(address, path, OPENAI_HEADERS, &said("hi").to_string()).await;
    assert_eq!((vertex.status, &vertex.json()["modelVersion"]), (200, &json!("g")));
}

#[tokio::test]
async fn a_streams_events_are_answers_and_the_last_one_finishes() {
    let events = streamed(mock().await, "m%3Ftokens%3D2", &said("hi")).await.events();
    assert_eq!(
        parts(&events),
        [json!({"text":"tok "}), json!({"text":"tok "}), json!({"text":""})]
    );
    let finishes: Vec<&Value> =
        events.iter().map(|event| &event["candidates"][0]["finishReason"]).collect();
    assert_eq!(finishes, [&Value::Null, &Value::Null, &json!("STOP")]);
    assert_eq!(events[2]["usageMetadata"]["candidatesTokenCount"], 2);
}

#[tokio::test]
async fn thoughts_come_first_and_are_counted_apart() {
    let thinking = json!({"generationConfig":{"thinkingConfig":{"includeThoughts":true}}});
    let body = whole(mock().await, "m", &with(said("go"), thinking)).await.json();
    assert_eq!(body["candidates"][0]["content"]["parts"][0]["thought"], true);
    let usage = &body["usageMetadata"];
    let count = |name: &str| usage[name].as_u64().unwrap();
    assert!(count("thoughtsTokenCount") > 0);
    let sum = ["promptTokenCount", "candidatesTokenCount", "thoughtsTokenCount"].map(count);
    assert_eq!(sum.iter().sum::<u64>(), count("totalTokenCount"));
}

#[tokio::test]
async fn a_function_is_called_and_its_result_is_quoted() {
    let address = mock().await;
    let schema = json!({"type":"object","properties":{"city":{"type":"string"}}});
    let functions = json!([{"name":"other"},{"name":"get","parametersJsonSchema":schema}]);
    let config = json!({"functionCallingConfig":{"mode":"ANY","allowedFunctionNames":["get"]}});
    let tools = json!({"tools":[{"functionDeclarations":functions}],"toolConfig":config});
    let asked = with(said("go"), tools);
    let call = whole(address, "m", &asked).await.json()["candidates"][0]["content"].clone();
    assert_eq!(call["parts"][0]["functionCall"], json!({"name":"get","args":{"city":"Paris"}}));
    assert!(call["parts"][0]["thoughtSignature"].is_string());
    let events = streamed(address, "m", &asked).await.events();
    assert_eq!(parts(&events)[0]["functionCall"]["name"], "get");

    let mut next = asked;
    let response = json!({"functionResponse":{"name":"get","response":{"output":"21 degrees"}}});
    let contents = next["contents"].as_array_mut().unwrap();
    contents.push(call);
    contents.push(json!({"role":"user","parts":[response]}));
    let body = whole(address, "m", &next).await.json();
    let text = &body["candidates"][0]["content"]["parts"][0]["text"];
    assert_eq!(text, "The tool answered: 21 degrees");
}

#[tokio::test]
async fn what_google_refuses_is_refused_in_its_words() {
    let address = mock().await;
    let result = json!({"role":"user","parts":[{"functionResponse":{"name":"f","response":{}}}]});
    for (body, message) in [
        (json!({}), "* GenerateContentRequest.contents"),
        (with(said("x"), json!({"messages":[]})), "Invalid JSON payload received. Unknown name"),
        (
            json!({"contents":[{"role":"assistant","parts":[{"text":"x"}]}]}),
            "Please use a valid role",
        ),
        (json!({"contents":[result]}), "Please ensure that the number of function response parts"),
        (json!([]), "Invalid JSON payload received."),
    ] {
        let reply = whole(address, "m", &body).await;
        let error = reply.json()["error"].clone();
        assert_eq!((reply.status, &error["status"]), (400, &json!("INVALID_ARGUMENT")));
        assert!(error["message"].as_str().unwrap().starts_with(message), "{error}");
    }
    let path = "/v1beta/models/m:generateContent";
    assert_eq!(post(address, path, "", &said("x").to_string()).await.status, 403);
}

#[tokio::test]
async fn faults_come_in_googles_shape() {
    let address = mock().await;
    let fault = |name: &str| format!("m%3Ftokens%3D5%26fault%3D{name}");
    let reply = whole(address, &fault("status:429"), &said("x")).await;
    assert_eq!(
        (reply.status, &reply.json()["error"]["status"]),
        (429, &json!("RESOURCE_EXHAUSTED"))
    );
    let reply = whole(address, &fault("context-window"), &said("x")).await;
    assert!(reply.text().contains("exceeds the maximum number of tokens allowed"));
    let reply = whole(address, &fault("content-policy"), &said("x")).await;
    assert_eq!(reply.json()["promptFeedback"]["blockReason"], "PROHIBITED_CONTENT");
    let reply = streamed(address, &fault("error-mid-stream:2"), &said("x")).await;
    assert_eq!(reply.text().matches("tok ").count(), 2);
    assert_eq!(reply.events().last().unwrap()["error"]["status"], "UNAVAILABLE");
}
