//! A request for embeddings: read once, kept for as many attempts as it takes.
//!
//! The input stays as it was written, for most providers take it so; one that does not has it read
//! by [`EmbeddingRequest::inputs`].

use super::input::{self, Input};
use super::vector::Encoding;
use crate::openai::body::{Body, Field};
use crate::openai::{ApiError, error};
use crate::wire::prune::write_key;
use std::borrow::Cow;

/// An embeddings request.
#[derive(Debug)]
pub struct EmbeddingRequest {
    body: Body,
    /// The model group the client asks for.
    pub model: String,
    /// How the client wants its vectors; `None` where `encoding_format` is a word of the provider's.
    pub encoding: Option<Encoding>,
}

impl EmbeddingRequest {
    /// The members without which there is no request, for messages.
    pub const NEEDED: &str = "`model` and `input`";

    /// Reads a request body.
    ///
    /// # Errors
    /// 400, naming what is not JSON, or the path of what is of the wrong type, missing or empty.
    pub fn parse(body: Vec<u8>) -> Result<Self, ApiError> {
        let body = Body::parse(body, Self::NEEDED)?;
        let model = body.model()?;
        let input = body.required("input", "a text or a list of texts")?;
        input::check(input.json)?;
        let encoding = match body.value::<String>("encoding_format")?.as_deref() {
            None | Some("float") => Some(Encoding::Float),
            Some("base64") => Some(Encoding::Base64),
            Some(_) => None,
        };
        Ok(Self { body, model, encoding })
    }

    /// The client's members, each where it stands.
    #[must_use]
    pub fn members(&self) -> &Body {
        &self.body
    }

    /// The input as it was written.
    #[must_use]
    pub fn input(&self) -> &str {
        self.body.field("input").map_or("null", |field| field.json)
    }

    /// What is to be embedded, one by one.
    ///
    /// # Errors
    /// 400 for more than [`super::MAX_INPUTS`], or naming the one that is of no known kind.
    pub fn inputs(&self) -> Result<Vec<Input<'_>>, ApiError> {
        input::read(self.input())
    }

    /// The same request for these inputs.
    ///
    /// # Errors
    /// 400 where what comes of it is no request.
    pub fn with_inputs(&self, inputs: &[Input<'_>]) -> Result<Self, ApiError> {
        let mut body = String::from("{");
        for field in self.body.fields() {
            if body.len() > 1 {
                body.push(',');
            }
            write_key(&mut body, field.name);
            if field.name == "input" {
                input::write(&mut body, inputs);
            } else {
                body.push_str(field.json);
            }
        }
        body.push('}');
        Self::parse(body.into_bytes())
    }

    /// Every member but the model, the input and its encoding, the `extra_body`'s in place of it,
    /// nulls left out: what a provider's own format may have a word for.
    ///
    /// # Errors
    /// 400 for an `extra_body` that is no object or sets what the client said elsewhere.
    pub fn options(&self) -> Result<Vec<(Cow<'_, str>, &str)>, ApiError> {
        const SAID_ELSEWHERE: [&str; 3] = ["model", "input", "encoding_format"];
        let mut options: Vec<(Cow<'_, str>, &str)> = Vec::new();
        let mut extra = None;
        for field in self.body.fields().filter(|field| !field.is_null()) {
            match field.name {
                "extra_body" => extra = Some(field),
                name if SAID_ELSEWHERE.contains(&name) => {}
                name => options.push((name.into(), field.json)),
            }
        }
        for (name, json) in extra.map(entries).transpose()?.into_iter().flatten() {
            if SAID_ELSEWHERE.contains(&&*name) {
                return Err(error::reserved_in_extra_body(&name));
            }
            options.retain(|(known, _)| *known != name);
            if json != "null" {
                options.push((name, json));
            }
        }
        Ok(options)
    }
}

/// The members of an object, as they were written.
fn entries(field: Field<'_>) -> Result<Vec<(Cow<'_, str>, &str)>, ApiError> {
    let read: Result<crate::wire::prune::Entries<'_>, _> = serde_json::from_str(field.json);
    let entries = read.map_err(|_| {
        let message = format!("`{}` is wrong: it must be an object.", field.name);
        ApiError::invalid(message).with_param(field.name)
    })?;
    Ok(entries.0.into_iter().map(|(name, raw)| (name, raw.get())).collect())
}

#[cfg(test)]
mod tests;
