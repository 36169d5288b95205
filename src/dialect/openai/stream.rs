//! Streams: each event passes through as it came, read once for the report.

use super::read::{Answer, Said};
use super::{reshape, whole};
use crate::dialect::{Exchange, Output, StreamTranslator, failure};
use crate::openai::chunk::{ChunkChoice, ChunkHead};
use crate::openai::completion::FinishReason;
use crate::openai::{ApiError, Chunk, Delta};
use crate::wire::{Event, sse};

/// The data of the event that ends a stream.
const DONE: &[u8] = b"[DONE]";

/// State of one streamed completion.
#[derive(Debug)]
pub struct Stream {
    exchange: Exchange,
    /// The choices that have begun, one bit each.
    begun: u64,
    /// The choices that have given a finish reason.
    ended: u64,
    done: bool,
    /// The choices that have called a tool.
    called: u64,
}

impl Stream {
    #[must_use]
    pub fn new(exchange: &Exchange) -> Self {
        Self { exchange: exchange.clone(), begun: 0, ended: 0, done: false, called: 0 }
    }

    /// Every choice that has begun has ended; or the provider, which may never give a finish reason
    /// (Snowflake), closed the stream itself after some content.
    fn finished(&self, content: bool) -> bool {
        let all_ended = self.ended != 0 && self.begun == self.ended;
        all_ended || (self.done && (content || self.ended != 0))
    }

    fn chunk(&mut self, text: &str, out: &mut Output) -> Result<(), ApiError> {
        let Ok(answer) = serde_json::from_str::<Answer<'_>>(text) else {
            return Err(failure::not_an_answer(text.as_bytes()));
        };
        whole::note(&answer, &mut out.report);
        if let Some(failed) = answer.failure() {
            return Err(whole::read_failure(failed, text));
        }
        let (mut content, mut ended) = (false, self.ended);
        for choice in answer.choices() {
            self.begun |= choice.bit();
            if choice.finish_reason().is_some() {
                ended |= choice.bit();
            }
            content |= choice.said().any(Said::is_content);
            if choice.said().any(Said::calls_tools) {
                self.called |= choice.bit();
            }
        }
        self.ended = ended;
        let report = &mut out.report;
        report.content |= content;
        report.deltas += u64::from(content);
        report.finished = self.finished(report.content);
        // The usage chunk that only we asked for; and keep-alives that are no chunks at all.
        let usage_only = answer.choices().is_empty() && answer.usage.is_some();
        if answer.choices.is_none() && !usage_only || usage_only && !self.exchange.include_usage {
            return Ok(());
        }
        out.bytes.reserve(text.len().saturating_add(sse::FRAME_BYTES));
        out.bytes.extend_from_slice(b"data: ");
        reshape::copy(&mut out.bytes, text, &answer, &self.exchange, false);
        out.bytes.extend_from_slice(b"\n\n");
        Ok(())
    }
}

impl Stream {
    /// A provider that closed its stream without a finish reason (Snowflake) is finished all the
    /// same, and its clients wait for the word.
    fn say_the_finish(&self, out: &mut Output) {
        let reason = if self.called == 0 { FinishReason::Stop } else { FinishReason::ToolCalls };
        let choices: Vec<ChunkChoice<'_>> = (0..u64::BITS)
            .filter(|index| self.begun & (1 << index) != 0)
            .map(|index| ChunkChoice {
                index,
                delta: Delta::default(),
                finish_reason: Some(reason),
                logprobs: None,
            })
            .collect();
        let report = &mut out.report;
        report.finish_reason = Some(reason);
        let head = ChunkHead::new(
            report.id.as_deref().unwrap_or(&self.exchange.id),
            self.exchange.created,
            report.model.as_deref().unwrap_or(&self.exchange.model),
        );
        let chunk = Chunk { choices: &choices, service_tier: None, usage: None };
        head.write(&mut out.bytes, &chunk);
    }
}

impl StreamTranslator for Stream {
    fn event(&mut self, event: Event<'_>, out: &mut Output) -> Result<(), ApiError> {
        let data = event.data.trim_ascii();
        if self.done || data.is_empty() || data == b"null" {
            return Ok(());
        }
        if data == DONE {
            self.done = true;
            out.report.finished = self.finished(out.report.content);
            return Ok(());
        }
        if event.name == "error" {
            return Err(failure::hidden(data));
        }
        let Ok(text) = std::str::from_utf8(data) else {
            return Err(failure::not_an_answer(data));
        };
        if memchr::memchr(b'\n', data).is_some() {
            // Several data lines. JSON has line ends only between its tokens, where a space does.
            return self.chunk(&text.replace('\n', " "), out);
        }
        self.chunk(text, out)
    }

    fn end(&mut self, out: &mut Output) {
        out.report.finished = self.finished(out.report.content);
        if out.report.finished {
            if self.ended == 0 {
                self.say_the_finish(out);
            }
            sse::write_data(&mut out.bytes, DONE);
        }
    }
}
