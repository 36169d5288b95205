//! OpenAI's own format, and that of the many providers who speak it.
//!
//! As for chat, what the client wrote goes out as it is, and what the provider answers goes back as it
//! is: of millions of numbers none is parsed, unless the provider gives its vectors in another encoding
//! than the client wants. What differs between these providers says the catalogue's row.

mod read;

use super::Embedder;
use super::draft::{self, Object};
use crate::catalog::{Embeddings, EncodingMember};
use crate::dialect::openai::is_openai;
use crate::dialect::openai::path;
use crate::dialect::{Call, Exchange, Outgoing, Output, Params, Target};
use crate::openai::body::Field;
use crate::openai::embeddings::Input;
use crate::openai::{ApiError, EmbeddingRequest};
use crate::operation::Operation;
use serde_json::json;
use std::borrow::Cow;

/// OpenAI and OpenAI-compatible providers.
#[derive(Debug, Clone, Copy)]
pub struct OpenAi;

/// What other providers' embeddings take and OpenAI's refuse as unknown.
const FOREIGN: [&str; 10] = [
    "embedding_types",
    "input_type",
    "instruction",
    "late_chunking",
    "output_dimension",
    "output_dtype",
    "task",
    "task_type",
    "title",
    "truncate",
];

impl Embedder for OpenAi {
    fn request(&self, call: &Call<'_, EmbeddingRequest>) -> Result<Outgoing, ApiError> {
        let mut outgoing = write(call, path::of(call.target, Operation::Embeddings))?;
        if let Some(organization) = &call.target.organization {
            outgoing.set_header("openai-organization", organization.clone());
        }
        Ok(outgoing)
    }

    fn most_inputs(&self, target: &Target) -> Option<usize> {
        target.provider.embeddings.max_inputs
    }

    fn whole(&self, exchange: &Exchange, body: &[u8], out: &mut Output) -> Result<(), ApiError> {
        read::read(exchange, body, out)
    }
}

/// The request in this format, wherever it goes.
pub fn write(call: &Call<'_, EmbeddingRequest>, path: String) -> Result<Outgoing, ApiError> {
    let (target, request) = (call.target, call.request);
    let row = &target.provider.embeddings;
    let mut params = call.params();
    let input = input(row, request, target)?;
    let strict = is_openai(&target.endpoint);
    let mut body = Object::default();
    let mut options = request.options()?;
    for field in request.members().fields() {
        match field.name {
            "model" => body.put("model", &target.model),
            "input" => body.raw("input", &input),
            "encoding_format" => encoding(row, &field, &mut params, &mut body)?,
            name => {
                let Some(at) = options.iter().position(|(known, _)| known == name) else {
                    continue;
                };
                let (name, json) = options.remove(at);
                option(row, &name, json, strict, &mut params, &mut body)?;
            }
        }
    }
    // What only `extra_body` holds.
    for (name, json) in options {
        option(row, &name, json, strict, &mut params, &mut body)?;
    }
    let wanted = draft::wanted(request, request.encoding);
    let exchange = draft::exchange(call, wanted);
    let mut outgoing =
        Outgoing::json(target.endpoint.clone(), path, body.finish().into_bytes(), exchange);
    outgoing.dropped = params.into_dropped();
    Ok(outgoing)
}

/// The input as it was written, where the provider takes it so.
fn input<'a>(
    row: &Embeddings,
    request: &'a EmbeddingRequest,
    target: &Target,
) -> Result<Cow<'a, str>, ApiError> {
    let images =
        row.image_objects && memchr::memmem::find(request.input().as_bytes(), b"\"data:").is_some();
    if row.max_inputs.is_none() && !row.texts_only && !images {
        return Ok(request.input().into());
    }
    let inputs = request.inputs()?;
    draft::within(target, inputs.len())?;
    if row.texts_only
        && let Some(index) = inputs.iter().position(|input| matches!(input, Input::Tokens(_)))
    {
        return Err(draft::no_text(
            &target.provider.name,
            &format!("input[{index}]"),
            "a list of tokens",
        ));
    }
    if !images {
        return Ok(request.input().into());
    }
    let one = |input: &Input<'_>| match input {
        Input::Text(text) => match draft::data_url(text) {
            Some((_, data)) => json!({"image": data}).to_string(),
            None => json!({"text": text}).to_string(),
        },
        Input::Tokens(json) | Input::Object(json) => (*json).to_owned(),
    };
    let list: Vec<String> = inputs.iter().map(one).collect();
    Ok(format!("[{}]", list.join(",")).into())
}

fn encoding(
    row: &Embeddings,
    field: &Field<'_>,
    params: &mut Params<'_>,
    body: &mut Object,
) -> Result<(), ApiError> {
    let openais = matches!(field.json, "null" | "\"float\"" | "\"base64\"");
    let sent = match row.encoding_format {
        EncodingMember::Taken => !field.is_null(),
        // The answer is converted.
        EncodingMember::Unknown if openais => false,
        EncodingMember::Unknown => {
            params.unsupported(field.name, "there are `float` and `base64`")?
        }
        EncodingMember::Base64Only => !field.is_null() && field.json != "\"float\"",
    };
    if sent {
        body.raw(field.name, field.json);
    }
    Ok(())
}

fn option(
    row: &Embeddings,
    name: &str,
    json: &str,
    strict: bool,
    params: &mut Params<'_>,
    body: &mut Object,
) -> Result<(), ApiError> {
    let why = if row.unsupported.iter().any(|known| known == name) {
        Some("this provider does not take it")
    } else if strict && FOREIGN.contains(&name) {
        Some("OpenAI's embeddings have no such parameter")
    } else {
        None
    };
    // Who is asking is nothing to the vectors.
    if why.is_some() && name == "user" {
        params.leave_out(name);
        return Ok(());
    }
    if let Some(why) = why
        && !params.unsupported(name, why)?
    {
        return Ok(());
    }
    let renamed = row.rename.iter().find(|(from, _)| from == name).map(|(_, to)| to.as_str());
    let name = renamed.unwrap_or(name);
    // Two names of one thing: the first one counts.
    if !body.has(name) {
        body.raw(name, json);
    }
    Ok(())
}
