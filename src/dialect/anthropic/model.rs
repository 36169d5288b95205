//! What a Claude model can do, read off its name.
//!
//! Names: `claude-3-5-sonnet-20241022`, `claude-sonnet-4-5-20250929`, `claude-opus-4.6`,
//! `claude-fable-5`, also behind a prefix (`anthropic.claude-…`). Capabilities follow the version
//! (<https://platform.claude.com/docs/en/about-claude/models/overview> and the pages on extended
//! thinking, effort and structured outputs), so that a new release needs no new row.

use super::host::{self, Host, Release};

/// The capabilities that decide how a request is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Model<'a> {
    family: &'a str,
    /// Major and minor; `None` where the name tells no version (a server that only speaks the
    /// format, or a model that is yet to come).
    version: Option<Release>,
    structured: (Release, Release),
}

impl<'a> Model<'a> {
    /// The model as `host` serves it.
    #[must_use]
    pub fn at(name: &'a str, host: &Host) -> Self {
        Self { structured: host.structured_outputs, ..Self::named(name) }
    }

    /// The model as Anthropic itself serves it.
    #[must_use]
    pub fn named(name: &'a str) -> Self {
        let structured = host::ANTHROPIC.structured_outputs;
        let Some((_, rest)) = name.split_once("claude-") else {
            return Self { family: "", version: None, structured };
        };
        let mut words = rest.split(['-', '.', '_', '@', ':', '/']).peekable();
        let mut family = "";
        let mut major = None;
        while let Some(word) = words.next() {
            match number(word) {
                Some(first) => {
                    major = Some((first, words.peek().and_then(|next| number(next)).unwrap_or(0)));
                    break;
                }
                None if family.is_empty() => family = word,
                None => {}
            }
        }
        if family.is_empty() {
            // The third generation puts the number first: claude-3-5-sonnet.
            family = words.find(|word| number(word).is_none()).unwrap_or_default();
        }
        if (family, major) == ("mythos", None) {
            major = Some((5, 0)); // claude-mythos-preview
        }
        Self { family, version: major, structured }
    }

    fn at_least(&self, version: (u32, u32)) -> bool {
        self.version.is_some_and(|own| own >= version)
    }

    /// `output_config.format` with a JSON schema, and `strict` tools: 4.5 and later, unless the host
    /// says otherwise.
    #[must_use]
    pub fn structured_outputs(&self) -> bool {
        let (first, last) = self.structured;
        self.at_least(first) && self.version.is_none_or(|own| own <= last)
    }

    /// Prompt caching where not Anthropic but Bedrock sees to it: 3.5 and later.
    #[must_use]
    pub fn caches_at_bedrock(&self) -> bool {
        self.version.is_none_or(|own| own >= (3, 5))
    }

    /// Some form of extended thinking: 3.7 and later. Unknown models get the benefit of the doubt.
    #[must_use]
    pub fn thinks(&self) -> bool {
        self.version.is_none_or(|own| own >= (3, 7))
    }

    /// `thinking: {"type": "adaptive"}` with `output_config.effort`: 4.6 and later.
    #[must_use]
    pub fn adaptive_thinking(&self) -> bool {
        self.at_least((4, 6))
    }

    /// `thinking: {"type": "enabled", "budget_tokens": …}`: refused from 4.7 on.
    #[must_use]
    pub fn thinking_budget(&self) -> bool {
        self.thinks() && !self.at_least((4, 7))
    }

    /// Refuses `thinking: {"type": "disabled"}`.
    #[must_use]
    pub fn always_thinks(&self) -> bool {
        matches!(self.family, "fable" | "mythos")
    }

    /// The effort level `xhigh`: 4.7 and later. (`max` comes with adaptive thinking.)
    #[must_use]
    pub fn xhigh_effort(&self) -> bool {
        self.at_least((4, 7))
    }

    /// Takes `effort` only with the beta header: Opus 4.5.
    #[must_use]
    pub fn effort_is_beta(&self) -> bool {
        (self.family, self.version) == ("opus", Some((4, 5)))
    }

    /// `temperature` other than 1, `top_p` and `top_k`: refused from 4.7 on.
    #[must_use]
    pub fn sampling(&self) -> bool {
        !self.at_least((4, 7))
    }

    /// `tool_choice` `any` and `tool`. Refused by models that never skip thinking.
    #[must_use]
    pub fn forced_tools(&self) -> bool {
        !(self.always_thinks() && self.at_least((5, 1))
            || self.at_least((5, 5)) && self.family != "haiku")
    }

    /// `role: "system"` between the turns: 4.8 and later.
    #[must_use]
    pub fn system_between_turns(&self) -> bool {
        self.at_least((4, 8))
    }
}

/// A part of a version; the eight digits of a date are none.
fn number(word: &str) -> Option<u32> {
    if word.len() > 2 { None } else { word.parse().ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn family_and_version_are_read_off_every_kind_of_name() {
        for (name, family, version) in [
            ("claude-3-5-sonnet-20241022", "sonnet", Some((3, 5))),
            ("claude-3-opus-20240229", "opus", Some((3, 0))),
            ("claude-3-7-sonnet-latest", "sonnet", Some((3, 7))),
            ("claude-sonnet-4-20250514", "sonnet", Some((4, 0))),
            ("claude-sonnet-4@20250514", "sonnet", Some((4, 0))),
            ("claude-opus-4-1-20250805", "opus", Some((4, 1))),
            ("claude-sonnet-4.5", "sonnet", Some((4, 5))),
            ("us.anthropic.claude-haiku-4-5-20251001-v1:0", "haiku", Some((4, 5))),
            ("claude-opus-5", "opus", Some((5, 0))),
            ("claude-mythos-preview", "mythos", Some((5, 0))),
            ("claude-2.1", "", Some((2, 1))),
            ("kimi-k2", "", None),
        ] {
            let model = Model::named(name);
            assert_eq!((model.family, model.version), (family, version), "{name}");
        }
    }

    #[test]
    fn capabilities_follow_the_version() {
        let old = Model::named("claude-sonnet-4-20250514");
        assert!(old.thinking_budget() && !old.adaptive_thinking() && !old.structured_outputs());
        let both = Model::named("claude-opus-4-6");
        assert!(both.thinking_budget() && both.adaptive_thinking() && both.sampling());
        let new = Model::named("claude-opus-4-8");
        assert!(!new.thinking_budget() && !new.sampling() && new.system_between_turns());
        assert!(!Model::named("claude-3-5-haiku-20241022").thinks());
        let cloud = Model::at("claude-opus-4-8", &host::BEDROCK);
        assert!(new.structured_outputs() && !cloud.structured_outputs());
        assert!(!Model::at("claude-sonnet-4-5", &host::VERTEX).structured_outputs());
        assert!(new.forced_tools() && !Model::named("claude-fable-5-1").forced_tools());
    }
}
