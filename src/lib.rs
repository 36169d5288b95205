//! Dragoman: an AI gateway inside Envoy.
//!
//! Clients speak OpenAI's API to it, it speaks to each model provider in that provider's own format.
//! Everything outside `host` is pure: bytes, time and shared state come in as parameters.

// A panic in the plugin ends every stream on its Envoy worker, so what could panic on input does
// not compile into it. Tests may: a panic is how a test fails.
#![cfg_attr(
    not(test),
    deny(
        clippy::disallowed_methods,
        clippy::expect_used,
        clippy::get_unwrap,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::panic_in_result_fn,
        clippy::string_slice,
        clippy::todo,
        clippy::unimplemented,
        clippy::unreachable,
        clippy::unwrap_in_result,
        clippy::unwrap_used,
    )
)]

// Every unit test also runs on wasm32, in Node.
#[cfg(all(test, target_family = "wasm", target_os = "unknown"))]
#[macro_use]
extern crate wasm32_test;

pub mod auth;
pub mod catalog;
pub mod config;
pub mod dialect;
#[cfg(feature = "plugin")]
mod host;
pub mod openai;
pub mod operation;
pub mod routing;
pub mod session;
pub mod translate;
pub mod wire;
