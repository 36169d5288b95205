use http_body_util::{BodyExt as _, Full};
use hyper_util::rt::{TokioExecutor, TokioIo};
use serde_json::json;

use super::*;

#[tokio::test]
async fn requests_are_recorded_with_their_secrets() {
    let (_, address) = mock_with(Settings::default()).await;
    chat(address, json!({"model":"m","messages":[{"role":"user","content":"hi"}]})).await;
    let requests = get(address, "/__mock/requests", "").await.json();
    assert_eq!(requests.as_array().unwrap().len(), 1);
    assert_eq!(requests[0]["path"], CHAT);
    assert_eq!(requests[0]["headers"]["authorization"], "Bearer sk-test");
    assert!(requests[0]["body"].as_str().unwrap().contains("\"hi\""));
    post(address, "/__mock/reset", "", "").await;
    assert_eq!(get(address, "/__mock/requests", "").await.json(), json!([]));
}

#[tokio::test]
async fn the_log_has_one_json_line_per_request() {
    let path = std::env::temp_dir().join(format!("dragoman-mock-{}.jsonl", std::process::id()));
    let mock = Mock::new(Settings::default(), None, false, Some(&path)).unwrap();
    let address = start(mock, &["127.0.0.1:0".parse().unwrap()]).await.unwrap()[0];
    for _ in 0..2 {
        post(address, "/v1/chat/completions?x=1", "", "{}").await;
    }
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[1]["path"], "/v1/chat/completions?x=1");
    assert_eq!(get(address, "/__mock/requests", "").await.status, 409);
}

#[tokio::test]
async fn a_client_that_leaves_is_noticed() {
    let (mock, address) = mock_with(Settings::default()).await;
    for fault in ["stall", "stall-mid-stream:1"] {
        let model = format!("m?tokens=5&fault={fault}");
        // The client loses patience and hangs up.
        let messages = json!([{"role":"user","content":"hi"}]);
        chat(address, json!({"model":model,"stream":true,"messages":messages})).await;
    }
    tokio::time::sleep(Duration::from_millis(100)).await;
    let stats = mock.stats.snapshot();
    assert_eq!(stats["requests"], 2);
    assert_eq!(stats["faults"], 2);
    assert_eq!(stats["client_disconnects_before_answer"], 1);
    assert_eq!(stats["client_disconnects_mid_stream"], 1);
    assert_eq!((&stats["open_streams"], &stats["open_connections"]), (&json!(0), &json!(0)));
}

#[tokio::test]
async fn finished_and_deliberately_broken_streams_are_no_disconnects() {
    let (mock, address) = mock_with(Settings::default()).await;
    for fault in ["none", "reset-mid-stream:1", "truncate:1", "cut:1", "error-in-stream"] {
        let model = format!("m?tokens=5&split=9&fault={fault}");
        let messages = json!([{"role":"user","content":"hi"}]);
        chat(address, json!({"model":model,"stream":true,"messages":messages})).await;
    }
    tokio::time::sleep(Duration::from_millis(50)).await;
    let stats = mock.stats.snapshot();
    assert_eq!(stats["client_disconnects_mid_stream"], 0);
    assert_eq!(stats["open_streams"], 0);
}

#[tokio::test]
async fn the_given_name_appears_in_answers() {
    let mock = Mock::new(Settings::default(), Some("primary".into()), false, None).unwrap();
    let address = start(mock, &["127.0.0.1:0".parse().unwrap()]).await.unwrap()[0];
    let body = json!({"model":"m","messages":[{"role":"user","content":"hi"}]});
    let text = chat(address, body).await.text();
    assert!(text.contains("Hello from primary (m)! You said: hi"));
}

#[tokio::test]
async fn models_are_listed_in_the_shape_of_the_client() {
    let address = mock().await;
    let list = get(address, "/v1/models", OPENAI_HEADERS).await.json();
    assert_eq!((&list["object"], &list["data"][0]["object"]), (&json!("list"), &json!("model")));
    let list = get(address, "/v1/models", ANTHROPIC_HEADERS).await.json();
    assert_eq!((&list["has_more"], &list["data"][0]["type"]), (&json!(false), &json!("model")));
}

#[tokio::test]
async fn unknown_paths_and_methods_are_refused() {
    let address = mock().await;
    assert_eq!(get(address, "/v1/unknown", "").await.status, 404);
    assert_eq!(get(address, CHAT, "").await.status, 405);
    assert_eq!(get(address, "/__mock/unknown", "").await.status, 404);
}

#[tokio::test]
async fn one_connection_serves_many_requests() {
    let (mock, address) = mock_with(Settings::default()).await;
    let mut socket = TcpStream::connect(address).await.unwrap();
    let body =
        json!({"model":"m?tokens=1","messages":[{"role":"user","content":"hi"}]}).to_string();
    for _ in 0..3 {
        let length = body.len();
        let request = format!(
            "POST {CHAT} HTTP/1.1\r\nhost: m\r\n{OPENAI_HEADERS}content-length: {length}\r\n\r\n{body}"
        );
        socket.write_all(request.as_bytes()).await.unwrap();
        let mut raw = Vec::new();
        while parse(&raw, End::Whole).is_none() {
            assert_ne!(socket.read_buf(&mut raw).await.unwrap(), 0);
        }
    }
    assert_eq!(mock.stats.snapshot()["open_connections"], 1);
}

/// One h2c connection, a request on it per model, and each request's status and body.
async fn over_http2(address: SocketAddr, models: &[&str]) -> Vec<Result<(u16, String), String>> {
    let socket = TcpStream::connect(address).await.unwrap();
    let handshake =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(socket));
    let (mut client, connection) = handshake.await.unwrap();
    tokio::spawn(connection);
    let mut replies = Vec::new();
    for model in models {
        let messages = json!([{"role":"user","content":"hi"}]);
        let body = json!({"model":model,"stream":true,"messages":messages}).to_string();
        let request = hyper::Request::post(format!("http://mock{CHAT}"))
            .header("authorization", "Bearer k")
            .body(Full::new(bytes::Bytes::from(body)))
            .unwrap();
        let reply = async {
            let response = client.send_request(request).await?;
            let status = response.status().as_u16();
            let body = response.into_body().collect().await?.to_bytes();
            Ok((status, String::from_utf8_lossy(&body).into_owned()))
        };
        replies.push(reply.await.map_err(|error: hyper::Error| error.to_string()));
    }
    replies
}

#[tokio::test]
async fn http2_is_spoken_and_a_reset_takes_only_its_own_stream_down() {
    let models =
        ["m?fault=reset", "m?fault=reset-mid-stream:2", "m?fault=truncate:1", "m?tokens=2"];
    let replies = over_http2(mock().await, &models).await;
    assert!(replies[..3].iter().all(Result::is_err), "{replies:?}");
    let (status, body) = replies[3].as_ref().unwrap();
    assert_eq!((*status, body.matches("tok ").count()), (200, 2));
}

#[tokio::test]
async fn bodies_beyond_the_limit_are_refused() {
    let address = mock().await;
    let mut socket = TcpStream::connect(address).await.unwrap();
    let head = format!("POST {CHAT} HTTP/1.1\r\nhost: m\r\ncontent-length: 67108865\r\n\r\n");
    socket.write_all(head.as_bytes()).await.unwrap();
    let mut answer = [0; 12];
    socket.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 413");
}
