//! A provider's answer on its way to the client, in pieces of any size.
//!
//! What kind of answer it is shows in its status and its first byte, not in what was asked or in
//! `content-type`: providers send JSON where a stream was asked for, errors as events of a 200, and
//! pages of HTML. Until the first content nothing leaves, so that an answer that turns out to be a
//! failure can be replaced by another provider's.

use super::restream;
use crate::dialect::{Exchange, Id, Output, Report, Side, StreamTranslator};
use crate::openai::ApiError;
use crate::openai::error::code;
use crate::wire::{Decoder, sse};

/// Longest error body that is read, bytes; the rest of a longer one is ignored.
const MAX_ERROR_BODY_BYTES: usize = 64 * 1024;

/// Most bytes that are held back because no content is among them. A provider that sends more
/// chunks without content than this is not answering.
const MAX_HELD_BYTES: usize = 1024 * 1024;

/// What gzip begins with, and neither a text nor a frame of a stream.
const GZIP: u8 = 0x1f;

/// Bedrock's count of what was read, for models whose answers hold none.
pub const INPUT_TOKENS: &str = "x-amzn-bedrock-input-token-count";

/// Whether the client may see the answer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Gate<'a> {
    /// Not known to be an answer yet.
    Held,
    /// Content has been seen: what [`ResponseTranslator::take`] gives is the client's.
    Open,
    /// It is a failure, and nothing of it was given away.
    Failed(&'a ApiError),
}

/// What the response's headers say.
#[derive(Debug, Clone, Default)]
pub struct Answer {
    pub status: u16,
    pub content_encoding: Option<String>,
    pub retry_after: Option<String>,
    /// `x-amzn-errortype`.
    pub error_type: Option<String>,
    /// Tokens that were read, where a header counts them ([`INPUT_TOKENS`]).
    pub input_tokens: Option<u64>,
    /// Made by Envoy, not by the provider: connection failures, timeouts.
    pub local: bool,
}

/// One answer being translated.
pub struct ResponseTranslator {
    side: Side,
    exchange: Exchange,
    answer: Answer,
    max_body: usize,
    mode: Mode,
    out: Output,
    failed: Option<ApiError>,
    /// The stream has broken off, and the client has not been told.
    owes_error: bool,
    ended: bool,
}

enum Mode {
    /// No byte has come that tells a stream from a document.
    Unknown,
    Stream {
        decoder: Decoder,
        translator: Box<dyn StreamTranslator>,
    },
    Whole(Vec<u8>),
    Error(Vec<u8>),
}

impl ResponseTranslator {
    /// `side` is what the request was written by; `max_body` the longest whole body that is taken,
    /// bytes.
    #[must_use]
    pub fn new(
        side: impl Into<Side>,
        mut exchange: Exchange,
        answer: Answer,
        max_body: usize,
    ) -> Self {
        exchange.embeddings.counted = answer.input_tokens;
        let mode = if (200..300).contains(&answer.status) {
            Mode::Unknown
        } else {
            Mode::Error(Vec::new())
        };
        let mut translator = Self {
            side: side.into(),
            exchange,
            answer,
            max_body,
            mode,
            out: Output::default(),
            failed: None,
            owes_error: false,
            ended: false,
        };
        let encoding = translator.answer.content_encoding.as_deref().unwrap_or("identity").trim();
        if !encoding.eq_ignore_ascii_case("identity") && !encoding.is_empty() {
            let Answer { status, retry_after, .. } = &translator.answer;
            // What a failure says cannot be read then; of what kind it is can.
            let status = if is_error(*status) { *status } else { 502 };
            let error =
                ApiError { retry_after: retry_after.clone(), ..compressed(status, encoding) };
            translator.fail(error);
        }
        translator
    }

