//! AWS Signature Version 4, in request headers.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>.
//! AWS's own crate for it brings tokio, tracing and `http` into the plugin; over `hmac` and `sha2`
//! there is little left to do.

mod canonical;
#[cfg(test)]
mod tests;

use super::date;
use crate::auth::{AwsKeys, Secret};
use crate::wire::headers::Headers;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// What is signed, but for the headers that signing adds.
pub struct Request<'a> {
    pub method: &'a str,
    /// As it is sent, with the query.
    pub path: &'a str,
    /// Those that are part of the signature, `host` among them; lower-case names.
    pub headers: Vec<(&'a str, &'a str)>,
    pub body: &'a [u8],
}

/// Where the signature is valid.
pub struct Scope<'a> {
    pub region: &'a str,
    /// Such as `bedrock`.
    pub service: &'a str,
}

/// The headers that sign `request`: `x-amz-date`, `x-amz-security-token` where there is one, and
/// `authorization`. `now`: Unix time, seconds; AWS refuses what is five minutes off.
#[must_use]
pub fn sign(request: &Request<'_>, keys: &AwsKeys, scope: &Scope<'_>, now: u64) -> Headers {
    let (date, time) = date::basic(now);
    let token = keys.session_token.as_ref().map(Secret::expose);
    let mut headers = request.headers.clone();
    headers.push(("x-amz-date", &time));
    headers.extend(token.map(|token| ("x-amz-security-token", token)));
    let (canonical, signed) = canonical::request(request, headers);

    let Scope { region, service } = scope;
    let credential_scope = format!("{date}/{region}/{service}/aws4_request");
    let digest = hex(&Sha256::digest(canonical));
    let to_sign = format!("{ALGORITHM}\n{time}\n{credential_scope}\n{digest}");
    let secret = ["AWS4", keys.secret_access_key.expose()].concat();
    let key = [date.as_str(), region, service, "aws4_request"]
        .iter()
        .fold(secret.into_bytes(), |key, part| hmac(&key, part.as_bytes()));
    let signature = hex(&hmac(&key, to_sign.as_bytes()));
    let authorization = format!(
        "{ALGORITHM} Credential={}/{credential_scope}, SignedHeaders={signed}, Signature={signature}",
        keys.access_key_id.expose()
    );

    let mut added: Headers = vec![("x-amz-date".into(), time.into())];
    added.extend(token.map(|token| ("x-amz-security-token".into(), token.to_owned().into())));
    added.push(("authorization".into(), authorization.into()));
    added
}

fn hmac(key: &[u8], message: &[u8]) -> Vec<u8> {
    // A key of any length is fine for HMAC, so there is always one to sign with.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return Vec::new() };
    mac.update(message);
    mac.finalize().into_bytes().to_vec()
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
