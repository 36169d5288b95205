//! Roles of AWS: temporary keys from its Security Token Service.
//!
//! Source: <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>, and
//! `API_AssumeRoleWithWebIdentity.html` there.

use super::grant::{FORM, Facts, Value};
use super::keys::{Keys, no_keys};
use super::{MAX_REPLY_BYTES, Refusal, Token};
use crate::auth::sigv4::{self, Request, Scope};
use crate::auth::{AwsKeys, Credential};
use crate::wire::headers::Headers;
use crate::wire::percent;
use std::borrow::Cow;
use std::sync::Arc;

/// A role, and who takes it on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    pub arn: String,
    /// What AWS's logs call who uses it.
    pub session: String,
    pub external_id: Option<String>,
    pub region: Arc<str>,
    pub by: RoleUser,
}

/// Who takes a role on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RoleUser {
    /// A user or another role, which signs.
    Keys(AwsKeys),
    /// Whoever an identity provider says it is: a JWT.
    WebIdentity(Value),
    /// Whose keys the step before brought.
    Former,
}

impl Role {
    /// Everything that tells it from others.
    pub(super) fn parts(&self) -> Vec<Cow<'_, str>> {
        let external = self.external_id.as_deref().unwrap_or_default();
        let (kind, by): (_, Vec<Cow<'_, str>>) = match &self.by {
            RoleUser::Keys(keys) => ("keys", keys.secrets().map(Cow::Borrowed).collect()),
            RoleUser::WebIdentity(token) => ("web identity", token.parts().to_vec()),
            RoleUser::Former => ("former", Vec::new()),
        };
        let own = [&self.arn, &self.session, external, &*self.region, kind];
        own.into_iter().map(Cow::Borrowed).chain(by).collect()
    }

    /// The headers of the call, and its body. `authority`: the endpoint's.
    ///
    /// # Errors
    /// Part of a sentence: the step before did not bring what the role is taken on with.
    pub(super) fn call(
        &self,
        authority: &str,
        path: &str,
        facts: &Facts<'_>,
    ) -> Result<(Headers, String), String> {
        let keys = match (&self.by, facts.brought.last()) {
            (RoleUser::Keys(keys), _) => Some(keys),
            (RoleUser::Former, Some(Credential::Aws(former))) => Some(&former.keys),
            (RoleUser::Former, _) => return Err("there are no keys to take the role on".to_owned()),
            (RoleUser::WebIdentity(_), _) => None,
        };
        let token = match &self.by {
            RoleUser::WebIdentity(token) => {
                Some(token.fill(facts).ok_or("there is no token to take the role on")?)
            }
            RoleUser::Keys(_) | RoleUser::Former => None,
        };
        let action = if keys.is_some() { "AssumeRole" } else { "AssumeRoleWithWebIdentity" };
        let fixed = [
            ("Action", action),
            ("Version", "2011-06-15"),
            ("RoleArn", self.arn.as_str()),
            ("RoleSessionName", self.session.as_str()),
        ];
        let external = self.external_id.as_deref().map(|id| ("ExternalId", id));
        let token = token.as_deref().map(|token| ("WebIdentityToken", token));
        let body = percent::form(fixed.into_iter().chain(external).chain(token));
        let mut headers: Headers = vec![("content-type".into(), FORM.into())];
        if let Some(keys) = keys {
            let request = Request {
                method: "POST",
                path,
                headers: vec![("content-type", FORM), ("host", authority)],
                body: body.as_bytes(),
            };
            let scope = Scope { region: &self.region, service: "sts" };
            headers.extend(sigv4::sign(&request, keys, &scope, facts.now));
        }
        Ok((headers, body))
    }

    /// Reads the reply, XML of which only a few elements matter.
    pub(super) fn read(
        &self,
        status: Option<u16>,
        body: &[u8],
        now: u64,
    ) -> Result<Token, Refusal> {
        let refusal = |reason: &str| Refusal { status, reason: reason.to_owned() };
        let Some(code) = status else { return Err(refusal("no answer")) };
        let text = Some(body).filter(|body| body.len() <= MAX_REPLY_BYTES);
        let Some(text) = text.and_then(|body| std::str::from_utf8(body).ok()) else {
            return Err(refusal("an answer that is too long, or no text"));
        };
        if !(200..300).contains(&code) {
            let word = element(text, "Code").filter(|word| {
                word.len() <= 64 && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.')
            });
            return Err(refusal(word.unwrap_or("an error")));
        }
        let written = |name| element(text, name).unwrap_or_default().into();
        let keys = Keys {
            access_key_id: written("AccessKeyId"),
            secret_access_key: written("SecretAccessKey"),
            token: written("SessionToken"),
            expiration: written("Expiration"),
        };
        keys.token(&self.region, now).ok_or_else(|| no_keys(status))
    }
}

