//! Token endpoints: whoever asks for a token gets one, unless the credential itself says otherwise.

use super::aws_keys;
use hyper::StatusCode;
use hyper::http::request::Parts;
use serde_json::{Value, json};

/// Seconds. A request that holds the word `short-lived` gets the shorter one.
const LIFE: u32 = 3600;
const SHORT_LIFE: u32 = 3;

/// The end of tokens that are told when: 2099-01-01T00:00:00Z.
pub const END: &str = "2099-01-01T00:00:00Z";
const END_S: u64 = 4_070_908_800;

/// An answer: its status, its content type, its body.
pub type Answer = (StatusCode, &'static str, String);

/// The answer to a request for a token, of which this is the `serial`th answer; `None`: it is none.
pub fn answer(request: &Parts, body: &[u8], serial: u64) -> Option<Answer> {
    let path = request.uri.path();
    let holds = |word: &str| body.windows(word.len()).any(|bytes| bytes == word.as_bytes());
    let header = |name| request.headers.get(name).and_then(|value| value.to_str().ok());
    // A secret that holds this word is a wrong one.
    let is_refused =
        holds("refused") || header("authorization").is_some_and(|it| it.contains("refused"));
    if let Some(answer) = aws_keys::answer(request, body, is_refused, serial) {
        return Some(answer);
    }
    let token = format!("mock-token-{serial}");
    let life = if holds("short-lived") { SHORT_LIFE } else { LIFE };
    let body = match path {
        // Each in its own shape.
        "/copilot_internal/v2/token" => {
            json!({"token": token, "expires_at": END_S, "refresh_in": 1500, "endpoints": {}})
        }
        "/api/v2/oauth" => json!({"access_token": token, "expires_at": END_S * 1000}),
        _ if path.ends_with(":generateAccessToken") => {
            json!({"accessToken": token, "expireTime": END})
        }
        // Every other provider's path for it ends so.
        _ if path.ends_with("/token") => {
            json!({"access_token": token, "token_type": "Bearer", "expires_in": life})
        }
        _ => return None,
    };
    Some(if is_refused {
        let error = json!({"error": "invalid_client", "error_description": "The secret is wrong."});
        as_json(StatusCode::UNAUTHORIZED, &error)
    } else {
        as_json(StatusCode::OK, &body)
    })
}

pub fn as_json(status: StatusCode, body: &Value) -> Answer {
    (status, "application/json", body.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(path: &str, body: &str) -> Option<(u16, Value)> {
        let (parts, ()) = hyper::Request::post(path).body(()).unwrap().into_parts();
        let (status, _, body) = answer(&parts, body.as_bytes(), 7)?;
        Some((status.as_u16(), serde_json::from_str(&body).unwrap()))
    }

    #[test]
    fn a_token_is_given_to_whoever_asks_and_not_for_a_wrong_secret() {
        let (status, body) = ask("/t/oauth2/v2.0/token", "client_secret=s").unwrap();
        assert_eq!((status, &body["access_token"]), (200, &json!("mock-token-7")));
        assert_eq!(body["expires_in"], 3600);
        assert_eq!(ask("/token", "client_id=short-lived").unwrap().1["expires_in"], 3);
        let (status, body) = ask("/token", "client_secret=refused").unwrap();
        assert_eq!((status, &body["error"]), (401, &json!("invalid_client")));
        assert_eq!(ask("/v1/chat/completions", "{}"), None);
    }

    #[test]
    fn every_provider_has_its_own_words_for_it() {
        let token = |path, name: &str| ask(path, "").unwrap().1[name].clone();
        assert_eq!(token("/copilot_internal/v2/token", "token"), "mock-token-7");
        assert_eq!(token("/api/v2/oauth", "expires_at"), END_S * 1000);
        let account = "/v1/projects/-/serviceAccounts/a@b.c:generateAccessToken";
        assert_eq!(token(account, "accessToken"), "mock-token-7");
    }
}
