//! Converse's stream as OpenAI chunks.
//!
//! ```text
//! messageStart *( [contentBlockStart] *contentBlockDelta contentBlockStop ) messageStop metadata
//! ```
//!
//! Only calls and their results begin with a `contentBlockStart`. Usage comes last, behind the stop
//! reason, so the finish waits for it: what `metadata` says besides has its place before the finish.
//! A failure is an event whose name ends in `Exception`.

use super::error::{self, malformed};
use super::event::{BlockDelta, BlockEvent, NewBlock, Start};
use super::history::unwrapped;
use super::reply::{self, Answer, Reasoning, ToolUse};
use crate::dialect::anthropic::reply::{Specific, push, value};
use crate::dialect::{ChunkWriter, Exchange, Output, StreamTranslator};
use crate::openai::completion::{FinishReason, ThinkingBlock, ToolCall};
use crate::openai::{ApiError, Delta};
use crate::wire::Event;
use crate::wire::text::Text;
use serde::Deserialize;
use serde_json::{Value, json};
use std::borrow::Cow;

/// Most blocks that may be open at once. Bedrock opens one after the other.
const MAX_OPEN: usize = 64;
/// Longest block of a tool that Bedrock runs, held until it is whole, bytes.
const MAX_HELD: usize = 2 * 1024 * 1024;
/// Citations of one text block that wait for its end.
const MAX_CITATIONS: usize = 256;

/// A block whose end has not come.
enum Open {
    Text {
        start: usize,
        citations: Vec<Value>,
    },
    /// A call, or the tool that stands for `response_format` where `call` is `None`.
    Tool {
        call: Option<u32>,
        written: bool,
    },
    /// A call that Bedrock makes itself.
    ServerTool {
        block: Value,
        input: String,
    },
    /// The result of one.
    ServerResult {
        block: Value,
        content: Vec<Value>,
        bytes: usize,
    },
}

/// One stream.
pub struct Stream {
    writer: ChunkWriter,
    exchange: Exchange,
    open: Vec<(u64, Open)>,
    /// Calls begun so far, which number the next.
    calls: u32,
    /// The tool that stands for `response_format` was called.
    gave_json: bool,
    /// Characters of content so far, for citations.
    characters: usize,
    thinking_tokens: Option<u64>,
    /// Why the model stopped, until it is written.
    finish: Option<FinishReason>,
}

impl Stream {
    #[must_use]
    pub fn new(exchange: &Exchange) -> Self {
        Self {
            writer: ChunkWriter::new(exchange),
            exchange: exchange.clone(),
            open: Vec::new(),
            calls: 0,
            gave_json: false,
            characters: 0,
            thinking_tokens: None,
            finish: None,
        }
    }
}

fn parse<'a, T: Deserialize<'a>>(data: &'a [u8]) -> Result<T, ApiError> {
    serde_json::from_slice(data).map_err(|error| malformed(&error.to_string()))
}

impl StreamTranslator for Stream {
    fn event(&mut self, event: Event<'_>, out: &mut Output) -> Result<(), ApiError> {
        match event.name {
            "contentBlockStart" | "contentBlockDelta" | "contentBlockStop" => {
                let data: BlockEvent<'_> = parse(event.data)?;
                let index = data.content_block_index;
                let is_new = data.start.as_ref().is_some_and(Start::is_new)
                    || data.delta.as_ref().is_some_and(BlockDelta::is_new);
                if is_new {
                    self.new_block(parse(event.data)?, out);
                }
                if let Some(start) = data.start {
                    self.start(index, &start, out)?;
                }
                if let Some(delta) = data.delta {
                    self.delta(index, delta, out)?;
                }
                if event.name == "contentBlockStop" {
                    self.stop(index, out);
                }
            }
            "messageStop" => self.message_stop(&parse(event.data)?, out),
            "metadata" => self.metadata(&parse(event.data)?, out),
            name if error::is_failure(name) => return Err(error::read(200, name, event.data)),
            _ => {} // messageStart says nothing new; the rest is yet to come
        }
        Ok(())
    }

    fn end(&mut self, out: &mut Output) {
        self.close(out);
    }
}

