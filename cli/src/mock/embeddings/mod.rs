//! Embeddings, in the formats of OpenAI (and Azure), Cohere, Oracle, Ollama and Gemini. A vector is made of
//! its text's hash, so the same text has the same vector in every format and every run.

mod vector;

use std::borrow::Cow;

use hyper::http::request::Parts;
use serde::de::IgnoredAny;
use serde_json::{Value, json};

use super::{
    answer::Answer,
    conversation::Conversation,
    format::{Cause, Format, ProviderError, bearer, filled},
    head::Head,
    oci, openai,
    settings::Extra,
    stream::Stream,
};
use vector::{base64, vector};

/// One provider's format, as far as it differs from the others.
pub struct Embeddings {
    name: &'static str,
    /// Such as `/v1/embeddings`: the end of its paths.
    ending: &'static str,
    is_authentic: fn(&Parts) -> bool,
    /// The member that holds the inputs, and the texts in it.
    needed: &'static str,
    texts: fn(&Value) -> Vec<&str>,
    /// Most texts of one request.
    most: usize,
    dimensions: fn(&Value) -> Option<u64>,
    render: fn(&Made<'_>) -> Value,
    error: fn(u16, &str) -> Value,
}

/// The vectors, before a format has given them a shape.
struct Made<'a> {
    model: &'a str,
    body: &'a Value,
    vectors: Vec<Vec<f32>>,
    /// Words, which stand for tokens.
    tokens: u64,
}

/// Length of a vector where the request does not say.
const DIMENSIONS: u64 = 8;

/// Longest vector that can be asked for; no model's is longer.
const MAX_DIMENSIONS: u64 = 16_384;

fn key(request: &Parts) -> bool {
    bearer(&request.headers).is_some()
}

pub static OPENAI: Embeddings = Embeddings {
    name: "openai",
    ending: "/embeddings",
    is_authentic: |request| key(request) || filled(&request.headers, "api-key"),
    needed: "input",
    texts: |body| one_or_many(&body["input"]),
    most: 2_048,
    dimensions: |body| body["dimensions"].as_u64(),
    render: |made| {
        let wants_base64 = made.body["encoding_format"] == "base64";
        let data = made.vectors.iter().enumerate().map(|(index, vector)| {
            let embedding = if wants_base64 { json!(base64(vector)) } else { json!(vector) };
            json!({"object": "embedding", "index": index, "embedding": embedding})
        });
        let usage = json!({"prompt_tokens": made.tokens, "total_tokens": made.tokens});
        let data: Vec<Value> = data.collect();
        json!({"object": "list", "data": data, "model": made.model, "usage": usage})
    },
    error: |status, message| {
        let kind = if status < 500 { "invalid_request_error" } else { "server_error" };
        json!({"error": {"message": message, "type": kind, "param": null, "code": null}})
    },
};

pub static COHERE: Embeddings = Embeddings {
    name: "cohere",
    ending: "/v2/embed",
    is_authentic: key,
    needed: "texts",
    texts: |body| one_or_many(&body["texts"]),
    most: 96,
    dimensions: |body| body["output_dimension"].as_u64(),
    render: |made| {
        json!({
            "id": "00000000-0000-4000-8000-000000000000",
            "embeddings": {"float": made.vectors},
            "texts": made.body["texts"],
            "meta": {"api_version": {"version": "2"}, "billed_units": {"input_tokens": made.tokens}},
            "response_type": "embeddings_by_type",
        })
    },
    error: |_, message| json!({"message": message}),
};

pub static OCI: Embeddings = Embeddings {
    name: "oci",
    ending: "/20231130/actions/embedText",
    is_authentic: oci::is_authentic,
    needed: "inputs",
    texts: |body| one_or_many(&body["inputs"]),
    most: 96,
    dimensions: |body| body["outputDimensions"].as_u64(),
    render: |made| {
        json!({"id": "00000000-0000-4000-8000-000000000000", "modelId": made.model,
            "modelVersion": "1.0", "embeddings": made.vectors, "inputTextTokenCounts": [made.tokens]})
    },
    error: |_, message| json!({"code": "InvalidParameter", "message": message}),
};

pub static OLLAMA: Embeddings = Embeddings {
    name: "ollama",
    ending: "/api/embed",
    is_authentic: |_| true,
    needed: "input",
    texts: |body| one_or_many(&body["input"]),
    most: usize::MAX,
    dimensions: |body| body["dimensions"].as_u64(),
    render: |made| {
        json!({"model": made.model, "embeddings": made.vectors, "total_duration": 1_000_000,
            "load_duration": 1_000, "prompt_eval_count": made.tokens})
    },
    error: |_, message| json!({"error": message}),
};

pub static GEMINI: Embeddings = Embeddings {
    name: "gemini",
    ending: ":embedContent",
    is_authentic: |request| filled(&request.headers, "x-goog-api-key"),
    needed: "content",
    texts: |body| parts(body).collect(),
    most: 1,
    dimensions: |body| body["outputDimensionality"].as_u64(),
    render: |made| json!({"embedding": {"values": made.vectors.first()}}),
    error: google_error,
};

