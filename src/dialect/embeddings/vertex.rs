//! Vertex AI's `:predict` for text embeddings.
//!
//! Source: <https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/text-embeddings-api>.

use super::Embedder;
use super::answer::{self, Said};
use super::draft::{Draft, Fate, Object};
use crate::dialect::segment::segment;
use crate::dialect::{Call, Exchange, Outgoing, Output, Target};
use crate::openai::embeddings::list;
use crate::openai::{ApiError, EmbeddingRequest};
use serde::Deserialize;
use serde_json::value::RawValue;

/// Most texts of a request; some regions take five, and say so.
const MAX_INPUTS: usize = 250;

/// The model that takes one text a request.
const ONE_AT_A_TIME: &str = "gemini-embedding-001";

/// Options that belong to each text: the client's name, Google's.
const OF_TEXTS: [(&str, &str); 4] = [
    ("task_type", "task_type"),
    ("taskType", "task_type"),
    ("input_type", "task_type"),
    ("title", "title"),
];

/// Vertex AI.
#[derive(Debug, Clone, Copy)]
pub struct Vertex;

impl Embedder for Vertex {
    fn request(&self, call: &Call<'_, EmbeddingRequest>) -> Result<Outgoing, ApiError> {
        let mut draft = Draft::new(call)?;
        let texts = draft.texts()?;
        let mut shared = Object::default();
        for (name, theirs) in OF_TEXTS {
            if let Some(json) = draft.option(name)?.filter(|_| !shared.has(theirs)) {
                shared.raw(theirs, json);
            }
        }
        let instances: Vec<String> = texts
            .iter()
            .map(|text| {
                let mut instance = shared.clone();
                instance.put("content", text);
                instance.finish()
            })
            .collect();
        draft.body.raw("instances", &format!("[{}]", instances.join(",")));
        let mut parameters = Object::default();
        draft.options_into(&mut parameters, |name| {
            Some(match name {
                "dimensions" | "outputDimensionality" | "output_dimensionality" => {
                    Fate::Send("outputDimensionality")
                }
                "auto_truncate" | "autoTruncate" => Fate::Send("autoTruncate"),
                "user" => Fate::LeaveOut,
                name if OF_TEXTS.iter().any(|(known, _)| *known == name) => Fate::Placed,
                _ => return None,
            })
        })?;
        if !parameters.is_empty() {
            draft.body.raw("parameters", &parameters.finish());
        }
        Ok(draft.outgoing(path(call.target)?, texts.len()))
    }

    fn most_inputs(&self, target: &Target) -> Option<usize> {
        Some(if target.model == ONE_AT_A_TIME { 1 } else { MAX_INPUTS })
    }

    fn whole(&self, exchange: &Exchange, body: &[u8], out: &mut Output) -> Result<(), ApiError> {
        let answer: Answer<'_> = answer::read(body, |_| true)?;
        let counts = answer.predictions.iter().map(|one| one.embeddings.statistics.as_ref());
        let counted: Option<u64> = counts.map(|one| one.map(|one| one.token_count)).sum();
        let said = Said { model: None, usage: counted.map(list::usage) };
        let vectors = answer.predictions.iter().map(|one| one.embeddings.values);
        answer::write(exchange, vectors, &said, body, out)
    }
}

/// A published model, or, where the name is a number, a tuned one at an endpoint of its own. The base
/// address may hold project and location already.
fn path(target: &Target) -> Result<String, ApiError> {
    let model = segment(&target.model)?;
    let place = if target.endpoint.base_path().contains("/projects/") {
        String::new()
    } else {
        let setting = |name: &str| target.setting(name).map(segment).transpose();
        let Some(project) = setting("vertex_project")? else {
            let message = "Vertex AI needs a project. Set `vertex_project` for the deployment.";
            return Err(ApiError::new(401, message));
        };
        let location = setting("vertex_location")?.unwrap_or_else(|| "us-central1".to_owned());
        let versioned = target.endpoint.base_path().ends_with("/v1");
        let version = if versioned { "" } else { "/v1" };
        format!("{version}/projects/{project}/locations/{location}")
    };
    let is_tuned = model.bytes().all(|byte| byte.is_ascii_digit());
    let kind = if is_tuned { "endpoints" } else { "publishers/google/models" };
    Ok(target.endpoint.join(&format!("{place}/{kind}/{model}:predict")))
}

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    predictions: Vec<Prediction<'a>>,
}

#[derive(Deserialize)]
struct Prediction<'a> {
    #[serde(borrow)]
    embeddings: Embeddings<'a>,
}

#[derive(Deserialize)]
struct Embeddings<'a> {
    #[serde(borrow)]
    values: &'a RawValue,
    statistics: Option<Statistics>,
}

#[derive(Deserialize)]
struct Statistics {
    token_count: u64,
}
