//! Where a token comes from.

use super::file;
use super::grant::{Ask, Body, FORM, Facts, Grant, Reply};
use super::{Refusal, Token, jwt, keys, oauth, text};
use crate::auth::sigv4::hex;
use crate::dialect::Endpoint;
use crate::wire::headers::Headers;
use crate::wire::percent;
use sha2::{Digest, Sha256};
use std::borrow::Cow;

/// Time that one step has for its answer, ms.
pub const CALL_TIMEOUT_MS: u64 = 5_000;

/// Who is asked for what, one after the other; the last step brings the token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The same for the same credential, in any deployment and configuration. A digest: it tells
    /// nothing.
    id: String,
    steps: Vec<Step>,
}

/// One question, and whom it goes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    place: Place,
    grant: Grant,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    Endpoint {
        endpoint: Endpoint,
        /// The Envoy cluster that leads there.
        cluster: String,
    },
    /// A file of the machine that Envoy runs on.
    File(String),
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

impl Step {
    /// `cluster`: Envoy's, which leads to `endpoint`.
    #[must_use]
    pub fn new(endpoint: Endpoint, cluster: String, grant: Grant) -> Self {
        Self { place: Place::Endpoint { endpoint, cluster }, grant }
    }

    /// What stands in a file.
    ///
    /// # Errors
    /// A sentence: the file cannot be named so.
    pub fn file(path: &str, reply: Reply) -> Result<Self, String> {
        let place = Place::File(file::path(path)?.to_owned());
        Ok(Self { place, grant: Grant::Ask(file::ask().reply(reply)) })
    }

    /// The cluster and where it leads; `None` for a file.
    #[must_use]
    pub fn endpoint(&self) -> Option<(&str, &Endpoint)> {
        match &self.place {
            Place::Endpoint { endpoint, cluster } => Some((cluster, endpoint)),
            Place::File(_) => None,
        }
    }

    /// The file's path; `None` for an endpoint.
    #[must_use]
    pub fn path(&self) -> Option<&str> {
        match &self.place {
            Place::Endpoint { .. } => None,
            Place::File(path) => Some(path),
        }
    }

    /// The cluster that is called.
    pub(super) fn cluster(&self) -> &str {
        self.endpoint().map_or(file::CLUSTER, |(cluster, _)| cluster)
    }
}

impl Source {
    #[must_use]
    pub fn new(steps: Vec<Step>) -> Self {
        let mut digest = Sha256::new();
        for step in &steps {
            let place = match &step.place {
                Place::Endpoint { endpoint, cluster } => {
                    [cluster.into(), endpoint.authority().into(), endpoint.join("").into()]
                }
                Place::File(path) => ["".into(), Cow::Borrowed(path.as_str()), "".into()],
            };
            for part in place.into_iter().chain(step.grant.parts()) {
                digest.update((part.len() as u64).to_be_bytes());
                digest.update(part.as_bytes());
            }
        }
        Self { id: hex(&digest.finalize()), steps }
    }

    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Whatever of it must not be seen elsewhere.
    #[must_use]
    pub fn secrets(&self) -> Vec<&str> {
        self.steps.iter().flat_map(|step| step.grant.secrets()).collect()
    }

