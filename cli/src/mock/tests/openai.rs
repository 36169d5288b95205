use serde_json::{Value, json};

use super::*;

fn said(text: &str) -> Value {
    json!({"model":"gpt-4o","messages":[{"role":"user","content":text}]})
}

fn with(mut body: Value, fields: Value) -> Value {
    let more = fields.as_object().unwrap().clone();
    body.as_object_mut().unwrap().extend(more);
    body
}

fn weather_tool() -> Value {
    let schema = json!({"type":"object","properties":{"city":{"type":"string"}}});
    json!({"type":"function","function":{"name":"get_weather","parameters":schema}})
}

#[tokio::test]
async fn a_chat_is_echoed_with_usage() {
    let reply = chat(mock().await, said("How are you?")).await;
    assert_eq!((reply.status, reply.end), (200, End::Whole));
    let body = reply.json();
    let choice = &body["choices"][0];
    assert_eq!(choice["message"]["content"], "Hello from openai (gpt-4o)! You said: How are you?");
    assert_eq!(choice["finish_reason"], "stop");
    assert_eq!(body["usage"]["prompt_tokens"], 3);
    assert_eq!(body["usage"]["completion_tokens"], 9);
    assert_eq!(body["usage"]["total_tokens"], 12);
}

#[tokio::test]
async fn any_base_path_serves_chat_completions() {
    let body = said("hi").to_string();
    let reply = post(mock().await, "/api/paas/v4/chat/completions", OPENAI_HEADERS, &body).await;
    assert_eq!(reply.status, 200);
}

#[tokio::test]
async fn a_stream_says_the_same_as_the_whole_answer() {
    let reply = chat(mock().await, with(said("hi there"), json!({"stream":true}))).await;
    assert_eq!(reply.header("content-type"), Some("text/event-stream; charset=utf-8"));
    assert!(reply.text().ends_with("data: [DONE]\n\n"));
    let events = reply.events();
    let text: String = events
        .iter()
        .filter_map(|event| event["choices"][0]["delta"]["content"].as_str())
        .collect();
    assert_eq!(text, "Hello from openai (gpt-4o)! You said: hi there");
    assert_eq!(events.first().unwrap()["choices"][0]["delta"]["role"], "assistant");
    assert_eq!(events.last().unwrap()["choices"][0]["finish_reason"], "stop");
    assert!(events.iter().all(|event| event.get("usage").is_none()));
}

#[tokio::test]
async fn usage_comes_in_a_chunk_without_choices_when_it_was_asked_for() {
    let options = json!({"stream":true,"stream_options":{"include_usage":true}});
    let events = chat(mock().await, with(said("hi"), options)).await.events();
    let (last, before) = events.split_last().unwrap();
    assert_eq!(last["choices"], json!([]));
    assert_eq!(last["usage"]["completion_tokens"], 7);
    assert!(before.iter().all(|event| event.get("usage") == Some(&Value::Null)));
}

#[tokio::test]
async fn a_forced_tool_is_called_and_its_result_is_quoted() {
    let address = mock().await;
    let tools = json!({"tools":[weather_tool()],"tool_choice":"required"});
    let body = chat(address, with(said("go"), tools.clone())).await.json();
    let call = &body["choices"][0]["message"]["tool_calls"][0];
    assert_eq!(body["choices"][0]["finish_reason"], "tool_calls");
    assert_eq!(call["function"], json!({"name":"get_weather","arguments":"{\"city\":\"Paris\"}"}));

    let mut next = with(said("go"), tools);
    let messages = next["messages"].as_array_mut().unwrap();
    messages.push(json!({"role":"assistant","content":null,"tool_calls":[call]}));
    messages.push(json!({"role":"tool","tool_call_id":call["id"],"content":"21 degrees"}));
    let body = chat(address, next).await.json();
    assert_eq!(body["choices"][0]["message"]["content"], "The tool answered: 21 degrees");
}

#[tokio::test]
async fn a_streamed_tool_call_arrives_in_pieces() {
    let tools = json!({"tools":[weather_tool()],"stream":true});
    let events = chat(mock().await, with(said("What is the weather?"), tools)).await.events();
    let calls: Vec<&Value> = events
        .iter()
        .map(|event| &event["choices"][0]["delta"]["tool_calls"][0])
        .filter(|call| !call.is_null())
        .collect();
    assert_eq!(calls[0]["function"]["name"], "get_weather");
    let arguments: String =
        calls.iter().filter_map(|call| call["function"]["arguments"].as_str()).collect();
    assert_eq!(arguments, "{\"city\":\"Paris\"}");
    assert!(calls.len() > 2);
    assert_eq!(events.last().unwrap()["choices"][0]["finish_reason"], "tool_calls");
}

