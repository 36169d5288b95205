//! What is asked: a server, or one of a model's three addresses.

use crate::dialect::{Endpoint, Target};
use crate::openai::ApiError;

const INFER: &str = "/infer";
const GENERATE: &str = "/generate";
const GENERATE_STREAM: &str = "/generate_stream";

/// What is asked, and where.
#[derive(Debug, PartialEq, Eq)]
pub enum Place {
    /// The generate extension, which takes a text and streams.
    Generate(String),
    /// The inference protocol, which takes tensors and answers once.
    Infer(String),
}

impl Place {
    /// `api_base` may be the server, or the whole address of what is asked (LiteLLM's way); a stream's is
    /// beside that of a whole answer.
    ///
    /// # Errors
    /// 400 for a model whose name cannot stand in an address.
    pub fn of(target: &Target, stream: bool) -> Result<Self, ApiError> {
        let endpoint: &Endpoint = &target.endpoint;
        let base = endpoint.base_path();
        let own = if stream { GENERATE_STREAM } else { GENERATE };
        if base.ends_with(INFER) {
            return Ok(Self::Infer(endpoint.join("")));
        }
        if base.ends_with(GENERATE) || base.ends_with(GENERATE_STREAM) {
            return Ok(Self::Generate(endpoint.beside(&[GENERATE_STREAM, GENERATE], own)));
        }
        target.path(&format!("/v2/models/{{model}}{own}"), stream).map(Self::Generate)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::fixture;

    #[test]
    fn the_base_is_the_server_or_the_whole_address() {
        let at = |base: &str, stream| {
            Place::of(&fixture::target("triton", "ensemble", Some(base)), stream).unwrap()
        };
        let generate = |path: &str| Place::Generate(path.to_owned());
        for base in ["http://h:8000", "http://h:8000/v2", "http://h:8000/v2/models/ensemble"] {
            assert_eq!(at(base, false), generate("/v2/models/ensemble/generate"), "{base}");
            assert_eq!(at(base, true), generate("/v2/models/ensemble/generate_stream"), "{base}");
        }
        for base in ["http://h/x/generate?a=1", "http://h/x/generate_stream?a=1"] {
            assert_eq!(at(base, false), generate("/x/generate?a=1"), "{base}");
            assert_eq!(at(base, true), generate("/x/generate_stream?a=1"), "{base}");
        }
        assert_eq!(
            at("http://h/v2/models/m/infer", true),
            Place::Infer("/v2/models/m/infer".into())
        );
    }
}
