//! Gemini's stream as OpenAI chunks.
//!
//! Every event is an answer of its own that holds what is new. There is no last event: the stream just
//! ends. Older models say `STOP` in every event, so that the finish reason counts only then.

use super::error::{self, malformed};
use super::finish::Finish;
use super::grounding::Offsets;
use super::logprobs;
use super::reply::{Candidate, Reply};
use super::said::{self, Place, Said};
use super::usage::Searches;
use crate::dialect::{ChunkWriter, Exchange, Output, StreamTranslator};
use crate::openai::{ApiError, Delta};
use crate::wire;
use crate::wire::text::Text;
use serde_json::Map;
use std::borrow::Cow;

/// Most candidates of one answer; Google gives eight at most.
const MAX_CANDIDATES: usize = 32;

/// One candidate so far.
#[derive(Default)]
struct State {
    index: u32,
    calls: u32,
    images: u32,
    offsets: Offsets,
    spoke: bool,
    finish: Option<Finish>,
}

/// One stream.
pub struct Stream {
    writer: ChunkWriter,
    exchange: Exchange,
    identified: bool,
    candidates: Vec<State>,
    searches: Searches,
}

impl Stream {
    #[must_use]
    pub fn new(exchange: &Exchange) -> Self {
        Self {
            writer: ChunkWriter::new(exchange),
            exchange: exchange.clone(),
            identified: false,
            candidates: Vec::new(),
            searches: Searches::default(),
        }
    }
}

impl StreamTranslator for Stream {
    fn event(&mut self, event: wire::Event<'_>, out: &mut Output) -> Result<(), ApiError> {
        if event.name == "error" {
            return Err(error::read(200, event.data));
        }
        let Ok(text) = std::str::from_utf8(event.data) else {
            return Err(malformed("it is not UTF-8"));
        };
        let reply: Reply<'_> = match serde_json::from_str(text) {
            Ok(reply) => reply,
            // Some servers that only speak the format end their streams as OpenAI does.
            Err(_) if event.data == b"[DONE]" => return Ok(()),
            Err(_) if text.trim_start().starts_with("[{") && text.contains("\"error\"") => {
                return Err(error::read(200, event.data));
            }
            Err(error) => return Err(malformed(&error.to_string())),
        };
        if reply.error.is_some() {
            return Err(error::read(200, event.data));
        }
        // An event of another kind, which is yet to come, says neither.
        let says = reply.response_id.is_some() || reply.model_version.is_some();
        if !self.identified && (says || reply.candidates.is_some()) {
            self.identified = true;
            let text = |text: &Option<Text<'_>>| text.as_ref().map(|it| it.as_str().to_owned());
            let (id, model) = (text(&reply.response_id), text(&reply.model_version));
            self.writer.identify(id.as_deref(), model.as_deref(), out);
        }
        for (place, candidate) in reply.candidates.into_iter().flatten().enumerate() {
            let index = candidate.index.or_else(|| u32::try_from(place).ok()).unwrap_or(0);
            self.candidate(index, &candidate, out)?;
        }
        if let Some(feedback) = &reply.prompt_feedback
            && let Some(finish) = Finish::blocked(feedback)
        {
            self.state(0)?.finish = Some(finish);
        }
        if let Some(reported) = &reply.usage_metadata {
            if let Some(tier) = reported.service_tier() {
                self.writer.service_tier(tier, out);
            }
            if reported.counts() {
                self.writer.usage(reported.usage(self.searches), out);
            }
        }
        let mut candidates = self.candidates.iter();
        out.report.finished =
            !self.candidates.is_empty() && candidates.all(|state| state.finish.is_some());
        Ok(())
    }

    fn end(&mut self, out: &mut Output) {
        if !out.report.finished {
            return;
        }
        for state in std::mem::take(&mut self.candidates) {
            let Some(finish) = state.finish else { continue };
            let delta = Delta {
                refusal: finish.refusal.map(Cow::Owned),
                provider_specific_fields: Some(finish.specific).filter(|it| !it.is_empty()),
                ..Delta::default()
            };
            if delta.is_content() {
                self.writer.delta_of(state.index, delta, None, out);
            }
            self.writer.finish_of(state.index, finish.reason, out);
        }
        self.writer.close(out);
    }
}

