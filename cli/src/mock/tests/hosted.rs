//! Formats behind AWS, Google and Azure addresses, and those that take a prompt: what Dragoman sends there is taken, and what comes
//! back says the same as everywhere.

use dragoman::{
    config,
    dialect::{Outgoing, Target},
    openai::{ApiError, ChatRequest},
    translate::{self, Answer, Gate, ResponseTranslator},
};
use serde_json::{Value, json};

use super::*;

fn target(model: &str, address: SocketAddr) -> Target {
    let params = json!({"model": model, "api_base": format!("http://{address}"), "api_key": "key",
        "vertex_project": "acme", "aws_region_name": "eu-west-1"});
    let document = json!({"model_list": [{"model_name": "m", "litellm_params": params}]});
    let reading = config::read(&document, &|_| None);
    reading.config.deployments[0].target.clone()
}

fn outgoing(target: &Target, request: &Value) -> Outgoing {
    let request = ChatRequest::parse(request.to_string().into_bytes()).unwrap();
    translate::request(&request, target, 1, "nonce").unwrap()
}

/// What the client gets of the mock's answer.
async fn converse(
    model: &str,
    address: SocketAddr,
    request: &Value,
) -> Result<(Reply, String), ApiError> {
    let target = target(model, address);
    let outgoing = outgoing(&target, request);
    let headers: String =
        outgoing.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let body = String::from_utf8(outgoing.body).unwrap();
    let reply = post(address, &outgoing.path, &headers, &body).await;
    let answer = Answer { status: reply.status, ..Answer::default() };
    let dialect = target.provider.dialect.dialect();
    let mut translator = ResponseTranslator::new(dialect, outgoing.exchange, answer, 1 << 20);
    reply.body.chunks(7).for_each(|piece| translator.push(piece));
    translator.finish();
    let given = String::from_utf8(translator.take()).unwrap();
    match translator.gate() {
        Gate::Failed(error) => Err(error.clone()),
        _ => Ok((reply, given)),
    }
}

fn content(given: &str) -> String {
    let choice = |value: &Value, place: &str| {
        value["choices"][0][place]["content"].as_str().unwrap_or_default().to_owned()
    };
    if let Ok(whole) = serde_json::from_str::<Value>(given) {
        return choice(&whole, "message");
    }
    let chunks = given.lines().filter_map(|line| line.strip_prefix("data: "));
    chunks
        .filter_map(|data| serde_json::from_str(data).ok())
        .map(|chunk| choice(&chunk, "delta"))
        .collect()
}

const DEPLOYMENTS: [(&str, &str); 6] = [
    ("vertex_ai/claude-sonnet-4-5", "Hello from vertex (claude-sonnet-4-5)! You said: Hi there"),
    (
        "bedrock/invoke/us.anthropic.claude-sonnet-4-5-v1:0",
        "Hello from bedrock (us.anthropic.claude-sonnet-4-5-v1:0)! You said: Hi there",
    ),
    ("azure_ai/claude-sonnet-4-5", "Hello from azure_ai (claude-sonnet-4-5)! You said: Hi there"),
    ("sagemaker_chat/endpoint", "Hello from sagemaker_chat (endpoint)! You said: Hi there"),
    ("sagemaker/tgi-endpoint", "Hello from sagemaker (tgi-endpoint)! You said: Hi there"),
    ("triton/ensemble", "Hello from triton (ensemble)! You said: Hi there"),
];

/// Their answers are whole, whatever was asked for.
const WHOLE: [(&str, &str); 2] = [
    ("replicate/acme/own", "Hello from replicate (acme/own)! You said: Hi there"),
    ("replicate/openai/gpt-4o", "Hello from replicate (openai/gpt-4o)! You said: Hi there"),
];

fn ask(stream: bool) -> Value {
    json!({"model": "m", "stream": stream, "messages": [{"role": "user", "content": "Hi there"}]})
}

