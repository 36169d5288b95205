//! A prediction as an OpenAI completion.

use crate::dialect::prompt::Said;
use crate::dialect::{Exchange, Output, failure};
use crate::openai::completion::FinishReason;
use crate::openai::error::code;
use crate::openai::usage::count;
use crate::openai::{ApiError, Usage};
use crate::wire::text::{Text, filled};
use serde::Deserialize;
use serde_json::value::RawValue;

#[derive(Deserialize)]
struct Prediction<'a> {
    #[serde(borrow)]
    id: Option<Text<'a>>,
    #[serde(borrow)]
    model: Option<Text<'a>>,
    #[serde(borrow)]
    status: Text<'a>,
    /// Whatever the model makes; of a language model a text, or a list of its pieces.
    #[serde(borrow)]
    output: Option<Written<'a>>,
    #[serde(borrow)]
    error: Option<&'a RawValue>,
    #[serde(borrow)]
    metrics: Option<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Written<'a> {
    #[serde(borrow)]
    Text(Text<'a>),
    #[serde(borrow)]
    Pieces(Vec<Text<'a>>),
}

/// The official language models count tokens.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Metrics {
    #[serde(deserialize_with = "count")]
    input_token_count: u64,
    #[serde(deserialize_with = "count")]
    output_token_count: u64,
}

impl Metrics {
    fn usage(metrics: &RawValue) -> Option<Usage> {
        let Self { input_token_count: prompt, output_token_count: completion } =
            serde_json::from_str(metrics.get()).ok()?;
        (prompt > 0).then(|| Usage::of(prompt, completion))
    }
}

/// Writes the completion.
///
/// # Errors
/// 504 for a prediction that is not finished, 502 for one that failed; see also
/// [`crate::dialect::Dialect::whole`].
pub fn write(exchange: &Exchange, body: &[u8], out: &mut Output) -> Result<(), ApiError> {
    let prediction: Prediction<'_> =
        serde_json::from_slice(body).map_err(|_| failure::not_an_answer(body))?;
    match prediction.status.as_str() {
        "succeeded" => {}
        "failed" => {
            let said = prediction.error.map_or("\"The prediction failed.\"", RawValue::get);
            return Err(failure::hidden(said.as_bytes()));
        }
        "starting" | "processing" | "canceled" | "aborted" => {
            return Err(unfinished(prediction.status.as_str()));
        }
        _ => return Err(failure::not_an_answer(body)),
    }
    let text = match prediction.output {
        Some(Written::Text(text)) => text.into_string(),
        Some(Written::Pieces(pieces)) => pieces.iter().map(Text::as_str).collect(),
        None => String::new(),
    };
    let said = |text| filled(text).map(Text::into_string);
    Said {
        text,
        // Nothing says whether the limit was reached.
        finish_reason: FinishReason::Stop,
        usage: prediction.metrics.and_then(Metrics::usage),
        written: None,
        id: said(prediction.id),
        model: said(prediction.model),
    }
    .write(exchange, body, out)
}

/// 504: Replicate keeps a request open for a minute, and was told to give up then.
fn unfinished(status: &str) -> ApiError {
    let message = format!(
        "The prediction was not finished within the 60 seconds that Replicate keeps a request open \
         (`{status}`)."
    );
    ApiError::new(504, message).with_code(code::TIMEOUT)
}
