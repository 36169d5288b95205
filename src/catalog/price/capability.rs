//! What a model can do, as far as routing may want to know.

macro_rules! capabilities {
    ($($capability:ident $letter:literal $name:literal;)*) => {
        /// An ability that LiteLLM's map lists. Not listed means "no" or "not known".
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Capability {
            $(#[doc = concat!("`", $name, "`")] $capability,)*
        }

        impl Capability {
            /// With the letters of the data file and LiteLLM's names.
            const ALL: &[(Capability, char, &'static str)] =
                &[$((Capability::$capability, $letter, $name),)*];
        }
    };
}

// scripts/update-prices has the same rows.
capabilities! {
    Vision 'v' "supports_vision";
    FunctionCalling 'f' "supports_function_calling";
    ParallelFunctionCalling 'F' "supports_parallel_function_calling";
    ToolChoice 't' "supports_tool_choice";
    ResponseSchema 's' "supports_response_schema";
    Reasoning 'r' "supports_reasoning";
    PdfInput 'p' "supports_pdf_input";
    AudioInput 'a' "supports_audio_input";
    AudioOutput 'A' "supports_audio_output";
    VideoInput 'V' "supports_video_input";
    PromptCaching 'c' "supports_prompt_caching";
    WebSearch 'w' "supports_web_search";
    SystemMessages 'm' "supports_system_messages";
    AssistantPrefill 'x' "supports_assistant_prefill";
    ComputerUse 'u' "supports_computer_use";
}

impl Capability {
    /// The name in LiteLLM's price map and `model_info`.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|row| row.0 == self).map_or("", |row| row.2)
    }
}

/// A set of capabilities, one bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Capabilities(u32);

impl Capabilities {
    pub fn from_letters(letters: &str) -> Option<Capabilities> {
        letters.chars().try_fold(Capabilities(0), |set, letter| {
            let (capability, ..) = Capability::ALL.iter().find(|row| row.1 == letter)?;
            Some(Capabilities(set.0 | bit(*capability)))
        })
    }

    pub fn contains(self, capability: Capability) -> bool {
        self.0 & bit(capability) != 0
    }
}

fn bit(capability: Capability) -> u32 {
    1 << capability as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_capabilities_are_those_that_the_data_file_lists() {
        let listed: Vec<&str> = super::super::table::TEXT
            .lines()
            .filter_map(|line| line.strip_prefix("# capability "))
            .collect();
        let known: Vec<String> =
            Capability::ALL.iter().map(|(_, letter, name)| format!("{letter} {name}")).collect();
        assert_eq!(listed, known);
    }
}
