//! A stream as OpenAI chunks: each document is a [`Choice`] that holds what is new. The last of a
//! choice has its finish reason; tokens are counted with it or after it.

use super::reply::{self, Call, Choice, Logprobs};
use crate::dialect::calls::made_id;
use crate::dialect::oci::error::malformed;
use crate::dialect::oci::event::Documents;
use crate::dialect::{ChunkWriter, Exchange, Output};
use crate::openai::completion::ToolCall;
use crate::openai::{ApiError, Delta};
use crate::wire::text::{Text, filled};

/// Most choices of an answer: as many as the writer can tell apart.
const MAX_CHOICES: usize = 64;

/// A choice on its way.
#[derive(Default)]
struct State {
    finished: bool,
    /// Calls so far.
    calls: u32,
    /// The latest call's id, as Oracle wrote it.
    id: String,
    /// Some of the latest call's arguments are out.
    written: bool,
}

/// One stream.
pub struct Stream {
    writer: ChunkWriter,
    exchange: Exchange,
    choices: Vec<State>,
    /// How many were asked for.
    wanted: usize,
    /// Calls of all choices, for the ids of those that have none.
    calls: u32,
}

impl Stream {
    #[must_use]
    pub fn new(exchange: &Exchange) -> Self {
        Self {
            writer: ChunkWriter::new(exchange),
            exchange: exchange.clone(),
            choices: Vec::new(),
            wanted: usize::try_from(exchange.choices.max(1)).unwrap_or(usize::MAX),
            calls: 0,
        }
    }
}

impl Documents for Stream {
    fn document(&mut self, json: &str, out: &mut Output) -> Result<(), ApiError> {
        let mut said: Choice<'_> =
            serde_json::from_str(json).map_err(|error| malformed(&error.to_string()))?;
        if let Some(tier) = filled(said.service_tier.take()) {
            self.writer.service_tier(&tier.as_str().to_ascii_lowercase(), out);
        }
        if let Some(usage) = said.usage.take() {
            self.writer.usage(usage.into(), out);
        }
        let index = said.index.unwrap_or(0);
        let place = usize::try_from(index).unwrap_or(usize::MAX);
        if place >= MAX_CHOICES {
            return Err(malformed("it has more choices than anybody asks for"));
        }
        if self.choices.len() <= place {
            self.choices.resize_with(place.saturating_add(1), State::default);
        }
        let mut state = self.choices.get_mut(place).map(std::mem::take).unwrap_or_default();
        self.choice(index, &mut state, said, out);
        if let Some(known) = self.choices.get_mut(place) {
            *known = state;
        }
        // The connection may stay open, so the end is where everything has been said.
        let finished = self.choices.iter().filter(|choice| choice.finished).count();
        if finished >= self.wanted && out.report.usage.is_some() {
            self.writer.close(out);
        }
        Ok(())
    }

    fn end(&mut self, out: &mut Output) {
        self.writer.close(out);
    }
}

impl Stream {
    fn choice(&mut self, index: u32, state: &mut State, said: Choice<'_>, out: &mut Output) {
        let provider_specific_fields = said.specific();
        let logprobs = said.logprobs.as_ref().and_then(Logprobs::to_openai);
        let message = said.message.unwrap_or_default();
        let (text, annotations) = (message.text(), message.annotations());
        let delta = Delta {
            content: (!text.is_empty()).then_some(text.into()),
            reasoning_content: filled(message.reasoning_content).map(|text| text.0),
            refusal: filled(message.refusal).map(|text| text.0),
            annotations,
            provider_specific_fields,
            ..Delta::default()
        };
        if delta.is_content() || logprobs.is_some() {
            self.writer.delta_of(index, delta, logprobs, out);
        }
        for call in message.tool_calls.into_iter().flatten() {
            self.call(index, state, call, out);
        }
        let reason = filled(said.finish_reason).filter(|_| !state.finished);
        if let Some(reason) = reason {
            self.close_call(index, state, out);
            state.finished = true;
            let reason = reply::finish_reason(reason.as_str(), state.calls > 0);
            self.writer.finish_of(index, reason, out);
        }
    }

    /// A piece of a call belongs to the latest one, unless it says another id or, without one, a name.
    fn call(&mut self, index: u32, state: &mut State, call: Call<'_>, out: &mut Output) {
        let (id, name) = (filled(call.id), filled(call.name));
        let arguments = call.arguments.map(Text::into_string).unwrap_or_default();
        let is_another = match &id {
            Some(id) => id.as_str() != state.id,
            None => name.is_some(),
        };
        if state.calls > 0 && !is_another {
            if !arguments.is_empty() {
                state.written = true;
                let piece = ToolCall::piece(state.calls.saturating_sub(1), arguments);
                self.write(index, piece, out);
            }
            return;
        }
        self.close_call(index, state, out);
        let number = self.calls;
        self.calls = number.saturating_add(1);
        state.id = id.map(Text::into_string).unwrap_or_default();
        let shown = match state.id.as_str() {
            "" => made_id(&self.exchange, number),
            id => id.to_owned(),
        };
        let name = name.as_ref().map_or("", Text::as_str);
        let name = self.exchange.tool_name(name).to_owned();
        let mut start = ToolCall::start(state.calls, shown, name);
        state.calls = state.calls.saturating_add(1);
        state.written = !arguments.is_empty();
        start.function.arguments = arguments;
        self.write(index, start, out);
    }

    /// No arguments are written as an object without members.
    fn close_call(&mut self, index: u32, state: &mut State, out: &mut Output) {
        if state.calls > 0 && !state.written {
            state.written = true;
            let piece = ToolCall::piece(state.calls.saturating_sub(1), "{}".to_owned());
            self.write(index, piece, out);
        }
    }

    fn write(&mut self, index: u32, call: ToolCall, out: &mut Output) {
        let delta = Delta { tool_calls: Some(vec![call]), ..Delta::default() };
        self.writer.delta_of(index, delta, None, out);
    }
}
