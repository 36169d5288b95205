//! OpenAI's reasoning models, which take fewer parameters than the others.
//!
//! Source: <https://platform.openai.com/docs/guides/reasoning> and the capabilities in LiteLLM's
//! price map. A model's name tells its family, also inside an Azure deployment's name
//! (`my-o3-mini-prod`), as does LiteLLM's route prefix where the name tells nothing.

/// LiteLLM's Azure routes: the family said outright, for deployments whose name does not tell.
const ROUTES: [(&str, Kind); 2] =
    [("o_series/", Kind::OSeries), ("gpt5_series/", Kind::Gpt { effort_defaults_to_none: false })];

/// What models that do not reason refuse.
const CHAT_REFUSES: [&str; 2] = ["reasoning_effort", "verbosity"];

const O_SERIES_REFUSES: [&str; 7] = [
    "logprobs",
    "parallel_tool_calls",
    "presence_penalty",
    "frequency_penalty",
    "top_logprobs",
    "top_p",
    "verbosity",
];

const GPT_REFUSES: [&str; 8] = [
    "audio",
    "frequency_penalty",
    "logit_bias",
    "modalities",
    "prediction",
    "presence_penalty",
    "stop",
    "web_search_options",
];

/// What GPT reasoning models take only while they do not reason.
const SAMPLING: [&str; 4] = ["logprobs", "temperature", "top_logprobs", "top_p"];

/// What parameters a model takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Family {
    kind: Kind,
    /// Its limit is called `max_completion_tokens` and nothing else.
    pub new_token_limit: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Everything that chat completions know.
    Plain,
    /// gpt-4o and older: never reasons.
    Chat,
    /// o1, o3, o4: always reasons.
    OSeries,
    /// gpt-5 and later: reasons as much as `reasoning_effort` says.
    Gpt { effort_defaults_to_none: bool },
}

impl Family {
    /// A model that takes every parameter.
    pub const PLAIN: Self = Self { kind: Kind::Plain, new_token_limit: false };

    /// Splits LiteLLM's route prefix from a model's name and tells its family.
    #[must_use]
    pub fn of(model: &str) -> (Self, &str) {
        for (prefix, kind) in ROUTES {
            if let Some(model) = model.strip_prefix(prefix) {
                return (Self { kind, new_token_limit: true }, model);
            }
        }
        (Self::by_name(model), model)
    }

    fn by_name(model: &str) -> Self {
        let o_series = |word: &str| {
            word.strip_prefix('o')
                .is_some_and(|rest| matches!(rest.as_bytes(), [digit] if digit.is_ascii_digit()))
        };
        if model.split(|c: char| !c.is_ascii_alphanumeric()).any(o_series) {
            return Self { kind: Kind::OSeries, new_token_limit: true };
        }
        let any = |words: &[&str]| words.iter().any(|word| model.contains(word));
        if any(&["gpt-4", "gpt-3.5", "gpt-35"]) {
            return Self { kind: Kind::Chat, new_token_limit: false };
        }
        if !any(&["gpt-5", "gpt-6"]) {
            return Self::PLAIN;
        }
        // gpt-5-chat does not reason; the search models have rules of their own.
        let kind = if any(&["gpt-5-chat", "search"]) {
            Kind::Plain
        } else {
            let effort_defaults_to_none =
                any(&["gpt-5.1", "gpt-5.2", "gpt-5.4"]) && !any(&["chat", "codex", "pro"]);
            Kind::Gpt { effort_defaults_to_none }
        };
        Self { kind, new_token_limit: true }
    }

    /// Why a parameter with this value (JSON) cannot be sent, or `None` where it can. `effort` is the
    /// request's `reasoning_effort`.
    #[must_use]
    pub fn refuses(self, name: &str, value: &str, effort: Option<&str>) -> Option<&'static str> {
        // The only temperature that reasoning models take is their default.
        if name == "temperature" && value.parse() == Ok(1.0) {
            return None;
        }
        match self.kind {
            Kind::Plain => None,
            Kind::Chat => CHAT_REFUSES
                .contains(&name)
                .then_some("OpenAI's models that do not reason do not take it"),
            Kind::OSeries => (name == "temperature" || O_SERIES_REFUSES.contains(&name))
                .then_some("the models of OpenAI's o series do not take it"),
            Kind::Gpt { effort_defaults_to_none } => {
                if GPT_REFUSES.contains(&name) {
                    return Some("OpenAI's reasoning models do not take it");
                }
                let reasons = match effort {
                    Some(effort) => effort != "none",
                    None => !effort_defaults_to_none,
                };
                (reasons && SAMPLING.contains(&name)).then_some(
                    "OpenAI's reasoning models take it only with `reasoning_effort: none`",
                )
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(model: &str) -> Kind {
        Family::of(model).0.kind
    }

    #[test]
    fn the_family_shows_in_the_name_of_the_model() {
        let gpt = |none| Kind::Gpt { effort_defaults_to_none: none };
        for (model, expected) in [
            ("gpt-4o", Kind::Chat),
            ("chatgpt-4o-latest", Kind::Chat),
            ("my-gpt-35-turbo", Kind::Chat),
            ("turbo1", Kind::Plain),
            ("gpt-5-chat-latest", Kind::Plain),
            ("gpt-5-search-api", Kind::Plain),
            ("o1", Kind::OSeries),
            ("o3-mini-2025-01-31", Kind::OSeries),
            ("ft:o4-mini:acme", Kind::OSeries),
            ("my-o3-mini-prod", Kind::OSeries),
            ("o_series/prod", Kind::OSeries),
            ("gpt5_series/prod", gpt(false)),
            ("gpt-5-mini", gpt(false)),
            ("gpt-5.1", gpt(true)),
            ("gpt-5.1-codex", gpt(false)),
            ("gpt-5.5", gpt(false)),
        ] {
            assert_eq!(kind(model), expected, "{model}");
        }
        assert_eq!(Family::of("o_series/prod").1, "prod");
        assert!(Family::of("gpt-5-chat").0.new_token_limit);
    }

    #[test]
    fn reasoning_models_take_no_sampling_parameters_while_they_reason() {
        let o3 = Family::by_name("o3");
        assert!(o3.refuses("temperature", "0.5", None).is_some());
        assert!(o3.refuses("temperature", "1.0", None).is_none());
        assert!(o3.refuses("top_p", "0.5", None).is_some());
        assert!(o3.refuses("stop", "[]", None).is_none());
        let gpt = Family::by_name("gpt-5.1");
        assert!(gpt.refuses("temperature", "0.5", None).is_none());
        assert!(gpt.refuses("temperature", "0.5", Some("high")).is_some());
        assert!(gpt.refuses("stop", "\"x\"", Some("none")).is_some());
        assert!(Family::by_name("gpt-5").refuses("top_p", "0.5", None).is_some());
        let chat = Family::by_name("gpt-4o");
        assert!(chat.refuses("top_p", "0.5", None).is_none());
        assert!(chat.refuses("reasoning_effort", "\"low\"", Some("low")).is_some());
    }
}
