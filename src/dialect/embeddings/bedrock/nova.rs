//! Amazon Nova Multimodal Embeddings.
//!
//! Source: <https://docs.aws.amazon.com/nova/latest/userguide/embeddings-schema.html>. What is written
//! as a data URL is an image, audio or a film. It counts tokens in a header.

use crate::dialect::embeddings::answer::{self, Said};
use crate::dialect::embeddings::draft::{Draft, Fate, Object, data_url};
use crate::dialect::{Exchange, Output};
use crate::openai::ApiError;
use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;

/// What vectors are for where the client does not say: Nova wants to know, and this is LiteLLM's
/// choice.
const DEFAULT_PURPOSE: &str = "GENERIC_INDEX";

/// Subtypes of media types that Nova calls otherwise.
const FORMATS: [(&str, &str); 6] = [
    ("image/jpg", "jpeg"),
    ("audio/mpeg", "mp3"),
    ("audio/x-wav", "wav"),
    ("video/quicktime", "mov"),
    ("video/x-matroska", "mkv"),
    ("video/3gpp", "3gp"),
];

/// Writes the body; how many inputs there are.
///
/// # Errors
/// 400 naming what cannot be sent.
pub fn write(draft: &mut Draft<'_>) -> Result<usize, ApiError> {
    let mut one = Object::default();
    match draft.option("embeddingPurpose")? {
        Some(json) => one.raw("embeddingPurpose", json),
        None => one.put("embeddingPurpose", DEFAULT_PURPOSE),
    }
    let texts = draft.texts()?;
    for text in &texts {
        if let Some((media, data)) = data_url(text) {
            let (kind, subtype) = media.split_once('/').unwrap_or((media, ""));
            let known = FORMATS.iter().find(|(name, _)| *name == media);
            let format = known.map_or(subtype, |(_, own)| own);
            let source = json!({"bytes": data});
            match kind {
                "image" | "audio" => one.put(kind, &json!({"format": format, "source": source})),
                // One vector for one input.
                "video" => one.put(
                    kind,
                    &json!({"format": format, "source": source,
                        "embeddingMode": "AUDIO_VIDEO_COMBINED"}),
                ),
                _ => return Err(no_medium(media)),
            }
            continue;
        }
        let mut value = Object::default();
        // OpenAI refuses texts that are too long, and so does Nova unless told what to cut.
        match draft.option("truncationMode")? {
            Some(json) => value.raw("truncationMode", json),
            None => value.put("truncationMode", "NONE"),
        }
        value.put("value", text);
        one.raw("text", &value.finish());
    }
    draft.options_into(&mut one, |name| {
        Some(match name {
            "dimensions" | "embeddingDimension" => Fate::Send("embeddingDimension"),
            "embeddingPurpose" | "truncationMode" => Fate::Placed,
            "user" => Fate::LeaveOut,
            _ => return None,
        })
    })?;
    draft.body.put("schemaVersion", "nova-multimodal-embed-v1");
    draft.body.put("taskType", "SINGLE_EMBEDDING");
    draft.body.raw("singleEmbeddingParams", &one.finish());
    Ok(texts.len())
}

fn no_medium(media: &str) -> ApiError {
    let message = format!(
        "`input` is a data URL of the type `{media}`; Nova takes texts, images, audio and video."
    );
    ApiError::unsupported("input", message)
}

/// The vectors, where the body is Nova's.
#[must_use]
pub fn vectors(body: &[u8]) -> Option<Vec<&RawValue>> {
    let answer: Answer<'_> = serde_json::from_slice(body).ok()?;
    Some(answer.embeddings.into_iter().map(|one| one.embedding).collect())
}

/// Writes the client's list.
///
/// # Errors
/// 502 where there are not as many vectors as inputs.
pub fn read(
    exchange: &Exchange,
    vectors: Vec<&RawValue>,
    body: &[u8],
    out: &mut Output,
) -> Result<(), ApiError> {
    answer::write(exchange, vectors, &Said::default(), body, out)
}

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    embeddings: Vec<Embedding<'a>>,
}

#[derive(Deserialize)]
struct Embedding<'a> {
    #[serde(borrow)]
    embedding: &'a RawValue,
}
