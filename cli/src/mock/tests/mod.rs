//! The mock over real sockets. The client is a raw one: how an answer ends on the wire is half of
//! what is tested here.

mod anthropic;
mod cohere;
mod converse;
mod embeddings;
mod faults;
mod gemini;
mod hosted;
mod oci;
mod ollama;
mod openai;
mod process;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use super::{
    server::{Mock, start},
    settings::Settings,
};

/// Longer than any answer here takes, short enough to find that one never comes.
const PATIENCE: Duration = Duration::from_millis(700);

pub const CHAT: &str = "/v1/chat/completions";
pub const MESSAGES: &str = "/v1/messages";
pub const OPENAI_HEADERS: &str = "authorization: Bearer sk-test\r\n";
pub const ANTHROPIC_HEADERS: &str = "x-api-key: test\r\nanthropic-version: 2023-06-01\r\n";

/// How the answer ended on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The body is whole by its length or by its last chunk.
    Whole,
    /// The connection was closed before that.
    Truncated,
    /// The connection was reset.
    Reset,
    /// Nothing more came.
    Silence,
}

#[derive(Debug)]
pub struct Reply {
    pub end: End,
    /// 0 when no answer came.
    pub status: u16,
    /// Lower case, one per line.
    pub headers: String,
    pub body: Vec<u8>,
    /// The body as it was cut into chunks.
    pub chunks: Vec<usize>,
}

impl Reply {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.text()))
    }

    /// The JSON documents of an event stream, `[DONE]` left out.
    pub fn events(&self) -> Vec<Value> {
        let text = self.text();
        let data = text.lines().filter_map(|line| line.strip_prefix("data: "));
        data.filter(|data| *data != "[DONE]")
            .map(|data| serde_json::from_str(data).unwrap_or_else(|_| panic!("no JSON: {data}")))
            .collect()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }
}

pub async fn mock_with(settings: Settings) -> (Arc<Mock>, SocketAddr) {
    let mock = Mock::new(settings, None, true, None).unwrap();
    let listen = "127.0.0.1:0".parse().unwrap();
    let addresses = start(mock.clone(), &[listen]).await.unwrap();
    (mock, addresses[0])
}

pub async fn mock() -> SocketAddr {
    mock_with(Settings::default()).await.1
}

/// Posts to an OpenAI path with a key.
pub async fn chat(address: SocketAddr, body: Value) -> Reply {
    post(address, CHAT, OPENAI_HEADERS, &body.to_string()).await
}

/// Posts to Anthropic's path with what its API demands.
pub async fn message(address: SocketAddr, body: Value) -> Reply {
    post(address, MESSAGES, ANTHROPIC_HEADERS, &body.to_string()).await
}

pub async fn post(address: SocketAddr, path: &str, headers: &str, body: &str) -> Reply {
    let length = body.len();
    let head = format!("POST {path} HTTP/1.1\r\nhost: mock\r\ncontent-length: {length}\r\n");
    exchange(address, &format!("{head}{headers}\r\n{body}")).await
}

pub async fn get(address: SocketAddr, path: &str, headers: &str) -> Reply {
    exchange(address, &format!("GET {path} HTTP/1.1\r\nhost: mock\r\n{headers}\r\n")).await
}

async fn exchange(address: SocketAddr, request: &str) -> Reply {
    let mut socket = TcpStream::connect(address).await.unwrap();
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut raw = Vec::new();
    loop {
        let mut buffer = [0; 4096];
        let end = match tokio::time::timeout(PATIENCE, socket.read(&mut buffer)).await {
            Ok(Ok(0)) => End::Truncated,
            Ok(Ok(length)) => {
                raw.extend_from_slice(&buffer[..length]);
                match parse(&raw, End::Whole) {
                    Some(whole) => return whole,
                    None => continue,
                }
            }
            Ok(Err(error)) => {
                assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
                End::Reset
            }
            Err(_) => End::Silence,
        };
        return parse(&raw, end).expect("a broken answer parses as far as it goes");
    }
}

/// The reply in these bytes, or `None` when a whole one was wanted and there is not yet one.
fn parse(raw: &[u8], end: End) -> Option<Reply> {
    let Some(split) = raw.windows(4).position(|four| four == b"\r\n\r\n") else {
        let empty = Reply { end, status: 0, headers: String::new(), body: vec![], chunks: vec![] };
        return (end != End::Whole).then_some(empty);
    };
    let headers = String::from_utf8_lossy(&raw[..split]).to_lowercase();
    let status = headers[9..12].parse().unwrap();
    let mut reply = Reply { end, status, headers, body: raw[split + 4..].to_vec(), chunks: vec![] };
    let whole = match reply.header("content-length") {
        Some(length) => reply.body.len() >= length.parse().unwrap(),
        None => {
            let (body, chunks, last) = dechunk(&reply.body);
            reply.body = body;
            reply.chunks = chunks;
            last
        }
    };
    (whole || end != End::Whole).then_some(reply)
}

fn dechunk(mut raw: &[u8]) -> (Vec<u8>, Vec<usize>, bool) {
    let (mut body, mut chunks) = (Vec::new(), Vec::new());
    while let Some(line) = raw.windows(2).position(|two| two == b"\r\n") {
        let size = std::str::from_utf8(&raw[..line]).unwrap();
        let size = usize::from_str_radix(size, 16).unwrap();
        let Some(chunk) = raw.get(line + 2..line + 2 + size) else { break };
        if size == 0 {
            return (body, chunks, true);
        }
        body.extend_from_slice(chunk);
        chunks.push(size);
        raw = raw.get(line + 2 + size + 2..).unwrap_or_default();
    }
    (body, chunks, false)
}
