//! Oracle's `/20231130/actions/embedText`.
//!
//! Source: `EmbedTextDetails` and `EmbedTextResult` of
//! <https://docs.oracle.com/en-us/iaas/api/#/en/generative-ai-inference/20231130/EmbedTextResult/EmbedText>.
//! What is written as a data URL is an image, of which a request takes one.

use super::Embedder;
use super::answer::{self, Said};
use super::cohere::MAX_INPUTS;
use super::draft::{Draft, Fate, data_url, no_text};
use crate::dialect::oci;
use crate::dialect::{Call, Exchange, Outgoing, Output, Target};
use crate::openai::embeddings::list;
use crate::openai::{ApiError, EmbeddingRequest, Usage};
use crate::wire::json;
use crate::wire::text::Text;
use serde::Deserialize;
use serde_json::value::RawValue;

const PATH: &str = "/20231130/actions/embedText";

/// What texts are embedded for where the client does not say; as at Cohere, whose models these are.
const DEFAULT_INPUT_TYPE: &str = "SEARCH_DOCUMENT";

/// Oracle's Generative AI.
#[derive(Debug, Clone, Copy)]
pub struct Oci;

impl Embedder for Oci {
    fn request(&self, call: &Call<'_, EmbeddingRequest>) -> Result<Outgoing, ApiError> {
        let target = call.target;
        let mut draft = Draft::new(call)?;
        let texts = draft.texts()?;
        let image = texts.iter().position(|text| data_url(text).is_some());
        if let Some(index) = image.filter(|_| texts.len() > 1) {
            let what = "an image among other inputs";
            return Err(no_text(&target.provider.name, &format!("input[{index}]"), what));
        }
        draft.body.put("compartmentId", oci::compartment(target)?);
        draft.body.put("servingMode", &oci::serving_mode(target)?);
        draft.body.put("inputs", &texts);
        let written = draft.option("input_type")?.map(|json| json::read(json, "input_type"));
        let written: Option<String> = written.transpose()?;
        let input_type = match written.as_deref() {
            // Cohere's own words are the same in small letters.
            Some(word) => word.to_ascii_uppercase(),
            None if image.is_some() => "IMAGE".to_owned(),
            None => DEFAULT_INPUT_TYPE.to_owned(),
        };
        draft.body.put("inputType", &input_type);
        draft.options(|name| {
            Some(match name {
                "dimensions" | "output_dimension" => Fate::Send("outputDimensions"),
                "truncate" => Fate::Send("truncate"),
                "input_type" => Fate::Placed,
                "user" => Fate::LeaveOut,
                _ => return None,
            })
        })?;
        // The base address may be that of the chat format.
        let endings = [PATH, "/20231130/actions/chat", "/20231130/actions", "/20231130"];
        Ok(draft.outgoing(target.endpoint.beside(&endings, PATH), texts.len()))
    }

    fn most_inputs(&self, _: &Target) -> Option<usize> {
        Some(MAX_INPUTS)
    }

    fn whole(&self, exchange: &Exchange, body: &[u8], out: &mut Output) -> Result<(), ApiError> {
        let answer: Answer<'_> =
            answer::read(body, |answer: &Answer<'_>| answer.embeddings.is_some())?;
        let said =
            Said { model: answer.model_id.as_ref().map(Text::as_str), usage: answer.usage() };
        answer::write(exchange, answer.embeddings.into_iter().flatten(), &said, body, out)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer<'a> {
    #[serde(borrow)]
    model_id: Option<Text<'a>>,
    #[serde(borrow)]
    embeddings: Option<Vec<&'a RawValue>>,
    /// One for each input; the reference does not have it, the service does.
    input_text_token_counts: Option<Vec<u64>>,
    usage: Option<Counted>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Counted {
    prompt_tokens: Option<u64>,
}

impl Answer<'_> {
    fn usage(&self) -> Option<Usage> {
        let counts = self.input_text_token_counts.as_ref();
        let each = counts.map(|counts| counts.iter().fold(0u64, |sum, n| sum.saturating_add(*n)));
        let whole = || self.usage.as_ref()?.prompt_tokens;
        each.or_else(whole).map(list::usage)
    }
}
