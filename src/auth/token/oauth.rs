//! Replies of token endpoints, which speak OAuth 2 (RFC 6749, sections 5.1 and 5.2) as good as all.

use super::{MAX_REPLY_BYTES, Refusal, Token};
use crate::auth::{Credential, Secret};
use serde_json::Value;

/// Longest token, bytes. It has to fit among the headers of a request, of which Envoy takes 60 KiB.
const MAX_TOKEN_BYTES: usize = 16 * 1024;

/// How long a token lasts that comes without a word about it, seconds. RFC 6749 leaves that open.
const DEFAULT_LIFE_S: u64 = 300;

/// Longest life that is believed, seconds: a day. Metadata servers of Azure say so.
const MAX_LIFE_S: u64 = 86_400;

/// Reads a reply. `now`: Unix time, seconds.
///
/// # Errors
/// The endpoint's own `error`, or what is wrong with the reply.
pub fn read(status: Option<u16>, body: &[u8], now: u64) -> Result<Token, Refusal> {
    let refusal = |reason: &str| Refusal { status, reason: reason.to_owned() };
    let Some(code) = status else { return Err(refusal("no answer")) };
    if body.len() > MAX_REPLY_BYTES {
        return Err(refusal("an answer that is too long"));
    }
    let reply: Option<Value> = serde_json::from_slice(body).ok();
    let member = |name: &str| reply.as_ref()?.get(name);
    if !(200..300).contains(&code) {
        return Err(refusal(member("error").and_then(word).unwrap_or("an error")));
    }
    let Some(token) = member("access_token").and_then(Value::as_str) else {
        return Err(refusal("an answer without a token"));
    };
    if token.is_empty()
        || token.len() > MAX_TOKEN_BYTES
        || !token.bytes().all(|b| b.is_ascii_graphic())
    {
        return Err(refusal("a token that fits into no header"));
    }
    let life = member("expires_in").and_then(seconds).or_else(|| {
        // Azure's metadata server also says when.
        let at = member("expires_on").and_then(seconds)?;
        Some(at.saturating_sub(now))
    });
    let life_ms = life.unwrap_or(DEFAULT_LIFE_S).min(MAX_LIFE_S).saturating_mul(1000);
    Ok(Token { credential: Credential::Bearer(Secret::new(token)), life_ms })
}

/// A number, which Azure writes as a string in places.
fn seconds(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) => number.as_u64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// OAuth's errors are words such as `invalid_client`. Anything else may quote what was sent.
fn word(value: &Value) -> Option<&str> {
    const MAX_LEN: usize = 64;
    let text = value.as_str()?;
    let is_word = |c: char| c.is_ascii_lowercase() || c == '_';
    (!text.is_empty() && text.len() <= MAX_LEN && text.chars().all(is_word)).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn reason(status: Option<u16>, body: &str) -> String {
        read(status, body.as_bytes(), 1_000).unwrap_err().reason
    }

    fn life(body: &str) -> u64 {
        read(Some(200), body.as_bytes(), 1_000).unwrap().life_ms
    }

    #[test]
    fn a_token_lasts_as_long_as_the_reply_says() {
        let token = read(Some(200), br#"{"access_token":"t","expires_in":3599}"#, 0).unwrap();
        assert_eq!(token.credential, Credential::Bearer(Secret::new("t")));
        assert_eq!(token.life_ms, 3_599_000);
        assert_eq!(life(r#"{"access_token":"t","expires_in":"60"}"#), 60_000);
        assert_eq!(life(r#"{"access_token":"t","expires_on":"1100"}"#), 100_000);
        assert_eq!(life(r#"{"access_token":"t","expires_on":900}"#), 0);
        assert_eq!(life(r#"{"access_token":"t"}"#), 300_000);
        assert_eq!(life(r#"{"access_token":"t","expires_in":99999999999}"#), 86_400_000);
    }

    #[test]
    fn an_error_is_told_by_its_word_and_nothing_that_it_quotes() {
        assert_eq!(reason(Some(401), r#"{"error":"invalid_client"}"#), "invalid_client");
        assert_eq!(reason(Some(400), r#"{"error":"bad secret: hunter2"}"#), "an error");
        assert_eq!(reason(Some(500), "hunter2"), "an error");
        assert_eq!(reason(None, ""), "no answer");
    }

    #[test]
    fn what_is_no_token_is_not_taken_for_one() {
        for body in ["", "{}", "[]", r#"{"access_token":1}"#] {
            assert_eq!(reason(Some(200), body), "an answer without a token");
        }
        let long = format!(r#"{{"access_token":"{}"}}"#, "x".repeat(MAX_TOKEN_BYTES + 1));
        for body in [r#"{"access_token":""}"#, r#"{"access_token":"a\r\nb: c"}"#, &long] {
            assert_eq!(reason(Some(200), body), "a token that fits into no header");
        }
        let endless = " ".repeat(MAX_REPLY_BYTES + 1);
        assert_eq!(reason(Some(200), &endless), "an answer that is too long");
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_token_or_a_refusal(body: Vec<u8>, status: Option<u16>) {
            let _ = read(status, &body, 0);
        }
    }
}
