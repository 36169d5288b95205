//! `additionalModelRequestFields`: members in the words of the model's maker.

use crate::dialect::outgoing::unwritable;
use crate::openai::ApiError;
use serde::ser::{Serialize, Serializer};
use serde_json::value::{RawValue, to_raw_value};
use std::borrow::Cow;

/// The members, in their order.
#[derive(Debug, Default)]
pub struct Additional<'a>(Vec<(Cow<'a, str>, Cow<'a, RawValue>)>);

impl<'a> Additional<'a> {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes a member as the client wrote it, in the place of an earlier one.
    pub fn written(&mut self, name: impl Into<Cow<'a, str>>, json: Cow<'a, RawValue>) {
        let name = name.into();
        self.0.retain(|(known, _)| *known != name);
        self.0.push((name, json));
    }

    /// Adds what follows from a parameter of OpenAI's, unless the client wrote the member itself.
    ///
    /// # Errors
    /// 500 where it cannot be written.
    pub fn add(&mut self, name: &'static str, value: &impl Serialize) -> Result<(), ApiError> {
        if self.0.iter().any(|(known, _)| known == name) {
            return Ok(());
        }
        let json = to_raw_value(value).map_err(unwritable)?;
        self.0.push((name.into(), Cow::Owned(json)));
        Ok(())
    }
}

impl Serialize for Additional<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, json)| (name, json)))
    }
}
