//! What the tests of routing and of sessions share.

use crate::config::{self, Config};
use serde_json::{Value, json};

/// A configuration that must be good.
pub fn config(document: &Value) -> Config {
    let reading = config::read(document, &|_| None);
    assert!(!reading.has_errors(), "{:#?}", reading.problems);
    reading.config
}

/// An entry of `model_list` with an id, an address and a key of its own, and further members of
/// `litellm_params`.
pub fn entry(group: &str, id: &str, params: Value) -> Value {
    let mut entry = json!({
        "model_name": group,
        "litellm_params": {
            "model": "openai/gpt-4o",
            "api_base": format!("https://{id}.example/v1"),
            "api_key": format!("sk-secret-{id}"),
        },
        "model_info": {"id": id},
    });
    for (name, value) in params.as_object().unwrap() {
        entry["litellm_params"][name] = value.clone();
    }
    entry
}

/// Random numbers that are the same in every run: splitmix64.
pub fn random(mut state: u64) -> impl FnMut() -> u64 {
    move || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}
