//! The Ollama dialect from outside: golden files, every split of a stream, arbitrary bytes.
#![cfg(not(target_arch = "wasm32"))]

#[path = "../support/mod.rs"]
mod support;

use dragoman::dialect::ollama::Ollama;
use dragoman::dialect::{Dialect, Output};
use proptest::prelude::*;
use serde_json::{Value, json};
use support::native::Native;
use support::ollama_schema;
use support::streams::collected;
use support::{ask, messages};

const OLLAMA: Native = Native { model: "ollama_chat/qwen3:8b", dialect: &Ollama };

mod golden;
mod request;
mod response;
mod robust;