impl Stream {
    fn open(&mut self, index: u64, state: Open) -> Result<(), ApiError> {
        if self.open.len() >= MAX_OPEN {
            return Err(malformed("it opens block after block and closes none"));
        }
        self.open.push((index, state));
        Ok(())
    }

    fn find(&mut self, index: u64) -> Option<&mut Open> {
        self.open.iter_mut().find(|(open, _)| *open == index).map(|(_, state)| state)
    }

    fn start(&mut self, index: u64, start: &Start<'_>, out: &mut Output) -> Result<(), ApiError> {
        if let Some(raw) = start.tool_use {
            let call: ToolUse<'_> = serde_json::from_str(raw.get()).unwrap_or_default();
            let state = if call.is_server_side() {
                Open::ServerTool { block: value(raw), input: String::new() }
            } else {
                Open::Tool { call: self.call_start(call, out), written: false }
            };
            return self.open(index, state);
        }
        match start.tool_result {
            Some(raw) => {
                let block = value(raw);
                self.open(index, Open::ServerResult { block, content: Vec::new(), bytes: 0 })
            }
            None => Ok(()),
        }
    }

    /// A block of a kind that is yet to come is handed on in the pieces that it comes in, where a whole
    /// answer has it as well.
    fn new_block(&mut self, event: NewBlock<'_>, out: &mut Output) {
        let mut specific = Specific::new();
        for piece in event.start.into_iter().chain(event.delta).filter(|raw| raw.get() != "{}") {
            push(&mut specific, "content_blocks", value(piece));
        }
        self.writer.specific(specific, out);
    }

    fn call_start(&mut self, call: ToolUse<'_>, out: &mut Output) -> Option<u32> {
        if self.exchange.json_tool.as_deref() == Some(call.name.as_str()) {
            self.gave_json = true;
            return None;
        }
        let index = self.calls;
        self.calls = index.saturating_add(1);
        let name = self.exchange.tool_name(call.name.as_str()).to_owned();
        self.writer.call(ToolCall::start(index, call.tool_use_id.into_string(), name), out);
        Some(index)
    }

    fn delta(
        &mut self,
        index: u64,
        delta: BlockDelta<'_>,
        out: &mut Output,
    ) -> Result<(), ApiError> {
        if let Some(text) = delta.text {
            if self.find(index).is_none() {
                let start = self.characters;
                self.open(index, Open::Text { start, citations: Vec::new() })?;
            }
            self.text(text.0, out);
        }
        if let Some(citation) = delta.citation {
            self.citation(index, value(citation), out)?;
        }
        if let Some(reasoning) = delta.reasoning_content {
            self.reasoning(reasoning, out);
        }
        if let Some(input) = delta.tool_use {
            self.input(index, input.input, out)?;
        }
        if let (Some(pieces), Some(Open::ServerResult { content, bytes, .. })) =
            (delta.tool_result, self.find(index))
        {
            for piece in pieces {
                *bytes = bytes.saturating_add(piece.get().len());
                if *bytes > MAX_HELD {
                    return Err(malformed("the result of a server tool is too long"));
                }
                content.push(value(piece));
            }
        }
        Ok(())
    }

    fn text(&mut self, text: Cow<'_, str>, out: &mut Output) {
        if text.is_empty() {
            return;
        }
        self.characters = self.characters.saturating_add(text.chars().count());
        self.writer.text(text, out);
    }

    /// Citations come before the text that they belong to, or among it: they wait for its end.
    fn citation(&mut self, index: u64, citation: Value, out: &mut Output) -> Result<(), ApiError> {
        let mut specific = Specific::new();
        specific.insert("citation".into(), citation.clone());
        self.writer.specific(specific, out);
        if self.find(index).is_none() {
            let start = self.characters;
            self.open(index, Open::Text { start, citations: Vec::new() })?;
        }
        if let Some(Open::Text { citations, .. }) = self.find(index)
            && citations.len() < MAX_CITATIONS
        {
            citations.push(citation);
        }
        Ok(())
    }

