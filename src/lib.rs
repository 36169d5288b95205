//! Dragoman: an AI gateway inside Envoy.
//!
//! Clients speak OpenAI's API to it, it speaks to each model provider in that provider's own format.
//! Everything outside `host` is pure: bytes, time and shared state come in as parameters.

pub mod catalog;
pub mod config;
pub mod dialect;
pub mod openai;
pub mod wire;
