//! Azure OpenAI: OpenAI's chat completions at a deployment's path, with the verdicts of Azure's
//! content filter in every answer. A stream begins with a chunk that has no choices, no id and no
//! model, only the verdict on the prompt.

use std::borrow::Cow;

use hyper::http::request::Parts;
use serde_json::Value;

use super::{
    answer::Answer,
    conversation::Conversation,
    format::{Cause, Format, ProviderError, bearer, filled, percent_decoded, quoted},
    head::Head,
    openai::{
        self,
        render::{self, Extras},
    },
    settings::Extra,
    stream::{Part, Stream},
};

pub struct Azure;

/// The filter's four categories, all clear.
macro_rules! verdict {
    () => {
        r#"{"hate":{"filtered":false,"severity":"safe"},"self_harm":{"filtered":false,"severity":"safe"},"sexual":{"filtered":false,"severity":"safe"},"violence":{"filtered":false,"severity":"safe"}}"#
    };
}

macro_rules! prompt_verdict {
    () => {
        concat!(
            r#""prompt_filter_results":[{"prompt_index":0,"content_filter_results":"#,
            verdict!(),
            "}]"
        )
    };
}

const EXTRAS: Extras = Extras {
    top: concat!(",", prompt_verdict!()),
    choice: concat!(r#","content_filter_results":"#, verdict!()),
    empty_choice: r#","content_filter_results":{}"#,
};

const FIRST_CHUNK: &str =
    concat!(r#"{"choices":[],"created":0,"id":"","model":"","object":"","#, prompt_verdict!(), "}");

const CONTENT_POLICY: &str = r#"{"error":{"message":"The response was filtered due to the prompt triggering Azure OpenAI's content management policy. Please modify your prompt and retry. To learn more about our content filtering policies please read our documentation: https://go.microsoft.com/fwlink/?linkid=2198766","type":null,"param":"prompt","code":"content_filter","status":400,"innererror":{"code":"ResponsibleAIPolicyViolation","content_filter_result":{"hate":{"filtered":false,"severity":"safe"},"jailbreak":{"filtered":false,"detected":false},"self_harm":{"filtered":false,"severity":"safe"},"sexual":{"filtered":false,"severity":"safe"},"violence":{"filtered":true,"severity":"medium"}}}}}"#;

/// Status, code, message. Azure's own errors, unlike the model's, have no type and no param.
const ERRORS: &[(u16, &str, &str)] = &[
    (
        401,
        "401",
        "Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide \
         a valid key for an active subscription and use a correct regional API endpoint for your \
         resource.",
    ),
    (
        404,
        "DeploymentNotFound",
        "The API deployment for this resource does not exist. If you created the deployment within \
         the last 5 minutes, please wait a moment and try again.",
    ),
    (
        429,
        "429",
        "Requests to the ChatCompletions_Create Operation under Azure OpenAI API have exceeded \
         token rate limit of your current OpenAI S0 pricing tier. Please retry after 1 second.",
    ),
    (500, "InternalServerError", "The server had an error while processing your request."),
];

impl Format for Azure {
    fn name(&self) -> &'static str {
        "azure"
    }

    fn serves(&self, path: &str) -> bool {
        deployment(path).is_some()
    }

    fn headers(&self) -> &'static [(&'static str, &'static str)] {
        &[
            ("apim-request-id", "00000000-0000-4000-8000-000000000000"),
            ("x-ms-region", "Mock Region"),
            ("x-ratelimit-remaining-requests", "999"),
            ("x-ratelimit-remaining-tokens", "99900"),
            ("azureml-model-session", "mock"),
        ]
    }

    fn authenticate(&self, request: &Parts) -> Result<(), ProviderError> {
        let query = request.uri.query().unwrap_or_default();
        let has_version = query.split('&').any(|pair| {
            pair.strip_prefix("api-version=").is_some_and(|version| !version.is_empty())
        });
        if !has_version {
            return Err(service_error(404, "404", "Resource not found"));
        }
        match filled(&request.headers, "api-key") || bearer(&request.headers).is_some() {
            true => Ok(()),
            false => Err(self.error(Cause::Status(401))),
        }
    }

    /// The deployment, unless the body's model carries settings that the path does not.
    fn model<'a>(&self, request: &'a Parts, head: &Head<'a>) -> Option<Cow<'a, str>> {
        let deployment = percent_decoded(deployment(request.uri.path())?);
        let asked = head.get::<String>("model").filter(|model| model.contains('?'));
        Some(Cow::Owned(match asked {
            Some(asked) if !deployment.contains('?') => asked,
            _ => deployment,
        }))
    }

    fn validate(&self, head: &Head<'_>, extra: Extra) -> Result<(), ProviderError> {
        openai::validate(head, extra)
    }

    fn read(&self, body: &Value) -> Conversation {
        openai::read(body)
    }

    fn whole(&self, answer: &Answer) -> Vec<u8> {
        render::whole(answer, &EXTRAS)
    }

    fn stream(&self, answer: &Answer, head: &Head<'_>, out: &mut Stream) {
        out.sse(Part::Frame, None, |bytes| bytes.extend_from_slice(FIRST_CHUNK.as_bytes()));
        render::stream(answer, head, &EXTRAS, out);
    }

    fn error(&self, cause: Cause<'_>) -> ProviderError {
        match cause {
            Cause::Status(status) => match ERRORS.iter().find(|row| row.0 == status) {
                Some((_, code, message)) => service_error(status, code, message),
                None => service_error(status, &status.to_string(), "The request was refused."),
            },
            Cause::NotJson(_) => openai::not_json(),
            Cause::ContextWindow => openai::context_window(),
            Cause::ContentPolicy => ProviderError::new(400, CONTENT_POLICY.to_owned()),
            Cause::Invalid(message) => openai::invalid(None, None, message),
        }
    }

    fn stream_error(&self, out: &mut Stream) {
        render::stream_error(out);
    }

    fn malformed_event(&self, out: &mut Stream) {
        render::malformed_event(out);
    }
}

fn deployment(path: &str) -> Option<&str> {
    let name = path.strip_prefix("/openai/deployments/")?.strip_suffix("/chat/completions")?;
    Some(name).filter(|name| !name.is_empty() && !name.contains('/'))
}

fn service_error(status: u16, code: &str, message: &str) -> ProviderError {
    let (code, message) = (quoted(code), quoted(message));
    ProviderError::new(status, format!(r#"{{"error":{{"code":{code},"message":{message}}}}}"#))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deployment_can_carry_settings_in_its_path() {
        let path = "/openai/deployments/gpt-4o%3Ffault%3Dstatus:503/chat/completions";
        assert_eq!(percent_decoded(deployment(path).unwrap()), "gpt-4o?fault=status:503");
        assert_eq!(percent_decoded("100%"), "100%");
        assert_eq!(deployment("/openai/deployments//chat/completions"), None);
    }
}
