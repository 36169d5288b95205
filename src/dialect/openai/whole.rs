//! Whole completions: handed on as they came, read once for the report.

use super::read::{Answer, Failure};
use super::{reshape, usage};
use crate::dialect::{Exchange, Output, Report, failure};
use crate::openai::ApiError;
use crate::openai::completion::FinishReason;
use crate::openai::error::code;
use std::borrow::Cow;

/// See [`crate::dialect::Dialect::whole`].
pub fn translate(exchange: &Exchange, body: &[u8], out: &mut Output) -> Result<(), ApiError> {
    let text = std::str::from_utf8(body).map_err(|_| failure::not_an_answer(body))?.trim();
    let answer: Answer<'_> =
        serde_json::from_str(text).map_err(|_| failure::not_an_answer(body))?;
    note(&answer, &mut out.report);
    if let Some(failed) = answer.failure() {
        return Err(read_failure(failed, text));
    }
    if answer.choices().is_empty() {
        return Err(failure::not_an_answer(body));
    }
    let said = |choice: &super::read::Choice<'_>| choice.said().any(super::read::Said::is_content);
    let report = &mut out.report;
    report.content = answer.choices().iter().any(said);
    report.finished = true;
    report.finish_reason.get_or_insert(FinishReason::Stop);
    if report.model.is_none() {
        report.model = Some(exchange.model.clone());
    }
    reshape::copy(&mut out.bytes, text, &answer, exchange, true);
    Ok(())
}

/// Notes what an answer or a chunk says about itself.
pub fn note(answer: &Answer<'_>, report: &mut Report) {
    // Every chunk says it again.
    if report.id.is_none() {
        report.id = answer.id().map(Cow::into_owned);
    }
    if report.model.is_none() {
        report.model = answer.model().map(Cow::into_owned);
    }
    if report.service_tier.is_none() {
        report.service_tier = answer.service_tier().map(Cow::into_owned);
    }
    if let Some(json) = answer.usage() {
        let (counted, cost) = usage::read(json.get());
        report.usage = counted.or(report.usage);
        report.cost = cost.or(report.cost);
    }
    for choice in answer.choices() {
        report.finish_reason = choice.finish_reason().or(report.finish_reason);
    }
}

/// The error of an answer that turned out to be one.
pub fn read_failure(failed: Failure<'_>, text: &str) -> ApiError {
    match failed {
        Failure::Whole => failure::hidden(text.as_bytes()),
        Failure::Part(json) => failure::hidden(json.as_bytes()),
        Failure::Unexplained => {
            ApiError::new(502, "The provider ended the answer with the finish reason `error`.")
                .with_code(code::PROVIDER_ERROR)
        }
    }
}
