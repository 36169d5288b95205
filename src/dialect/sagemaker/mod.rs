//! Endpoints of Amazon SageMaker, which hand a body to whatever container runs behind them.
//!
//! Two formats of containers are spoken: OpenAI's chat completions ([`Chat`], LiteLLM's
//! `sagemaker_chat/`) and the text generation of Hugging Face's TGI ([`Generation`], `sagemaker/`).
//! Streams of either come as AWS event-stream frames with pieces of the container's own stream inside
//! ([`parts`]).
//!
//! Source: <https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpointWithResponseStream.html>
//! and <https://huggingface.github.io/text-generation-inference/>.

mod error;
mod members;
mod parts;
mod request;
mod response;
mod stream;

use super::openai::request::{self as openai_request, Rules};
use super::openai::{Family, OpenAi, outgoing};
use super::{Call, Dialect, Exchange, Outgoing, Output, StreamTranslator, Target};
use crate::openai::ApiError;
use crate::wire::Framing;
use parts::Parts;

/// Containers that take OpenAI's chat completions.
#[derive(Debug, Clone, Copy)]
pub struct Chat;

/// Containers that take Hugging Face's text generation.
#[derive(Debug, Clone, Copy)]
pub struct Generation;

impl Dialect for Chat {
    fn request(&self, call: &Call<'_>) -> Result<Outgoing, ApiError> {
        let target = call.target;
        let quirks = &target.provider.quirks;
        let rules = Rules {
            model: target.setting("hf_model_name").unwrap_or(target.own_model()),
            family: Family::PLAIN,
            refuses_unknown: false,
            stream_options: !quirks.no_stream_options,
            quirks,
        };
        let written = openai_request::write(call, &rules)?;
        let path = path(target, call.request.stream)?;
        Ok(to_component(outgoing(call, target.own_model(), path, written), target))
    }

    fn whole(&self, exchange: &Exchange, body: &[u8], out: &mut Output) -> Result<(), ApiError> {
        OpenAi.whole(exchange, body, out)
    }

    fn framing(&self) -> Framing {
        Framing::EventStream
    }

    fn stream(&self, exchange: &Exchange) -> Box<dyn StreamTranslator> {
        Box::new(Parts::new(OpenAi.stream(exchange)))
    }

    fn error(&self, status: u16, body: &[u8]) -> ApiError {
        error::read(status, body)
    }
}

impl Dialect for Generation {
    fn request(&self, call: &Call<'_>) -> Result<Outgoing, ApiError> {
        let path = path(call.target, call.request.stream)?;
        Ok(to_component(request::write(call, path)?, call.target))
    }

    fn whole(&self, exchange: &Exchange, body: &[u8], out: &mut Output) -> Result<(), ApiError> {
        response::write(exchange, body, out)
    }

    fn framing(&self) -> Framing {
        Framing::EventStream
    }

    fn stream(&self, exchange: &Exchange) -> Box<dyn StreamTranslator> {
        Box::new(Parts::new(Box::new(stream::Stream::new(exchange))))
    }

    fn error(&self, status: u16, body: &[u8]) -> ApiError {
        error::read(status, body)
    }
}

fn path(target: &Target, stream: bool) -> Result<String, ApiError> {
    target.path("/endpoints/{model}/invocations", stream)
}

/// An endpoint may run several models, each an inference component.
fn to_component(mut outgoing: Outgoing, target: &Target) -> Outgoing {
    if let Some(component) = target.setting("model_id") {
        outgoing.set_header("x-amzn-sagemaker-inference-component", component.to_owned());
    }
    outgoing
}
