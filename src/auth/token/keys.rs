//! Keys of AWS in JSON, as the machine or its container gives them.
//!
//! Source: <https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html>,
//! <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-security-credentials.html>.

use super::text::succeeded;
use super::{Refusal, Token};
use crate::auth::{AwsCredential, AwsKeys, Credential, Secret, date};
use serde::Deserialize;
use std::borrow::Cow;
use std::sync::Arc;

/// Temporary keys as they were written.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Keys<'a> {
    #[serde(borrow)]
    pub access_key_id: Cow<'a, str>,
    #[serde(borrow)]
    pub secret_access_key: Cow<'a, str>,
    #[serde(borrow)]
    pub token: Cow<'a, str>,
    /// Such as `2026-01-31T12:00:00Z`.
    #[serde(borrow)]
    pub expiration: Cow<'a, str>,
}

/// Reads a reply. `now`: Unix time, seconds.
///
/// # Errors
/// What is wrong with it.
pub fn read(
    status: Option<u16>,
    body: &[u8],
    region: &Arc<str>,
    now: u64,
) -> Result<Token, Refusal> {
    let keys: Option<Keys<'_>> = serde_json::from_slice(succeeded(status, body)?).ok();
    keys.and_then(|keys| keys.token(region, now)).ok_or_else(|| no_keys(status))
}

/// What a reply without keys is refused with.
pub fn no_keys(status: Option<u16>) -> Refusal {
    Refusal { status, reason: "an answer without keys".to_owned() }
}

impl Keys<'_> {
    /// `None` for what is no key, or no time.
    pub fn token(&self, region: &Arc<str>, now: u64) -> Option<Token> {
        let secret = |text: &str| {
            let fits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic());
            fits.then(|| Secret::new(text))
        };
        let end = date::parse(&self.expiration)?;
        let keys = AwsKeys {
            access_key_id: secret(&self.access_key_id)?,
            secret_access_key: secret(&self.secret_access_key)?,
            session_token: Some(secret(&self.token)?),
        };
        let credential = Credential::Aws(AwsCredential { keys, region: region.clone() });
        Some(Token { credential, life_ms: end.saturating_sub(now).saturating_mul(1000) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// 2015-08-30T12:36:00Z.
    const NOW: u64 = 1_440_938_160;

    const REPLY: &str = r#"{"Code":"Success","Type":"AWS-HMAC","AccessKeyId":"ASIA1",
        "SecretAccessKey":"s/1+=","Token":"t1","Expiration":"2015-08-30T13:36:00Z"}"#;

    #[test]
    fn the_reply_holds_keys_and_when_they_end() {
        let token = read(Some(200), REPLY.as_bytes(), &"eu-west-1".into(), NOW).unwrap();
        assert_eq!(token.life_ms, 3_600_000);
        assert_eq!(token.credential.secrets().collect::<Vec<_>>(), ["ASIA1", "s/1+=", "t1"]);
    }

    #[test]
    fn what_is_no_key_is_not_taken_for_one() {
        let reason = |status, body: &str| {
            read(status, body.as_bytes(), &"eu-west-1".into(), NOW).unwrap_err().reason
        };
        assert_eq!(
            reason(Some(200), r#"{"Code":"Failed","Message":"SECRET"}"#),
            "an answer without keys"
        );
        assert_eq!(reason(Some(200), &REPLY.replace("t1", "")), "an answer without keys");
        assert_eq!(reason(Some(200), &REPLY.replace("t1", "a\\nb")), "an answer without keys");
        assert_eq!(reason(Some(200), &REPLY.replace("13:36", "x")), "an answer without keys");
        assert_eq!(reason(Some(403), "SECRET"), "an error");
    }

    proptest! {
        #[test]
        fn any_bytes_are_keys_or_a_refusal(body: Vec<u8>, status: Option<u16>) {
            let _ = read(status, &body, &"eu-west-1".into(), 0);
        }
    }
}
