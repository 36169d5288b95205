//! What a model's name at Bedrock says: whose model it is, and what it can do.

use crate::catalog::price::{Capability, Price};
use crate::dialect::anthropic::model::Model as Claude;
use crate::dialect::bedrock_name::BedrockName;

/// Bedrock's other APIs, as LiteLLM names them before the model.
const OTHER_ROUTES: [&str; 9] = [
    "invoke",
    "async_invoke",
    "agent",
    "agentcore",
    "openai",
    "chat_completions",
    "mantle",
    "claude_platform",
    "converse_like",
];

/// Models that take a JSON schema in `outputConfig`, beside Claude's.
/// Source: <https://docs.aws.amazon.com/bedrock/latest/userguide/structured-output.html>.
const STRUCTURED: [&str; 10] = [
    "deepseek.v3",
    "minimax.minimax-m2",
    "mistral.ministral-3",
    "mistral.mistral-large-3",
    "mistral.voxtral",
    "moonshot.kimi-k2",
    "moonshotai.kimi-k2",
    "nvidia.nemotron-nano-3",
    "qwen.qwen3",
    "zai.glm-5",
];

/// Who made the model, as far as requests differ by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    Claude,
    /// Amazon's, of the first generation.
    Nova,
    /// Amazon's, with reasoning.
    Nova2,
    /// OpenAI's with open weights, and DeepSeek's later ones: they take `reasoning_effort` as it is.
    Effort,
    /// OpenAI's own.
    Gpt,
    /// Any other that is named.
    Other,
    /// The name does not tell: profiles, provisioned and imported models of the account's own. Most
    /// of them are Claude's, whose members they are sent.
    Unknown,
}

/// A model by its name.
#[derive(Debug, Clone, Copy)]
pub struct Model<'a> {
    pub name: BedrockName<'a>,
    pub family: Family,
    /// Claude's abilities, for [`Family::Claude`] and [`Family::Unknown`].
    pub claude: Claude<'a>,
}

impl<'a> Model<'a> {
    /// Reads a name.
    ///
    /// # Errors
    /// A sentence, where it leads to another API.
    pub fn named(name: &'a str) -> Result<Self, String> {
        let name = name.strip_prefix("converse/").unwrap_or(name);
        if let Some((first, _)) = name.split_once('/')
            && OTHER_ROUTES.contains(&first)
        {
            return Err(format!(
                "`{first}/` is another API of Bedrock's, which Dragoman does not speak yet. Leave it \
                 out to reach the model by the Converse API."
            ));
        }
        let name = BedrockName::read(name);
        let family = match name.hint {
            "nova" => Family::Nova,
            "nova-2" => Family::Nova2,
            _ => family(name.known),
        };
        Ok(Self { name, family, claude: Claude::named(name.known) })
    }

    /// Whether Claude's own members mean something to it, or may.
    #[must_use]
    pub fn is_claude(&self) -> bool {
        matches!(self.family, Family::Claude | Family::Unknown)
    }

    #[must_use]
    pub fn is_nova(&self) -> bool {
        matches!(self.family, Family::Nova | Family::Nova2)
    }

    /// Cache points in the prompt. Others refuse them.
    /// Source: <https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html>.
    #[must_use]
    pub fn caches(&self) -> bool {
        match self.family {
            Family::Claude => self.claude.caches_at_bedrock() && !self.name.id.contains("20240620"),
            Family::Nova | Family::Nova2 | Family::Unknown => true,
            _ => false,
        }
    }

    /// Cache points among the tools.
    #[must_use]
    pub fn caches_tools(&self) -> bool {
        self.caches() && !self.is_nova()
    }

    /// Cache points for an hour.
    #[must_use]
    pub fn caches_for_an_hour(&self) -> bool {
        self.is_claude() && self.claude.structured_outputs() || self.family == Family::Unknown
    }

    /// `status` of a tool's result. Source: `ToolResultBlock` in the API reference.
    #[must_use]
    pub fn tells_failed_tools(&self) -> bool {
        self.is_claude() || self.is_nova()
    }

