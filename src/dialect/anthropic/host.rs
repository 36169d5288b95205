//! Who serves the Messages API, and what is different there.
//!
//! The format is the same everywhere. Where the model, the version, the betas and the wish for a
//! stream stand is each host's own, and so is what it lacks. Sources:
//! <https://platform.claude.com/docs/en/build-with-claude/claude-on-vertex-ai>, `…/claude-on-amazon-bedrock`,
//! `…/claude-in-microsoft-foundry`, the availability lines of each feature's page, and the betas that
//! LiteLLM's `anthropic_beta_headers_config.json` lists as taken by each host.

use super::beta::{ADVANCED_TOOLS, TOOL_EXAMPLES, TOOL_SEARCH};
use crate::dialect::Params;
use crate::openai::ApiError;

/// One host of the Messages API.
#[derive(Debug)]
pub struct Host {
    /// "Claude on Vertex AI", for messages.
    pub name: &'static str,
    pub version: Version,
    pub betas: BetaPlace,
    /// The body names the model; elsewhere the address does.
    pub model_in_body: bool,
    /// The body says whether to stream; elsewhere the address alone does.
    pub stream_in_body: bool,
    /// Its address serves other makers' models in formats of their own.
    pub serves_others: bool,
    /// Names of models are Bedrock's, which may hold a region or be ARNs.
    pub bedrock_names: bool,
    /// Streams come as AWS event-stream frames, each with one of Anthropic's events inside.
    pub framed: bool,
    /// `eager_input_streaming` of a tool is refused; a beta does the same for all tools.
    pub eager_streaming_is_beta: bool,
    /// Betas that have another name there.
    renamed: &'static [(&'static str, &'static str)],
    lacks: &'static [Feature],
    /// From the first to the last version of Claude that takes schemas for output and `strict` tools.
    pub structured_outputs: (Release, Release),
}

/// Major and minor.
pub type Release = (u32, u32);

/// Where the version of the API stands.
#[derive(Debug, Clone, Copy)]
pub enum Version {
    /// In the header `anthropic-version`.
    Header(&'static str),
    /// In the body's `anthropic_version`.
    Body(&'static str),
}

/// Where betas stand: in the header `anthropic-beta`, or in the body's `anthropic_beta`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BetaPlace {
    Header,
    Body,
    Both,
}

/// What not every host has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Feature {
    Advisor,
    AutomaticCaching,
    CodeExecution,
    FastMode,
    Files,
    InferenceGeo,
    Mcp,
    ProgrammaticTools,
    /// Images that Claude fetches from their addresses.
    RemoteImages,
    /// Documents, likewise.
    RemoteDocuments,
    ServiceTiers,
    Skills,
    WebFetch,
    WebSearch,
}

impl Feature {
    /// Completes "Claude on Vertex AI has no …".
    fn missing(self) -> &'static str {
        match self {
            Self::Advisor => "advisor tool",
            Self::AutomaticCaching => "automatic caching; mark the blocks to be cached",
            Self::CodeExecution => "code execution tool",
            Self::FastMode => "fast mode",
            Self::Files => "Files API",
            Self::InferenceGeo => "choice of where a request is served; the address says it",
            Self::Mcp => "MCP connector",
            Self::ProgrammaticTools => "calls of tools from code",
            Self::RemoteImages => "way to fetch images; send them as data URLs",
            Self::RemoteDocuments => "way to fetch documents; send them as data URLs",
            Self::ServiceTiers => "service tiers",
            Self::Skills => "skills",
            Self::WebFetch => "web fetch tool",
            Self::WebSearch => "web search tool",
        }
    }
}

/// Tools that not every host has, by the beginnings of their types.
const TOOLS: [(&str, Feature); 6] = [
    ("advisor_", Feature::Advisor),
    ("code_execution_", Feature::CodeExecution),
    ("web_fetch_", Feature::WebFetch),
    ("web_search_", Feature::WebSearch),
    ("mcp", Feature::Mcp),
    ("url", Feature::Mcp),
];

const NEVER: Release = (u32::MAX, u32::MAX);

/// Two features had betas of their own before Anthropic made them one.
const ONE_BETA_FOR_TOOLS: &[(&str, &str)] =
    &[(TOOL_SEARCH, ADVANCED_TOOLS), (TOOL_EXAMPLES, ADVANCED_TOOLS)];

/// Anthropic's own API.
pub static ANTHROPIC: Host = Host {
    name: "Claude",
    version: Version::Header("2023-06-01"),
    betas: BetaPlace::Header,
    model_in_body: true,
    stream_in_body: true,
    serves_others: false,
    bedrock_names: false,
    framed: false,
    eager_streaming_is_beta: false,
    renamed: ONE_BETA_FOR_TOOLS,
    lacks: &[],
    structured_outputs: ((4, 5), NEVER),
};

