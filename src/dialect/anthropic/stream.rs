//! Anthropic's stream as OpenAI chunks.
//!
//! ```text
//! message_start *( content_block_start *content_block_delta content_block_stop ) message_delta message_stop
//! ```
//!
//! with `ping` and `error` anywhere. Blocks are told apart by their index, so that they may overlap.

use super::error::{self, malformed};
use super::reply::{self, Block, Delta as BlockDelta, Message, Specific};
use super::usage::{Counts, Reported};
use crate::dialect::{ChunkWriter, Exchange, Output, StreamTranslator};
use crate::openai::completion::{FinishReason, ThinkingBlock, ToolCall};
use crate::openai::{ApiError, Delta};
use crate::wire;
use crate::wire::text::Text;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use std::borrow::Cow;

/// Most blocks that may be open at once. Anthropic opens one after the other.
const MAX_OPEN: usize = 64;
/// Longest input of a server's tool that is held until it is whole, in bytes; the largest real ones
/// are files that the code execution tool writes.
const MAX_HELD: usize = 2 * 1024 * 1024;
/// Citations of one text block that wait for its end.
const MAX_CITATIONS: usize = 256;

#[derive(Deserialize)]
struct Event<'a> {
    #[serde(rename = "type", borrow)]
    kind: Text<'a>,
    #[serde(default)]
    index: u64,
    #[serde(borrow)]
    message: Option<Message<'a>>,
    #[serde(borrow)]
    content_block: Option<&'a RawValue>,
    #[serde(borrow)]
    delta: Option<BlockDelta<'a>>,
    #[serde(borrow)]
    usage: Option<Reported<'a>>,
    #[serde(borrow)]
    context_management: Option<&'a RawValue>,
}

/// A block whose end has not come.
enum Open {
    Text {
        start: usize,
        citations: Vec<Value>,
    },
    Thinking,
    /// A call, or the tool that stands for `response_format` where `call` is `None`. `input` is what
    /// the block began with, in case no pieces follow.
    Tool {
        call: Option<u32>,
        input: String,
        written: bool,
    },
    /// A block of the provider's own, held until it is whole.
    Held {
        block: Value,
        input: String,
    },
}

/// One stream.
pub struct Stream {
    writer: ChunkWriter,
    exchange: Exchange,
    open: Vec<(u64, Open)>,
    counts: Counts,
    /// Calls begun so far, which number the next.
    calls: u32,
    /// The tool that stands for `response_format` was called.
    gave_json: bool,
    /// Characters of content so far, for citations.
    characters: usize,
}

impl Stream {
    #[must_use]
    pub fn new(exchange: &Exchange) -> Self {
        Self {
            writer: ChunkWriter::new(exchange),
            exchange: exchange.clone(),
            open: Vec::new(),
            counts: Counts::default(),
            calls: 0,
            gave_json: false,
            characters: 0,
        }
    }
}

impl StreamTranslator for Stream {
    fn event(&mut self, event: wire::Event<'_>, out: &mut Output) -> Result<(), ApiError> {
        match event.name {
            ""
            | "message_start"
            | "content_block_start"
            | "content_block_delta"
            | "content_block_stop"
            | "message_delta"
            | "message_stop" => {}
            "error" => return Err(error::read(200, event.data)),
            _ => return Ok(()), // ping, and what is yet to come: the reference says to ignore it
        }
        let Ok(text) = std::str::from_utf8(event.data) else {
            return Err(malformed("it is not UTF-8"));
        };
        let data: Event<'_> = match serde_json::from_str(text) {
            Ok(data) => data,
            // Some servers that only speak the format end their streams as OpenAI does.
            Err(_) if event.data == b"[DONE]" => return Ok(()),
            Err(error) => return Err(malformed(&error.to_string())),
        };
        match data.kind.as_str() {
            "message_start" => {
                if let Some(message) = data.message {
                    self.start(&message, out);
                }
            }
            "content_block_start" => {
                if let Some(block) = data.content_block {
                    self.block_start(data.index, block, out)?;
                }
            }
            "content_block_delta" => {
                if let Some(delta) = data.delta {
                    self.block_delta(data.index, delta, out)?;
                }
            }
            "content_block_stop" => self.block_stop(data.index, out),
            "message_delta" => {
                self.usage(data.usage.as_ref(), out);
                self.ending(&data.delta.unwrap_or_default(), data.context_management, out);
            }
            "message_stop" => self.stop(out),
            "error" => return Err(error::read(200, event.data)),
            _ => {}
        }
        Ok(())
    }

    fn end(&mut self, out: &mut Output) {
        self.writer.close(out);
    }
}

