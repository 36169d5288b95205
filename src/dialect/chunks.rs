//! The writer of OpenAI chunks that every dialect of another format streams through.
//!
//! It keeps the chunks in OpenAI's order (role first, deltas, finish, usage, `[DONE]`) and the
//! [`Report`](super::Report) in step with what was written.

use super::{Exchange, Output};
use crate::openai::chunk::{ChunkChoice, ChunkHead};
use crate::openai::completion::{AssistantRole, FinishReason, ToolCall};
use crate::openai::{Chunk, Delta, Usage};
use crate::wire::object::RawJson;
use crate::wire::sse;
use serde_json::{Map, Value};
use std::borrow::Cow;

/// One stream's writer. Memory does not grow with the stream.
#[derive(Debug)]
pub struct ChunkWriter {
    id: String,
    created: u64,
    model: String,
    /// From the first chunk on.
    head: Option<ChunkHead>,
    service_tier: Option<String>,
    include_usage: bool,
    /// The choices whose role delta is out, one bit each.
    opened: u64,
    /// `[DONE]` is out.
    closed: bool,
}

impl ChunkWriter {
    #[must_use]
    pub fn new(exchange: &Exchange) -> Self {
        Self {
            id: exchange.id.clone(),
            created: exchange.created,
            model: exchange.model.clone(),
            head: None,
            service_tier: None,
            include_usage: exchange.include_usage,
            opened: 0,
            closed: false,
        }
    }

    /// Takes the provider's own id and model, where it gives them, before the first delta.
    pub fn identify(&mut self, id: Option<&str>, model: Option<&str>, out: &mut Output) {
        if let Some(id) = id.filter(|id| !id.is_empty()) {
            id.clone_into(&mut self.id);
        }
        if let Some(model) = model.filter(|model| !model.is_empty()) {
            model.clone_into(&mut self.model);
        }
        self.head = None;
        out.report.id = Some(self.id.clone());
        out.report.model = Some(self.model.clone());
    }

    /// Takes the tier that serves the request.
    pub fn service_tier(&mut self, tier: &str, out: &mut Output) {
        if self.service_tier.as_deref() != Some(tier) {
            self.service_tier = Some(tier.to_owned());
            out.report.service_tier = Some(tier.to_owned());
        }
    }

    /// Takes the usage so far; the last one given is the stream's.
    pub fn usage(&mut self, usage: Usage, out: &mut Output) {
        out.report.usage = Some(usage);
    }

    /// Writes what is new, after the role delta if this is the first.
    pub fn delta(&mut self, delta: Delta<'_>, out: &mut Output) {
        self.delta_of(0, delta, None, out);
    }

    /// The same for one of several choices, with the log probabilities of what is new.
    pub fn delta_of(
        &mut self,
        choice: u32,
        delta: Delta<'_>,
        logprobs: Option<RawJson>,
        out: &mut Output,
    ) {
        self.open(choice, out);
        if delta.is_content() {
            out.report.content = true;
            out.report.deltas = out.report.deltas.saturating_add(1);
        }
        self.choice(choice, delta, None, logprobs, out);
    }

    /// A delta of text.
    pub fn text(&mut self, text: Cow<'_, str>, out: &mut Output) {
        self.delta(Delta { content: Some(text), ..Delta::default() }, out);
    }

    /// A delta of a call: its start, its next piece, or the whole.
    pub fn call(&mut self, call: ToolCall, out: &mut Output) {
        self.delta(Delta { tool_calls: Some(vec![call]), ..Delta::default() }, out);
    }

    /// A delta of what the common format has no word for, if there is any.
    pub fn specific(&mut self, specific: Map<String, Value>, out: &mut Output) {
        if !specific.is_empty() {
            let provider_specific_fields = Some(specific);
            self.delta(Delta { provider_specific_fields, ..Delta::default() }, out);
        }
    }

    /// Writes the chunk with the finish reason.
    pub fn finish(&mut self, reason: FinishReason, out: &mut Output) {
        self.finish_of(0, reason, out);
    }

    /// The same for one of several choices.
    pub fn finish_of(&mut self, choice: u32, reason: FinishReason, out: &mut Output) {
        self.open(choice, out);
        out.report.finished = true;
        out.report.finish_reason = Some(reason);
        self.choice(choice, Delta::default(), Some(reason), None, out);
    }

    /// Writes the usage chunk, where the client wants one, and `[DONE]`; only once, and only after
    /// the provider finished.
    pub fn close(&mut self, out: &mut Output) {
        if self.closed || !out.report.finished {
            return;
        }
        self.closed = true;
        if self.include_usage {
            self.chunk(&[], out.report.usage, out);
        }
        sse::write_data(&mut out.bytes, b"[DONE]");
    }

    fn open(&mut self, choice: u32, out: &mut Output) {
        let bit = 1u64.checked_shl(choice).unwrap_or(0);
        if self.opened & bit == bit {
            return;
        }
        self.opened |= bit;
        if out.report.id.is_none() {
            self.identify(None, None, out);
        }
        let role = Delta {
            role: Some(AssistantRole::Assistant),
            content: Some("".into()),
            ..Delta::default()
        };
        self.choice(choice, role, None, None, out);
    }

    fn choice(
        &mut self,
        index: u32,
        delta: Delta<'_>,
        finish_reason: Option<FinishReason>,
        logprobs: Option<RawJson>,
        out: &mut Output,
    ) {
        // Clients stop reading at `[DONE]`; what a confused provider says later is not part of it.
        if self.closed {
            return;
        }
        self.chunk(&[ChunkChoice { index, delta, finish_reason, logprobs }], None, out);
    }

    fn chunk(&mut self, choices: &[ChunkChoice<'_>], usage: Option<Usage>, out: &mut Output) {
        let head =
            self.head.get_or_insert_with(|| ChunkHead::new(&self.id, self.created, &self.model));
        let chunk = Chunk { choices, service_tier: self.service_tier.as_deref(), usage };
        head.write(&mut out.bytes, &chunk);
    }
}

#[cfg(test)]
mod tests;
