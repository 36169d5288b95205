//! How a provider makes embeddings: the part of its row that says so.

use crate::dialect::embeddings::Id;
use serde::{Deserialize, Serialize};

/// The format, and deviations from it.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Embeddings {
    /// Absent where it goes with the provider's dialect.
    pub format: Option<Id>,
    // What follows is of OpenAI's format.
    /// Request members that it calls otherwise: `[["dimensions", "output_dimension"]]`.
    pub rename: Vec<(String, String)>,
    /// OpenAI's parameters that it refuses.
    pub unsupported: Vec<String>,
    pub encoding_format: EncodingMember,
    /// It takes no lists of tokens.
    pub texts_only: bool,
    /// Images are objects among its inputs: `{"image": "BASE64"}`.
    pub image_objects: bool,
    /// Most inputs of a request, where it is not left to the provider to say so.
    pub max_inputs: Option<usize>,
}

/// What a provider makes of `encoding_format`. The client gets what it asked for in any case.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum EncodingMember {
    /// As OpenAI does.
    #[default]
    Taken,
    /// It refuses the member, or passes over it.
    Unknown,
    /// `base64` is the one value that it knows.
    Base64Only,
}
