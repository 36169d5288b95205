//! Vertex AI's `:predict` for text embeddings and for those of texts and images, and `:embedContent`,
//! which takes one input, for the models since Gemini Embedding 2.
//!
//! Source: <https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/text-embeddings-api>.

mod multimodal;

use super::Embedder;
use super::answer::{self, Said};
use super::draft::{Draft, Fate, Object};
use super::gemini;
use crate::dialect::segment::segment;
use crate::dialect::{Call, Exchange, Outgoing, Output, Target};
use crate::openai::embeddings::list;
use crate::openai::{ApiError, EmbeddingRequest};
use serde::Deserialize;
use serde_json::value::RawValue;

/// Most texts of a request; some regions take five, and say so.
const MAX_INPUTS: usize = 250;

/// The model of the first kind that takes one text a request.
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

/// What a model is asked with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Texts,
    Content,
    Multimodal,
}

impl Kind {
    fn of(model: &str) -> Self {
        if model.starts_with("multimodalembedding") {
            Self::Multimodal
        } else if model.starts_with("gemini-embedding-") && model != ONE_AT_A_TIME {
            Self::Content
        } else {
            Self::Texts
        }
    }

    fn method(self) -> &'static str {
        if self == Self::Content { "embedContent" } else { "predict" }
    }
}

impl Embedder for Vertex {
    fn request(&self, call: &Call<'_, EmbeddingRequest>) -> Result<Outgoing, ApiError> {
        let mut draft = Draft::new(call)?;
        let kind = Kind::of(&call.target.model);
        let (inputs, uncounted) = match kind {
            Kind::Texts => (write_texts(&mut draft)?, false),
            Kind::Content => (write_content(&mut draft)?, false),
            Kind::Multimodal => multimodal::write(&mut draft)?,
        };
        let mut outgoing = draft.outgoing(path(call.target, kind.method())?, inputs);
        if uncounted {
            outgoing.exchange.embeddings.estimate = 0;
        }
        Ok(outgoing)
    }

    fn most_inputs(&self, target: &Target) -> Option<usize> {
        let many = Kind::of(&target.model) == Kind::Texts && target.model != ONE_AT_A_TIME;
        Some(if many { MAX_INPUTS } else { 1 })
    }

    fn whole(&self, exchange: &Exchange, body: &[u8], out: &mut Output) -> Result<(), ApiError> {
        match Kind::of(&exchange.model) {
            Kind::Texts => read_texts(exchange, body, out),
            Kind::Content => gemini::read(exchange, body, out),
            Kind::Multimodal => multimodal::read(exchange, body, out),
        }
    }
}

fn write_texts(draft: &mut Draft<'_>) -> Result<usize, ApiError> {
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
    Ok(texts.len())
}

fn read_texts(exchange: &Exchange, body: &[u8], out: &mut Output) -> Result<(), ApiError> {
    let answer: Answer<'_> = answer::read(body, |_| true)?;
    let counts = answer.predictions.iter().map(|one| one.embeddings.statistics.as_ref());
    let counted: Option<u64> = counts.map(|one| one.map(|one| one.token_count)).sum();
    let said = Said { model: None, usage: counted.map(list::usage) };
    let vectors = answer.predictions.iter().map(|one| one.embeddings.values);
    answer::write(exchange, vectors, &said, body, out)
}

/// The body of the Gemini API, but for the model, which the address names.
fn write_content(draft: &mut Draft<'_>) -> Result<usize, ApiError> {
    let texts = draft.texts()?;
    for text in &texts {
        draft.body.put("content", &gemini::content(text));
    }
    draft.options(|name| match name {
        "auto_truncate" | "autoTruncate" => Some(Fate::Send("autoTruncate")),
        name => gemini::fate(name),
    })?;
    Ok(texts.len())
}

/// A published model, or, where the name is a number, a tuned one at an endpoint of its own. The base
/// address may hold project and location already.
fn path(target: &Target, method: &str) -> Result<String, ApiError> {
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
    Ok(target.endpoint.join(&format!("{place}/{kind}/{model}:{method}")))
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
