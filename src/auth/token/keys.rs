//! Keys of AWS in JSON, as the machine or its container gives them.
//!
//! Source: <https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html>,
//! <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-security-credentials.html>.

use super::text::succeeded;
use super::{Refusal, Token};
use crate::auth::{AwsCredential, AwsKeys, Credential, Secret, date};
use serde::Deserialize;
use std::sync::Arc;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Keys {
    access_key_id: String,
    secret_access_key: String,
    token: String,
    /// Such as `2026-01-31T12:00:00Z`.
    expiration: String,
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
    let body = succeeded(status, body)?;
    let keys = serde_json::from_slice::<Keys>(body).ok().and_then(|keys| taken(keys, region, now));
    keys.ok_or_else(|| Refusal { status, reason: "an answer without keys".to_owned() })
}

fn taken(keys: Keys, region: &Arc<str>, now: u64) -> Option<Token> {
    let secret = |text: String| {
        let fits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic());
        fits.then(|| Secret::new(text))
    };
    let end = date::parse(&keys.expiration)?;
    let keys = AwsKeys {
        access_key_id: secret(keys.access_key_id)?,
        secret_access_key: secret(keys.secret_access_key)?,
        session_token: Some(secret(keys.token)?),
    };
    let credential = Credential::Aws(AwsCredential { keys, region: region.clone() });
    Some(Token { credential, life_ms: end.saturating_sub(now).saturating_mul(1000) })
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
