//! How a token is asked for.

use super::jwt::ServiceAccount;
use super::sts::{Role, RoleUser};
use crate::auth::sigv4::hex;
use crate::auth::{Credential, Secret};
use std::borrow::Cow;
use std::sync::Arc;

/// The media type of a form.
pub(super) const FORM: &str = "application/x-www-form-urlencoded";

/// What is sent in one step, and what comes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Grant {
    /// A request as it is written down.
    Ask(Ask),
    /// A JWT that the account signs itself (RFC 7523).
    ServiceAccount(ServiceAccount),
    /// A role of AWS.
    Role(Role),
}

/// A request that says the same each time, but for what earlier steps brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    pub method: &'static str,
    /// What follows the endpoint's own address: text, and values that are encoded.
    pub suffix: (String, Option<Value>),
    /// Lower-case names.
    pub headers: Vec<(Cow<'static, str>, Value)>,
    pub body: Body,
    pub reply: Reply,
}

/// The body of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    None,
    /// As OAuth has it (RFC 6749).
    Form(Vec<(&'static str, Value)>),
    Json(String),
}

/// A header's value, or a field's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    Open(String),
    /// `after` a word such as `Basic `.
    Secret {
        secret: Secret,
        after: &'static str,
    },
    /// What step number `step` brought (they count from 0), `after` a word such as `Bearer `.
    Brought {
        step: usize,
        after: &'static str,
    },
    /// A UUID, another one each time.
    RequestId,
}

/// How an answer is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// A token, as OAuth 2 tells it, or nearly so.
    Token,
    /// The first line of the text is what was asked for.
    Text,
    /// This member of a JSON object is what was asked for.
    Member(String),
    /// Keys of AWS in JSON, for this region.
    Keys(Arc<str>),
}

/// What a step can make use of.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// What the steps before brought.
    pub brought: &'a [Credential],
    /// Unix time, seconds.
    pub now: u64,
    /// Of this call alone.
    pub random: u128,
}

impl Ask {
    #[must_use]
    pub fn get() -> Self {
        let suffix = (String::new(), None);
        Self { method: "GET", suffix, headers: Vec::new(), body: Body::None, reply: Reply::Token }
    }

