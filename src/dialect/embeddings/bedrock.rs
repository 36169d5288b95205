//! Bedrock's `/model/{id}/invoke`, whose body is that of each model: Amazon's Titan and Nova, Cohere's.
//!
//! Source: <https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-text.html>,
//! `…/model-parameters-titan-embed-mm.html`, `…/model-parameters-embed.html`.

mod nova;

use super::Embedder;
use super::answer::{self, Said};
use super::cohere;
use super::draft::{Draft, Fate, data_url};
use crate::dialect::bedrock_name::BedrockName;
use crate::dialect::segment::segment;
use crate::dialect::{Call, Exchange, Outgoing, Output, Target};
use crate::openai::embeddings::list;
use crate::openai::{ApiError, EmbeddingRequest};
use crate::operation::Operation;
use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;

/// Models on Bedrock.
#[derive(Debug, Clone, Copy)]
pub struct Bedrock;

/// Whose body a model takes. Its name may have a region before it and a version behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Family {
    TitanText,
    /// The one with `dimensions`.
    TitanTextV2,
    TitanImage,
    Nova,
    Cohere,
}

impl Family {
    fn of(model: &str) -> Option<Self> {
        const MARKS: [(&str, Family); 5] = [
            ("titan-embed-text-v2", Family::TitanTextV2),
            ("titan-embed-image", Family::TitanImage),
            ("titan-embed", Family::TitanText),
            ("nova-2-multimodal-embeddings", Family::Nova),
            ("cohere.embed", Family::Cohere),
        ];
        MARKS.iter().find(|(mark, _)| model.contains(mark)).map(|(_, family)| *family)
    }
}

impl Embedder for Bedrock {
    fn request(&self, call: &Call<'_, EmbeddingRequest>) -> Result<Outgoing, ApiError> {
        let target = call.target;
        let name = BedrockName::read(&target.model);
        name.check_region(target)?;
        let Some(family) = Family::of(name.known) else {
            let who = format!("The model {} on {}", name.id, target.provider.name);
            return Err(Operation::Embeddings.not_served_by(&who));
        };
        let mut draft = Draft::new(call)?;
        let inputs = match family {
            Family::Cohere => cohere::write(&mut draft, name.known)?,
            Family::Nova => nova::write(&mut draft)?,
            titan => write_titan(titan, &mut draft)?,
        };
        let path = target.endpoint.join(&format!("/model/{}/invoke", segment(name.id)?));
        Ok(draft.outgoing(path, inputs))
    }

    /// Titan and Nova take one at a time.
    fn most_inputs(&self, target: &Target) -> Option<usize> {
        let is_cohere = Family::of(&target.model) == Some(Family::Cohere);
        Some(if is_cohere { cohere::MAX_INPUTS } else { 1 })
    }

    /// What the body holds tells whose it is.
    fn whole(&self, exchange: &Exchange, body: &[u8], out: &mut Output) -> Result<(), ApiError> {
        let titan: Titan<'_> = answer::read(body, |_| true)?;
        let by_type = titan.embeddings_by_type.and_then(|types| types.float.or(types.binary));
        let Some(vector) = titan.embedding.or(by_type) else {
            return match nova::vectors(body) {
                Some(vectors) => nova::read(exchange, vectors, body, out),
                None => cohere::read(exchange, body, out),
            };
        };
        let said = Said { model: None, usage: titan.input_text_token_count.map(list::usage) };
        answer::write(exchange, [vector], &said, body, out)
    }
}

fn write_titan(family: Family, draft: &mut Draft<'_>) -> Result<usize, ApiError> {
    for text in draft.texts()? {
        match data_url(&text).filter(|_| family == Family::TitanImage) {
            Some((_, data)) => draft.body.put("inputImage", data),
            None => draft.body.put("inputText", &text),
        }
    }
    if family == Family::TitanImage
        && let Some(length) = draft.option("dimensions")?
        && draft.option("embeddingConfig")?.is_none()
    {
        let length: Result<serde_json::Number, _> = serde_json::from_str(length);
        let length = length.map_err(|_| {
            ApiError::invalid("`dimensions` is wrong: it must be a number.")
                .with_param("dimensions")
        })?;
        draft.body.put("embeddingConfig", &json!({"outputEmbeddingLength": length}));
    }
    draft.options(|name| {
        Some(match (name, family) {
            ("user", _) => Fate::LeaveOut,
            ("dimensions", Family::TitanTextV2) => Fate::Send("dimensions"),
            ("normalize", Family::TitanTextV2) => Fate::Send("normalize"),
            ("embeddingTypes", Family::TitanTextV2) => Fate::Send("embeddingTypes"),
            ("dimensions", Family::TitanImage) => Fate::Placed,
            ("embeddingConfig", Family::TitanImage) => Fate::Send("embeddingConfig"),
            ("inputText", Family::TitanImage) => Fate::Send("inputText"),
            ("inputImage", Family::TitanImage) => Fate::Send("inputImage"),
            ("dimensions", _) => Fate::Refuse("this model has vectors of one length"),
            _ => return None,
        })
    })?;
    Ok(1)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Titan<'a> {
    #[serde(borrow)]
    embedding: Option<&'a RawValue>,
    #[serde(borrow)]
    embeddings_by_type: Option<ByType<'a>>,
    input_text_token_count: Option<u64>,
}

#[derive(Deserialize)]
struct ByType<'a> {
    #[serde(borrow)]
    float: Option<&'a RawValue>,
    #[serde(borrow)]
    binary: Option<&'a RawValue>,
}