    fn reasoning(&mut self, reasoning: Reasoning<'_>, out: &mut Output) {
        let mut text = None;
        let block = if let Some(redacted) = reasoning.redacted_content {
            let data = unwrapped(redacted.into_string());
            ThinkingBlock::RedactedThinking { data }
        } else {
            let thinking = reasoning.text.map(Text::into_string).unwrap_or_default();
            let signature = reasoning.signature.filter(|text| !text.is_empty());
            if thinking.is_empty() && signature.is_none() {
                return;
            }
            text = (!thinking.is_empty()).then(|| Cow::Owned(thinking.clone()));
            ThinkingBlock::Thinking { thinking, signature: signature.map(Text::into_string) }
        };
        let thinking_blocks = Some(vec![block]);
        let delta = Delta { reasoning_content: text, thinking_blocks, ..Delta::default() };
        self.writer.delta(delta, out);
    }

    fn input(&mut self, index: u64, piece: Text<'_>, out: &mut Output) -> Result<(), ApiError> {
        if piece.is_empty() {
            return Ok(());
        }
        match self.find(index) {
            Some(Open::Tool { call, written }) => {
                *written = true;
                let call = *call;
                self.arguments(call, piece.0, out);
            }
            Some(Open::ServerTool { input, .. }) => {
                if input.len().saturating_add(piece.as_str().len()) > MAX_HELD {
                    return Err(malformed("the input of a server tool is too long"));
                }
                input.push_str(piece.as_str());
            }
            _ => {}
        }
        Ok(())
    }

    fn arguments(&mut self, call: Option<u32>, piece: Cow<'_, str>, out: &mut Output) {
        match call {
            Some(call) => self.writer.call(ToolCall::piece(call, piece.into_owned()), out),
            None => self.text(piece, out),
        }
    }

    fn stop(&mut self, index: u64, out: &mut Output) {
        let Some(place) = self.open.iter().position(|(open, _)| *open == index) else { return };
        let mut specific = Specific::new();
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
            Open::Tool { call, written: false } => self.arguments(call, "{}".into(), out),
            Open::Tool { .. } => {}
            Open::ServerTool { mut block, input } => {
                let input = if input.is_empty() { "{}" } else { &input };
                let input = serde_json::from_str(input).unwrap_or_else(|_| input.into());
                insert(&mut block, "input", input);
                push(&mut specific, "server_tool_use", json!({ "toolUse": block }));
            }
            Open::ServerResult { mut block, content, .. } => {
                insert(&mut block, "content", content.into());
                push(&mut specific, "tool_results", json!({ "toolResult": block }));
            }
        }
        self.writer.specific(specific, out);
    }

    /// The finish is known, and noted; it is written when `metadata` has come, or the end.
    fn message_stop(&mut self, stop: &Answer<'_>, out: &mut Output) {
        if out.report.finished {
            return;
        }
        let mut specific = Specific::new();
        stop.specific(&mut specific);
        self.thinking_tokens = stop.thinking_tokens();
        self.writer.specific(specific, out);
        let reason = match reply::finish_reason(stop.stop_reason()) {
            FinishReason::ToolCalls if self.gave_json && self.calls == 0 => FinishReason::Stop,
            reason => reason,
        };
        self.finish = Some(reason);
        out.report.finished = true;
        out.report.finish_reason = Some(reason);
    }

    fn metadata(&mut self, metadata: &Answer<'_>, out: &mut Output) {
        if let Some(reported) = &metadata.usage {
            self.writer.usage(reported.usage(self.thinking_tokens), out);
        }
        if let Some(tier) = metadata.tier() {
            self.writer.service_tier(tier, out);
        }
        if self.finish.is_none() {
            return;
        }
        let mut specific = Specific::new();
        metadata.specific(&mut specific);
        self.writer.specific(specific, out);
        self.close(out);
    }

    fn close(&mut self, out: &mut Output) {
        if let Some(reason) = self.finish.take() {
            self.writer.finish(reason, out);
        }
        self.writer.close(out);
    }
}

fn insert(block: &mut Value, name: &str, value: Value) {
    if let Value::Object(members) = block {
        members.insert(name.into(), value);
    }
}
