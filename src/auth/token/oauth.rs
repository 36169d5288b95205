//! Replies of token endpoints, which speak OAuth 2 (RFC 6749, sections 5.1 and 5.2) as good as all.
//!
//! What others say instead: `token` and `expires_at` in seconds (GitHub Copilot), `expires_at` or `exp`
//! in milliseconds and `tok` (GigaChat), `accessToken` and `expireTime` as RFC 3339 has it (Google's
//! IAM Credentials API), `expires_on` in seconds (Azure's metadata server).

use super::{MAX_REPLY_BYTES, Refusal, Token};
use crate::auth::{Credential, Secret, date};
use serde_json::Value;

/// Longest token, bytes. It has to fit among the headers of a request, of which Envoy takes 60 KiB.
pub const MAX_TOKEN_BYTES: usize = 16 * 1024;

/// How long a token lasts that comes without a word about it, seconds. RFC 6749 leaves that open.
pub const DEFAULT_LIFE_S: u64 = 300;

/// Longest life that is believed, seconds: a day. Metadata servers of Azure say so.
const MAX_LIFE_S: u64 = 86_400;

/// What a token is called.
const TOKEN: [&str; 4] = ["access_token", "accessToken", "token", "tok"];

/// What its end is called, where it is given as a number.
const END: [&str; 3] = ["expires_on", "expires_at", "exp"];

/// A time above this is in milliseconds: in seconds it would be the year 5138.
const MAX_SECONDS: u64 = 100_000_000_000;

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
        // OAuth's is a word; Google's APIs have an object with one.
        let error = member("error").map(|error| error.get("status").unwrap_or(error));
        return Err(refusal(error.and_then(word).unwrap_or("an error")));
    }
    let Some(token) = TOKEN.into_iter().find_map(|name| member(name)?.as_str()) else {
        return Err(refusal("an answer without a token"));
    };
    if token.is_empty()
        || token.len() > MAX_TOKEN_BYTES
        || !token.bytes().all(|b| b.is_ascii_graphic())
    {
        return Err(refusal("a token that fits into no header"));
    }
    let life = member("expires_in").and_then(seconds).or_else(|| {
        let number = || END.into_iter().find_map(|name| seconds(member(name)?));
        let at =
            member("expireTime").and_then(|time| date::parse(time.as_str()?)).or_else(number)?;
        let at = if at > MAX_SECONDS { at / 1000 } else { at };
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

/// Errors are words such as `invalid_client` or `PERMISSION_DENIED`. Anything else may quote what was
/// sent.
fn word(value: &Value) -> Option<&str> {
    const MAX_LEN: usize = 64;
    let text = value.as_str()?;
    let is_small = text.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    let is_large = text.chars().all(|c| c.is_ascii_uppercase() || c == '_');
    (!text.is_empty() && text.len() <= MAX_LEN && (is_small || is_large)).then_some(text)
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
        assert_eq!(life(r#"{"token":"t","expires_at":1100,"refresh_in":50}"#), 100_000);
        assert_eq!(life(r#"{"access_token":"t","expires_at":1100000000000}"#), 86_400_000);
        let giga = br#"{"tok":"t","exp":1706026848841}"#;
        assert_eq!(read(Some(200), giga, 1_706_026_748).unwrap().life_ms, 100_000);
        assert_eq!(life(r#"{"accessToken":"t","expireTime":"1970-01-01T00:18:20Z"}"#), 100_000);
        assert_eq!(life(r#"{"access_token":"t"}"#), 300_000);
        assert_eq!(life(r#"{"access_token":"t","expires_in":99999999999}"#), 86_400_000);
    }

    #[test]
    fn an_error_is_told_by_its_word_and_nothing_that_it_quotes() {
        assert_eq!(reason(Some(401), r#"{"error":"invalid_client"}"#), "invalid_client");
        assert_eq!(reason(Some(400), r#"{"error":"bad secret: hunter2"}"#), "an error");
        assert_eq!(reason(Some(500), "hunter2"), "an error");
        let google = r#"{"error":{"code":403,"message":"hunter2","status":"PERMISSION_DENIED"}}"#;
        assert_eq!(reason(Some(403), google), "PERMISSION_DENIED");
        assert_eq!(reason(Some(400), r#"{"error":{"message":"hunter"}}"#), "an error");
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
