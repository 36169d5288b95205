//! Where chat completions are, below a base address.

use crate::catalog::fill;
use crate::dialect::segment::segment;
use crate::dialect::{Call, Endpoint};
use crate::openai::ApiError;

const CHAT: &str = "/chat/completions";

/// Path and query of a chat completion: the base, what it lacks of the provider's usual path, and the
/// endpoint. A base that is the whole address stays as it is.
///
/// # Errors
/// 400 for a model whose name cannot become part of an address.
pub fn chat(call: &Call<'_>) -> Result<String, ApiError> {
    let (target, quirks) = (call.target, &call.target.provider.quirks);
    let own = quirks.stream_path.as_ref().filter(|_| call.request.stream);
    let template = own.or(quirks.chat_path.as_ref()).map_or(CHAT, String::as_str);
    let suffix = match quirks.parts(&target.model) {
        Some(parts) if template.contains('{') => {
            let parts: Vec<String> =
                parts.into_iter().map(segment).collect::<Result<_, ApiError>>()?;
            fill(template, &parts)
        }
        None if template.contains('{') => {
            let message = format!(
                "The model name {:?} lacks a part that the address of {} needs.",
                target.model, target.provider.name
            );
            return Err(ApiError::invalid(message).with_param("model"));
        }
        _ => template.to_owned(),
    };
    let bare = quirks.bare_base_path.as_deref().unwrap_or_default();
    Ok(below(&target.endpoint, bare, &suffix))
}

fn below(endpoint: &Endpoint, usual: &str, suffix: &str) -> String {
    let base = endpoint.base_path();
    let end = suffix.split('?').next().unwrap_or_default().trim_end_matches('/');
    if base.ends_with(end) || base.ends_with(CHAT) {
        return endpoint.join("");
    }
    // What the base lacks: all of the usual path, or the rest of it.
    let rest = usual.strip_prefix(base).filter(|rest| rest.starts_with('/')).unwrap_or_default();
    endpoint.join(&format!("{rest}{suffix}"))
}

#[cfg(test)]
mod tests {
    use super::*;

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
