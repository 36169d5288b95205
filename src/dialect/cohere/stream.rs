//! Cohere's stream as OpenAI chunks.
//!
//! ```text
//! message-start *tool-plan-delta *( tool-call-start *tool-call-delta tool-call-end )
//!   *( content-start *content-delta content-end ) *( citation-start citation-end ) message-end
//! ```
//!
//! Calls are told apart by their index; citations stand between the pieces of the text.

use super::error::{self, malformed};
use super::reply::{self, Call, Event, Logprob, Piece, Specific};
use super::usage::Reported;
use crate::dialect::{ChunkWriter, Exchange, Output, StreamTranslator};
use crate::openai::completion::ToolCall;
use crate::openai::{ApiError, Delta};
use crate::wire;
use crate::wire::object::value;
use crate::wire::text::{Text, filled};
use serde_json::Value;
use serde_json::value::RawValue;

/// Most calls that may be open at once. Cohere opens one after the other.
const MAX_OPEN: usize = 64;

/// A call whose end has not come.
struct Open {
    /// Cohere's number of it.
    index: u64,
    /// Its place among the calls.
    call: u32,
    /// Some of its arguments are out.
    written: bool,
}

/// One stream.
pub struct Stream {
    writer: ChunkWriter,
    open: Vec<Open>,
    /// Calls begun so far, which number the next.
    calls: u32,
}

impl Stream {
    #[must_use]
    pub fn new(exchange: &Exchange) -> Self {
        Self { writer: ChunkWriter::new(exchange), open: Vec::new(), calls: 0 }
    }
}

impl StreamTranslator for Stream {
    fn event(&mut self, event: wire::Event<'_>, out: &mut Output) -> Result<(), ApiError> {
        let Ok(text) = std::str::from_utf8(event.data) else {
            return Err(malformed("it is not UTF-8"));
        };
        if text == "[DONE]" {
            self.writer.close(out);
            return Ok(());
        }
        let data: Event<'_> =
            serde_json::from_str(text).map_err(|error| malformed(&error.to_string()))?;
        let kind = match (&data.kind, event.name) {
            (Some(kind), _) => kind.as_str(),
            // A failure has no type, and what has none is no event of Cohere's.
            (None, "" | "error") => return Err(error::read(200, event.data)),
            (None, name) => name,
        };
        let index = data.index.unwrap_or(0);
        let delta = data.delta.unwrap_or_default();
        let message = delta.message.unwrap_or_default();
        match kind {
            "message-start" => {
                self.writer.identify(data.id.as_ref().map(Text::as_str), None, out);
            }
            "content-start" | "content-delta" => {
                self.content(message.content, data.logprobs, out)?
            }
            "tool-plan-delta" => {
                if let Some(plan) = message.tool_plan.filter(|plan| !plan.is_empty()) {
                    self.specific("tool_plan", plan.into_string().into(), out);
                }
            }
            "tool-call-start" => self.call_start(index, message.tool_calls, out)?,
            "tool-call-delta" => self.call_delta(index, message.tool_calls, out)?,
            "tool-call-end" => self.call_end(index, out),
            "citation-start" => self.citations(message.citations, out),
            "message-end" => {
                let reason = delta.finish_reason.as_ref().map_or("", Text::as_str);
                let said = delta.error.as_ref().map(Text::as_str);
                if let Some(error) = error::broken_off(reason, said) {
                    return Err(error);
                }
                self.ending(reason, delta.usage.as_ref(), out);
            }
            "error" => return Err(error::read(200, event.data)),
            _ => {} // content-end, citation-end, debug, and what is yet to come
        }
        Ok(())
    }

    fn end(&mut self, out: &mut Output) {
        self.writer.close(out);
    }
}

/// A member that is an object here; the first event has an empty list in its place.
fn object<'a, T: Default + serde::Deserialize<'a>>(
    raw: Option<&'a RawValue>,
) -> Result<T, ApiError> {
    match raw {
        Some(raw) if raw.get().starts_with('{') => {
            serde_json::from_str(raw.get()).map_err(|error| malformed(&error.to_string()))
        }
        _ => Ok(T::default()),
    }
}

