//! A chat request: read once, kept for as many attempts as it takes.

use super::ApiError;
use super::body::Body;
pub use super::body::{Field, MAX_FIELDS};
use super::message::Message;
use serde::de::DeserializeOwned;

/// A chat completion request.
#[derive(Debug)]
pub struct ChatRequest {
    body: Body,
    /// The model group the client asks for.
    pub model: String,
    /// Whether the client wants a stream.
    pub stream: bool,
    /// Whether the client wants a usage chunk at the end of it (`stream_options.include_usage`).
    pub include_usage: bool,
    /// At least one.
    pub messages: Vec<Message>,
}

impl ChatRequest {
    /// The members without which there is no request, for messages.
    pub const NEEDED: &str = "`model` and `messages`";

    /// Reads a request body.
    ///
    /// # Errors
    /// 400, naming the line and column of what is not JSON, or the path of what is JSON of the wrong
    /// type, missing, empty, or there twice.
    pub fn parse(body: Vec<u8>) -> Result<Self, ApiError> {
        let body = Body::parse(body, Self::NEEDED)?;
        let model = body.model()?;
        let stream = body.value::<bool>("stream")?.unwrap_or(false);
        let include_usage = body
            .value::<StreamOptions>("stream_options")?
            .is_some_and(|options| options.include_usage.unwrap_or(false));
        let messages = body.required("messages", "a list of messages")?.read()?;
        let request = Self { body, model, stream, include_usage, messages };
        request.check_messages()?;
        Ok(request)
    }

    fn check_messages(&self) -> Result<(), ApiError> {
        if self.messages.is_empty() {
            return Err(ApiError::invalid("`messages` is empty. Send at least one message.")
                .with_param("messages"));
        }
        match self.messages.iter().position(|message| message.role.is_none()) {
            Some(index) => {
                let path = format!("messages[{index}].role");
                Err(ApiError::invalid(format!("`{path}` is missing.")).with_param(path))
            }
            None => Ok(()),
        }
    }

    /// The client's members, each where it stands.
    #[must_use]
    pub fn members(&self) -> &Body {
        &self.body
    }

    /// The client's bytes.
    #[must_use]
    pub fn body(&self) -> &str {
        self.body.as_str()
    }

    /// See [`Body::fields`].
    pub fn fields(&self) -> impl Iterator<Item = Field<'_>> {
        self.body.fields()
    }

    /// See [`Body::field`].
    #[must_use]
    pub fn field(&self, name: &str) -> Option<Field<'_>> {
        self.body.field(name)
    }

    /// See [`Body::value`].
    ///
    /// # Errors
    /// 400, see [`Field::read`].
    pub fn value<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, ApiError> {
        self.body.value(name)
    }
}

crate::wire::object::object! {
    struct StreamOptions {
        include_usage("include_usage"): Option<bool>,
    }
}

#[cfg(test)]
mod tests;
