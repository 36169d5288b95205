//! Replies that are what was asked for: a file's content, a name, a token without a word about it.

use super::oauth::{DEFAULT_LIFE_S, MAX_TOKEN_BYTES};
use super::{MAX_REPLY_BYTES, Refusal, Token};
use crate::auth::{Credential, Secret};
use serde_json::Value;

/// The first line. Files end with a line break, and metadata servers list names.
///
/// # Errors
/// What is wrong with the reply.
pub fn first_line(status: Option<u16>, body: &[u8]) -> Result<Token, Refusal> {
    let refusal = |reason: &str| Refusal { status, reason: reason.to_owned() };
    let text = std::str::from_utf8(succeeded(status, body)?).ok();
    let line = text.and_then(|text| text.trim().lines().next()).unwrap_or_default();
    taken(line).ok_or_else(|| refusal("an answer that holds no token"))
}

/// The member `name` of a JSON object.
///
/// # Errors
/// What is wrong with the reply.
pub fn member(status: Option<u16>, body: &[u8], name: &str) -> Result<Token, Refusal> {
    let refusal = |reason: &str| Refusal { status, reason: reason.to_owned() };
    let object: Option<Value> = serde_json::from_slice(succeeded(status, body)?).ok();
    let text = object.as_ref().and_then(|object| object.get(name)?.as_str()).unwrap_or_default();
    taken(text.trim()).ok_or_else(|| refusal("an answer that holds no token"))
}

/// The body of a good answer.
///
/// # Errors
/// It is none.
pub fn succeeded(status: Option<u16>, body: &[u8]) -> Result<&[u8], Refusal> {
    let refusal = |reason: &str| Refusal { status, reason: reason.to_owned() };
    match status {
        None => Err(refusal("no answer")),
        Some(_) if body.len() > MAX_REPLY_BYTES => Err(refusal("an answer that is too long")),
        Some(200..=299) => Ok(body),
        Some(_) => Err(refusal("an error")),
    }
}

/// Text that fits into a header. It counts for as long as a token does that comes without a word
/// about its end, which only matters where there is no step after this.
fn taken(text: &str) -> Option<Token> {
    let fits = !text.is_empty()
        && text.len() <= MAX_TOKEN_BYTES
        && text.bytes().all(|b| b.is_ascii_graphic());
    fits.then(|| Token {
        credential: Credential::Key(Secret::new(text)),
        life_ms: DEFAULT_LIFE_S * 1000,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key(text: &str) -> Option<Credential> {
        Some(Credential::Key(Secret::new(text)))
    }

    #[test]
    fn a_text_is_taken_without_its_line_breaks() {
        let read = |body: &str| first_line(Some(200), body.as_bytes()).ok().map(|t| t.credential);
        assert_eq!(read("a.b.c\n"), key("a.b.c"));
        assert_eq!(read("role-1\r\nrole-2"), key("role-1"));
        let longest = "x".repeat(MAX_TOKEN_BYTES);
        assert_eq!(read(&longest), key(&longest));
        for bad in ["", "\n", "a b", "ä", &[&longest, "x"].concat()] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_member_is_taken_from_an_object() {
        let read = |body: &str| member(Some(200), body.as_bytes(), "id").ok().map(|t| t.credential);
        assert_eq!(read(r#"{"id":"a.b.c\n"}"#), key("a.b.c"));
        for bad in ["", "a.b.c", "{}", r#"{"id":1}"#, r#"{"id":""}"#] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn what_is_refused_shows_nothing_of_the_answer() {
        let reason = |status, body: &str| first_line(status, body.as_bytes()).unwrap_err().reason;
        assert_eq!(reason(Some(404), "SECRET"), "an error");
        assert_eq!(reason(Some(200), "SECRET x"), "an answer that holds no token");
        assert_eq!(
            reason(Some(200), &" ".repeat(MAX_REPLY_BYTES + 1)),
            "an answer that is too long"
        );
        assert_eq!(reason(None, ""), "no answer");
    }

    proptest! {
        #[test]
        fn any_bytes_are_text_or_a_refusal(body: Vec<u8>, status: Option<u16>) {
            let _ = first_line(status, &body);
            let _ = member(status, &body, "id");
        }
    }
}
