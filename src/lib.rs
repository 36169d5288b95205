//! Dragoman: an AI gateway inside Envoy.

pub mod catalog;
