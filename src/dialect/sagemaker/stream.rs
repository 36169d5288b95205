//! A generation's stream as OpenAI chunks: a record a token, and an end in the last of them.
//!
//! ```text
//! {"token": {"text": " a", "special": false}, "generated_text": null, "details": null}
//! {"token": {"text": "</s>", "special": true}, "generated_text": " a", "details": {"finish_reason": …}}
//! ```
//!
//! Older LMI containers write `{"outputs": [" a"]}` and nothing at the end.

use super::response::Details;
use crate::dialect::{ChunkWriter, Exchange, Output, StreamTranslator, failure};
use crate::openai::ApiError;
use crate::openai::completion::FinishReason;
use crate::wire::Event;
use crate::wire::text::Text;
use serde::Deserialize;
use serde_json::value::RawValue;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Record<'a> {
    #[serde(borrow)]
    token: Option<Token<'a>>,
    #[serde(borrow)]
    outputs: Option<Vec<Text<'a>>>,
    #[serde(borrow)]
    generated_text: Option<&'a RawValue>,
    #[serde(borrow)]
    details: Option<Details<'a>>,
    #[serde(borrow)]
    error: Option<&'a RawValue>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Token<'a> {
    #[serde(borrow)]
    text: Option<Text<'a>>,
    /// It marks the end of a turn or the like, and is no text.
    special: Option<bool>,
    /// LMI: why there is no token.
    #[serde(borrow)]
    error_msg: Option<Text<'a>>,
}

/// One stream.
pub struct Stream {
    writer: ChunkWriter,
    /// Its records have no end of their own.
    endless: bool,
}

impl Stream {
    #[must_use]
    pub fn new(exchange: &Exchange) -> Self {
        Self { writer: ChunkWriter::new(exchange), endless: false }
    }

    fn text(&mut self, text: Text<'_>, out: &mut Output) {
        // Not marked as special by LMI.
        if !text.is_empty() && text.as_str() != "<|endoftext|>" {
            self.writer.text(text.0, out);
        }
    }
}

impl StreamTranslator for Stream {
    fn event(&mut self, event: Event<'_>, out: &mut Output) -> Result<(), ApiError> {
        if event.data.is_empty() || event.data == b"[DONE]" || out.report.finished {
            return Ok(());
        }
        let record: Record<'_> =
            serde_json::from_slice(event.data).map_err(|_| failure::not_an_answer(event.data))?;
        if event.name == "error" || record.error.is_some() {
            return Err(failure::hidden(event.data));
        }
        if let Some(token) = record.token {
            if let Some(why) = token.error_msg.filter(|why| !why.is_empty()) {
                return Err(failure::hidden(why.as_str().as_bytes()));
            }
            if let Some(text) = token.text.filter(|_| token.special != Some(true)) {
                self.text(text, out);
            }
        }
        for text in record.outputs.into_iter().flatten() {
            self.endless = true;
            self.text(text, out);
        }
        let details = record.details.unwrap_or_default();
        let reason = details.finish_reason();
        if record.generated_text.is_some() || reason.is_some() {
            if let Some(usage) = details.usage() {
                self.writer.usage(usage, out);
            }
            self.writer.finish(reason.unwrap_or(FinishReason::Stop), out);
        }
        Ok(())
    }

    fn last(&mut self, out: &mut Output) -> Result<(), ApiError> {
        if self.endless && !out.report.finished {
            self.writer.finish(FinishReason::Stop, out);
        }
        Ok(())
    }

    fn end(&mut self, out: &mut Output) {
        self.writer.close(out);
    }
}
