//! Azure AI (Microsoft Foundry): models of every maker in OpenAI's format.
//!
//! Source: <https://learn.microsoft.com/en-us/azure/ai-foundry/foundry-models/concepts/endpoints>, and
//! how LiteLLM tells the addresses apart. By host:
//!
//! ```text
//! NAME.services.ai.azure.com      /models/chat/completions?api-version=2024-05-01-preview
//! NAME.services.ai.azure.com      /openai/v1/chat/completions    where the base says so
//! NAME.openai.azure.com           as Azure OpenAI
//! anything else                   /chat/completions              serverless and own endpoints
//! ```

use super::Azure;
use crate::dialect::openai::request::{self, Rules};
use crate::dialect::openai::{Family, OpenAi, outgoing};
use crate::dialect::segment::segment;
use crate::dialect::{
    Call, Dialect, Endpoint, Exchange, Outgoing, Output, StreamTranslator, Target,
};
use crate::openai::ApiError;

/// The version in Microsoft's own examples; the address wants one.
const DEFAULT_VERSION: &str = "2024-05-01-preview";

const CHAT: &str = "/chat/completions";

/// Azure AI's models, but for Claude.
#[derive(Debug, Clone, Copy)]
pub struct Foundry;

/// What is behind an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Surface {
    AzureOpenAi,
    /// The model inference API of a resource.
    Models,
    /// OpenAI's format and nothing else.
    Plain,
}

impl Surface {
    fn of(endpoint: &Endpoint) -> Self {
        let (host, path) = (endpoint.host(), endpoint.base_path());
        if host.ends_with(".openai.azure.com") || path.contains("/openai/deployments") {
            Self::AzureOpenAi
        } else if host.ends_with(".services.ai.azure.com") && !path.contains("/openai/v1") {
            Self::Models
        } else {
            Self::Plain
        }
    }
}

impl Dialect for Foundry {
    fn request(&self, call: &Call<'_>) -> Result<Outgoing, ApiError> {
        let target = call.target;
        let surface = Surface::of(&target.endpoint);
        if surface == Surface::AzureOpenAi {
            return Azure.request(call);
        }
        let path = target.endpoint.along(&suffix(surface, target)?);
        let model = target.own_model();
        let quirks = &target.provider.quirks;
        let rules = Rules {
            model,
            family: Family::of(model).0,
            refuses_unknown: false,
            stream_options: !quirks.no_stream_options,
            quirks,
        };
        let mut outgoing = outgoing(call, model, path, request::write(call, &rules)?);
        if surface == Surface::Models {
            // Without it a member that is not of OpenAI's format is an error, whatever the model knows.
            outgoing.set_header("extra-parameters", "pass-through");
        }
        Ok(outgoing)
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

/// Path and query below the base address.
fn suffix(surface: Surface, target: &Target) -> Result<String, ApiError> {
    let path = if surface == Surface::Models { "/models/chat/completions" } else { CHAT };
    let given = target.endpoint.query().is_some_and(|query| query.contains("api-version="));
    let usual = (surface == Surface::Models).then_some(DEFAULT_VERSION);
    Ok(match target.api_version.as_deref().or(usual) {
        Some(version) if !given => format!("{path}?api-version={}", segment(version)?),
        _ => path.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::{Credential, Secret, fixture};
    use crate::translate;

    fn sent(base: &str, model: &str, json: &str) -> Outgoing {
        let mut target = fixture::target("azure_ai", model, Some(base));
        target.credential = Credential::Key(Secret::new("k"));
        translate::request(&fixture::request(json), &target, 1, "n").unwrap()
    }

    fn header(outgoing: &Outgoing, name: &str) -> Option<String> {
        let mut headers = outgoing.headers.iter();
        headers.find(|(known, _)| *known == name).map(|(_, value)| value.to_string())
    }

    const HELLO: &str = r#"{"model":"m","messages":[{"role":"user","content":"hi"}]}"#;

    #[test]
    fn the_host_decides_the_path_and_the_header_of_the_key() {
        let models = "/models/chat/completions?api-version=2024-05-01-preview";
        for (base, path, key) in [
            ("https://r.services.ai.azure.com", models, "api-key"),
            ("https://r.services.ai.azure.com/models", models, "api-key"),
            (
                "https://r.services.ai.azure.com/models/chat/completions?api-version=2025-01-01",
                "/models/chat/completions?api-version=2025-01-01",
                "api-key",
            ),
            ("https://r.services.ai.azure.com/openai/v1", "/openai/v1/chat/completions", "api-key"),
            (
                "https://r.openai.azure.com",
                "/openai/deployments/m/chat/completions?api-version=2025-02-01-preview",
                "api-key",
            ),
            ("https://r.eastus2.models.ai.azure.com", "/chat/completions", "authorization"),
            ("https://r.eastus.inference.ml.azure.com/v1", "/v1/chat/completions", "authorization"),
            ("https://models.inference.ai.azure.com", "/chat/completions", "authorization"),
        ] {
            let outgoing = sent(base, "m", HELLO);
            assert_eq!(outgoing.path, path, "{base}");
            assert!(header(&outgoing, key).is_some(), "{base}: {:?}", outgoing.headers);
            let passes = header(&outgoing, "extra-parameters").is_some();
            assert_eq!(passes, path.contains("/models/"), "{base}");
        }
    }

    #[test]
    fn content_of_texts_alone_is_sent_as_one_text() {
        let talk = r#"{"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"a","cache_control":{"type":"ephemeral"}},{"type":"text","text":"b"}]},{"role":"user","content":[{"type":"text","text":"c"},{"type":"image_url","image_url":{"url":"https://x/a.png"}}]}],"x_new":1}"#;
        let outgoing = sent("https://r.services.ai.azure.com", "Mistral-Large-3", talk);
        assert_eq!(
            String::from_utf8(outgoing.body).unwrap(),
            r#"{"model":"Mistral-Large-3","messages":[{"role":"user","content":"ab"},{"role":"user","content":[{"type":"text","text":"c"},{"type":"image_url","image_url":{"url":"https://x/a.png"}}]}],"x_new":1}"#
        );
        assert_eq!(outgoing.dropped, ["messages[*].content[*].cache_control"]);
    }
}
