//! Events of both formats: each is the new part of the answer, without a name or a type.
//!
//! Some come with only one line end between them, so that they look like lines of one event; each is
//! a whole JSON document. No `[DONE]` comes at the end, and the connection may stay open
//! (<https://github.com/cohere-ai/cohere-python/issues/756>).

use super::error::{self, malformed};
use crate::dialect::{Output, StreamTranslator};
use crate::openai::ApiError;
use crate::wire::Event;
use serde::Deserialize;
use serde_json::value::RawValue;

/// What takes the events, one document at a time.
pub trait Documents {
    /// # Errors
    /// As of [`StreamTranslator::event`].
    fn document(&mut self, json: &str, out: &mut Output) -> Result<(), ApiError>;

    fn end(&mut self, out: &mut Output);
}

/// The events of a stream, taken apart.
pub struct Events<T>(pub T);

impl<T: Documents> StreamTranslator for Events<T> {
    fn event(&mut self, event: Event<'_>, out: &mut Output) -> Result<(), ApiError> {
        let Ok(text) = std::str::from_utf8(event.data) else {
            return Err(malformed("it is not UTF-8"));
        };
        // A proxy in between may add what others end with.
        if text == "[DONE]" {
            self.0.end(out);
            return Ok(());
        }
        for document in serde_json::Deserializer::from_str(text).into_iter::<&RawValue>() {
            let json = document.map_err(|error| malformed(&error.to_string()))?.get();
            if event.name == "error" || is_failure(json) {
                return Err(error::read(200, json.as_bytes()));
            }
            self.0.document(json, out)?;
        }
        Ok(())
    }

    fn end(&mut self, out: &mut Output) {
        self.0.end(out);
    }
}

/// A failure has a code, or its message is a text; the message of an answer is an object.
fn is_failure(json: &str) -> bool {
    #[derive(Deserialize)]
    struct Failure<'a> {
        #[serde(borrow)]
        code: Option<&'a RawValue>,
        #[serde(borrow)]
        error: Option<&'a RawValue>,
        #[serde(borrow)]
        message: Option<&'a RawValue>,
    }
    serde_json::from_str::<Failure<'_>>(json).is_ok_and(|said| {
        said.code.is_some()
            || said.error.is_some()
            || said.message.is_some_and(|message| message.get().starts_with('"'))
    })
}
