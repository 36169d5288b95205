//! What a deployment signs in with.

use super::PROGRAMMATIC;
use super::oci::OciCredential;
use super::token::Source;
use std::sync::Arc;

/// A credential. It has no `Display`, and `Debug` hides it, so that it cannot get into a log.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Arc<str>);

impl Secret {
    #[must_use]
    pub fn new(text: impl Into<Arc<str>>) -> Self {
        Self(text.into())
    }

    /// The credential itself, for the header it belongs to.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// What a deployment signs in with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Credential {
    /// Nothing is sent.
    #[default]
    None,
    /// Put into the header that the provider's row names.
    Key(Secret),
    /// A token, always put into `authorization`.
    Bearer(Secret),
    /// Signs every request (Signature Version 4).
    Aws(AwsCredential),
    /// Signs every request in Oracle's way.
    Oci(OciCredential),
    /// Has to be fetched from elsewhere first, and then is one of the others.
    Fetched(Arc<Source>),
}

/// Keys of AWS, and where their signatures are valid. Its service is the provider's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AwsCredential {
    pub keys: AwsKeys,
    pub region: Arc<str>,
}

/// What a user or a role of AWS signs with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AwsKeys {
    pub access_key_id: Secret,
    pub secret_access_key: Secret,
    /// Of temporary keys.
    pub session_token: Option<Secret>,
}

impl AwsKeys {
    /// Whatever of them must not be seen elsewhere.
    pub fn secrets(&self) -> impl Iterator<Item = &str> {
        let own = [Some(&self.secret_access_key), self.session_token.as_ref()];
        std::iter::once(&self.access_key_id).chain(own.into_iter().flatten()).map(Secret::expose)
    }
}

impl Credential {
    /// Whatever of it must not be seen elsewhere.
    pub fn secrets(&self) -> impl Iterator<Item = &str> {
        let secrets: Vec<&str> = match self {
            Self::None => Vec::new(),
            Self::Key(key) => {
                let key = key.expose();
                vec![key.strip_prefix(PROGRAMMATIC).unwrap_or(key)]
            }
            Self::Bearer(token) => vec![token.expose()],
            Self::Aws(aws) => aws.keys.secrets().collect(),
            Self::Oci(oci) => vec![oci.key.text()],
            Self::Fetched(source) => source.secrets(),
        };
        secrets.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_does_not_show() {
        assert_eq!(format!("{:?}", Secret::new("sk-1")), "Secret(…)");
    }

    #[test]
    fn what_only_tells_the_kind_of_a_key_is_no_part_of_the_secret() {
        let key = Credential::Key(Secret::new("pat/token"));
        assert_eq!(key.secrets().collect::<Vec<_>>(), ["token"]);
    }
}
