//! OpenAI's own format, and that of the many providers who speak it.
//!
//! What the client wrote goes out as it is, apart from the members that must change; what the
//! provider answers goes back as it is, read in passing for usage, finish and errors. That is the
//! fast path, and also the honest one: a member that Dragoman has not heard of survives. The
//! differences between these providers are rows of `catalog/providers.json`, not code.
//!
//! Source: <https://platform.openai.com/docs/api-reference/chat>.

mod adapt;
mod call_ids;
mod choices;
mod family;
mod foreign;
pub(super) mod path;
mod read;
pub(super) mod request;
mod reshape;
mod stream;
pub(super) mod usage;
mod whole;

pub(super) use family::Family;
pub(super) use read::present;

use super::{Call, Dialect, Endpoint, Exchange, Outgoing, Output, StreamTranslator, failure};
use crate::openai::ApiError;
use request::{Rules, Written};

/// OpenAI and OpenAI-compatible providers.
#[derive(Debug, Clone, Copy)]
pub struct OpenAi;

impl Dialect for OpenAi {
    fn request(&self, call: &Call<'_>) -> Result<Outgoing, ApiError> {
        let target = call.target;
        let quirks = &target.provider.quirks;
        let model = target.own_model();
        let family = if quirks.openai_models { Family::of(model).0 } else { Family::PLAIN };
        let written = request::write(
            call,
            &Rules {
                model: match model.split_once('@') {
                    _ if quirks.blank_model => "",
                    Some((name, _)) if quirks.unversioned_model => name,
                    _ => model,
                },
                family,
                refuses_unknown: is_openai(&target.endpoint),
                stream_options: !quirks.no_stream_options,
                quirks,
            },
        )?;
        let mut outgoing = outgoing(call, model, path::chat(call)?, written);
        for (name, value) in &quirks.headers {
            outgoing.set_header(name.as_str(), value.as_str());
        }
        if let Some(organization) = &target.organization {
            outgoing.set_header("openai-organization", organization.clone());
        }
        Ok(outgoing)
    }

    fn whole(&self, exchange: &Exchange, body: &[u8], out: &mut Output) -> Result<(), ApiError> {
        whole::translate(exchange, body, out)
    }

    fn stream(&self, exchange: &Exchange) -> Box<dyn StreamTranslator> {
        Box::new(stream::Stream::new(exchange))
    }

    fn error(&self, status: u16, body: &[u8]) -> ApiError {
        failure::api_error(status, body)
    }
}

/// A request in this format, wherever it goes.
pub(super) fn outgoing(call: &Call<'_>, model: &str, path: String, written: Written) -> Outgoing {
    call.post(model, path, written.body, written.dropped)
}

/// OpenAI itself, in any region: the one server that refuses members it does not know, and that is
/// known not to be another gateway.
pub(super) fn is_openai(endpoint: &Endpoint) -> bool {
    endpoint.host() == "openai.com" || endpoint.host().ends_with(".openai.com")
}

#[cfg(test)]
mod tests;
