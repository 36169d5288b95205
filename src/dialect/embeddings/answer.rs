//! The list that answers the client, for formats that are not OpenAI's.

use crate::dialect::{Exchange, Output, failure};
use crate::openai::embeddings::list::{self, ListWriter};
use crate::openai::{ApiError, Usage};
use serde_json::value::RawValue;

/// What an answer says beside its vectors.
#[derive(Debug, Default)]
pub struct Said<'a> {
    pub model: Option<&'a str>,
    /// Absent where the provider counts nothing.
    pub usage: Option<Usage>,
}

/// Writes one vector for each input, in the provider's order.
///
/// # Errors
/// 502 where there are not as many vectors as inputs, or one is none.
pub fn write<'v>(
    exchange: &Exchange,
    vectors: impl IntoIterator<Item = &'v RawValue>,
    said: &Said<'_>,
    body: &[u8],
    out: &mut Output,
) -> Result<(), ApiError> {
    let mut list = ListWriter::new(&mut out.bytes, exchange.embeddings.encoding);
    for vector in vectors {
        list.push(vector.get()).map_err(|_| failure::not_an_answer(body))?;
    }
    let missing = match exchange.embeddings.inputs {
        Some(inputs) => list.len() != inputs,
        None => list.is_empty(),
    };
    if missing {
        return Err(failure::not_an_answer(body));
    }
    finish(exchange, list, said, &mut out.report);
    Ok(())
}

/// Writes what follows the vectors, and notes it.
pub fn finish(
    exchange: &Exchange,
    list: ListWriter<'_>,
    said: &Said<'_>,
    report: &mut crate::dialect::Report,
) {
    let model = said.model.filter(|model| !model.is_empty()).unwrap_or(&exchange.model);
    let counted = said.usage.or_else(|| exchange.embeddings.counted.map(list::usage));
    let usage = counted.unwrap_or_else(|| list::usage(exchange.embeddings.estimate));
    list.finish(model, &usage);
    report.estimated = counted.is_none();
    report.usage = Some(usage);
    report.model = Some(model.to_owned());
}

/// Reads a body as a `T`; one that is no `T` may still be an error that came with a 200.
///
/// # Errors
/// The provider's own error, else 502.
pub fn read<'a, T: serde::Deserialize<'a>>(
    body: &'a [u8],
    is_answer: impl Fn(&T) -> bool,
) -> Result<T, ApiError> {
    match serde_json::from_slice::<T>(body) {
        Ok(answer) if is_answer(&answer) => Ok(answer),
        _ => Err(failed(body)),
    }
}

/// What a 200 without vectors is.
#[must_use]
pub fn failed(body: &[u8]) -> ApiError {
    #[derive(serde::Deserialize, Default)]
    #[serde(default)]
    struct Failure<'a> {
        #[serde(borrow)]
        error: Option<&'a RawValue>,
        #[serde(borrow)]
        message: Option<&'a RawValue>,
        #[serde(borrow)]
        detail: Option<&'a RawValue>,
    }
    let Failure { error, message, detail } = serde_json::from_slice(body).unwrap_or_default();
    if error.or(message).or(detail).is_some() {
        failure::hidden(body)
    } else {
        failure::not_an_answer(body)
    }
}