    /// Takes the next bytes of the body.
    pub fn push(&mut self, mut bytes: &[u8]) {
        if self.ended || self.failed.is_some() {
            return;
        }
        if matches!(self.mode, Mode::Unknown) {
            bytes = bytes.trim_ascii_start();
            let Some(first) = bytes.first() else { return };
            if *first == GZIP {
                return self.fail(compressed(502, "gzip"));
            }
            let framing = self.side.framing();
            let is_document = match first {
                b'{' => !framing.begins_like_json(),
                b'[' | b'<' => true,
                _ => false,
            };
            let streams = self.exchange.stream && !is_document;
            let translator = if streams { self.side.stream(&self.exchange) } else { None };
            self.mode = match translator {
                Some(translator) => Mode::Stream { decoder: Decoder::new(framing), translator },
                // A stream nobody asked for, or plain text: read whole, then refused.
                None => Mode::Whole(Vec::new()),
            };
        }
        let result = match &mut self.mode {
            Mode::Unknown => Ok(()),
            Mode::Stream { decoder, translator } => {
                let out = &mut self.out;
                let mut result = Ok(());
                let pushed = decoder.push(bytes, |event| {
                    if result.is_ok() {
                        result = translator.event(event, out);
                    }
                });
                let result = result.and(pushed.map_err(|error| bad_gateway(error.to_string())));
                if result.is_ok() && !out.report.content && out.bytes.len() > MAX_HELD_BYTES {
                    Err(bad_gateway("The provider's stream has no content."))
                } else {
                    result
                }
            }
            Mode::Whole(body) if body.len() + bytes.len() > self.max_body => Err(bad_gateway(
                format!("The provider's answer is longer than {} bytes.", self.max_body),
            )),
            Mode::Whole(body) => {
                body.extend_from_slice(bytes);
                Ok(())
            }
            Mode::Error(body) => {
                let room = MAX_ERROR_BODY_BYTES.saturating_sub(body.len()).min(bytes.len());
                body.extend_from_slice(bytes.get(..room).unwrap_or_default());
                Ok(())
            }
        };
        if let Err(error) = result {
            self.fail(error);
        }
    }

    /// The body has ended.
    pub fn finish(&mut self) {
        if self.ended || self.failed.is_some() {
            return;
        }
        self.ended = true;
        match std::mem::replace(&mut self.mode, Mode::Unknown) {
            Mode::Unknown => {
                self.fail(bad_gateway("The provider answered 200 with an empty body."));
            }
            Mode::Error(body) => {
                let error = self.provider_error(&body);
                self.fail(error);
            }
            Mode::Whole(body) => {
                let stream = self.exchange.stream;
                let result = self.side.whole(&self.exchange, &body, &mut self.out);
                let is_stream = || !stream && self.side.framing().begins(&body);
                let result = result.map_err(|error| if is_stream() { unasked() } else { error });
                let result = result.and_then(|()| {
                    if stream {
                        self.out.bytes = restream::chunks(&self.out.bytes, &self.exchange)?;
                    }
                    Ok(())
                });
                match result {
                    Ok(()) => {
                        self.out.report.content = true;
                        self.out.report.finished = true;
                    }
                    Err(error) => {
                        // Nothing of it has left, so it is a failure like any other.
                        self.out.report.content = false;
                        self.fail(error);
                    }
                }
            }
            Mode::Stream { mut decoder, mut translator } => {
                let out = &mut self.out;
                let mut result = Ok(());
                let finished = decoder.finish(|event| {
                    if result.is_ok() {
                        result = translator.event(event, out);
                    }
                });
                let result = result.and(finished.map_err(|error| bad_gateway(error.to_string())));
                match result.and_then(|()| translator.last(&mut self.out)) {
                    Err(error) => self.fail(error),
                    Ok(()) if self.out.report.finished => {
                        translator.end(&mut self.out);
                        self.out.report.content = true;
                    }
                    Ok(()) => self.fail(interrupted()),
                }
            }
        }
    }