impl Stream {
    fn start(&mut self, message: &Message<'_>, out: &mut Output) {
        let text = |text: &'_ Option<Text<'_>>| text.as_ref().map(|text| text.as_str().to_owned());
        let (id, model) = (text(&message.id), text(&message.model));
        self.writer.identify(id.as_deref(), model.as_deref(), out);
        self.usage(message.usage.as_ref(), out);
    }

    fn usage(&mut self, reported: Option<&Reported<'_>>, out: &mut Output) {
        let Some(reported) = reported else { return };
        self.counts.merge(reported);
        if let Some(tier) = reported.service_tier() {
            self.writer.service_tier(tier, out);
        }
        self.writer.usage(self.counts.usage(), out);
    }

    fn block_start(
        &mut self,
        index: u64,
        raw: &RawValue,
        out: &mut Output,
    ) -> Result<(), ApiError> {
        if self.open.len() >= MAX_OPEN {
            return Err(malformed("it opens block after block and closes none"));
        }
        let block = Block::read(raw);
        let state = match block.kind.as_str() {
            "text" => {
                let start = self.characters;
                self.text(block.text, out);
                Open::Text { start, citations: Vec::new() }
            }
            "thinking" => {
                self.thinking(block.thinking, block.signature, out);
                Open::Thinking
            }
            "redacted_thinking" => {
                let data = block.data.map(Text::into_string).unwrap_or_default();
                self.thinking_block(None, ThinkingBlock::RedactedThinking { data }, out);
                Open::Thinking
            }
            "tool_use" => self.tool_start(block, out),
            _ => Open::Held { block: reply::value(raw), input: String::new() },
        };
        self.open.push((index, state));
        Ok(())
    }

    fn tool_start(&mut self, block: Block<'_>, out: &mut Output) -> Open {
        let input = block.input.map_or("", RawValue::get).to_owned();
        let name = block.name.as_ref().map_or("", Text::as_str);
        if self.exchange.json_tool.as_deref() == Some(name) {
            self.gave_json = true;
            return Open::Tool { call: None, input, written: false };
        }
        let call = self.calls;
        self.calls = call.saturating_add(1);
        let id = block.id.map(Text::into_string).unwrap_or_default();
        let name = self.exchange.tool_name(name).to_owned();
        self.writer.call(ToolCall::start(call, id, name), out);
        Open::Tool { call: Some(call), input, written: false }
    }

    fn block_delta(
        &mut self,
        index: u64,
        delta: BlockDelta<'_>,
        out: &mut Output,
    ) -> Result<(), ApiError> {
        let kind = delta.kind.as_ref().map_or("", Text::as_str);
        match kind {
            "text_delta" => self.text(delta.text, out),
            "thinking_delta" => self.thinking(delta.thinking, None, out),
            "signature_delta" => self.thinking(None, delta.signature, out),
            "citations_delta" => self.citation(index, delta.citation, out),
            "input_json_delta" => {
                return self.input(index, delta.partial_json.unwrap_or_default(), out);
            }
            "compaction_delta" => {
                if let (Some(Open::Held { block, .. }), Some(content)) =
                    (self.find(index), delta.content)
                    && let Value::Object(block) = block
                {
                    block.insert("content".into(), reply::value(content));
                }
            }
            _ => {} // yet to come: the reference says to ignore it
        }
        Ok(())
    }

    fn find(&mut self, index: u64) -> Option<&mut Open> {
        self.open.iter_mut().find(|(open, _)| *open == index).map(|(_, state)| state)
    }

    fn text(&mut self, text: Option<Text<'_>>, out: &mut Output) {
        let Some(text) = text.filter(|text| !text.is_empty()) else { return };
        self.characters = self.characters.saturating_add(text.as_str().chars().count());
        self.writer.text(text.0, out);
    }

    fn thinking(
        &mut self,
        thinking: Option<Text<'_>>,
        signature: Option<Text<'_>>,
        out: &mut Output,
    ) {
        let thinking = thinking.map(Text::into_string).unwrap_or_default();
        let signature = signature.filter(|text| !text.is_empty()).map(Text::into_string);
        if thinking.is_empty() && signature.is_none() {
            return;
        }
        let reasoning = (!thinking.is_empty()).then(|| Cow::Owned(thinking.clone()));
        self.thinking_block(reasoning, ThinkingBlock::Thinking { thinking, signature }, out);
    }

    fn thinking_block(
        &mut self,
        reasoning_content: Option<Cow<'_, str>>,
        block: ThinkingBlock,
        out: &mut Output,
    ) {
        let thinking_blocks = Some(vec![block]);
        self.writer.delta(Delta { reasoning_content, thinking_blocks, ..Delta::default() }, out);
    }