#[tokio::test]
async fn structured_output_fits_the_schema() {
    let schema = json!({"type":"object","properties":{"age":{"type":"integer"}}});
    let format = json!({"type":"json_schema","json_schema":{"name":"person","schema":schema}});
    let body = chat(mock().await, with(said("go"), json!({"response_format":format}))).await.json();
    assert_eq!(body["choices"][0]["message"]["content"], "{\"age\":1}");
}

#[tokio::test]
async fn reasoning_is_given_when_it_is_asked_for() {
    let address = mock().await;
    let asked = with(said("go"), json!({"reasoning_effort":"low"}));
    let body = chat(address, asked.clone()).await.json();
    assert!(!body["choices"][0]["message"]["reasoning_content"].as_str().unwrap().is_empty());
    assert!(body["usage"]["completion_tokens_details"]["reasoning_tokens"].as_u64().unwrap() > 0);
    let events = chat(address, with(asked, json!({"stream":true}))).await.events();
    assert!(events[1]["choices"][0]["delta"]["reasoning_content"].is_string());
}

#[tokio::test]
async fn what_openai_refuses_is_refused_in_its_words() {
    let address = mock().await;
    let messages = json!([{"role":"user","content":"hi"}]);
    for (body, message) in [
        (json!({"messages":messages}), "you must provide a model parameter"),
        (json!({"model":"m"}), "Missing required parameter: 'messages'."),
        (json!({"model":"m","messages":[]}), "Invalid 'messages': empty array."),
        (with(said("hi"), json!({"top_k":1})), "Unrecognized request argument supplied: top_k"),
        (with(said("hi"), json!({"stream_options":{}})), "The 'stream_options' parameter"),
        (json!("text"), "We could not parse the JSON body"),
    ] {
        let reply = chat(address, body).await;
        let error = reply.json();
        assert_eq!(reply.status, 400);
        assert!(error["error"]["message"].as_str().unwrap().starts_with(message), "{error}");
        assert_eq!(error["error"]["type"], "invalid_request_error");
    }
    assert_eq!(post(address, CHAT, OPENAI_HEADERS, "{\"model\":").await.status, 400);
    assert_eq!(post(address, CHAT, "", &said("hi").to_string()).await.status, 401);
    assert_eq!(post(address, CHAT, "authorization: Bearer \r\n", "{}").await.status, 401);
}

#[tokio::test]
async fn a_compatible_server_can_accept_fields_of_its_own() {
    let body = with(said("hi"), json!({"model":"m?extra=accept","top_k":1}));
    assert_eq!(chat(mock().await, body).await.status, 200);
}

#[tokio::test]
async fn fixed_size_answers_have_exactly_that_many_tokens() {
    let address = mock().await;
    let body = with(said("hi"), json!({"model":"m?tokens=3"}));
    let whole = chat(address, body.clone()).await.json();
    assert_eq!(whole["choices"][0]["message"]["content"], "tok tok tok ");
    assert_eq!(whole["usage"]["completion_tokens"], 3);
    assert_eq!(whole["model"], "m");
    let events = chat(address, with(body, json!({"stream":true}))).await.events();
    let tokens = events.iter().filter(|e| e["choices"][0]["delta"]["content"] == "tok ").count();
    assert_eq!(tokens, 3);
}

#[tokio::test]
async fn azure_answers_with_its_content_filter() {
    let address = mock().await;
    let path = "/openai/deployments/gpt-4o%3Fttft=1/chat/completions?api-version=2024-10-21";
    let key = "api-key: secret\r\n";
    let asked = json!({"messages":[{"role":"user","content":"hi"}]});
    let body = post(address, path, key, &asked.to_string()).await.json();
    let choice = &body["choices"][0];
    assert_eq!(choice["message"]["content"], "Hello from azure (gpt-4o)! You said: hi");
    assert_eq!(choice["content_filter_results"]["hate"]["severity"], "safe");
    assert_eq!(body["prompt_filter_results"][0]["prompt_index"], 0);

    let stream = with(asked.clone(), json!({"stream":true})).to_string();
    let events = post(address, path, key, &stream).await.events();
    assert_eq!(events[0]["choices"], json!([]));
    assert_eq!(events[0]["id"], "");
    assert!(events[0]["prompt_filter_results"].is_array());
    assert_eq!(events[1]["choices"][0]["content_filter_results"], json!({}));
    assert_eq!(events[2]["choices"][0]["content_filter_results"]["violence"]["filtered"], false);

    let refused = with(asked, json!({"model":"m?fault=content-policy"})).to_string();
    let plain = "/openai/deployments/d/chat/completions?api-version=1";
    let error = post(address, plain, key, &refused).await.json();
    assert_eq!(error["error"]["code"], "content_filter");
    assert_eq!(error["error"]["innererror"]["code"], "ResponsibleAIPolicyViolation");
    assert_eq!(post(address, plain, "", "{}").await.status, 401);
    let unversioned = "/openai/deployments/d/chat/completions";
    assert_eq!(post(address, unversioned, key, "{}").await.status, 404);
}
