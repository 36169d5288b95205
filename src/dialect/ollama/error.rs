//! Ollama's errors, `{"error": "…"}`, in OpenAI's shape.

use crate::dialect::failure;
use crate::openai::ApiError;
use crate::openai::error::{code, kind};

/// Reads an error body, or what came in a 200 instead of an answer: a line of a stream has the same
/// form, and says no status.
#[must_use]
pub fn read(status: u16, body: &[u8]) -> ApiError {
    let mut error = failure::api_error(status, body);
    let said = error.message.to_lowercase();
    // "prompt too long; exceeded max context length by 9 tokens", and its runner's "the input length
    // exceeds the context length", which comes as 500 although it is the request's fault.
    let too_long = said.contains("context length") && said.contains("exceed");
    if too_long && matches!(error.status, 400 | 500) {
        error.status = 400;
        error.kind = kind::INVALID_REQUEST.into();
        error.code = Some(code::CONTEXT_LENGTH.into());
    }
    if error.code.is_none() {
        error.code = match error.status {
            401 => Some("invalid_api_key"),
            404 if said.contains("model") => Some(code::MODEL_NOT_FOUND),
            429 => Some("rate_limit_exceeded"),
            503 => Some("overloaded_error"), // "server busy, please try again"
            _ => None,
        }
        .map(Into::into);
    }
    error
}

/// 502: the answer is not what Ollama answers with.
#[must_use]
pub fn malformed(why: &str) -> ApiError {
    failure::malformed("Ollama's", why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_keep_their_words_and_get_openais_codes() {
        for (status, said, code, seen) in [
            (404, "model 'x' not found", Some(code::MODEL_NOT_FOUND), 404),
            (
                400,
                "prompt too long; exceeded max context length by 9 tokens",
                Some(code::CONTEXT_LENGTH),
                400,
            ),
            (500, "the input length exceeds the context length", Some(code::CONTEXT_LENGTH), 400),
            (500, "model requires more system memory", None, 500),
            (503, "server busy, please try again.", Some("overloaded_error"), 503),
            (200, "an error was encountered while running the model", None, 502),
        ] {
            let error = read(status, format!(r#"{{"error":"{said}"}}"#).as_bytes());
            assert_eq!((error.status, error.code.as_deref()), (seen, code), "{said}");
            assert_eq!(error.message, said);
        }
    }
}
