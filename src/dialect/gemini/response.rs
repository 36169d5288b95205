//! A whole answer as an OpenAI completion.

use super::error::{self, malformed};
use super::finish::Finish;
use super::grounding::Offsets;
use super::logprobs;
use super::reply::{Candidate, Reply};
use super::said::{self, Piece, Place, Said};
use super::usage::Searches;
use crate::dialect::whole::Whole;
use crate::dialect::{Exchange, Output, failure};
use crate::openai::ApiError;
use crate::openai::completion::{
    AssistantMessage, Audio, Choice, FinishReason, ThinkingBlock, ToolCall,
};
use crate::wire::text::{Text, filled};
use serde_json::{Map, Value};

/// Writes the completion.
///
/// # Errors
/// See [`crate::dialect::Dialect::whole`].
pub fn write(exchange: &Exchange, body: &[u8], out: &mut Output) -> Result<(), ApiError> {
    let reply: Reply<'_> = match serde_json::from_slice(body) {
        Ok(reply) => reply,
        // Google's failures also come as a list.
        Err(_) if is_failure(body) => return Err(error::read(200, body)),
        Err(_) => return Err(failure::not_an_answer(body)),
    };
    if reply.error.is_some() {
        return Err(error::read(200, body));
    }
    let mut searches = Searches::default();
    let mut choices = Vec::new();
    for (place, candidate) in reply.candidates.iter().flatten().enumerate() {
        let index = candidate.index.or_else(|| u32::try_from(place).ok()).unwrap_or(0);
        let (choice, found) = choice(candidate, index, exchange);
        searches.queries = searches.queries.saturating_add(found.queries);
        searches.billed |= found.billed;
        choices.push(choice);
    }
    if choices.is_empty() {
        let finish = reply.prompt_feedback.as_ref().and_then(Finish::blocked);
        let Some(finish) = finish else {
            return Err(match reply.usage_metadata {
                Some(_) => malformed("it holds no candidate"),
                None => failure::not_an_answer(body),
            });
        };
        choices.push(Answer::default().into_choice(0, Some(finish)));
    }

    let usage = reply.usage_metadata.as_ref().map(|reported| reported.usage(searches));
    let service_tier = reply.usage_metadata.as_ref().and_then(|it| it.service_tier());
    let whole = Whole {
        id: filled(reply.response_id).map(Text::into_string),
        model: filled(reply.model_version).map(Text::into_string),
        choices,
        usage,
        service_tier: service_tier.map(str::to_owned),
        ..Whole::default()
    };
    whole.write(exchange, out).map_err(|error| malformed(&error.to_string()))
}

fn is_failure(body: &[u8]) -> bool {
    let first = serde_json::from_slice::<Value>(body).ok();
    first.is_some_and(|list| list.get(0).is_some_and(|first| first.get("error").is_some()))
}

fn choice(candidate: &Candidate<'_>, index: u32, exchange: &Exchange) -> (Choice, Searches) {
    let mut answer = Answer::default();
    let parts = candidate.content.as_ref().and_then(|content| content.parts.as_ref());
    let mut starts = Vec::new();
    for raw in parts.into_iter().flatten() {
        starts.push(answer.offsets.len());
        let place = Place {
            candidate: index,
            calls: u32::try_from(answer.calls.len()).unwrap_or(u32::MAX),
            images: u32::try_from(answer.images.len()).unwrap_or(u32::MAX),
        };
        answer.take(said::read(raw, exchange, place), exchange);
    }
    let remarks = said::remarks(candidate, &starts, &answer.offsets);
    answer.annotations = remarks.annotations;
    answer.specific.extend(remarks.specific);
    let calls = u32::try_from(answer.calls.len()).unwrap_or(u32::MAX);
    let finish = Finish::of(candidate, calls);
    let mut choice = answer.into_choice(index, finish);
    choice.logprobs = candidate.logprobs_result.and_then(logprobs::translated);
    (choice, remarks.searches)
}

/// The message as its parts come in.
#[derive(Default)]
struct Answer {
    text: String,
    offsets: Offsets,
    reasoning: String,
    thinking: Vec<ThinkingBlock>,
    calls: Vec<ToolCall>,
    images: Vec<Value>,
    audio: Option<Audio>,
    annotations: Vec<Value>,
    specific: Map<String, Value>,
}

impl Answer {
    fn take(&mut self, piece: Piece<'_>, exchange: &Exchange) {
        if let Some(signature) = piece.signature {
            said::push(&mut self.specific, "thought_signatures", signature.into());
        }
        match piece.said {
            None => {}
            Some(Said::Text(text)) => {
                self.offsets.push(&text);
                self.text.push_str(&text);
            }
            Some(Said::Thought { text, signature }) => {
                self.reasoning.push_str(&text);
                self.thinking.push(said::thinking_block(text, signature));
            }
            Some(Said::Call(call)) => self.calls.push(call),
            Some(Said::Image(image)) => self.images.push(image),
            Some(Said::Audio { media_type, data }) => match &mut self.audio {
                // Base64 can be continued where it was not padded.
                Some(audio) if !audio.data.ends_with('=') => audio.data.push_str(&data),
                Some(_) => said::push(&mut self.specific, "audio", data.into()),
                None => {
                    self.specific.insert("audio_mime_type".into(), media_type.into());
                    self.audio = Some(said::audio(data, exchange));
                }
            },
            Some(Said::Specific(field, value)) => said::push(&mut self.specific, field, value),
        }
    }

    fn into_choice(mut self, index: u32, finish: Option<Finish>) -> Choice {
        // An answer that is whole and says no reason is one that stopped.
        let called = !self.calls.is_empty();
        let usual = if called { FinishReason::ToolCalls } else { FinishReason::Stop };
        let (finish_reason, refusal) = match finish {
            Some(finish) => {
                self.specific.extend(finish.specific);
                (finish.reason, finish.refusal)
            }
            None => (usual, None),
        };
        let says_otherwise =
            called || !self.images.is_empty() || self.audio.is_some() || refusal.is_some();
        let some = |list: Vec<Value>| (!list.is_empty()).then_some(list);
        let message = AssistantMessage {
            content: (!self.text.is_empty() || !says_otherwise).then_some(self.text),
            refusal,
            reasoning_content: (!self.reasoning.is_empty()).then_some(self.reasoning),
            thinking_blocks: (!self.thinking.is_empty()).then_some(self.thinking),
            tool_calls: called.then_some(self.calls),
            images: some(self.images),
            audio: self.audio,
            annotations: some(self.annotations),
            provider_specific_fields: (!self.specific.is_empty()).then_some(self.specific),
            ..AssistantMessage::default()
        };
        Choice { index, message, finish_reason, logprobs: None }
    }
}
