//! Dragoman: an AI gateway inside Envoy.
