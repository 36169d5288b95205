//! `multimodalembedding`: texts and images.
//!
//! Source: <https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/multimodal-embeddings-api>.
//! What is written as a data URL, or is an address in Google's storage, is an image, as LiteLLM's users
//! write one. It counts nothing. Films have a vector for each of their pieces and are not for this.

use crate::dialect::embeddings::answer::{self, Said};
use crate::dialect::embeddings::draft::{Draft, Fate, Object, data_url};
use crate::dialect::{Exchange, Output};
use crate::openai::ApiError;
use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;

/// Writes the body; how many inputs there are, and whether there are images among them, of which
/// nothing tells the tokens.
///
/// # Errors
/// 400 naming what cannot be sent.
pub fn write(draft: &mut Draft<'_>) -> Result<(usize, bool), ApiError> {
    let texts = draft.texts()?;
    let mut has_images = false;
    let mut instances = Vec::with_capacity(texts.len());
    for text in &texts {
        let image = match data_url(text) {
            Some((media, data)) if media.starts_with("image/") => {
                Some(json!({"bytesBase64Encoded": data, "mimeType": media}))
            }
            Some((media, _)) => {
                let message = format!(
                    "`input` is a data URL of the type `{media}`; this model takes texts and images."
                );
                return Err(ApiError::unsupported("input", message));
            }
            None if text.starts_with("gs://") => Some(json!({"gcsUri": text})),
            None => None,
        };
        has_images |= image.is_some();
        instances.push(match image {
            Some(image) => json!({"image": image}),
            None => json!({"text": text}),
        });
    }
    draft.body.put("instances", &instances);
    let mut parameters = Object::default();
    draft.options_into(&mut parameters, |name| {
        Some(match name {
            "dimensions" | "dimension" | "outputDimensionality" => Fate::Send("dimension"),
            "user" => Fate::LeaveOut,
            _ => return None,
        })
    })?;
    if !parameters.is_empty() {
        draft.body.raw("parameters", &parameters.finish());
    }
    Ok((texts.len(), has_images))
}

/// # Errors
/// 502 where there are not as many vectors as inputs.
pub fn read(exchange: &Exchange, body: &[u8], out: &mut Output) -> Result<(), ApiError> {
    let answer: Answer<'_> = answer::read(body, |_| true)?;
    let predictions = answer.predictions.into_iter();
    let vectors = predictions.filter_map(|one| one.text_embedding.or(one.image_embedding));
    answer::write(exchange, vectors, &Said::default(), body, out)
}

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    predictions: Vec<Prediction<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Prediction<'a> {
    #[serde(borrow)]
    text_embedding: Option<&'a RawValue>,
    #[serde(borrow)]
    image_embedding: Option<&'a RawValue>,
}
