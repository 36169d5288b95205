//! One attempt's translation, whole: what the configuration adds and drops, the dialect, the
//! credential; and the way back, whatever shape the answer has.

mod prepare;
mod response;
mod restream;

pub use response::{Answer, Gate, ResponseTranslator};

use crate::auth;
use crate::dialect::{Call, Credential, Outgoing, Target};
use crate::openai::{ApiError, ChatRequest};

/// Writes the request that `target` is to get, with the credential that is configured for it.
///
/// # Errors
/// 400, see [`crate::dialect::Dialect::request`].
pub fn request(
    request: &ChatRequest,
    target: &Target,
    now: u64,
    nonce: &str,
) -> Result<Outgoing, ApiError> {
    request_as(request, target, &target.credential, now, nonce)
}

/// The same with another credential: the token that the configured one stands for.
///
/// # Errors
/// As [`request`].
pub fn request_as(
    request: &ChatRequest,
    target: &Target,
    credential: &Credential,
    now: u64,
    nonce: &str,
) -> Result<Outgoing, ApiError> {
    let prepared = prepare::apply(request, target)?;
    let (sent, dropped) = match &prepared {
        Some(prepared) => (&prepared.request, prepared.dropped.as_slice()),
        None => (request, [].as_slice()),
    };
    let call = Call { request: sent, target, now, nonce };
    let mut outgoing = target.provider.dialect.dialect().request(&call)?;
    outgoing.dropped.splice(..0, dropped.iter().cloned());
    // What is dropped on the way to a provider does not change what the client asked of us.
    outgoing.exchange.stream = request.stream;
    outgoing.exchange.include_usage = request.include_usage;
    for (name, value) in &target.extra_headers {
        // The dialect has merged the configured betas with those that the request needs, at Bedrock
        // into the body.
        if name == "anthropic-beta" && target.provider.dialect.takes_betas() {
            continue;
        }
        outgoing.set_header(name.clone(), value.clone());
    }
    auth::apply(&mut outgoing, target, credential, now);
    Ok(outgoing)
}