    /// What is to be sent next: the step after those whose results `facts` holds.
    ///
    /// # Errors
    /// Part of a sentence, where nothing can be sent.
    pub fn call(&self, facts: &Facts<'_>) -> Result<Call, String> {
        let step = self.steps.get(facts.brought.len()).ok_or("there is nothing to ask")?;
        let root = |path: String| if path.is_empty() { "/".to_owned() } else { path };
        let plain = match &step.place {
            Place::Endpoint { endpoint, .. } => root(endpoint.join("")),
            Place::File(path) => path.clone(),
        };
        let (method, path, more, body) = match &step.grant {
            Grant::Ask(ask) => {
                let path = match &step.place {
                    Place::Endpoint { endpoint, .. } => root(endpoint.join(&suffix(ask, facts)?)),
                    Place::File(_) => plain,
                };
                let (headers, body) = written(ask, facts)?;
                (ask.method, path, headers, body)
            }
            Grant::ServiceAccount(account) => {
                let assertion = account.assertion(facts.now)?;
                let pairs = [("grant_type", jwt::GRANT_TYPE), ("assertion", assertion.expose())];
                ("POST", plain, vec![content_type(FORM)], percent::form(pairs))
            }
            Grant::Role(role) => {
                let authority = step.endpoint().map_or("", |(_, endpoint)| endpoint.authority());
                let (headers, body) = role.call(authority, &plain, facts)?;
                ("POST", plain, headers, body)
            }
        };
        // AWS's Security Token Service speaks XML, unless it is asked for JSON.
        let is_json = match &step.grant {
            Grant::Ask(ask) => !matches!(ask.reply, Reply::Text),
            Grant::ServiceAccount(_) => true,
            Grant::Role(_) => false,
        };
        let (scheme, authority) = match &step.place {
            Place::Endpoint { endpoint, .. } => (endpoint.scheme(), endpoint.authority()),
            Place::File(_) => ("http", file::CLUSTER),
        };
        let mut headers: Headers = vec![
            (":method".into(), method.into()),
            (":scheme".into(), scheme.into()),
            (":authority".into(), authority.to_owned().into()),
            (":path".into(), path.into()),
            ("accept".into(), if is_json { "application/json" } else { "*/*" }.into()),
        ];
        headers.extend(more);
        let (id, cluster) = (self.id.clone(), step.cluster().to_owned());
        let body = body.into_bytes();
        Ok(Call { id, cluster, headers, body, timeout_ms: CALL_TIMEOUT_MS })
    }

    /// Reads the reply to step number `step`. `status`: `None` where none came. `now`: Unix time,
    /// seconds.
    ///
    /// # Errors
    /// What to tell the operator.
    pub fn read(
        &self,
        step: usize,
        status: Option<u16>,
        body: &[u8],
        now: u64,
    ) -> Result<Token, Refusal> {
        let reply = match self.steps.get(step).map(|step| &step.grant) {
            Some(Grant::Role(role)) => return role.read(status, body, now),
            Some(Grant::Ask(ask)) => &ask.reply,
            Some(Grant::ServiceAccount(_)) | None => &Reply::Token,
        };
        match reply {
            Reply::Token => oauth::read(status, body, now),
            Reply::Text => text::first_line(status, body),
            Reply::Member(name) => text::member(status, body, name),
            Reply::Keys(region) => keys::read(status, body, region, now),
        }
    }
}

fn content_type(value: &'static str) -> (Cow<'static, str>, Cow<'static, str>) {
    ("content-type".into(), value.into())
}

const NOTHING: &str = "a step before brought nothing of use";

/// What follows the endpoint's own address.
fn suffix(ask: &Ask, facts: &Facts<'_>) -> Result<String, String> {
    let (text, value) = &ask.suffix;
    let mut text = text.clone();
    if let Some(value) = value {
        percent::encode(&value.fill(facts).ok_or(NOTHING)?, &mut text);
    }
    Ok(text)
}

/// The headers and the body.
fn written(ask: &Ask, facts: &Facts<'_>) -> Result<(Headers, String), String> {
    let mut headers: Headers = Vec::new();
    let body = match &ask.body {
        Body::None => String::new(),
        Body::Form(fields) => {
            headers.push(content_type(FORM));
            let filled: Option<Vec<_>> =
                fields.iter().map(|(name, value)| Some((*name, value.fill(facts)?))).collect();
            let filled = filled.ok_or(NOTHING)?;
            percent::form(filled.iter().map(|(name, value)| (*name, &**value)))
        }
        Body::Json(text) => {
            headers.push(content_type("application/json"));
            text.clone()
        }
    };
    for (name, value) in &ask.headers {
        let value = value.fill(facts).ok_or(NOTHING)?.into_owned();
        headers.push((name.clone(), value.into()));
    }
    Ok((headers, body))
}
