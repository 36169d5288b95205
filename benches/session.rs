//! What one request costs in pure code, without Envoy: `cargo bench --bench session`.

use dragoman::config;
use dragoman::routing::store::MemoryStore;
use dragoman::session::{Adapter, Env, Event, Gateway, Headers};
use std::cell::RefCell;
use std::hint::black_box;
use std::rc::Rc;
use std::time::Instant;

const ROUNDS: u32 = 20_000;

fn headers(pairs: &[(&str, &str)]) -> Headers {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn main() {
    let document = serde_json::json!({"model_list": [
        {"model_name": "gpt", "litellm_params": {"model": "openai/gpt-4o", "api_key": "sk-1"}},
        {"model_name": "claude", "litellm_params": {"model": "anthropic/claude-sonnet-4-5", "api_key": "sk-1"}},
    ], "dragoman": {"role": "gateway"}});
    let config = Rc::new(config::read(&document, &|_| None).config);
    let openai = br#"{"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"gpt-4o","choices":[{"index":0,"message":{"role":"assistant","content":"Hello! How can I help you today?","refusal":null,"annotations":[]},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":200,"completion_tokens":9,"total_tokens":209,"prompt_tokens_details":{"cached_tokens":0,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":0,"audio_tokens":0,"accepted_prediction_tokens":0,"rejected_prediction_tokens":0}},"service_tier":"default","system_fingerprint":"fp_1"}"#;
    let anthropic = br#"{"id":"msg_1","type":"message","role":"assistant","model":"claude-sonnet-4-5-20250929","content":[{"type":"text","text":"Hello! How can I help you today?"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":200,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"cache_creation":{"ephemeral_5m_input_tokens":0,"ephemeral_1h_input_tokens":0},"output_tokens":9,"service_tier":"standard"}}"#;
    let text = "The quick brown fox jumps over the lazy dog. ";
    for (model, answer) in [("gpt", &openai[..]), ("claude", &anthropic[..])] {
        for size in [1_000, 100_000] {
            let body = serde_json::json!({"model": model, "temperature": 0.7, "max_tokens": 256, "messages": [
                {"role": "system", "content": "You are a helpful assistant."},
                {"role": "user", "content": text.repeat(size / text.len())},
            ]})
            .to_string();
            let rounds = if size > 10_000 { ROUNDS / 10 } else { ROUNDS };
            let started = Instant::now();
            for _ in 0..rounds {
                black_box(request(&config, body.as_bytes(), answer));
            }
            let each = started.elapsed() / rounds;
            println!("{model:7} {size:>7} B request, whole answer: {each:?}");
        }
    }
}

/// One request through both filters. Returns how many effects it had.
fn request(config: &Rc<config::Config>, body: &[u8], answer: &[u8]) -> usize {
    let store = MemoryStore::default();
    let mut random = || 7;
    let load = RefCell::default();
    let mut env = Env { now_ms: 1_000, random: &mut random, store: &store, load: &load, vm: 1 };
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
    let mut gateway = Gateway::new(Rc::clone(config));
    let mut effects =
        gateway.handle(Event::RequestHeaders { headers: &asked, end: false }, &mut env);
    effects.extend(gateway.handle(Event::RequestBody(body), &mut env));
    let Some(session) = gateway.session() else { return 0 };
    let mut adapter = Adapter::new(Rc::clone(session));
    let none = Headers::new();
    for event in [
        Event::RequestHeaders { headers: &none, end: false },
        Event::RequestBody(b"-"),
        Event::ResponseHeaders { headers: &answered, local: false, end: false },
        Event::ResponseBody { bytes: answer, end: true },
        Event::Done { provider_broke: false },
    ] {
        effects.extend(adapter.handle(event, &mut env));
    }
    for event in [
        Event::ResponseHeaders { headers: &answered, local: false, end: false },
        Event::ResponseBody { bytes: answer, end: true },
        Event::Done { provider_broke: false },
    ] {
        effects.extend(gateway.handle(event, &mut env));
    }
    effects.len()
}