    /// A form, for a token.
    #[must_use]
    pub fn form(fields: Vec<(&'static str, Value)>) -> Self {
        Self { method: "POST", body: Body::Form(fields), ..Self::get() }
    }

    /// The same with `text` after the endpoint's address.
    #[must_use]
    pub fn at(mut self, text: impl Into<String>) -> Self {
        self.suffix.0 = text.into();
        self
    }

    /// The same with a further header.
    #[must_use]
    pub fn header(mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Value>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// The same with an answer of another kind.
    #[must_use]
    pub fn reply(self, reply: Reply) -> Self {
        Self { reply, ..self }
    }

    fn values(&self) -> impl Iterator<Item = (&str, &Value)> {
        let fields: &[_] = if let Body::Form(fields) = &self.body { fields } else { &[] };
        let headers = self.headers.iter().map(|(name, value)| (&**name, value));
        let named = headers.chain(fields.iter().map(|(name, value)| (*name, value)));
        named.chain(self.suffix.1.iter().map(|value| ("", value)))
    }
}

impl Value {
    #[must_use]
    pub fn secret_after(after: &'static str, secret: Secret) -> Self {
        Self::Secret { secret, after }
    }

    #[must_use]
    pub fn brought(step: usize) -> Self {
        Self::Brought { step, after: "" }
    }

    #[must_use]
    pub fn bearer(step: usize) -> Self {
        Self::Brought { step, after: "Bearer " }
    }

    /// `None`: there is no such step, or what it brought is no text.
    pub(super) fn fill<'a>(&'a self, facts: &Facts<'a>) -> Option<Cow<'a, str>> {
        Some(match self {
            Self::Open(text) => Cow::Borrowed(text),
            Self::Secret { secret, after } => joined(after, secret),
            Self::Brought { step, after } => match facts.brought.get(*step)? {
                Credential::Key(text) | Credential::Bearer(text) => joined(after, text),
                _ => return None,
            },
            Self::RequestId => Cow::Owned(uuid(facts.random)),
        })
    }

    /// Whatever of it must not be seen elsewhere.
    pub(super) fn hidden(&self) -> Option<&str> {
        match self {
            Self::Secret { secret, .. } => Some(secret.expose()),
            _ => None,
        }
    }

    /// What tells it from others.
    pub(super) fn parts(&self) -> [Cow<'_, str>; 2] {
        match self {
            Self::Open(text) => ["".into(), text.into()],
            Self::Secret { secret, after } => [(*after).into(), secret.expose().into()],
            Self::Brought { step, after } => [step.to_string().into(), (*after).into()],
            Self::RequestId => ["".into(), "".into()],
        }
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Open(text)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Open(text.to_owned())
    }
}

impl From<Secret> for Value {
    fn from(secret: Secret) -> Self {
        Self::secret_after("", secret)
    }
}

impl Grant {
    /// Everything that tells it from others, secrets included.
    pub(super) fn parts(&self) -> Vec<Cow<'_, str>> {
        match self {
            Self::Ask(ask) => {
                let body = if let Body::Json(text) = &ask.body { text } else { "" };
                let member = if let Reply::Member(name) = &ask.reply { name } else { "" };
                let region = if let Reply::Keys(region) = &ask.reply { &**region } else { "" };
                let fixed = [ask.method, &ask.suffix.0, body, member, region].map(Cow::Borrowed);
                let values = ask.values().flat_map(|(name, value)| {
                    std::iter::once(Cow::Borrowed(name)).chain(value.parts())
                });
                fixed.into_iter().chain(values).collect()
            }
            Self::ServiceAccount(account) => account.parts().map(Cow::Borrowed).to_vec(),
            Self::Role(role) => role.parts(),
        }
    }

    /// Whatever of it must not be seen elsewhere.
    pub(super) fn secrets(&self) -> Vec<&str> {
        match self {
            Self::Ask(ask) => ask.values().filter_map(|(_, value)| value.hidden()).collect(),
            Self::ServiceAccount(account) => vec![account.private_key()],
            Self::Role(Role { by: RoleUser::Keys(keys), .. }) => keys.secrets().collect(),
            Self::Role(Role { by: RoleUser::WebIdentity(token), .. }) => {
                token.hidden().into_iter().collect()
            }
            Self::Role(Role { by: RoleUser::Former, .. }) => Vec::new(),
        }
    }
}

fn joined<'a>(after: &str, secret: &'a Secret) -> Cow<'a, str> {
    match after {
        "" => Cow::Borrowed(secret.expose()),
        after => Cow::Owned([after, secret.expose()].concat()),
    }
}

/// RFC 9562's version 4, of these bits.
fn uuid(random: u128) -> String {
    let bits = random & !(0xf000_u128 << 64) | (0x4000_u128 << 64);
    let bits = bits & !(0xc000_u128 << 48) | (0x8000_u128 << 48);
    let digits = hex(&bits.to_be_bytes());
    let mut text = String::with_capacity(36);
    for (index, digit) in digits.chars().enumerate() {
        if matches!(index, 8 | 12 | 16 | 20) {
            text.push('-');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_id_is_a_uuid_of_version_4() {
        assert_eq!(uuid(0), "00000000-0000-4000-8000-000000000000");
        assert_eq!(uuid(u128::MAX), "ffffffff-ffff-4fff-bfff-ffffffffffff");
        let some = uuid(0x0123_4567_89ab_cdef_0123_4567_89ab_cdef);
        assert_eq!(some, "01234567-89ab-4def-8123-456789abcdef");
    }

    #[test]
    fn a_value_may_be_what_a_step_before_brought() {
        let brought = [Credential::Bearer(Secret::new("t")), Credential::None];
        let facts = Facts { brought: &brought, now: 0, random: 0 };
        assert_eq!(Value::brought(0).fill(&facts).as_deref(), Some("t"));
        assert_eq!(Value::bearer(0).fill(&facts).as_deref(), Some("Bearer t"));
        assert_eq!(Value::bearer(1).fill(&facts), None);
        assert_eq!(Value::bearer(2).fill(&facts), None);
    }
}