impl Stream {
    fn content(
        &mut self,
        content: Option<&RawValue>,
        logprobs: Option<Logprob<'_>>,
        out: &mut Output,
    ) -> Result<(), ApiError> {
        let piece: Piece<'_> = object(content)?;
        if let Some(raw) = content.filter(|raw| piece.is_new() && raw.get() != "{}") {
            self.specific("content_blocks", Value::Array(vec![value(raw)]), out);
        }
        let Piece { text, thinking } = piece;
        if let Some(thinking) = filled(thinking) {
            let reasoning_content = Some(thinking.0);
            self.writer.delta(Delta { reasoning_content, ..Delta::default() }, out);
        }
        let logprobs = logprobs.and_then(|piece| reply::logprobs(&[piece]));
        match (filled(text), logprobs) {
            (None, None) => {}
            (text, logprobs) => {
                let content = Some(text.unwrap_or_default().0);
                self.writer.delta_of(0, Delta { content, ..Delta::default() }, logprobs, out);
            }
        }
        Ok(())
    }

    fn specific(&mut self, name: &str, value: Value, out: &mut Output) {
        self.writer.specific(Specific::from_iter([(name.into(), value)]), out);
    }

    fn call_start(
        &mut self,
        index: u64,
        call: Option<&RawValue>,
        out: &mut Output,
    ) -> Result<(), ApiError> {
        if self.open.len() >= MAX_OPEN {
            return Err(malformed("it opens call after call and closes none"));
        }
        let Call { id, function } = object(call)?;
        let function = function.unwrap_or_default();
        let text = |text: Option<Text<'_>>| text.map(Text::into_string).unwrap_or_default();
        let call = self.calls;
        self.calls = call.saturating_add(1);
        let mut start = ToolCall::start(call, text(id), text(function.name));
        start.function.arguments = text(function.arguments);
        let written = !start.function.arguments.is_empty();
        self.open.push(Open { index, call, written });
        self.writer.call(start, out);
        Ok(())
    }

    fn call_delta(
        &mut self,
        index: u64,
        call: Option<&RawValue>,
        out: &mut Output,
    ) -> Result<(), ApiError> {
        let Call { function, .. } = object(call)?;
        let piece = function.and_then(|function| function.arguments);
        let Some(piece) = piece.filter(|piece| !piece.is_empty()) else { return Ok(()) };
        // The latest of that number: a server that gives all calls the same closes none.
        let Some(open) = self.open.iter_mut().rfind(|open| open.index == index) else {
            return Err(malformed("it goes on with a call that it has not begun"));
        };
        open.written = true;
        let piece = ToolCall::piece(open.call, piece.into_string());
        self.writer.call(piece, out);
        Ok(())
    }

    fn call_end(&mut self, index: u64, out: &mut Output) {
        let Some(place) = self.open.iter().rposition(|open| open.index == index) else { return };
        let open = self.open.remove(place);
        if !open.written {
            // No arguments are written as an object without members.
            self.writer.call(ToolCall::piece(open.call, "{}".into()), out);
        }
    }

    fn citations(&mut self, citations: Option<&RawValue>, out: &mut Output) {
        let list = match citations.map(value) {
            None | Some(Value::Null) => return,
            Some(Value::Array(list)) => list,
            Some(one) => vec![one],
        };
        if list.is_empty() {
            return;
        }
        let annotations: Vec<Value> = list.iter().flat_map(reply::annotations).collect();
        let annotations = (!annotations.is_empty()).then_some(annotations);
        let mut specific = Specific::new();
        specific.insert("citations".into(), list.into());
        let provider_specific_fields = Some(specific);
        let delta = Delta { annotations, provider_specific_fields, ..Delta::default() };
        self.writer.delta(delta, out);
    }

    fn ending(&mut self, reason: &str, usage: Option<&Reported<'_>>, out: &mut Output) {
        if out.report.finished {
            return;
        }
        while let Some(open) = self.open.last().map(|open| open.index) {
            self.call_end(open, out);
        }
        if let Some(billed) = reply::billed_units(usage) {
            self.specific("billed_units", billed, out);
        }
        if let Some(usage) = usage.and_then(Reported::usage) {
            self.writer.usage(usage, out);
        }
        self.writer.finish(reply::finish_reason(reason, self.calls > 0), out);
    }
}
