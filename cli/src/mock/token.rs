//! Token endpoints: whoever asks for a token gets one, unless the credential itself says otherwise.
//! Every provider's path for it ends in `/token`.

use hyper::StatusCode;
use hyper::http::request::Parts;
use serde_json::{Value, json};

/// Seconds.
const LIFE: u32 = 3600;

/// The answer to a request for a token, of which this is the `serial`th answer; `None`: it is none.
pub fn answer(request: &Parts, body: &[u8], serial: u64) -> Option<(StatusCode, Value)> {
    if !request.uri.path().ends_with("/token") {
        return None;
    }
    // A secret that holds this word is a wrong one.
    let is_refused = body.windows(7).any(|bytes| bytes == b"refused");
    Some(if is_refused {
        let error = json!({"error": "invalid_client", "error_description": "The secret is wrong."});
        (StatusCode::UNAUTHORIZED, error)
    } else {
        let token = format!("mock-token-{serial}");
        (StatusCode::OK, json!({"access_token": token, "token_type": "Bearer", "expires_in": LIFE}))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(path: &str, body: &str) -> Option<(u16, Value)> {
        let (parts, ()) = hyper::Request::post(path).body(()).unwrap().into_parts();
        answer(&parts, body.as_bytes(), 7).map(|(status, body)| (status.as_u16(), body))
    }

    #[test]
    fn a_token_is_given_to_whoever_asks_and_not_for_a_wrong_secret() {
        let (status, body) = ask("/t/oauth2/v2.0/token", "client_secret=s").unwrap();
        assert_eq!((status, &body["access_token"]), (200, &json!("mock-token-7")));
        let (status, body) = ask("/token", "client_secret=refused").unwrap();
        assert_eq!((status, &body["error"]), (401, &json!("invalid_client")));
        assert_eq!(ask("/v1/chat/completions", "{}"), None);
    }
}
