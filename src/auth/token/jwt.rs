//! Google's service accounts: a JWT signed with the account's own key is exchanged for a token.
//!
//! Source: <https://developers.google.com/identity/protocols/oauth2/service-account>, RFC 7515
//! (JWS), RFC 7523.

use crate::auth::Secret;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use rsa::PrivateKey;
use rsa::pkcs1v15::SigningKey;
use rsa::pkcs8::DecodePrivateKey as _;
use rsa::signature::{SignatureEncoding as _, Signer as _};
use serde_json::json;
use sha2::Sha256;

pub const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/// The longest that Google takes, seconds.
const LIFE_S: u64 = 3_600;

/// What an account's JSON says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceAccount {
    email: String,
    key_id: String,
    /// PEM, PKCS #8. Parsed anew for each token: that is once an hour, and a key in this form cannot
    /// get into a log.
    pub(super) private_key: Secret,
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
        parse(&private_key)?;
        Ok(Self { email, key_id, private_key, audience, scope })
    }

    /// Everything that tells it from others.
    pub(super) fn parts(&self) -> [&str; 5] {
        [&self.email, &self.key_id, self.private_key.expose(), &self.audience, self.scope]
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
        sign(&header.to_string(), &claims.to_string(), &parse(&self.private_key)?).map(Secret::new)
    }
}

fn parse(key: &Secret) -> Result<PrivateKey, String> {
    // Keys get into YAML and variables with their line breaks written out.
    let text = key.expose().replace("\\n", "\n");
    PrivateKey::from_pkcs8_pem(text.trim())
        .map_err(|_| "Its `private_key` is not an RSA key in PEM (BEGIN PRIVATE KEY).".to_owned())
}

/// JWS with RS256. PKCS #1 v1.5 has no randomness. The crate's arithmetic is not constant in time
/// (RUSTSEC-2023-0071), which matters to whoever can have much of their own choice signed and time it:
/// nobody can here, where one fixed text an hour is signed.
fn sign(header: &str, claims: &str, key: &PrivateKey) -> Result<String, String> {
    let encode = |text: &str| BASE64_URL_SAFE_NO_PAD.encode(text);
    let signed = format!("{}.{}", encode(header), encode(claims));
    let signature = SigningKey::<Sha256>::new(key.clone())
        .try_sign(signed.as_bytes())
        .map_err(|_| "its key cannot sign".to_owned())?;
    Ok(format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature.to_bytes())))
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
        let signed =
            sign(r#"{"alg":"RS256"}"#, claims, &parse(&Secret::new(KEY)).unwrap()).unwrap();
        assert_eq!(signed, include_str!("jwt/rfc7515.jws").trim());
    }

    #[test]
    fn an_assertion_says_who_asks_for_what_and_how_long() {
        let escaped = KEY.replace('\n', "\\n");
        for key in [KEY, &escaped] {
            let key = Secret::new(key);
            let account =
                ServiceAccount::new("me@x".into(), "k1".into(), key, "https://aud".into(), "s");
            let signed = account.unwrap().assertion(1_000).unwrap();
            let mut parts = signed.expose().split('.').map(|part| {
                let bytes = BASE64_URL_SAFE_NO_PAD.decode(part).unwrap();
                serde_json::from_slice::<Value>(&bytes).unwrap_or_default()
            });
            let header = parts.next().unwrap();
            assert_eq!(header, json!({"alg": "RS256", "typ": "JWT", "kid": "k1"}));
            let claims = json!(
                {"iss": "me@x", "scope": "s", "aud": "https://aud", "iat": 1000, "exp": 4600}
            );
            assert_eq!(parts.next().unwrap(), claims);
        }
    }

    #[test]
    fn what_is_no_key_is_told_without_showing_it() {
        for key in ["", "SECRET", "-----BEGIN PRIVATE KEY-----\nSECRET\n-----END PRIVATE KEY-----"]
        {
            let made = ServiceAccount::new(
                "me@x".into(),
                String::new(),
                Secret::new(key),
                String::new(),
                "s",
            );
            let error = made.unwrap_err();
            assert!(error.contains("private_key") && !error.contains("SECRET"), "{error}");
        }
    }
}