impl Stream {
    fn state(&mut self, index: u32) -> Result<&mut State, ApiError> {
        let place = match self.candidates.iter().position(|state| state.index == index) {
            Some(place) => place,
            None if self.candidates.len() >= MAX_CANDIDATES => {
                return Err(malformed("it holds candidate after candidate"));
            }
            None => {
                self.candidates.push(State { index, ..State::default() });
                self.candidates.len().saturating_sub(1)
            }
        };
        self.candidates.get_mut(place).ok_or_else(|| malformed("it holds no candidate"))
    }

    fn candidate(
        &mut self,
        index: u32,
        candidate: &Candidate<'_>,
        out: &mut Output,
    ) -> Result<(), ApiError> {
        self.state(index)?;
        let (writer, exchange) = (&mut self.writer, &self.exchange);
        let Some(state) = self.candidates.iter_mut().find(|state| state.index == index) else {
            return Ok(());
        };
        let mut logprobs = candidate.logprobs_result.and_then(logprobs::translated);
        let parts = candidate.content.as_ref().and_then(|content| content.parts.as_ref());
        for raw in parts.into_iter().flatten() {
            let place = Place { candidate: index, calls: state.calls, images: state.images };
            let piece = said::read(raw, exchange, place);
            if let Some(signature) = piece.signature {
                let mut specific = Map::new();
                said::push(&mut specific, "thought_signatures", signature.into());
                let delta = Delta { provider_specific_fields: Some(specific), ..Delta::default() };
                writer.delta_of(index, delta, None, out);
            }
            if let Some(said) = piece.said {
                let delta = state.delta(said, exchange);
                let with_it = delta.content.is_some().then(|| logprobs.take()).flatten();
                writer.delta_of(index, delta, with_it, out);
            }
        }
        let remarks = said::remarks(candidate, &[0], &state.offsets);
        self.searches.queries = self.searches.queries.max(remarks.searches.queries);
        self.searches.billed |= remarks.searches.billed;
        let delta = Delta {
            annotations: Some(remarks.annotations).filter(|it| !it.is_empty()),
            provider_specific_fields: Some(remarks.specific).filter(|it| !it.is_empty()),
            ..Delta::default()
        };
        if delta.is_content() || logprobs.is_some() {
            writer.delta_of(index, delta, logprobs, out);
        }
        // A candidate that goes on after its end has not ended.
        state.finish = Finish::of(candidate, state.calls).or_else(|| state.finish.take());
        Ok(())
    }
}

impl State {
    fn delta<'a>(&mut self, said: Said<'a>, exchange: &Exchange) -> Delta<'a> {
        let mut delta = Delta::default();
        match said {
            Said::Text(text) => {
                self.offsets.push(&text);
                delta.content = Some(text);
            }
            Said::Thought { text, signature } => {
                delta.reasoning_content = (!text.is_empty()).then(|| Cow::Owned(text.clone()));
                delta.thinking_blocks = Some(vec![said::thinking_block(text, signature)]);
            }
            Said::Call(mut call) => {
                call.index = Some(self.calls);
                self.calls = self.calls.saturating_add(1);
                delta.tool_calls = Some(vec![call]);
            }
            Said::Image(image) => {
                self.images = self.images.saturating_add(1);
                delta.images = Some(vec![image]);
            }
            Said::Audio { media_type, data } => {
                delta.audio = Some(said::audio(data, exchange));
                if !std::mem::replace(&mut self.spoke, true) {
                    let mut specific = Map::new();
                    specific.insert("audio_mime_type".into(), media_type.into());
                    delta.provider_specific_fields = Some(specific);
                }
            }
            Said::Specific(field, value) => {
                let mut specific = Map::new();
                said::push(&mut specific, field, value);
                delta.provider_specific_fields = Some(specific);
            }
        }
        delta
    }
}