/// The text of the first element `<name>`.
fn element<'a>(xml: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = xml.split_once(&format!("<{name}>"))?;
    Some(rest.split_once('<')?.0.trim())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::{AwsCredential, Secret};
    use proptest::prelude::*;

    fn role(by: RoleUser) -> Role {
        Role {
            arn: "arn:aws:iam::1:role/r".into(),
            session: "dragoman".into(),
            external_id: Some("e&1".into()),
            region: "eu-west-1".into(),
            by,
        }
    }

    fn by_token() -> Role {
        role(RoleUser::WebIdentity(Secret::new("JWT").into()))
    }

    fn by_keys() -> Role {
        role(RoleUser::Keys(AwsKeys {
            access_key_id: Secret::new("AKIDEXAMPLE"),
            secret_access_key: Secret::new("SECRET"),
            session_token: None,
        }))
    }

    const REPLY: &str = "<AssumeRoleResponse><AssumeRoleResult><Credentials>\
        <AccessKeyId>ASIA1</AccessKeyId>\n<SecretAccessKey>s/1+=</SecretAccessKey>\
        <SessionToken>t1</SessionToken><Expiration>2015-08-30T13:36:00Z</Expiration>\
        </Credentials></AssumeRoleResult></AssumeRoleResponse>";

    /// 2015-08-30T12:36:00Z.
    const NOW: u64 = 1_440_938_160;

    #[test]
    fn a_role_is_asked_for_with_a_signature_or_with_a_token() {
        let host = "sts.eu-west-1.amazonaws.com";
        let facts = Facts { brought: &[], now: NOW, random: 0 };
        let form = "Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fr\
                    &RoleSessionName=dragoman&ExternalId=e%261";
        let (headers, body) = by_keys().call(host, "/", &facts).unwrap();
        assert_eq!(body, format!("Action=AssumeRole&{form}"));
        let authorization = headers.iter().find(|(name, _)| name == "authorization").unwrap();
        let scope = "Credential=AKIDEXAMPLE/20150830/eu-west-1/sts/aws4_request, \
                     SignedHeaders=content-type;host;x-amz-date, ";
        assert!(authorization.1.contains(scope), "{}", authorization.1);
        let (headers, body) = by_token().call(host, "/", &facts).unwrap();
        assert_eq!(body, format!("Action=AssumeRoleWithWebIdentity&{form}&WebIdentityToken=JWT"));
        assert_eq!(headers.len(), 1, "it needs no signature");
    }

    #[test]
    fn a_role_may_be_taken_on_with_what_the_step_before_brought() {
        let RoleUser::Keys(keys) = by_keys().by else { panic!() };
        let brought = [Credential::Aws(AwsCredential { keys, region: "x".into() })];
        let facts = Facts { brought: &brought, now: NOW, random: 0 };
        let by = |by: RoleUser| role(by).call("sts.test", "/", &facts);
        assert_eq!(by(RoleUser::Former), by_keys().call("sts.test", "/", &facts));
        assert!(by(RoleUser::WebIdentity(Value::brought(0))).is_err(), "keys are no token");
        let brought = [Credential::Key(Secret::new("JWT"))];
        let facts = Facts { brought: &brought, now: NOW, random: 0 };
        let by = |by: RoleUser| role(by).call("sts.test", "/", &facts);
        assert!(by(RoleUser::Former).is_err(), "a token is no key");
        let brought = by(RoleUser::WebIdentity(Value::brought(0)));
        assert_eq!(brought, by_token().call("sts.test", "/", &facts));
    }

    #[test]
    fn the_reply_holds_keys_and_when_they_end() {
        let token = by_keys().read(Some(200), REPLY.as_bytes(), NOW).unwrap();
        assert_eq!(token.life_ms, 3_600_000);
        assert_eq!(token.credential.secrets().collect::<Vec<_>>(), ["ASIA1", "s/1+=", "t1"]);
    }

    #[test]
    fn an_error_is_told_by_its_code() {
        let reason =
            |status, body: &str| by_keys().read(status, body.as_bytes(), NOW).unwrap_err().reason;
        let denied = "<ErrorResponse><Error><Code>AccessDenied</Code><Message>SECRET</Message>";
        assert_eq!(reason(Some(403), denied), "AccessDenied");
        assert_eq!(reason(Some(500), "<Code>a b</Code>"), "an error");
        assert_eq!(reason(Some(200), &REPLY.replace("t1", "")), "an answer without keys");
        assert_eq!(reason(Some(200), &REPLY.replace("13:36", "x")), "an answer without keys");
        assert_eq!(reason(None, ""), "no answer");
    }

    proptest! {
        #[test]
        fn any_text_is_keys_or_a_refusal(body in ".*<(Code|AccessKeyId)>.*", status: Option<u16>) {
            let _ = by_keys().read(status, body.as_bytes(), NOW);
        }
    }
}
