//! Where chat completions are, below a base address.

use crate::dialect::{Call, Endpoint, Target};
use crate::openai::ApiError;
use crate::operation::Operation;

/// Path and query of a chat completion: the base, what it lacks of the provider's usual path, and the
/// endpoint. A base that is the whole address stays as it is.
///
/// # Errors
/// 400 for a model whose name cannot become part of an address.
pub fn chat(call: &Call<'_>) -> Result<String, ApiError> {
    let target = call.target;
    // An endpoint with an address of its own (Vertex AI's Model Garden) needs no path to it.
    let at_endpoint = target.endpoint.base_path().contains("/endpoints/");
    match &target.provider.path {
        Some(own) if !at_endpoint => target.path(own, call.request.stream),
        _ => Ok(of(target, Operation::Chat)),
    }
}

/// The same for any operation, at its usual place.
#[must_use]
pub fn of(target: &Target, operation: Operation) -> String {
    let usual = target.provider.quirks.bare_base_path.as_deref().unwrap_or_default();
    below(&target.endpoint, usual, operation.path())
}

fn below(endpoint: &Endpoint, usual: &str, suffix: &str) -> String {
    let base = endpoint.base_path();
    let end = suffix.split('?').next().unwrap_or_default().trim_end_matches('/');
    if base.ends_with(end) {
        return endpoint.join("");
    }
    // What the base lacks: all of the usual path, or the rest of it.
    let rest = usual.strip_prefix(base).filter(|rest| rest.starts_with('/')).unwrap_or_default();
    endpoint.join(&format!("{rest}{suffix}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHAT: &str = "/chat/completions";

    fn path(base: &str, usual: &str, suffix: &str) -> String {
        below(&Endpoint::parse(base).unwrap(), usual, suffix)
    }

    #[test]
    fn a_base_may_stop_anywhere_along_the_usual_path() {
        let usual = "/api/v2/llm";
        for base in ["https://h", "https://h/", "https://h/api/v2", "https://h/api/v2/llm/"] {
            assert_eq!(path(base, usual, CHAT), "/api/v2/llm/chat/completions", "{base}");
        }
        assert_eq!(path("https://h/ap", usual, CHAT), "/ap/chat/completions");
        assert_eq!(path("https://h/v1", usual, CHAT), "/v1/chat/completions");
        assert_eq!(
            path("https://h/x/chat/completions?a=1", usual, CHAT),
            "/x/chat/completions?a=1"
        );
        assert_eq!(path("https://h?a=1", "", "/chat?v=2"), "/chat?v=2&a=1");
    }
}
