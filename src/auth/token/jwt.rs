//! Google's service accounts: a JWT signed with the account's own key is exchanged for a token.
//!
//! Source: <https://developers.google.com/identity/protocols/oauth2/service-account>, RFC 7515
//! (JWS), RFC 7523.

use crate::auth::{RsaKey, Secret};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::json;

pub const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/// The longest that Google takes, seconds.
const LIFE_S: u64 = 3_600;

/// What an account's JSON says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceAccount {
    email: String,
    key_id: String,
    private_key: RsaKey,
    audience: String,
    scope: &'static str,
}

impl ServiceAccount {
    /// # Errors
    /// A sentence that says what is wrong; it shows nothing of the key.
    pub fn new(
        email: String,
        key_id: String,
        private_key: Secret,
        audience: String,
        scope: &'static str,
    ) -> Result<Self, String> {
        if email.is_empty() {
            return Err("There is no `client_email`.".to_owned());
        }
        let private_key =
            RsaKey::parse(private_key).map_err(|why| format!("Its `private_key` {why}."))?;
        Ok(Self { email, key_id, private_key, audience, scope })
    }

    /// Everything that tells it from others.
    pub(super) fn parts(&self) -> [&str; 5] {
        [&self.email, &self.key_id, self.private_key.text(), &self.audience, self.scope]
    }

    /// The key's text.
    pub(super) fn private_key(&self) -> &str {
        self.private_key.text()
    }

    /// The signed JWT. `now`: Unix time, seconds.
    ///
    /// # Errors
    /// Part of a sentence.
    pub(super) fn assertion(&self, now: u64) -> Result<Secret, String> {
        let header = match self.key_id.as_str() {
            "" => json!({"alg": "RS256", "typ": "JWT"}),
            id => json!({"alg": "RS256", "typ": "JWT", "kid": id}),
        };
        let claims = json!({
            "iss": self.email, "scope": self.scope, "aud": self.audience,
            "iat": now, "exp": now.saturating_add(LIFE_S),
        });
        sign(&header.to_string(), &claims.to_string(), &self.private_key).map(Secret::new)
    }
}

/// JWS with RS256.
fn sign(header: &str, claims: &str, key: &RsaKey) -> Result<String, String> {
    let encode = |text: &str| BASE64_URL_SAFE_NO_PAD.encode(text);
    let signed = format!("{}.{}", encode(header), encode(claims));
    let signature = key.sign(signed.as_bytes())?;
    Ok(format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    /// The key of RFC 7515, appendix A.2, in PEM.
    const KEY: &str = include_str!("jwt/rfc7515.pem");

    #[test]
    fn the_signature_is_that_of_rfc_7515() {
        let claims =
            "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}";
        let key = RsaKey::parse(Secret::new(KEY)).unwrap();
        let signed = sign(r#"{"alg":"RS256"}"#, claims, &key).unwrap();
        assert_eq!(signed, include_str!("jwt/rfc7515.jws").trim());
    }

    #[test]
    fn an_assertion_says_who_asks_for_what_and_how_long() {
        let account = ServiceAccount::new(
            "me@x".into(),
            "k1".into(),
            Secret::new(KEY),
            "https://aud".into(),
            "s",
        );
        let signed = account.unwrap().assertion(1_000).unwrap();
        let mut parts = signed.expose().split('.').map(|part| {
            let bytes = BASE64_URL_SAFE_NO_PAD.decode(part).unwrap();
            serde_json::from_slice::<Value>(&bytes).unwrap_or_default()
        });
        let header = parts.next().unwrap();
        assert_eq!(header, json!({"alg": "RS256", "typ": "JWT", "kid": "k1"}));
        let claims =
            json!({"iss": "me@x", "scope": "s", "aud": "https://aud", "iat": 1000, "exp": 4600});
        assert_eq!(parts.next().unwrap(), claims);
    }

    #[test]
    fn what_is_no_key_is_told_without_showing_it() {
        let key = Secret::new("SECRET");
        let made = ServiceAccount::new("me@x".into(), String::new(), key, String::new(), "s");
        let error = made.unwrap_err();
        assert!(error.contains("private_key") && !error.contains("SECRET"), "{error}");
    }
}
