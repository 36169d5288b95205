//! The Cohere dialect from outside: golden files, every split of a stream, arbitrary bytes.
#![cfg(not(target_arch = "wasm32"))]

#[path = "../support/mod.rs"]
mod support;

use dragoman::dialect::cohere::Cohere;
use dragoman::dialect::{Dialect, Output};
use proptest::prelude::*;
use serde_json::{Value, json};
use support::cohere_schema;
use support::native::Native;
use support::streams::collected;
use support::{ask, messages};

const COHERE: Native = Native { model: "cohere/command-a-reasoning-08-2025", dialect: &Cohere };

mod golden;
mod request;
mod response;
mod robust;
