//! `#[test]` for wasm32, where the standard one cannot run: the same attribute under the same
//! name, so that a test is written once and runs natively and in Node. A crate opts in with
//!
//! ```text
//! #[cfg(all(target_family = "wasm", target_os = "unknown"))]
//! #[macro_use]
//! extern crate wasm32_test;
//! ```
//!
//! `#[macro_use]` puts [`test`] before the standard prelude's in every module of that crate. It
//! works only across crates, which is why these few lines are one.
#![cfg(all(target_family = "wasm", target_os = "unknown"))]

pub use wasm_bindgen_test::wasm_bindgen_test as test;