#[tokio::test]
async fn each_host_takes_what_it_is_sent_and_answers_whole_and_streamed() {
    let address = mock().await;
    for (model, text) in DEPLOYMENTS.into_iter().chain(WHOLE) {
        for stream in [false, true] {
            let (reply, given) = converse(model, address, &ask(stream)).await.unwrap();
            assert_eq!(content(&given), text, "{model}");
            assert_eq!(given.ends_with("data: [DONE]\n\n"), stream, "{model}");
            let is_aws = model.starts_with("bedrock") || model.starts_with("sagemaker");
            let framed = stream && is_aws;
            let kind = reply.header("content-type").unwrap();
            assert_eq!(kind == "application/vnd.amazon.eventstream", framed, "{model}: {kind}");
        }
    }
}

#[tokio::test]
async fn failures_come_in_each_hosts_own_words() {
    for (model, _) in DEPLOYMENTS.into_iter().chain(WHOLE) {
        let long =
            Settings { fault: Some("context-window".parse().unwrap()), ..Settings::default() };
        let (_, address) = mock_with(long).await;
        let error = converse(model, address, &ask(false)).await.unwrap_err();
        assert_eq!(error.code.as_deref(), Some("context_length_exceeded"), "{model}: {error:?}");

        let busy = Settings { fault: Some("status:429".parse().unwrap()), ..Settings::default() };
        let (_, address) = mock_with(busy).await;
        let error = converse(model, address, &ask(true)).await.unwrap_err();
        assert_eq!(error.status, 429, "{model}");
        assert!(!error.message.is_empty(), "{model}");
    }
}

#[tokio::test]
async fn a_stream_may_end_in_an_error_of_the_hosts_or_in_bytes_that_are_none() {
    for (model, _) in DEPLOYMENTS {
        for fault in ["error-in-stream", "malformed-stream:1"] {
            let settings = Settings { fault: Some(fault.parse().unwrap()), ..Settings::default() };
            let (_, address) = mock_with(settings).await;
            let error = converse(model, address, &ask(true)).await.unwrap_err();
            assert!(error.status >= 429, "{model} {fault}: {error:?}");
        }
        let settings = Settings { fault: Some("cut:2".parse().unwrap()), ..Settings::default() };
        let (_, address) = mock_with(settings).await;
        let (_, given) = converse(model, address, &ask(true)).await.unwrap();
        assert!(!given.contains("[DONE]") && given.contains("\"error\""), "{model}: {given}");
    }
}

#[tokio::test]
async fn a_hosted_body_is_judged_by_the_hosts_rules() {
    let address = mock().await;
    let bearer = "authorization: Bearer token\r\n";
    let said = json!({"max_tokens": 9, "messages": [{"role": "user", "content": "hi"}]});
    let with = |members: Value| {
        let mut body = said.clone();
        body.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        body.to_string()
    };
    let vertex = "/v1/projects/p/locations/l/publishers/anthropic/models/claude:rawPredict";
    let bedrock = "/model/anthropic.claude-v1%3A0/invoke";
    for (path, members, complaint) in [
        (vertex, json!({}), "anthropic_version: Field required"),
        (vertex, json!({"anthropic_version": "2023-06-01"}), "anthropic_version"),
        (vertex, json!({"anthropic_version": "vertex-2023-10-16", "model": "m"}), "model: Extra"),
        (bedrock, json!({"anthropic_version": "vertex-2023-10-16"}), "anthropic_version"),
        (
            bedrock,
            json!({"anthropic_version": "bedrock-2023-05-31", "stream": true}),
            "stream: Extra",
        ),
    ] {
        let reply = post(address, path, bearer, &with(members)).await;
        assert_eq!(reply.status, 400);
        assert!(reply.text().contains(complaint), "{}", reply.text());
    }
    assert_eq!(post(address, vertex, "", &with(json!({}))).await.status, 401);
    assert_eq!(post(address, bedrock, "", &with(json!({}))).await.status, 403);
    let named = with(json!({"anthropic_version": "bedrock-2023-05-31"}));
    let slow = "/model/anthropic.claude-v1%3A0%3Ffault%3Dstatus%3A503/invoke";
    assert_eq!(post(address, slow, bearer, &named).await.status, 503);
    let zero = json!({"inputs": "hi", "parameters": {"temperature": 0.0}}).to_string();
    let reply = post(address, "/endpoints/tgi/invocations", "", &zero).await;
    assert_eq!(reply.status, 424);
    assert!(reply.text().contains("strictly positive"));
}
