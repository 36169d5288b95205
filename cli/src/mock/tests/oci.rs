use serde_json::{Value, json};

use super::*;

const PATH: &str = "/20231130/actions/chat";

async fn ask(address: SocketAddr, model: &str, fields: Value) -> Reply {
    let mut request = match model.starts_with("cohere.") {
        true => json!({"apiFormat":"COHERE","message":"hi"}),
        false => json!({"apiFormat":"GENERIC","messages":[
            {"role":"USER","content":[{"type":"TEXT","text":"hi"}]}]}),
    };
    request.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    let body = json!({"compartmentId":"c","chatRequest":request,
        "servingMode":{"servingType":"ON_DEMAND","modelId":model}});
    post(address, PATH, OPENAI_HEADERS, &body.to_string()).await
}

fn streamed() -> Value {
    json!({"isStream":true,"streamOptions":{"isIncludeUsage":true}})
}

#[tokio::test]
async fn a_message_is_echoed_in_the_models_format() {
    let address = mock().await;
    let body = ask(address, "meta.llama", json!({})).await.json();
    let choice = &body["chatResponse"]["choices"][0];
    let text = "Hello from oci (meta.llama)! You said: hi";
    assert_eq!(choice["message"]["content"], json!([{"type":"TEXT","text":text}]));
    assert_eq!(choice["finishReason"], "stop");
    assert_eq!(body["chatResponse"]["usage"]["totalTokens"], 9);
    let body = ask(address, "cohere.command-r", json!({})).await.json();
    assert_eq!(body["chatResponse"]["text"], "Hello from oci (cohere.command-r)! You said: hi");
    assert_eq!(body["chatResponse"]["finishReason"], "COMPLETE");
}

#[tokio::test]
async fn streams_come_in_pieces_and_cohere_repeats_them_at_the_end() {
    let address = mock().await;
    let events = ask(address, "xai.grok?tokens=2", streamed()).await.events();
    let text = |event: &Value| event["message"]["content"][0]["text"].clone();
    assert_eq!((text(&events[0]), text(&events[1])), (json!("tok "), json!("tok ")));
    assert_eq!(events[2]["finishReason"], "stop");
    assert_eq!(events[3]["usage"]["completionTokens"], 2);
    assert_eq!(events.len(), 4);
    let events = ask(address, "cohere.command-r?tokens=2", streamed()).await.events();
    assert_eq!((&events[0]["text"], &events[2]["text"]), (&json!("tok "), &json!("tok tok ")));
    assert_eq!(events[2]["usage"]["completionTokens"], 2);
    let quiet = ask(address, "cohere.command-r?tokens=2", json!({"isStream":true})).await.events();
    assert_eq!(quiet[2]["usage"], Value::Null);
}

#[tokio::test]
async fn a_tool_is_called_in_both_formats() {
    let address = mock().await;
    let schema = json!({"type":"object","properties":{"city":{"type":"string"}}});
    let tools = json!([{"type":"FUNCTION","name":"get","parameters":schema}]);
    let asked = json!({"tools":tools,"toolChoice":{"type":"FUNCTION","name":"get"}});
    let body = ask(address, "meta.llama", asked.clone()).await.json();
    let call = &body["chatResponse"]["choices"][0]["message"]["toolCalls"][0];
    assert_eq!(
        (&call["name"], &call["arguments"]),
        (&json!("get"), &json!("{\"city\":\"Paris\"}"))
    );
    let result = json!([{"role":"TOOL","toolCallId":call["id"],
        "content":[{"type":"TEXT","text":"21 degrees"}]}]);
    let body = ask(address, "meta.llama", json!({"messages":result})).await.json();
    let said = &body["chatResponse"]["choices"][0]["message"]["content"][0]["text"];
    assert_eq!(said, "The tool answered: 21 degrees");

    let definitions = json!({"city":{"type":"str","isRequired":true}});
    let tools = json!([{"name":"get","description":"","parameterDefinitions":definitions}]);
    let asked = json!({"tools":tools,"message":"use the tool"});
    let body = ask(address, "cohere.command-r", asked).await.json();
    let call = &body["chatResponse"]["toolCalls"][0];
    assert_eq!(call, &json!({"name":"get","parameters":{"city":"Paris"}}));
    let results = json!([{"call":call,"outputs":[{"output":"21 degrees"}]}]);
    let asked = json!({"tools":tools,"message":"","toolResults":results});
    let body = ask(address, "cohere.command-r", asked).await.json();
    assert_eq!(body["chatResponse"]["text"], "The tool answered: 21 degrees");
}

#[tokio::test]
async fn what_oracle_refuses_is_refused_in_its_words() {
    let address = mock().await;
    for (model, fields, message) in [
        ("meta.llama", json!({"messages":[]}), "messages must not be empty"),
        ("meta.llama", json!({"apiFormat":"COHEREV2"}), "apiFormat must be one of"),
        ("meta.llama", json!({"apiFormat":"COHERE","message":"hi"}), "does not match"),
        ("meta.llama", json!({"max_tokens":1}), "Unrecognized field max_tokens"),
        ("cohere.command-r", json!({"messages":[]}), "Unrecognized field messages"),
    ] {
        let reply = ask(address, model, fields).await;
        assert_eq!((reply.status, &reply.json()["code"]), (400, &json!("InvalidParameter")));
        assert!(reply.json()["message"].as_str().unwrap().contains(message), "{}", reply.text());
    }
    let events = ask(address, "meta.llama?fault=error-in-stream", streamed()).await.events();
    assert_eq!(events[0]["code"], "InternalServerError");
}

#[tokio::test]
async fn a_signature_must_cover_what_oracle_demands() {
    let address = mock().await;
    let names = "date (request-target) host content-length content-type x-content-sha256";
    let signature = format!(
        "authorization: Signature version=\"1\",headers=\"{names}\",keyId=\"ocid1.t/ocid1.u/f\",\
         algorithm=\"rsa-sha256\",signature=\"x\"\r\n"
    );
    let rest = "date: x\r\ncontent-type: application/json\r\nx-content-sha256: x\r\n";
    let signed = format!("{signature}{rest}");
    assert_eq!(post(address, PATH, &signed, "{}").await.status, 400);
    for headers in ["", &signature, rest] {
        let reply = post(address, PATH, headers, "{}").await;
        assert_eq!((reply.status, &reply.json()["code"]), (401, &json!("NotAuthenticated")));
    }
    let part = signed.replace(" x-content-sha256\"", "\"");
    assert_eq!(post(address, PATH, &part, "{}").await.status, 401);
}
