//! What a model takes, by its name.
//!
//! Source: <https://ai.google.dev/gemini-api/docs/models>, `…/thinking`, `…/gemini-3`; where Google
//! says nothing, what LiteLLM's price map notes. A name that tells nothing is taken for a model that
//! is yet to come.

/// A model family, as its name tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Model {
    name: String,
    version: (u32, u32),
}

/// What names without a version stand for: the newest that this dialect knows the rules of.
const NEWEST: (u32, u32) = (3, 0);
/// What tuned models are made of; their names are numbers.
const TUNED: (u32, u32) = (2, 5);
/// `gemini-pro` and `gemini-exp-1206`.
const FIRST: (u32, u32) = (1, 0);

impl Model {
    #[must_use]
    pub fn named(name: &str) -> Self {
        let name = name.rsplit('/').next().unwrap_or(name).to_ascii_lowercase();
        let version = version(&name);
        Self { name, version }
    }

    fn is_gemma(&self) -> bool {
        self.name.starts_with("gemma-")
    }

    fn is_flash(&self) -> bool {
        self.name.contains("flash")
    }

    fn is_lite(&self) -> bool {
        self.name.contains("flash-lite")
    }

    /// From Gemini 3 on: thinking goes by levels, calls have ids and must be signed, functions answer
    /// with media, and JSON formats stand beside tools.
    #[must_use]
    pub fn is_third_generation(&self) -> bool {
        !self.is_gemma() && self.version >= (3, 0)
    }

    /// It answers in speech alone.
    #[must_use]
    pub fn speaks(&self) -> bool {
        self.name.contains("-tts")
    }

    #[must_use]
    pub fn thinks(&self) -> bool {
        let draws_only = self.name.contains("-image") && self.version < (3, 0);
        !self.is_gemma() && self.version >= (2, 5) && !self.speaks() && !draws_only
    }

    /// A thinking budget of 0 turns thinking off.
    #[must_use]
    pub fn stops_thinking(&self) -> bool {
        !self.is_third_generation() && self.is_flash()
    }

    /// The least thinking budget other than none, tokens.
    #[must_use]
    pub fn least_budget(&self) -> i64 {
        match self.is_flash() {
            true if self.is_lite() => 512,
            true => 1,
            false => 128,
        }
    }

    /// Knows the thinking level `minimal`.
    #[must_use]
    pub fn thinks_minimally(&self) -> bool {
        self.is_flash() && self.version < (3, 7)
    }

    /// Knows the thinking level `medium`.
    #[must_use]
    pub fn thinks_medium(&self) -> bool {
        !self.name.starts_with("gemini-3-pro")
    }

    /// Takes JSON schema; older ones take a subset of OpenAPI's.
    #[must_use]
    pub fn json_schema(&self) -> bool {
        !self.is_gemma() && self.version >= (2, 0)
    }

    /// Takes `mode: VALIDATED`, in which arguments follow their schema.
    #[must_use]
    pub fn validates_calls(&self) -> bool {
        !self.is_gemma() && self.version >= (2, 5)
    }

    #[must_use]
    pub fn penalties(&self) -> bool {
        self.version < (3, 0)
    }

    /// Heeds temperature, `top_p` and `top_k`. Newer ones of the Flash family ignore them.
    #[must_use]
    pub fn sampling(&self) -> bool {
        let since = if self.is_lite() { (3, 5) } else { (3, 6) };
        !self.is_flash() || self.version < since
    }

    #[must_use]
    pub fn system_instruction(&self) -> bool {
        !self.is_gemma()
    }

    #[must_use]
    pub fn media_resolution(&self) -> bool {
        !self.is_gemma() && self.version >= (2, 0)
    }
}

fn version(name: &str) -> (u32, u32) {
    if !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit()) {
        return TUNED;
    }
    let Some(rest) = name.strip_prefix("gemini-") else { return NEWEST };
    let word = rest.split('-').next().unwrap_or(rest);
    let number = |text: &str| text.parse::<u32>().ok();
    match word.split_once('.') {
        Some((major, minor)) => number(major).zip(number(minor)).unwrap_or(NEWEST),
        None => match (number(word), word) {
            (Some(major), _) => (major, 0),
            (None, "exp") => FIRST,
            (None, "pro" | "flash") if !rest.ends_with("latest") => FIRST,
            _ => NEWEST,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_the_generation() {
        for (name, expected) in [
            ("gemini-1.5-pro-002", (1, 5)),
            ("models/gemini-2.0-flash", (2, 0)),
            ("gemini-2.5-flash-preview-09-2025", (2, 5)),
            ("Gemini-3-Pro-Preview", (3, 0)),
            ("gemini-3.1-pro-preview", (3, 1)),
            ("gemini-4-argon", (4, 0)),
            ("gemini-pro", FIRST),
            ("gemini-pro-vision", FIRST),
            ("gemini-flash-lite-latest", NEWEST),
            ("gemini-exp-1206", FIRST),
            ("1234567890", TUNED),
            ("someone-elses", NEWEST),
        ] {
            assert_eq!(Model::named(name).version, expected, "{name}");
        }
    }

    #[test]
    fn families_differ_in_what_they_take() {
        let yes = |names: &[&str], takes: fn(&Model) -> bool| {
            for name in names {
                assert!(takes(&Model::named(name)), "{name}");
            }
        };
        let no = |names: &[&str], takes: fn(&Model) -> bool| {
            for name in names {
                assert!(!takes(&Model::named(name)), "{name}");
            }
        };
        yes(&["gemini-2.5-pro", "gemini-2.5-flash", "gemini-3-flash-preview"], Model::thinks);
        no(
            &[
                "gemini-2.0-flash",
                "gemini-2.5-pro-preview-tts",
                "gemini-2.5-flash-image",
                "gemma-3-27b-it",
            ],
            Model::thinks,
        );
        yes(&["gemini-2.5-flash", "gemini-2.5-flash-lite"], Model::stops_thinking);
        no(&["gemini-2.5-pro", "gemini-3-flash-preview"], Model::stops_thinking);
        yes(&["gemini-3-flash-preview", "gemini-3.5-flash"], Model::thinks_minimally);
        no(&["gemini-3-pro-preview", "gemini-3.7-flash"], Model::thinks_minimally);
        yes(&["gemini-2.5-pro", "gemini-3-flash-preview", "gemini-4-argon"], Model::sampling);
        no(&["gemini-3.6-flash", "gemini-3.5-flash-lite"], Model::sampling);
        no(&["gemma-3-27b-it"], Model::is_third_generation);
        no(&["gemini-1.5-pro", "gemma-3-27b-it"], Model::json_schema);
    }
}
