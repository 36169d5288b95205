//! One attempt's translation, whole: what the configuration adds and drops, the dialect, the
//! credential; and the way back, whatever shape the answer has.

pub mod pieces;
mod prepare;
mod response;
mod restream;

pub use response::{Answer, Gate, INPUT_TOKENS, ResponseTranslator};

use crate::auth;
use crate::dialect::{Call, Credential, Outgoing, Target};
use crate::openai::ApiError;
use crate::operation::{ClientRequest, Request, each};

/// Writes the request that `target` is to get, whichever operation it is for, with `credential`: the
/// one that is configured, or the token it stands for.
///
/// # Errors
/// See [`request()`].
pub fn any(
    request: &Request,
    target: &Target,
    credential: &Credential,
    now: u64,
    nonce: &str,
) -> Result<Outgoing, ApiError> {
    each!(request, one => request_as(one, target, credential, now, nonce))
}

/// Writes the request that `target` is to get, with the credential that is configured for it.
///
/// # Errors
/// 400, see [`crate::dialect::Dialect::request`]; 404 where the provider does not do this at all.
pub fn request<R: ClientRequest>(
    request: &R,
    target: &Target,
    now: u64,
    nonce: &str,
) -> Result<Outgoing, ApiError> {
    request_as(request, target, &target.credential, now, nonce)
}

fn request_as<R: ClientRequest>(
    request: &R,
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
    let mut outgoing = R::write(&call)?;
    outgoing.dropped.splice(..0, dropped.iter().cloned());
    // What is dropped on the way to a provider does not change what the client asked of us.
    outgoing.exchange.stream = request.stream();
    outgoing.exchange.include_usage = request.include_usage();
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
