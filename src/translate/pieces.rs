//! One request for embeddings as several to the same provider, where it holds more texts than that
//! takes at a time, and their answers as one.

use crate::dialect::{Report, Target, embeddings};
use crate::openai::error::code;
use crate::openai::{ApiError, EmbeddingRequest};
use crate::operation::Request;
use crate::wire::edit::{self, Edits, range};
use crate::wire::prune::{Entries, write_key};
use serde::Deserialize;
use serde_json::value::RawValue;

/// The requests to be sent to `target` instead of `request`, in the order of its inputs; `None` where
/// it fits into one. There are no more of them than inputs ([`crate::openai::embeddings::MAX_INPUTS`]).
///
/// # Errors
/// 400 for an input that cannot be read.
pub fn split(request: &Request, target: &Target) -> Result<Option<Vec<Request>>, ApiError> {
    match request {
        Request::Embeddings(request) => {
            let pieces = split_inputs(request, target)?;
            Ok(pieces.map(|pieces| pieces.into_iter().map(Request::Embeddings).collect()))
        }
        Request::Chat(_) => Ok(None),
    }
}

fn split_inputs(
    request: &EmbeddingRequest,
    target: &Target,
) -> Result<Option<Vec<EmbeddingRequest>>, ApiError> {
    let limit = embeddings::of(target.provider).and_then(|one| one.most_inputs(target));
    let Some(most) = limit.filter(|most| *most > 0) else { return Ok(None) };
    // There is a comma after each input but the last: where there are few, none need be read here.
    if memchr::memchr_iter(b',', request.input().as_bytes()).count() < most {
        return Ok(None);
    }
    let inputs = request.inputs()?;
    if inputs.len() <= most {
        return Ok(None);
    }
    let pieces = inputs.chunks(most).map(|inputs| request.with_inputs(inputs));
    pieces.collect::<Result<_, _>>().map(Some)
}

/// The answers to the pieces, as they come, and in the end the answer to all of them.
#[derive(Debug)]
pub struct Joiner {
    /// What came for each piece: OpenAI's list, and what is known of it.
    answers: Vec<Option<(String, Report)>>,
    /// Most bytes of all of them.
    limit: usize,
    held: usize,
}

impl Joiner {
    /// For so many pieces; `limit` is the longest whole answer that is taken, bytes.
    #[must_use]
    pub fn new(pieces: usize, limit: usize) -> Self {
        let answers = std::iter::repeat_with(|| None).take(pieces).collect();
        Self { answers, limit, held: 0 }
    }

    /// Takes a piece's answer, translated into OpenAI's list. The first one for a piece counts.
    ///
    /// # Errors
    /// 502 where all answers together are too long, or this one is no text.
    pub fn put(&mut self, piece: usize, list: Vec<u8>, report: Report) -> Result<(), ApiError> {
        let Some(slot) = self.answers.get_mut(piece).filter(|slot| slot.is_none()) else {
            return Ok(());
        };
        self.held = self.held.saturating_add(list.len());
        if self.held > self.limit {
            let message = format!("The provider's answer is longer than {} bytes.", self.limit);
            return Err(bad_gateway(message));
        }
        *slot = Some((String::from_utf8(list).map_err(|_| no_list())?, report));
        Ok(())
    }

    /// Whether every piece has its answer.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.answers.iter().all(Option::is_some)
    }

    /// One list: the first piece's, with everybody's vectors, numbered anew, and everybody's usage.
    ///
    /// # Errors
    /// 502 where a piece is missing, or is no list.
    pub fn finish(self) -> Result<(Vec<u8>, Report), ApiError> {
        let answers: Option<Vec<(String, Report)>> = self.answers.into_iter().collect();
        let answers = answers.ok_or_else(no_list)?;
        let (first, report) = answers.first().ok_or_else(no_list)?;
        let mut report = report.clone();
        let (mut data, mut offset) = (String::with_capacity(self.held), 0);
        for (number, (text, other)) in answers.iter().enumerate() {
            offset = number_anew(&mut data, text, offset)?;
            if number > 0 {
                add(&mut report, other);
            }
        }
        data.insert(0, '[');
        data.push(']');
        let list: List<'_> = serde_json::from_str(first).map_err(|_| no_list())?;
        let mut edits: Edits = vec![(range(first, list.data.get()), data)];
        if let (Some(old), Some(usage)) = (list.usage, report.usage) {
            let usage = serde_json::json!({
                "prompt_tokens": usage.prompt_tokens, "total_tokens": usage.total_tokens,
            });
            edits.push((range(first, old.get()), usage.to_string()));
        }
        let mut out = Vec::new();
        edit::copy(&mut out, first, edits);
        Ok((out, report))
    }
}

#[derive(Deserialize)]
struct List<'a> {
    #[serde(borrow)]
    data: &'a RawValue,
    #[serde(borrow)]
    usage: Option<&'a RawValue>,
}

/// Appends a list's items to `data`, with `offset` added to their indices; the offset of the next list.
fn number_anew(data: &mut String, text: &str, offset: u64) -> Result<u64, ApiError> {
    let list: List<'_> = serde_json::from_str(text).map_err(|_| no_list())?;
    let items: Vec<Entries<'_>> = serde_json::from_str(list.data.get()).map_err(|_| no_list())?;
    let mut next = offset;
    for Entries(members) in &items {
        data.push_str(if data.is_empty() { "{" } else { ",{" });
        for (position, (name, value)) in members.iter().enumerate() {
            if position > 0 {
                data.push(',');
            }
            write_key(data, name);
            match value.get().parse::<u64>() {
                Ok(index) if name == "index" => {
                    let index = index.saturating_add(offset);
                    next = next.max(index.saturating_add(1));
                    data.push_str(&index.to_string());
                }
                _ => data.push_str(value.get()),
            }
        }
        data.push('}');
    }
    Ok(next)
}

/// Adds what another piece used.
fn add(report: &mut Report, other: &Report) {
    if let Some(theirs) = other.usage {
        let mut usage = report.usage.unwrap_or_default();
        let sum = |count: &mut u64, more: u64| *count = count.saturating_add(more);
        sum(&mut usage.prompt_tokens, theirs.prompt_tokens);
        sum(&mut usage.total_tokens, theirs.total_tokens);
        let (own, theirs) = (&mut usage.prompt_tokens_details, theirs.prompt_tokens_details);
        sum(&mut own.image_tokens, theirs.image_tokens);
        sum(&mut own.cached_tokens, theirs.cached_tokens);
        report.usage = Some(usage);
    }
    report.cost = match (report.cost, other.cost) {
        (Some(own), Some(theirs)) => Some(own + theirs),
        // A part of the cost is not the cost.
        _ => None,
    };
    report.estimated |= other.estimated;
}

fn no_list() -> ApiError {
    bad_gateway("A part of the provider's answer is missing, or is no list of embeddings.")
}

fn bad_gateway(message: impl Into<String>) -> ApiError {
    ApiError::new(502, message).with_code(code::PROVIDER_ERROR)
}

#[cfg(test)]
mod tests;