/// Microsoft Foundry. Structured outputs: `…/build-with-claude/structured-outputs`.
pub static AZURE: Host = Host {
    name: "Claude on Azure AI",
    lacks: &[Feature::Advisor, Feature::InferenceGeo],
    ..ANTHROPIC
};

/// Google Vertex AI. Automatic caching: <https://platform.claude.com/docs/en/build-with-claude/prompt-caching>,
/// by which only Bedrock's `InvokeModel` and `Converse` refuse it. It reads betas in the body, and LiteLLM sends them in the header besides.
/// Structured outputs:
/// <https://docs.cloud.google.com/vertex-ai/generative-ai/docs/partner-models/claude/structured_outputs>.
pub static VERTEX: Host = Host {
    name: "Claude on Vertex AI",
    version: Version::Body("vertex-2023-10-16"),
    betas: BetaPlace::Both,
    model_in_body: false,
    renamed: &[],
    lacks: &[
        Feature::Advisor,
        Feature::CodeExecution,
        Feature::FastMode,
        Feature::Files,
        Feature::InferenceGeo,
        Feature::Mcp,
        Feature::ProgrammaticTools,
        Feature::RemoteImages,
        Feature::ServiceTiers,
        Feature::Skills,
        Feature::WebFetch,
    ],
    structured_outputs: ((4, 6), NEVER),
    ..ANTHROPIC
};

/// Amazon Bedrock's `InvokeModel`. Structured outputs:
/// <https://docs.aws.amazon.com/bedrock/latest/userguide/structured-output.html>.
pub static BEDROCK: Host = Host {
    name: "Claude on Bedrock",
    version: Version::Body("bedrock-2023-05-31"),
    betas: BetaPlace::Body,
    model_in_body: false,
    stream_in_body: false,
    serves_others: true,
    bedrock_names: true,
    framed: true,
    eager_streaming_is_beta: true,
    renamed: &[],
    lacks: &[
        Feature::Advisor,
        Feature::AutomaticCaching,
        Feature::CodeExecution,
        Feature::FastMode,
        Feature::Files,
        Feature::InferenceGeo,
        Feature::Mcp,
        Feature::ProgrammaticTools,
        Feature::RemoteImages,
        Feature::RemoteDocuments,
        Feature::ServiceTiers,
        Feature::Skills,
        Feature::WebFetch,
        Feature::WebSearch,
    ],
    structured_outputs: ((4, 5), (4, 6)),
};

impl Host {
    /// Refuses a model that is somebody else's. An ARN need not tell whose it is.
    ///
    /// # Errors
    /// 400 naming `model`.
    pub fn check_model(&self, model: &str) -> Result<(), ApiError> {
        let known = ["claude", "anthropic", "arn:"].iter().any(|mark| model.contains(mark));
        if known || !self.serves_others {
            return Ok(());
        }
        Err(ApiError::invalid(format!(
            "`{model}` is not one of Anthropic's models, the only ones that are invoked in their own \
             format so far."
        ))
        .with_param("model"))
    }

    #[must_use]
    pub fn lacks(&self, feature: Feature) -> bool {
        self.lacks.contains(&feature)
    }

    /// Decides about a feature that the request member `path` asks for: whether to send it, see
    /// [`Params::unsupported`].
    ///
    /// # Errors
    /// 400 naming `path` where the host lacks it and nobody allowed to drop or to send it.
    pub fn has(
        &self,
        feature: Feature,
        path: &str,
        params: &mut Params<'_>,
    ) -> Result<bool, ApiError> {
        if !self.lacks(feature) {
            return Ok(true);
        }
        params.unsupported(path, &format!("{} has no {}", self.name, feature.missing()))
    }

    /// What a tool of this type needs, where not every host has it.
    #[must_use]
    pub fn feature_of_tool(kind: &str) -> Option<Feature> {
        TOOLS.iter().find(|(beginning, _)| kind.starts_with(beginning)).map(|(_, feature)| *feature)
    }

    /// The host's own name of a beta.
    #[must_use]
    pub fn beta(&self, name: &'static str) -> &'static str {
        self.renamed.iter().find(|(known, _)| *known == name).map_or(name, |(_, own)| own)
    }

    #[must_use]
    pub fn takes_betas_in_header(&self) -> bool {
        self.betas != BetaPlace::Body
    }

    #[must_use]
    pub fn takes_betas_in_body(&self) -> bool {
        self.betas != BetaPlace::Header
    }
}
