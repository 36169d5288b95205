//! Where a token comes from.

use super::grant::Grant;
use super::{Refusal, Token, jwt, oauth};
use crate::auth::sigv4::hex;
use crate::dialect::Endpoint;
use crate::wire::headers::Headers;
use crate::wire::percent;
use sha2::{Digest, Sha256};

/// Time that a token endpoint has for its answer, ms.
pub const CALL_TIMEOUT_MS: u64 = 5_000;

/// One token endpoint, and who asks there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The same for the same credential, in any deployment and configuration. A digest: it tells
    /// nothing.
    id: String,
    pub endpoint: Endpoint,
    /// The Envoy cluster that leads to `endpoint`.
    pub cluster: String,
    grant: Grant,
}

/// An HTTP request to a token endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The source's id.
    pub id: String,
    pub cluster: String,
    /// Pseudo-headers included.
    pub headers: Headers,
    pub body: Vec<u8>,
    pub timeout_ms: u64,
}

impl Source {
    #[must_use]
    pub fn new(endpoint: Endpoint, cluster: String, grant: Grant) -> Self {
        let mut digest = Sha256::new();
        let path = endpoint.join("");
        for part in [&*cluster, endpoint.authority(), &path].into_iter().chain(grant.parts()) {
            digest.update((part.len() as u64).to_be_bytes());
            digest.update(part);
        }
        Self { id: hex(&digest.finalize()), endpoint, cluster, grant }
    }

    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Whatever of it must not be seen elsewhere.
    #[must_use]
    pub fn secrets(&self) -> Vec<&str> {
        self.grant.secrets()
    }

    /// What is to be sent. `now`: Unix time, seconds.
    ///
    /// # Errors
    /// Part of a sentence, where nothing can be sent.
    pub fn call(&self, now: u64) -> Result<Call, String> {
        let root = |path: String| if path.is_empty() { "/".to_owned() } else { path };
        let path = root(self.endpoint.join(""));
        let form = |body: String| {
            let headers = vec![("content-type".into(), "application/x-www-form-urlencoded".into())];
            ("POST", headers, body)
        };
        let (method, more, body) = match &self.grant {
            Grant::Form(fields) => form(percent::form(fields.pairs())),
            Grant::ServiceAccount(account) => {
                let assertion = account.assertion(now)?;
                let pairs = [("grant_type", jwt::GRANT_TYPE), ("assertion", assertion.expose())];
                form(percent::form(pairs))
            }
            Grant::Role(role) => {
                let (headers, body) = role.call(&self.endpoint, &path, now);
                ("POST", headers, body)
            }
            Grant::Metadata { header: (name, value), .. } => {
                ("GET", vec![((*name).into(), (*value).into())], String::new())
            }
        };
        let path = match &self.grant {
            Grant::Metadata { query, .. } => root(self.endpoint.join(query)),
            _ => path,
        };
        // AWS's Security Token Service speaks XML, unless it is asked for JSON.
        let accept = if matches!(self.grant, Grant::Role(_)) { "*/*" } else { "application/json" };
        let mut headers: Headers = vec![
            (":method".into(), method.into()),
            (":scheme".into(), self.endpoint.scheme().into()),
            (":authority".into(), self.endpoint.authority().to_owned().into()),
            (":path".into(), path.into()),
            ("accept".into(), accept.into()),
        ];
        headers.extend(more);
        let (id, cluster) = (self.id.clone(), self.cluster.clone());
        let body = body.into_bytes();
        Ok(Call { id, cluster, headers, body, timeout_ms: CALL_TIMEOUT_MS })
    }

    /// Reads the reply. `status`: `None` where none came. `now`: Unix time, seconds.
    ///
    /// # Errors
    /// What to tell the operator.
    pub fn read(&self, status: Option<u16>, body: &[u8], now: u64) -> Result<Token, Refusal> {
        match &self.grant {
            Grant::Role(role) => role.read(status, body, now),
            _ => oauth::read(status, body, now),
        }
    }
}
