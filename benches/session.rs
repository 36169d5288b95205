//! What one request costs in pure code, without Envoy: `cargo bench --bench session`.
//!
//! A word after `--` picks the cases whose names hold it, and `ROUNDS` in the environment says how
//! often each runs: `ROUNDS=100 valgrind --tool=callgrind BINARY claude` counts the instructions of
//! one case, which is the same number on a busy machine.

use dragoman::config::{self, Config};
use dragoman::routing::load::Load;
use dragoman::routing::store::MemoryStore;
use dragoman::session::{Adapter, Env, Event, Gateway, Headers};
use std::cell::RefCell;
use std::hint::black_box;
use std::rc::Rc;
use std::time::Instant;

const ROUNDS: u32 = 20_000;

/// Deltas of a streamed answer.
const DELTAS: usize = 200;

const OPENAI: &str = r#"{"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"gpt-4o","choices":[{"index":0,"message":{"role":"assistant","content":"Hello! How can I help you today?","refusal":null,"annotations":[]},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":200,"completion_tokens":9,"total_tokens":209,"prompt_tokens_details":{"cached_tokens":0,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":0,"audio_tokens":0,"accepted_prediction_tokens":0,"rejected_prediction_tokens":0}},"service_tier":"default","system_fingerprint":"fp_1"}"#;
const OPENAI_DELTA: &str = r#"data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"gpt-4o","service_tier":"default","system_fingerprint":"fp_1","choices":[{"index":0,"delta":{"content":" word"},"logprobs":null,"finish_reason":null}],"usage":null}"#;
const OPENAI_END: [&str; 3] = [
    r#"data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"gpt-4o","service_tier":"default","system_fingerprint":"fp_1","choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}],"usage":null}"#,
    r#"data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"gpt-4o","service_tier":"default","system_fingerprint":"fp_1","choices":[],"usage":{"prompt_tokens":200,"completion_tokens":200,"total_tokens":400,"prompt_tokens_details":{"cached_tokens":0,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":0,"audio_tokens":0}}}"#,
    "data: [DONE]",
];

const ANTHROPIC: &str = r#"{"id":"msg_1","type":"message","role":"assistant","model":"claude-sonnet-4-5-20250929","content":[{"type":"text","text":"Hello! How can I help you today?"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":200,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"cache_creation":{"ephemeral_5m_input_tokens":0,"ephemeral_1h_input_tokens":0},"output_tokens":9,"service_tier":"standard"}}"#;
const ANTHROPIC_START: [&str; 2] = [
    r#"event: message_start
data: {"type":"message_start","message":{"model":"claude-sonnet-4-5-20250929","id":"msg_1","type":"message","role":"assistant","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":200,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"cache_creation":{"ephemeral_5m_input_tokens":0,"ephemeral_1h_input_tokens":0},"output_tokens":1,"service_tier":"standard"}}}"#,
    r#"event: content_block_start
data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#,
];
const ANTHROPIC_DELTA: &str = r#"event: content_block_delta
data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":" word"}}"#;
const ANTHROPIC_END: [&str; 3] = [
    r#"event: content_block_stop
data: {"type":"content_block_stop","index":0}"#,
    r#"event: message_delta
data: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"input_tokens":200,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":200}}"#,
    r#"event: message_stop
data: {"type":"message_stop"}"#,
];

/// A request, and the pieces in which its answer comes.
struct Case {
    name: String,
    asked: Headers,
    body: String,
    answered: Headers,
    answer: Vec<String>,
}

