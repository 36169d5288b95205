//! Azure OpenAI: OpenAI's format under Azure's addresses.
//!
//! Source: <https://learn.microsoft.com/en-us/azure/ai-services/openai/reference>. The model's name
//! is that of a deployment, which stands in the address; its family (see
//! [`super::openai::Family`]) is told by its name or by LiteLLM's route prefix.

mod foundry;
pub(super) mod path;

use super::openai::request::{self, Rules};
use super::openai::{Family, OpenAi, outgoing};
use super::{Call, Dialect, Exchange, Outgoing, Output, StreamTranslator};
use crate::openai::ApiError;
use crate::operation::Operation;
pub use foundry::Foundry;
use path::Version;

/// Azure OpenAI deployments.
#[derive(Debug, Clone, Copy)]
pub struct Azure;

impl Dialect for Azure {
    fn request(&self, call: &Call<'_>) -> Result<Outgoing, ApiError> {
        let target = call.target;
        let (family, deployment) = Family::of(target.own_model());
        let version = Version::of(target);
        let path = path::of(Operation::Chat, &target.endpoint, deployment, &version)?;
        let written = request::write(
            call,
            &Rules {
                model: deployment,
                family,
                refuses_unknown: true,
                stream_options: version.takes_stream_options(),
                quirks: &target.provider.quirks,
            },
        )?;
        Ok(outgoing(call, deployment, path, written))
    }

    fn whole(&self, exchange: &Exchange, body: &[u8], out: &mut Output) -> Result<(), ApiError> {
        OpenAi.whole(exchange, body, out)
    }

    fn stream(&self, exchange: &Exchange) -> Box<dyn StreamTranslator> {
        OpenAi.stream(exchange)
    }

    fn error(&self, status: u16, body: &[u8]) -> ApiError {
        OpenAi.error(status, body)
    }
}

#[cfg(test)]
mod tests;
