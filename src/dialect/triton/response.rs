//! A whole reply as an OpenAI completion.

use super::reply::{Reply, usage};
use crate::dialect::prompt::Said;
use crate::dialect::{Exchange, Output, failure};
use crate::openai::ApiError;
use crate::wire::text::{Text, filled};

/// Writes the completion.
///
/// # Errors
/// See [`crate::dialect::Dialect::whole`].
pub fn write(exchange: &Exchange, body: &[u8], out: &mut Output) -> Result<(), ApiError> {
    let reply: Reply<'_> =
        serde_json::from_slice(body).map_err(|_| failure::not_an_answer(body))?;
    if reply.error.is_some() {
        return Err(failure::hidden(body));
    }
    let Some(text) = reply.text() else { return Err(failure::not_an_answer(body)) };
    let finish_reason = reply.finish_reason().unwrap_or_default();
    let usage = reply.counts().map(usage);
    let model = filled(reply.model_name).map(Text::into_string);
    Said { text, finish_reason, usage, model, ..Said::default() }.write(exchange, body, out)
}