fn case(model: &str, size: usize, stream: bool) -> Case {
    let text = "The quick brown fox jumps over the lazy dog. ";
    let body = serde_json::json!({
        "model": model, "temperature": 0.7, "max_tokens": 256, "stream": stream,
        "messages": [
            {"role": "system", "content": "You are a helpful assistant."},
            {"role": "user", "content": text.repeat(size / text.len())},
        ],
    });
    let (whole, start, delta, end) = match model {
        "gpt" => (OPENAI, &[][..], OPENAI_DELTA, &OPENAI_END[..]),
        _ => (ANTHROPIC, &ANTHROPIC_START[..], ANTHROPIC_DELTA, &ANTHROPIC_END[..]),
    };
    let answer = if stream {
        let events = start.iter().chain(std::iter::repeat_n(&delta, DELTAS)).chain(end);
        events.map(|event| format!("{event}\n\n")).collect()
    } else {
        vec![whole.to_owned()]
    };
    let kind = if stream { "stream" } else { "whole" };
    let asked = headers(&[
        (":authority", "localhost:4000"),
        (":path", "/v1/chat/completions"),
        (":method", "POST"),
        (":scheme", "http"),
        ("content-type", "application/json"),
        ("authorization", "Bearer sk-client"),
        ("x-forwarded-proto", "http"),
        ("x-request-id", "0c5a1e0e-5a3c-4b9e-8a0f-1d2e3f4a5b6c"),
    ]);
    let answered = headers(&[
        (":status", "200"),
        ("content-type", "application/json"),
        ("x-request-id", "req_1"),
        ("x-ratelimit-limit-requests", "10000"),
        ("x-ratelimit-remaining-requests", "9999"),
    ]);
    Case { name: format!("{model}-{size}-{kind}"), asked, body: body.to_string(), answered, answer }
}

fn main() {
    let document = serde_json::json!({"model_list": [
        {"model_name": "gpt", "litellm_params": {"model": "openai/gpt-4o", "api_key": "sk-1"}},
        {"model_name": "claude", "litellm_params": {"model": "anthropic/claude-sonnet-4-5", "api_key": "sk-1"}},
    ], "dragoman": {"role": "gateway"}});
    let config = Rc::new(config::read(&document, &|_| None).config);
    let picked = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let rounds = std::env::var("ROUNDS").ok().and_then(|rounds| rounds.parse().ok());
    for model in ["gpt", "claude"] {
        for (size, stream) in [(1_000, false), (100_000, false), (1_000, true)] {
            let case = case(model, size, stream);
            if picked.as_ref().is_some_and(|word| !case.name.contains(word.as_str())) {
                continue;
            }
            let share = if size > 10_000 || stream { 10 } else { 1 };
            let rounds = rounds.unwrap_or(ROUNDS / share);
            let load = RefCell::default();
            let started = Instant::now();
            for _ in 0..rounds {
                black_box(request(&config, &load, &case));
            }
            let each = started.elapsed() / rounds;
            println!("{:20} {each:?}", case.name);
        }
    }
}

fn headers(pairs: &[(&str, &str)]) -> Headers {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned().into(), (*value).to_owned().into()))
        .collect()
}

/// One request through both filters. Returns how many effects it had.
fn request(config: &Rc<Config>, load: &RefCell<Load>, case: &Case) -> usize {
    let Case { asked, body, answered, answer, .. } = case;
    let store = MemoryStore::default();
    let mut random = || 7;
    let tokens = RefCell::default();
    let mut env =
        Env { now_ms: 1_000, random: &mut random, store: &store, load, tokens: &tokens, vm: 1 };
    let mut gateway = Gateway::new(Rc::clone(config));
    let mut effects =
        gateway.handle(Event::RequestHeaders { headers: asked, end: false }, &mut env).len();
    effects += gateway.handle(Event::RequestBody(body.as_bytes().to_vec()), &mut env).len();
    let Some(session) = gateway.session() else { return 0 };
    let mut adapter = Adapter::new(Rc::clone(session));
    let none = Headers::new();
    for event in [
        Event::RequestHeaders { headers: &none, end: false },
        Event::RequestBody(b"-".to_vec()),
        Event::ResponseHeaders { headers: answered, local: false, end: false },
    ] {
        effects += adapter.handle(event, &mut env).len();
    }
    let last = answer.len().saturating_sub(1);
    for (place, piece) in answer.iter().enumerate() {
        let event = Event::ResponseBody { bytes: piece.as_bytes(), end: place == last };
        effects += adapter.handle(event, &mut env).len();
    }
    effects += adapter.handle(Event::Done { provider_broke: false }, &mut env).len();
    for event in [
        Event::ResponseHeaders { headers: answered, local: false, end: false },
        Event::Done { provider_broke: false },
    ] {
        effects += gateway.handle(event, &mut env).len();
    }
    effects
}
