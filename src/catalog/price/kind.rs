//! The kinds of rate a model can have.

/// Which part of a request a rate belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    InputTokens,
    OutputTokens,
    /// Anything that is not counted in tokens.
    Other,
}

macro_rules! rate_kinds {
    ($($kind:ident $part:ident $code:literal $name:literal;)*) => {
        /// What a rate is charged for. The variants are LiteLLM's names, shortened.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum RateKind {
            $(#[doc = concat!("`", $name, "`")] $kind,)*
        }

        impl RateKind {
            /// Every kind, in the order of the data file.
            pub const ALL: &[RateKind] = &[$(RateKind::$kind,)*];

            /// The name in LiteLLM's price map and configuration.
            pub fn name(self) -> &'static str {
                match self { $(RateKind::$kind => $name,)* }
            }

            #[cfg(test)]
            pub(super) fn code(self) -> &'static str {
                match self { $(RateKind::$kind => $code,)* }
            }

            pub(super) fn from_code(code: &str) -> Option<RateKind> {
                match code { $($code => Some(RateKind::$kind),)* _ => None }
            }

            pub(super) fn from_name(name: &str) -> Option<RateKind> {
                match name {
                    $($name => Some(RateKind::$kind),)*
                    // DeepSeek's word for it.
                    "input_cost_per_token_cache_hit" => Some(RateKind::CacheRead),
                    _ => None,
                }
            }

            pub(super) fn part(self) -> Part {
                match self { $(RateKind::$kind => Part::$part,)* }
            }
        }
    };
}

// Variant, part, code in the data file, LiteLLM's name. scripts/update-prices has the same rows.
rate_kinds! {
    Input InputTokens "i" "input_cost_per_token";
    Output OutputTokens "o" "output_cost_per_token";
    CacheRead InputTokens "r" "cache_read_input_token_cost";
    CacheWrite InputTokens "w" "cache_creation_input_token_cost";
    CacheWrite1h InputTokens "w1h" "cache_creation_input_token_cost_above_1hr";
    ExplicitCacheRead InputTokens "rx" "explicit_cache_read_input_token_cost";
    InputAudio InputTokens "ia" "input_cost_per_audio_token";
    InputImage InputTokens "ii" "input_cost_per_image_token";
    InputVideo InputTokens "iv" "input_cost_per_video_token";
    CacheReadAudio InputTokens "ra" "cache_read_input_audio_token_cost";
    CacheReadImage InputTokens "ri" "cache_read_input_image_token_cost";
    CacheWriteAudio InputTokens "wa" "cache_creation_input_audio_token_cost";
    OutputReasoning OutputTokens "or" "output_cost_per_reasoning_token";
    OutputAudio OutputTokens "oa" "output_cost_per_audio_token";
    OutputImage OutputTokens "oi" "output_cost_per_image_token";
    OutputVideo OutputTokens "ov" "output_cost_per_video_token";
    Citation InputTokens "cite" "citation_cost_per_token";
    Request Other "req" "input_cost_per_request";
    TextMessage Other "message" "input_cost_per_text_message";
    Query Other "query" "input_cost_per_query";
    InputCharacter Other "ichar" "input_cost_per_character";
    OutputCharacter Other "ochar" "output_cost_per_character";
    Second Other "sec" "cost_per_second";
    InputSecond Other "isec" "input_cost_per_second";
    InputAudioSecond Other "iasec" "input_cost_per_audio_per_second";
    InputVideoSecond Other "ivsec" "input_cost_per_video_per_second";
    InputVideoSecondAbove8s Other "ivsec8" "input_cost_per_video_per_second_above_8s_interval";
    InputVideoSecondAbove15s Other "ivsec15" "input_cost_per_video_per_second_above_15s_interval";
    OutputSecond Other "osec" "output_cost_per_second";
    OutputSecond480p Other "osec480" "output_cost_per_second_480p";
    OutputSecond720p Other "osec720" "output_cost_per_second_720p";
    OutputSecond768p Other "osec768" "output_cost_per_second_768p";
    OutputSecond1080p Other "osec1080" "output_cost_per_second_1080p";
    OutputSecond2k Other "osec2k" "output_cost_per_second_2k";
    OutputSecond4k Other "osec4k" "output_cost_per_second_4k";
    OutputAudioSecond Other "oasec" "output_cost_per_audio_per_second";
    OutputVideoSecond Other "ovsec" "output_cost_per_video_per_second";
    InputImageCount Other "iimg" "input_cost_per_image";
    OutputImageCount Other "oimg" "output_cost_per_image";
    OutputImage512 Other "oimg512" "output_cost_per_image_512";
    OutputImage1024 Other "oimg1024" "output_cost_per_image_1024";
    OutputImage1536 Other "oimg1536" "output_cost_per_image_1536";
    OutputImageHalfK Other "oimg0.5k" "output_cost_per_image_0.5K";
    OutputImage1k Other "oimg1k" "output_cost_per_image_1K";
    OutputImage2k Other "oimg2k" "output_cost_per_image_2K";
    OutputImage4k Other "oimg4k" "output_cost_per_image_4K";
    InputPixel Other "ipx" "input_cost_per_pixel";
    OutputPixel Other "opx" "output_cost_per_pixel";
    OcrPage Other "page" "ocr_cost_per_page";
    OcrCredit Other "credit" "ocr_cost_per_credit";
    AnnotationPage Other "note" "annotation_cost_per_page";
    CodeInterpreterSession Other "code" "code_interpreter_cost_per_session";
    MapsQuery Other "maps" "google_maps_grounding_cost_per_query";
    WebSearchLow Other "searchlow" "search_context_size_low";
    WebSearchMedium Other "search" "search_context_size_medium";
    WebSearchHigh Other "searchhigh" "search_context_size_high";
}

impl RateKind {
    /// The kind whose rate holds where a model has none of this kind, for everything that is not
    /// counted in tokens (those are in [`cost`](super::cost())): a size or resolution without a
    /// rate of its own costs what the model lists without one.
    pub(super) fn general(self) -> Option<RateKind> {
        use RateKind::*;
        match self {
            WebSearchLow | WebSearchHigh => Some(WebSearchMedium),
            InputVideoSecondAbove8s | InputVideoSecondAbove15s => Some(InputVideoSecond),
            OutputSecond480p | OutputSecond720p | OutputSecond768p | OutputSecond1080p
            | OutputSecond2k | OutputSecond4k => Some(OutputSecond),
            OutputImage512 | OutputImage1024 | OutputImage1536 | OutputImageHalfK
            | OutputImage1k | OutputImage2k | OutputImage4k => Some(OutputImageCount),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kinds_are_those_that_the_data_file_lists() {
        let listed: Vec<&str> = super::super::table::TEXT
            .lines()
            .filter_map(|line| line.strip_prefix("# kind "))
            .collect();
        let known: Vec<String> =
            RateKind::ALL.iter().map(|kind| format!("{} {}", kind.code(), kind.name())).collect();
        assert_eq!(listed, known);
    }
}
