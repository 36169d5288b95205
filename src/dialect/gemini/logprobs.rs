//! Log probabilities.
//!
//! Source: <https://ai.google.dev/api/generate-content#LogprobsResult>.

use crate::wire::object::RawJson;
use crate::wire::text::Text;
use serde::{Deserialize, Serialize};
use serde_json::Number;
use serde_json::value::{RawValue, to_raw_value};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Reported<'a> {
    #[serde(borrow)]
    chosen_candidates: Option<Vec<Chosen<'a>>>,
    #[serde(borrow)]
    top_candidates: Option<Vec<Top<'a>>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Chosen<'a> {
    #[serde(borrow, default)]
    token: Text<'a>,
    log_probability: Option<Number>,
}

#[derive(Deserialize)]
struct Top<'a> {
    #[serde(borrow)]
    candidates: Option<Vec<Chosen<'a>>>,
}

#[derive(Serialize)]
struct Logprobs<'r> {
    content: Vec<Token<'r>>,
    refusal: Option<()>,
}

#[derive(Serialize)]
struct Token<'r> {
    token: &'r str,
    /// A token that is certain comes without a number, as Google leaves out zeros.
    logprob: Number,
    bytes: &'r [u8],
    #[serde(skip_serializing_if = "Option::is_none")]
    top_logprobs: Option<Vec<Token<'r>>>,
}

impl<'r> Token<'r> {
    fn new(chosen: &'r Chosen<'_>, top_logprobs: Option<Vec<Token<'r>>>) -> Self {
        let token = chosen.token.as_str();
        let logprob = chosen.log_probability.clone().unwrap_or_else(|| 0.into());
        Self { token, logprob, bytes: token.as_bytes(), top_logprobs }
    }
}

/// OpenAI's `logprobs` for Google's `logprobsResult`; nothing where that is of another shape.
#[must_use]
pub fn translated(result: &RawValue) -> Option<RawJson> {
    let reported: Reported<'_> = serde_json::from_str(result.get()).ok()?;
    let (chosen, top) = (reported.chosen_candidates?, reported.top_candidates);
    let content = chosen.iter().enumerate().map(|(place, token)| {
        let top = top.as_ref().and_then(|top| top.get(place)?.candidates.as_ref());
        let top = top.into_iter().flatten().map(|token| Token::new(token, None));
        Token::new(token, Some(top.collect()))
    });
    to_raw_value(&Logprobs { content: content.collect(), refusal: None }).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chosen_and_top_tokens_are_told_in_openais_shape() {
        let result: &RawValue = serde_json::from_str(
            r#"{"chosenCandidates": [{"logProbability": -0.01, "token": "é", "tokenId": 1}, {"token": "b"}],
                "topCandidates": [{"candidates": [{"logProbability": -0.01, "token": "é"}]}]}"#,
        )
        .unwrap();
        assert_eq!(
            translated(result).unwrap().get(),
            r#"{"content":[{"token":"é","logprob":-0.01,"bytes":[195,169],"top_logprobs":[{"token":"é","logprob":-0.01,"bytes":[195,169]}]},{"token":"b","logprob":0,"bytes":[98],"top_logprobs":[]}],"refusal":null}"#
        );
        let other: &RawValue = serde_json::from_str("[1]").unwrap();
        assert!(translated(other).is_none());
    }
}