    /// `strict` tools. Bedrock refuses the member on Claude 4.7 and later, says LiteLLM's model map.
    #[must_use]
    pub fn strict_tools(&self) -> bool {
        self.family == Family::Claude
            && self.claude.structured_outputs()
            && !self.claude.xhigh_effort()
    }

    /// `outputConfig.textFormat`. Not on Claude 4.7 and Fable 5, says LiteLLM's model map.
    #[must_use]
    pub fn structured_outputs(&self) -> bool {
        let claude = &self.claude;
        match self.family {
            Family::Claude => {
                let is_4_7 = claude.xhigh_effort() && !claude.system_between_turns();
                let is_fable_5 = claude.always_thinks() && claude.forced_tools();
                claude.structured_outputs() && !is_4_7 && !is_fable_5
            }
            Family::Unknown => false,
            _ => STRUCTURED.iter().any(|known| self.name.id.contains(known)),
        }
    }

    /// Whether it can be told to call at most one tool.
    #[must_use]
    pub fn one_tool_at_a_time(&self) -> bool {
        self.family == Family::Unknown
            || self.family == Family::Claude && self.claude.structured_outputs()
    }

    /// Whether a call can be demanded of it. LiteLLM's model map tells; a model that it does not hold
    /// gets the benefit of the doubt.
    #[must_use]
    pub fn forced_tools(&self) -> bool {
        self.is_claude()
            || self.is_nova()
            || Price::find("bedrock", self.name.id)
                .is_none_or(|price| price.supports(Capability::ToolChoice))
    }
}

fn family(name: &str) -> Family {
    let has = |part: &str| name.contains(part);
    if has("claude") {
        Family::Claude
    } else if has("nova-2") {
        Family::Nova2
    } else if has("amazon.nova") {
        Family::Nova
    } else if has("gpt-oss") || has("deepseek.v") {
        Family::Effort
    } else if has("openai.gpt-") {
        Family::Gpt
    } else if has(".") {
        Family::Other
    } else {
        Family::Unknown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn id_region_and_family_are_read_off_every_kind_of_name() {
        const PROFILE: &str = "arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.anthropic.claude-sonnet-4-5-v1:0";
        const OWN: &str =
            "arn:aws:bedrock:us-east-2:123456789012:application-inference-profile/abc123";
        for (name, id, region, family) in [
            (
                "anthropic.claude-sonnet-4-5-v1:0",
                "anthropic.claude-sonnet-4-5-v1:0",
                None,
                Family::Claude,
            ),
            (
                "converse/us-gov-west-1/anthropic.claude-v2",
                "anthropic.claude-v2",
                Some("us-gov-west-1"),
                Family::Claude,
            ),
            ("us.amazon.nova-pro-v1:0", "us.amazon.nova-pro-v1:0", None, Family::Nova),
            (
                "us-west-2/amazon.nova-2-lite-v1:0",
                "amazon.nova-2-lite-v1:0",
                Some("us-west-2"),
                Family::Nova2,
            ),
            ("openai.gpt-oss-20b-1:0", "openai.gpt-oss-20b-1:0", None, Family::Effort),
            ("deepseek.r1-v1:0", "deepseek.r1-v1:0", None, Family::Other),
            (PROFILE, PROFILE, Some("eu-west-1"), Family::Claude),
            (OWN, OWN, Some("us-east-2"), Family::Unknown),
        ] {
            let model = Model::named(name).unwrap();
            let found = (model.name.id, model.name.region, model.family);
            assert_eq!(found, (id, region, family), "{name}");
        }
        let hinted = format!("nova-2/{OWN}");
        let model = Model::named(&hinted).unwrap();
        assert_eq!((model.name.id, model.family), (OWN, Family::Nova2));
    }

    #[test]
    fn other_apis_are_refused() {
        assert!(Model::named("invoke/anthropic.claude-v2").is_err());
    }

    #[test]
    fn only_models_of_known_ability_are_forced_to_call_a_tool() {
        let forced = |name| Model::named(name).unwrap().forced_tools();
        assert!(forced("us.amazon.nova-pro-v1:0") && forced("qwen.qwen3-32b-v1:0"));
        assert!(!forced("us.meta.llama3-3-70b-instruct-v1:0"));
        assert!(forced("somebody.new-model-v1:0"));
    }
}
