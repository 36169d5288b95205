//! A stream of replies as OpenAI chunks. Its end is the end of the connection, unless the request asks for
//! the reason.

use super::reply::{Reply, usage};
use crate::dialect::{ChunkWriter, Exchange, Output, StreamTranslator, failure};
use crate::openai::ApiError;
use crate::openai::completion::FinishReason;
use crate::wire::Event;
use crate::wire::text::Text;

/// One stream.
pub struct Stream {
    writer: ChunkWriter,
    /// Something was replied, if only nothing.
    replied: bool,
    /// The last reply says why it is the last.
    gives_reasons: bool,
    /// Tokens of the prompt, and those written so far.
    counts: Option<(u64, u64)>,
}

impl Stream {
    #[must_use]
    pub fn new(exchange: &Exchange) -> Self {
        Self {
            writer: ChunkWriter::new(exchange),
            replied: false,
            gives_reasons: false,
            counts: None,
        }
    }

    fn finish(&mut self, reason: FinishReason, out: &mut Output) {
        if let Some(counts) = self.counts {
            self.writer.usage(usage(counts), out);
        }
        self.writer.finish(reason, out);
    }
}

impl StreamTranslator for Stream {
    fn event(&mut self, event: Event<'_>, out: &mut Output) -> Result<(), ApiError> {
        if event.data.is_empty() || out.report.finished {
            return Ok(());
        }
        let reply: Reply<'_> =
            serde_json::from_slice(event.data).map_err(|_| failure::not_an_answer(event.data))?;
        if reply.error.is_some() {
            return Err(failure::hidden(event.data));
        }
        let Some(text) = reply.text() else { return Err(failure::not_an_answer(event.data)) };
        if !self.replied {
            self.replied = true;
            self.writer.identify(None, reply.model_name.as_ref().map(Text::as_str), out);
        }
        if !text.is_empty() {
            self.writer.text(text.into(), out);
        }
        if let Some((prompt, more)) = reply.counts() {
            let written = self.counts.map_or(0, |(_, written)| written);
            self.counts = Some((prompt, written.saturating_add(more)));
        }
        self.gives_reasons |= reply.gives_reasons();
        if let Some(reason) = reply.finish_reason() {
            self.finish(reason, out);
        }
        Ok(())
    }

    fn last(&mut self, out: &mut Output) -> Result<(), ApiError> {
        if self.replied && !self.gives_reasons && !out.report.finished {
            self.finish(FinishReason::Stop, out);
        }
        Ok(())
    }

    fn end(&mut self, out: &mut Output) {
        self.writer.close(out);
    }
}
