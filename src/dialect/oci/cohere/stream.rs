//! A stream as OpenAI chunks: each document is a [`ChatResponse`] that holds what is new, but for the
//! last, which repeats everything.

use super::reply::ChatResponse;
use crate::dialect::calls::made_id;
use crate::dialect::cohere::{broken_off, finish_reason};
use crate::dialect::oci::error::malformed;
use crate::dialect::oci::event::Documents;
use crate::dialect::{ChunkWriter, Exchange, Output};
use crate::openai::completion::ToolCall;
use crate::openai::{ApiError, Delta};
use crate::wire::text::{Text, filled};

/// One stream.
pub struct Stream {
    writer: ChunkWriter,
    exchange: Exchange,
    /// Some text is out.
    written: bool,
    /// Some citations, or what else this format alone has, are out.
    noted: bool,
    /// Calls so far.
    calls: u32,
}

impl Stream {
    #[must_use]
    pub fn new(exchange: &Exchange) -> Self {
        Self {
            writer: ChunkWriter::new(exchange),
            exchange: exchange.clone(),
            written: false,
            noted: false,
            calls: 0,
        }
    }
}

impl Documents for Stream {
    fn document(&mut self, json: &str, out: &mut Output) -> Result<(), ApiError> {
        let mut said: ChatResponse<'_> =
            serde_json::from_str(json).map_err(|error| malformed(&error.to_string()))?;
        let finish = filled(said.finish_reason.take());
        if let Some(finish) = &finish {
            let why = said.error_message.as_ref().map(Text::as_str);
            if let Some(error) = broken_off(finish.as_str(), why) {
                return Err(error);
            }
        }
        let repeats = finish.is_some() && said.chat_history.is_some();
        let provider_specific_fields = said.specific().filter(|_| !(repeats && self.noted));
        self.noted |= provider_specific_fields.is_some();
        let text = filled(said.text.take()).filter(|_| !(repeats && self.written));
        self.written |= text.is_some();
        let content = text.map(|text| text.0);
        let delta = Delta { content, provider_specific_fields, ..Delta::default() };
        if delta.is_content() {
            self.writer.delta(delta, out);
        }
        let calls = said.tool_calls.take().filter(|_| !(repeats && self.calls > 0));
        for call in calls.into_iter().flatten() {
            let id = made_id(&self.exchange, self.calls);
            let name = self.exchange.tool_name(call.name.as_ref().map_or("", Text::as_str));
            let mut whole = ToolCall::start(self.calls, id, name.to_owned());
            whole.function.arguments = call.arguments();
            self.calls = self.calls.saturating_add(1);
            self.writer.call(whole, out);
        }
        if let Some(usage) = said.usage {
            self.writer.usage(usage.into(), out);
        }
        if let Some(finish) = finish.filter(|_| !out.report.finished) {
            self.writer.finish(finish_reason(finish.as_str(), self.calls > 0), out);
        }
        // The connection may stay open, so the end is where everything has been said.
        if out.report.usage.is_some() {
            self.writer.close(out);
        }
        Ok(())
    }

    fn end(&mut self, out: &mut Output) {
        self.writer.close(out);
    }
}