    /// Citations come before the text that they belong to: they wait for its end.
    fn citation(&mut self, index: u64, citation: Option<&RawValue>, out: &mut Output) {
        let Some(citation) = citation.map(reply::value) else { return };
        let mut specific = Specific::new();
        specific.insert("citation".into(), citation.clone());
        self.writer.specific(specific, out);
        if let Some(Open::Text { citations, .. }) = self.find(index)
            && citations.len() < MAX_CITATIONS
        {
            citations.push(citation);
        }
    }

    fn input(&mut self, index: u64, piece: Text<'_>, out: &mut Output) -> Result<(), ApiError> {
        if piece.is_empty() {
            return Ok(());
        }
        let call = match self.find(index) {
            Some(Open::Tool { call, written, .. }) => {
                *written = true;
                *call
            }
            Some(Open::Held { input, .. }) => {
                if input.len().saturating_add(piece.as_str().len()) > MAX_HELD {
                    return Err(malformed("the input of a server tool is too long"));
                }
                input.push_str(piece.as_str());
                return Ok(());
            }
            _ => return Ok(()),
        };
        self.arguments(call, piece.into_string(), out);
        Ok(())
    }

    fn arguments(&mut self, call: Option<u32>, piece: String, out: &mut Output) {
        match call {
            Some(call) => self.writer.call(ToolCall::piece(call, piece), out),
            None => self.text(Some(Text(piece.into())), out),
        }
    }

    fn block_stop(&mut self, index: u64, out: &mut Output) {
        let Some(place) = self.open.iter().position(|(open, _)| *open == index) else { return };
        match self.open.remove(place).1 {
            Open::Text { start, citations } => {
                let end = self.characters;
                let annotations: Vec<Value> =
                    citations.iter().filter_map(|c| reply::annotation(c, start, end)).collect();
                if !annotations.is_empty() {
                    let annotations = Some(annotations);
                    self.writer.delta(Delta { annotations, ..Delta::default() }, out);
                }
            }
            Open::Thinking => {}
            Open::Tool { call, input, written: false } => {
                let whole = if input.is_empty() { "{}".to_owned() } else { input };
                self.arguments(call, whole, out);
            }
            Open::Tool { .. } => {}
            Open::Held { mut block, input } => {
                if let (Value::Object(members), false) = (&mut block, input.is_empty()) {
                    let input = serde_json::from_str(&input).unwrap_or(Value::String(input));
                    members.insert("input".into(), input);
                }
                let kind = block.get("type").and_then(Value::as_str).unwrap_or_default();
                let mut specific = Specific::new();
                reply::push(&mut specific, reply::specific_field(kind), block);
                self.writer.specific(specific, out);
            }
        }
    }

    fn ending(
        &mut self,
        delta: &BlockDelta<'_>,
        context_management: Option<&RawValue>,
        out: &mut Output,
    ) {
        let Some(stop_reason) = delta.stop_reason.as_ref().map(Text::as_str) else { return };
        if out.report.finished {
            return;
        }
        let mut specific = Specific::new();
        if reply::needs_its_own_word(stop_reason) {
            specific.insert("stop_reason".into(), stop_reason.into());
        }
        if let Some(sequence) = &delta.stop_sequence {
            specific.insert("stop_sequence".into(), sequence.as_str().into());
        }
        for (name, raw) in [
            ("stop_details", delta.stop_details),
            ("container", delta.container),
            ("context_management", context_management),
        ] {
            if let Some(raw) = raw {
                specific.insert(name.into(), reply::value(raw));
            }
        }
        self.refusal(stop_reason, &specific, out);
        self.writer.specific(specific, out);
        let reason = match reply::finish_reason(stop_reason) {
            FinishReason::ToolCalls if self.gave_json && self.calls == 0 => FinishReason::Stop,
            reason => reason,
        };
        self.writer.finish(reason, out);
    }

    fn refusal(&mut self, stop_reason: &str, specific: &Specific, out: &mut Output) {
        let explanation = specific
            .get("stop_details")
            .filter(|_| stop_reason == "refusal")
            .and_then(|details| details.get("explanation")?.as_str());
        if let Some(text) = explanation {
            let refusal = Some(text.into());
            self.writer.delta(Delta { refusal, ..Delta::default() }, out);
        }
    }

    fn stop(&mut self, out: &mut Output) {
        if !out.report.finished {
            // A stop reason never came; the end itself did.
            self.writer.finish(FinishReason::Stop, out);
        }
        self.writer.close(out);
    }
}
