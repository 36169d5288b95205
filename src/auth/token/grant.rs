//! How a token is asked for.

use super::jwt::ServiceAccount;
use super::sts::Role;
use crate::auth::Secret;

/// What is sent to a token endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Grant {
    /// A form, as OAuth has it (RFC 6749): a refresh token, a client's secret, an API key.
    Form(Form),
    /// A JWT that the account signs itself (RFC 7523).
    ServiceAccount(ServiceAccount),
    /// Keys of AWS, for a role.
    Role(Role),
    /// Nothing but a question, with a header that no browser can be tricked into sending: the
    /// metadata servers of clouds, which know who is asking.
    Metadata {
        /// What follows the endpoint's own address.
        query: String,
        header: (&'static str, &'static str),
    },
}

/// Fields of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    pub open: Vec<(&'static str, String)>,
    pub secret: Vec<(&'static str, Secret)>,
}

impl Form {
    /// In the order of RFC 6749's examples: what it is first.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        let open = self.open.iter().map(|(name, value)| (*name, value.as_str()));
        open.chain(self.secret.iter().map(|(name, value)| (*name, value.expose())))
    }
}

impl Grant {
    /// Everything that tells it from others, secrets included.
    pub(super) fn parts(&self) -> Vec<&str> {
        match self {
            Self::Form(form) => form.pairs().flat_map(|(name, value)| [name, value]).collect(),
            Self::ServiceAccount(account) => account.parts().to_vec(),
            Self::Role(role) => role.parts(),
            Self::Metadata { query, header } => vec![query, header.0, header.1],
        }
    }

    /// Whatever of it must not be seen elsewhere.
    pub(super) fn secrets(&self) -> Vec<&str> {
        match self {
            Self::Form(form) => form.secret.iter().map(|(_, secret)| secret.expose()).collect(),
            Self::ServiceAccount(account) => vec![account.private_key()],
            Self::Role(role) => role.secrets(),
            Self::Metadata { .. } => Vec::new(),
        }
    }
}
