//! Ollama's stream as OpenAI chunks: one JSON document a line, each with a piece of the message; the
//! last says `done` and counts the tokens. Calls come whole.

use super::error::{self, malformed};
use super::reply::{self, Reply};
use crate::dialect::{ChunkWriter, Exchange, Output, StreamTranslator};
use crate::openai::{ApiError, Delta};
use crate::wire::Event;
use crate::wire::text::{Text, filled};

/// One stream.
pub struct Stream {
    writer: ChunkWriter,
    exchange: Exchange,
    /// The model's name is taken.
    named: bool,
    /// Calls so far, which number the next.
    calls: u32,
}

impl Stream {
    #[must_use]
    pub fn new(exchange: &Exchange) -> Self {
        Self {
            writer: ChunkWriter::new(exchange),
            exchange: exchange.clone(),
            named: false,
            calls: 0,
        }
    }
}

impl StreamTranslator for Stream {
    fn event(&mut self, event: Event<'_>, out: &mut Output) -> Result<(), ApiError> {
        let mut reply: Reply<'_> =
            serde_json::from_slice(event.data).map_err(|error| malformed(&error.to_string()))?;
        if reply.error.is_some() {
            return Err(error::read(200, event.data));
        }
        let message = reply.message.take();
        // An event of another kind, which is yet to come, says neither.
        if !self.named && (reply.model.is_some() || message.is_some()) {
            self.named = true;
            self.writer.identify(None, reply.model.as_ref().map(Text::as_str), out);
        }
        let message = message.unwrap_or_default();
        if let Some(thinking) = filled(message.thinking) {
            let reasoning_content = Some(thinking.0);
            self.writer.delta(Delta { reasoning_content, ..Delta::default() }, out);
        }
        match (filled(message.content), reply.logprobs()) {
            (None, None) => {}
            (content, logprobs) => {
                let content = Some(content.unwrap_or_default().0);
                self.writer.delta_of(0, Delta { content, ..Delta::default() }, logprobs, out);
            }
        }
        for call in message.tool_calls.into_iter().flatten() {
            let mut call = call.whole(self.calls, &self.exchange);
            call.index = Some(self.calls);
            self.calls = self.calls.saturating_add(1);
            self.writer.call(call, out);
        }
        if reply.done == Some(true) && !out.report.finished {
            if let Some(usage) = reply.usage() {
                self.writer.usage(usage, out);
            }
            let reason = reply.done_reason.as_ref().map_or("", Text::as_str);
            self.writer.finish(reply::finish_reason(reason, self.calls > 0), out);
            self.writer.close(out);
        }
        Ok(())
    }

    fn end(&mut self, out: &mut Output) {
        self.writer.close(out);
    }
}
