//! What the inputs of a model are called: every model at Replicate has a schema of its own, which a
//! gateway cannot ask for. The makers of the official language models keep to one each.
//!
//! Source: the pages "API" of the models at <https://replicate.com/collections/language-models>.

/// Models with the same inputs.
#[derive(Debug)]
pub struct Family {
    /// How their names begin.
    beginnings: &'static [&'static str],
    /// They take OpenAI's messages instead of a prompt.
    pub messages: bool,
    /// The input for the system's texts; none: they are a part of the prompt.
    pub system: Option<&'static str>,
    /// The input for the most tokens that may be written.
    pub limit: &'static str,
    /// OpenAI's parameters that they have inputs of the same name for.
    pub takes: &'static [&'static str],
    /// Inputs that have no name of OpenAI's. LiteLLM's users write them at the top level.
    pub own: &'static [&'static str],
    /// They take `stop_sequences`.
    pub stops: bool,
    /// They take a `prompt_template`, by which a prompt can be sent as it is.
    pub templates: bool,
}

const SAMPLING: &[&str] = &["temperature", "top_p", "presence_penalty", "frequency_penalty"];

const OWN: &[&str] = &[
    "debug",
    "length_penalty",
    "max_length",
    "max_new_tokens",
    "min_new_tokens",
    "min_tokens",
    "prompt_template",
    "repetition_penalty",
    "stop_sequences",
    "system_prompt",
    "top_k",
];

const UNKNOWN: Family = Family {
    beginnings: &[""],
    messages: false,
    system: None,
    limit: "max_tokens",
    takes: &["temperature", "top_p", "presence_penalty", "frequency_penalty", "seed"],
    own: OWN,
    stops: true,
    templates: false,
};

const MESSAGES: Family = Family {
    messages: true,
    limit: "max_completion_tokens",
    takes: SAMPLING,
    own: &[],
    stops: false,
    ..UNKNOWN
};

/// The longest beginning counts.
const FAMILIES: [Family; 11] = [
    UNKNOWN,
    Family { beginnings: &["openai/"], ..MESSAGES },
    Family { beginnings: &["openai/gpt-5"], takes: &["reasoning_effort", "verbosity"], ..MESSAGES },
    Family {
        beginnings: &["openai/o1", "openai/o3", "openai/o4"],
        takes: &["reasoning_effort"],
        ..MESSAGES
    },
    Family { beginnings: &["openai/o1-mini"], takes: &[], ..MESSAGES },
    Family { beginnings: &["openai/gpt-oss"], takes: SAMPLING, stops: false, ..UNKNOWN },
    Family {
        beginnings: &["anthropic/"],
        system: Some("system_prompt"),
        takes: &[],
        own: &["effort", "extended_thinking", "system_prompt", "thinking_budget_tokens"],
        stops: false,
        ..UNKNOWN
    },
    Family {
        beginnings: &["google/gemini"],
        system: Some("system_instruction"),
        limit: "max_output_tokens",
        takes: &["temperature", "top_p"],
        own: &["dynamic_thinking", "system_instruction", "thinking_budget", "thinking_level"],
        stops: false,
        ..UNKNOWN
    },
    Family {
        beginnings: &["meta/llama-2"],
        system: Some("system_prompt"),
        limit: "max_new_tokens",
        takes: &["temperature", "top_p", "seed"],
        templates: true,
        ..UNKNOWN
    },
    Family {
        beginnings: &["meta/meta-llama-3", "meta/llama-3"],
        system: Some("system_prompt"),
        takes: SAMPLING,
        templates: true,
        ..UNKNOWN
    },
    Family {
        beginnings: &["mistralai/"],
        limit: "max_new_tokens",
        takes: SAMPLING,
        stops: false,
        templates: true,
        ..UNKNOWN
    },
];

impl Family {
    /// The family of the model `owner/name`.
    #[must_use]
    pub fn of(name: &str) -> &'static Self {
        let fit = |family: &Self| {
            let fitting =
                family.beginnings.iter().filter(|beginning| name.starts_with(**beginning));
            fitting.map(|beginning| beginning.len()).max()
        };
        let families = FAMILIES.iter().filter_map(|family| Some((fit(family)?, family)));
        families.max_by_key(|(fit, _)| *fit).map_or(&UNKNOWN, |(_, family)| family)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_beginning_of_a_name_tells_the_family() {
        assert_eq!(Family::of("openai/gpt-4o").takes, SAMPLING);
        assert_eq!(Family::of("openai/gpt-5-mini").takes, ["reasoning_effort", "verbosity"]);
        assert!(!Family::of("openai/gpt-oss-20b").messages);
        assert_eq!(Family::of("meta/llama-2-7b-chat").limit, "max_new_tokens");
        assert_eq!(Family::of("google/gemini-2.5-flash").system, Some("system_instruction"));
        for unknown in ["acme/meta/llama-2", "", "openai"] {
            assert_eq!(Family::of(unknown).limit, "max_tokens", "{unknown}");
        }
    }
}
