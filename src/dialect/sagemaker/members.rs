//! The request's top-level members as parameters of a generation, each accounted for.
//!
//! Source: <https://huggingface.github.io/text-generation-inference/>, "GenerateParameters".

use crate::dialect::fields::{count, extra_body, texts};
use crate::dialect::members::Fate;
use crate::dialect::prompt::Parameters;
use crate::dialect::prompt::members::{UNKNOWN, account};
use crate::dialect::{Call, Params};
use crate::openai::ApiError;
use crate::openai::request::Field;

/// What goes in as it was written: parameters of the container under its own names.
const NATIVE: [&str; 17] = [
    "adapter_id",
    "best_of",
    "decoder_input_details",
    "details",
    "do_sample",
    "frequency_penalty",
    "grammar",
    "max_new_tokens",
    "repetition_penalty",
    "return_full_text",
    "seed",
    "stop_sequences",
    "top_k",
    "top_n_tokens",
    "truncate",
    "typical_p",
    "watermark",
];

/// Reads every member.
///
/// # Errors
/// 400 for a member that is wrong, or that a generation cannot take and nobody allowed to drop.
pub fn read<'a>(call: &Call<'a>, params: &mut Params<'_>) -> Result<Parameters<'a>, ApiError> {
    let mut read = Parameters::default();
    for field in call.request.fields().filter(|field| !field.is_null()) {
        if field.name != "extra_body" {
            member(&field, &mut read, params)?;
        }
    }
    if let Some(field) = call.request.field("extra_body") {
        for field in extra_body(&field)? {
            // Credentials belong to the gateway, and reach no container.
            if field.name.starts_with("aws_") {
                let path = format!("extra_body.{}", field.name);
                let message = format!("`{path}` is for the gateway's configuration only.");
                return Err(ApiError::invalid(message).with_param(path));
            }
            read.set(field.name, field.json);
        }
    }
    // Without them nothing says why and after how many tokens the model stopped.
    if !read.has("details") {
        read.set("details", "true");
    }
    Ok(read)
}

fn member<'a>(
    field: &Field<'a>,
    read: &mut Parameters<'a>,
    params: &mut Params<'_>,
) -> Result<(), ApiError> {
    match field.name {
        name @ ("max_tokens" | "max_completion_tokens") => {
            read.limit("max_new_tokens", name, count(field)?);
        }
        "temperature" => match field.read::<f64>()? {
            negative if negative < 0.0 => {
                let message = "`temperature` is negative; it must be zero or more.";
                return Err(ApiError::invalid(message).with_param("temperature"));
            }
            // It must be positive; without sampling the likeliest token is taken, as at zero.
            zero if zero <= 0.0 => read.set("do_sample", "false"),
            _ => read.set("temperature", field.json),
        },
        // It must be below one, which is what holds without it.
        "top_p" if field.read::<f64>()? >= 1.0 => {}
        "top_p" => read.set("top_p", field.json),
        "stop" => {
            read.set("stop", serde_json::to_string(&texts(field)?).unwrap_or_default());
        }
        name => match account(field, params)? {
            Fate::Done => {}
            Fate::Allowed => read.set(name, field.json),
            Fate::Unknown => {
                if NATIVE.contains(&name) || params.unsupported_field(field, UNKNOWN)? {
                    read.set(name, field.json);
                }
            }
        },
    }
    Ok(())
}
