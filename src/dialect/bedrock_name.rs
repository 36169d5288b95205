//! Names of models at Bedrock, as LiteLLM writes them:
//!
//! ```text
//! name = [region "/"] [hint "/"] id
//! id   = ["us." | "global." | …] maker "." model        a model or an inference profile
//!      | "arn:aws:bedrock:" region ":" account ":" …     the same, or something of the account's own
//! ```
//!
//! A hint (`nova-2/arn:…`) tells the maker where an ARN does not.

use super::Target;
use crate::openai::ApiError;

/// The provider's setting that holds the region.
const REGION: &str = "aws_region_name";

/// The parts of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BedrockName<'a> {
    /// What Bedrock is asked for.
    pub id: &'a str,
    /// Where the name says that it is.
    pub region: Option<&'a str>,
    /// Empty without one.
    pub hint: &'a str,
    /// The id, or the end of an ARN: what tells the maker and the version.
    pub known: &'a str,
}

impl<'a> BedrockName<'a> {
    #[must_use]
    pub fn read(name: &'a str) -> Self {
        let (mut id, mut region, mut hint) = (name, None, "");
        if let Some((first, rest)) = id.split_once('/')
            && is_region(first)
        {
            (region, id) = (Some(first), rest);
        }
        if let Some((first, rest)) = id.split_once('/')
            && rest.starts_with("arn:")
        {
            (hint, id) = (first, rest);
        }
        let mut known = id;
        if id.starts_with("arn:") {
            let stated = id.split(':').nth(3).filter(|region| !region.is_empty());
            region = stated.or(region);
            known = id.rsplit('/').next().unwrap_or(id);
        }
        Self { id, region, hint, known }
    }

    /// What the name says of the provider's settings.
    #[must_use]
    pub fn settings(&self) -> Vec<(&'static str, &'a str)> {
        self.region.map(|region| (REGION, region)).into_iter().collect()
    }

    /// Refuses another region than the one that the request goes to: where a client chose the name (a
    /// wildcard), the configuration could not follow it.
    ///
    /// # Errors
    /// 400 naming `model`.
    pub fn check_region(&self, target: &Target) -> Result<(), ApiError> {
        match (self.region, target.setting(REGION)) {
            (Some(named), Some(own)) if named != own => Err(ApiError::invalid(format!(
                "The model is in {named}, but this deployment is in {own}."
            ))
            .with_param("model")),
            _ => Ok(()),
        }
    }
}

/// `us-east-1`, `us-gov-west-1`, `ap-southeast-3`.
#[must_use]
pub fn is_region(text: &str) -> bool {
    let Some((area, number)) = text.rsplit_once('-') else { return false };
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase());
    area.contains('-')
        && area.split('-').all(is_word)
        && !number.is_empty()
        && number.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_every_kind_of_name_are_told_apart() {
        const ARN: &str = "arn:aws:bedrock:eu-west-1:1:inference-profile/eu.anthropic.claude-v2";
        let hinted = format!("us-east-1/nova/{ARN}");
        for (name, id, region, hint, known) in [
            ("anthropic.claude-v2:1", "anthropic.claude-v2:1", None, "", "anthropic.claude-v2:1"),
            ("us-gov-west-1/a.b", "a.b", Some("us-gov-west-1"), "", "a.b"),
            (ARN, ARN, Some("eu-west-1"), "", "eu.anthropic.claude-v2"),
            (&*hinted, ARN, Some("eu-west-1"), "nova", "eu.anthropic.claude-v2"),
            ("no-region/a.b", "no-region/a.b", None, "", "no-region/a.b"),
        ] {
            assert_eq!(BedrockName::read(name), BedrockName { id, region, hint, known }, "{name}");
        }
    }
}