pub static GEMINI_BATCH: Embeddings = Embeddings {
    name: "gemini",
    ending: ":batchEmbedContents",
    is_authentic: |request| filled(&request.headers, "x-goog-api-key"),
    needed: "requests",
    texts: |body| body["requests"].as_array().into_iter().flatten().flat_map(parts).collect(),
    most: 100,
    dimensions: |body| body["requests"][0]["outputDimensionality"].as_u64(),
    render: |made| {
        let vectors: Vec<Value> =
            made.vectors.iter().map(|vector| json!({"values": vector})).collect();
        json!({"embeddings": vectors})
    },
    error: google_error,
};

fn google_error(status: u16, message: &str) -> Value {
    json!({"error": {"code": status, "message": message, "status": "INVALID_ARGUMENT"}})
}

/// A text, or a list of texts.
fn one_or_many(input: &Value) -> Vec<&str> {
    match input {
        Value::String(text) => vec![text],
        Value::Array(items) => items.iter().map(|item| item.as_str().unwrap_or_default()).collect(),
        _ => Vec::new(),
    }
}

fn parts(request: &Value) -> impl Iterator<Item = &str> {
    let parts = request["content"]["parts"].as_array().into_iter().flatten();
    parts.map(|part| part["text"].as_str().unwrap_or_default())
}

/// Gemini's `…/models/NAME:embedContent`; elsewhere the model is in the body.
fn model_in_path(path: &str) -> Option<&str> {
    Some(path.rsplit_once("/models/")?.1.split(':').next().unwrap_or_default())
}

impl Embeddings {
    /// The whole answer.
    pub fn embed(&self, body: &Value, model: &str) -> Vec<u8> {
        let texts = (self.texts)(body);
        let length = (self.dimensions)(body).unwrap_or(DIMENSIONS).min(MAX_DIMENSIONS);
        let vectors = texts.iter().map(|text| vector(text, length)).collect();
        let tokens = texts.iter().map(|text| text.split_whitespace().count() as u64).sum();
        (self.render)(&Made { model, body, vectors, tokens }).to_string().into_bytes()
    }
}

impl Format for Embeddings {
    fn name(&self) -> &'static str {
        self.name
    }

    fn serves(&self, path: &str) -> bool {
        path.ends_with(self.ending)
    }

    fn headers(&self) -> &'static [(&'static str, &'static str)] {
        &[("x-request-id", "req_mock")]
    }

    fn authenticate(&self, request: &Parts) -> Result<(), ProviderError> {
        if (self.is_authentic)(request) {
            return Ok(());
        }
        Err(self.error(Cause::Status(401)))
    }

    fn model<'a>(&self, request: &'a Parts, head: &Head<'a>) -> Option<Cow<'a, str>> {
        let named = head.get::<String>("model").map(|name| name.replacen("models/", "", 1));
        let named = named.or_else(|| oci::model_of(head));
        named.map(Cow::Owned).or_else(|| model_in_path(request.uri.path()).map(Cow::Borrowed))
    }

    fn validate(&self, head: &Head<'_>, _extra: Extra) -> Result<(), ProviderError> {
        let Some(raw) = head.raw(self.needed) else {
            return Err(self.error(Cause::Invalid(&format!("{} is required", self.needed))));
        };
        let texts: Vec<IgnoredAny> = serde_json::from_str(raw).unwrap_or_default();
        if texts.len() > self.most {
            let (needed, most, count) = (self.needed, self.most, texts.len());
            let message = format!("{needed} has {count} members, {most} are allowed");
            return Err(self.error(Cause::Invalid(&message)));
        }
        Ok(())
    }

    fn embedder(&self) -> Option<&Embeddings> {
        Some(self)
    }

    fn wants_stream(&self, _request: &Parts, _head: &Head<'_>) -> bool {
        false
    }

    fn read(&self, _body: &Value) -> Conversation {
        Conversation::default()
    }

    fn whole(&self, _answer: &Answer) -> Vec<u8> {
        Vec::new()
    }

    fn stream(&self, _answer: &Answer, _head: &Head<'_>, _out: &mut Stream) {}

    fn error(&self, cause: Cause<'_>) -> ProviderError {
        let (status, message) = match cause {
            Cause::Status(status) => (status, "The request was refused."),
            Cause::NotJson(_) => (400, "The body is not JSON."),
            Cause::ContextWindow => (
                400,
                "This model's maximum context length is 8192 tokens, and the input is longer.",
            ),
            Cause::ContentPolicy => (400, "The input was flagged as against the usage policy."),
            Cause::Invalid(message) => (400, message),
        };
        ProviderError::new(status, (self.error)(status, message).to_string())
    }

    fn stream_error(&self, out: &mut Stream) {
        openai::render::stream_error(out);
    }

    fn malformed_event(&self, out: &mut Stream) {
        openai::render::malformed_event(out);
    }
}