    /// An error made by Envoy carries no provider's words; its status says what happened.
    fn provider_error(&self, body: &[u8]) -> ApiError {
        let status = self.answer.status;
        let is_error = is_error(status);
        if self.answer.local {
            let status = if is_error { status } else { 502 };
            if body.trim_ascii_start().starts_with(b"{") {
                // Envoy was told to say it in OpenAI's shape.
                return Id::OpenAi.dialect().error(status, body);
            }
            let reason = String::from_utf8_lossy(body);
            let reason = reason.trim();
            let reason = if reason.is_empty() { "no details" } else { reason };
            return ApiError::new(status, format!("The provider could not be reached: {reason}."))
                .with_code(code::NO_UPSTREAM);
        }
        let mut error = if is_error {
            match self.answer.error_type.as_deref() {
                Some(kind) => self.side.typed_error(status, kind, body),
                None => self.side.error(status, body),
            }
        } else {
            bad_gateway(format!(
                "The provider answered with status {status}, which is neither an answer nor an error."
            ))
        };
        if error.retry_after.is_none() {
            error.retry_after.clone_from(&self.answer.retry_after);
        }
        error
    }

    /// Before content this makes the answer a failure; after it, the stream ends with an error event
    /// and without `[DONE]`.
    pub fn fail(&mut self, error: ApiError) {
        self.ended = true;
        self.mode = Mode::Unknown;
        self.out.report.error = Some(error.clone());
        if self.out.report.content {
            self.owes_error = true;
        } else {
            self.out.bytes.clear();
            self.failed = Some(error);
        }
    }

    #[must_use]
    pub fn gate(&self) -> Gate<'_> {
        match &self.failed {
            Some(error) => Gate::Failed(error),
            None if self.out.report.content => Gate::Open,
            // A stream that ends without content (a bare finish) opens in `finish`.
            None => Gate::Held,
        }
    }

    /// The error that broke the stream off, until the client is given it: the place to take out what
    /// the client must not see.
    pub fn error_mut(&mut self) -> Option<&mut ApiError> {
        self.out.report.error.as_mut().filter(|_| self.owes_error)
    }

    /// How many of the client's bytes wait for [`ResponseTranslator::take`].
    #[must_use]
    pub fn waiting(&self) -> usize {
        if self.out.report.content { self.out.bytes.len() } else { 0 }
    }

    /// Takes the client's bytes away if they are just `bytes`, which came from the provider and may
    /// then pass as they are: most of an OpenAI stream does, and need not be handed to the host.
    pub fn passes(&mut self, bytes: &[u8]) -> bool {
        let same = self.out.report.content && !self.owes_error && self.out.bytes == bytes;
        if same {
            self.out.bytes.clear(); // keeps the allocation
        }
        same
    }

    /// The client's bytes since the last call. Empty while the gate is held.
    pub fn take(&mut self) -> Vec<u8> {
        if !self.out.report.content {
            return Vec::new();
        }
        let mut bytes = std::mem::take(&mut self.out.bytes);
        if let Some(error) = &self.out.report.error
            && std::mem::take(&mut self.owes_error)
        {
            sse::write_data(&mut bytes, &error.body());
        }
        bytes
    }

    /// Whether the client gets an event stream (else JSON).
    #[must_use]
    pub fn is_stream(&self) -> bool {
        self.exchange.stream
    }

    #[must_use]
    pub fn report(&self) -> &Report {
        &self.out.report
    }
}

fn bad_gateway(message: impl Into<String>) -> ApiError {
    ApiError::new(502, message).with_code(code::PROVIDER_ERROR)
}

fn is_error(status: u16) -> bool {
    (400..600).contains(&status)
}

fn compressed(status: u16, encoding: &str) -> ApiError {
    let message =
        format!("The provider sent a body compressed with {encoding}, although none was accepted.");
    ApiError::new(status, message).with_code(code::PROVIDER_ERROR)
}

fn unasked() -> ApiError {
    bad_gateway("The provider sent a stream, although a whole answer was asked for.")
}

fn interrupted() -> ApiError {
    ApiError::new(502, "The provider's stream ended before the answer was complete.")
        .with_code(code::STREAM_INTERRUPTED)
}

#[cfg(test)]
mod tests;
