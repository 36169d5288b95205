//! The writer of OpenAI chunks that every dialect of another format streams through.
//!
//! It keeps the chunks in OpenAI's order (role first, deltas, finish, usage, `[DONE]`) and the
//! [`Report`](super::Report) in step with what was written.

use super::{Exchange, Output};
use crate::openai::chunk::ChunkChoice;
use crate::openai::completion::{AssistantRole, FinishReason};
use crate::openai::{Chunk, Delta, Usage};
use crate::wire::sse;

/// One stream's writer. Memory does not grow with the stream.
#[derive(Debug)]
pub struct ChunkWriter {
    id: String,
    created: u64,
    model: String,
    service_tier: Option<String>,
    include_usage: bool,
    /// The role delta is out.
    opened: bool,
    /// `[DONE]` is out.
    closed: bool,
    /// Reused for every chunk.
    buffer: Vec<u8>,
}

impl ChunkWriter {
    #[must_use]
    pub fn new(exchange: &Exchange) -> Self {
        Self {
            id: exchange.id.clone(),
            created: exchange.created,
            model: exchange.model.clone(),
            service_tier: None,
            include_usage: exchange.include_usage,
            opened: false,
            closed: false,
            buffer: Vec::new(),
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
    pub fn delta(&mut self, delta: Delta, out: &mut Output) {
        self.open(out);
        if delta.is_content() {
            out.report.content = true;
            out.report.deltas = out.report.deltas.saturating_add(1);
        }
        self.choice(delta, None, out);
    }

    /// Writes the chunk with the finish reason.
    pub fn finish(&mut self, reason: FinishReason, out: &mut Output) {
        self.open(out);
        out.report.finished = true;
        out.report.finish_reason = Some(reason);
        self.choice(Delta::default(), Some(reason), out);
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

    fn open(&mut self, out: &mut Output) {
        if std::mem::replace(&mut self.opened, true) {
            return;
        }
        if out.report.id.is_none() {
            self.identify(None, None, out);
        }
        let role = Delta {
            role: Some(AssistantRole::Assistant),
            content: Some(String::new()),
            ..Delta::default()
        };
        self.choice(role, None, out);
    }

    fn choice(&mut self, delta: Delta, finish_reason: Option<FinishReason>, out: &mut Output) {
        // Clients stop reading at `[DONE]`; what a confused provider says later is not part of it.
        if self.closed {
            return;
        }
        self.chunk(&[ChunkChoice { index: 0, delta, finish_reason, logprobs: None }], None, out);
    }

    fn chunk(&mut self, choices: &[ChunkChoice], usage: Option<Usage>, out: &mut Output) {
        let mut buffer = std::mem::take(&mut self.buffer);
        buffer.clear();
        let chunk = Chunk {
            id: &self.id,
            object: Chunk::OBJECT,
            created: self.created,
            model: &self.model,
            choices,
            service_tier: self.service_tier.as_deref(),
            usage,
        };
        // Writing these types to memory cannot fail: no map of theirs has keys other than strings.
        if serde_json::to_writer(&mut buffer, &chunk).is_ok() {
            sse::write_data(&mut out.bytes, &buffer);
        }
        self.buffer = buffer;
    }
}

#[cfg(test)]
mod tests;
