//! A chat request: read once, kept for as many attempts as it takes.
//!
//! The client's bytes stay as they are. The top level is an index into them, so that a provider of
//! OpenAI's own format is sent what the client wrote, byte for byte, except for the members that are
//! changed on purpose; only a dialect that must look inside a member reads it.

use super::ApiError;
use super::error::code;
use super::message::Message;
use crate::wire::json::{self, MAX_DEPTH};
use crate::wire::text::Text;
use serde::de::{Deserialize, DeserializeOwned, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::ops::Range;

/// Most top-level members a request may have. OpenAI's own API has some 40.
pub const MAX_FIELDS: usize = 256;

/// A member of the request's top level.
#[derive(Debug, Clone, Copy)]
pub struct Field<'a> {
    pub name: &'a str,
    /// The value as the client wrote it.
    pub json: &'a str,
}

impl Field<'_> {
    /// `null` means the same as leaving the member out.
    #[must_use]
    pub fn is_null(&self) -> bool {
        self.json == "null"
    }

    /// The value as a `T`.
    ///
    /// # Errors
    /// 400 with the path of the first thing that is not as it should be.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, ApiError> {
        Ok(json::read(self.json, self.name)?)
    }
}

/// A chat completion request.
#[derive(Debug)]
pub struct ChatRequest {
    body: String,
    fields: Vec<Member>,
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
    /// Reads a request body.
    ///
    /// # Errors
    /// 400, naming the line and column of what is not JSON, or the path of what is JSON of the wrong
    /// type, missing, empty, or there twice.
    pub fn parse(body: Vec<u8>) -> Result<Self, ApiError> {
        let body = String::from_utf8(body).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            invalid_json(format!(
                "The request body is not UTF-8: the byte at offset {at} is wrong."
            ))
        })?;
        if body.trim_ascii().is_empty() {
            return Err(invalid_json(
                "The request body is empty. Send a JSON object with `model` and `messages`.",
            ));
        }
        if json::too_deep(body.as_bytes()) {
            return Err(invalid_json(format!(
                "The request body nests arrays and objects deeper than {MAX_DEPTH} levels."
            )));
        }
        let fields = index(&body)?;
        let mut request = Self {
            body,
            fields,
            model: String::new(),
            stream: false,
            include_usage: false,
            messages: Vec::new(),
        };
        request.model = request.required("model", "the name of a model")?.read()?;
        if request.model.is_empty() {
            return Err(ApiError::invalid("`model` is an empty string.").with_param("model"));
        }
        request.stream = request.value::<bool>("stream")?.unwrap_or(false);
        request.include_usage = request
            .value::<StreamOptions>("stream_options")?
            .is_some_and(|options| options.include_usage.unwrap_or(false));
        request.messages = request.required("messages", "a list of messages")?.read()?;
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

    /// The client's bytes.
    #[must_use]
    pub fn body(&self) -> &str {
        &self.body
    }

    /// Every top-level member, in the client's order.
    pub fn fields(&self) -> impl Iterator<Item = Field<'_>> {
        self.fields.iter().map(|member| Field {
            name: match &member.name {
                Name::Plain(range) => self.body.get(range.clone()).unwrap_or_default(),
                Name::Escaped(name) => name,
            },
            json: self.body.get(member.value.clone()).unwrap_or("null"),
        })
    }

    /// The member `name`, unless it is absent or null.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<Field<'_>> {
        self.fields().find(|field| field.name == name && !field.is_null())
    }

    /// The member `name` as a `T`, or `None` where it is absent or null.
    ///
    /// # Errors
    /// 400, see [`Field::read`].
    pub fn value<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, ApiError> {
        self.field(name).map(|field| field.read()).transpose()
    }

    fn required(&self, name: &str, what: &str) -> Result<Field<'_>, ApiError> {
        self.field(name).ok_or_else(|| {
            ApiError::invalid(format!("`{name}` is missing. It must be {what}.")).with_param(name)
        })
    }
}

crate::wire::object::object! {
    struct StreamOptions {
        include_usage("include_usage"): Option<bool>,
    }
}

fn invalid_json(message: impl Into<String>) -> ApiError {
    ApiError::invalid(message).with_code(code::INVALID_JSON)
}

/// Where a member of the top level is in the body.
#[derive(Debug)]
struct Member {
    name: Name,
    value: Range<usize>,
}

#[derive(Debug)]
enum Name {
    /// It stands in the body as it is.
    Plain(Range<usize>),
    Escaped(String),
}

/// Finds each member of the top level.
fn index(body: &str) -> Result<Vec<Member>, ApiError> {
    let members: Members<'_> = serde_json::from_str(body).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        let text = error.to_string();
        let reason = text.rsplit_once(" at line ").map_or(text.as_str(), |(head, _)| head);
        if error.is_data() {
            ApiError::invalid(format!("The request body is wrong: {reason}."))
        } else {
            invalid_json(format!(
                "The request body is not valid JSON: {reason}, at line {line}, column {column}."
            ))
        }
    })?;
    let place = |part: &str| {
        let from = (part.as_ptr() as usize).saturating_sub(body.as_ptr() as usize);
        from..from.saturating_add(part.len())
    };
    let member = |(name, raw): (Cow<'_, str>, &RawValue)| Member {
        name: match name {
            Cow::Borrowed(name) => Name::Plain(place(name)),
            Cow::Owned(name) => Name::Escaped(name),
        },
        value: place(raw.get()),
    };
    Ok(members.0.into_iter().map(member).collect())
}

struct Members<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct MembersVisitor;
        impl<'de> Visitor<'de> for MembersVisitor {
            type Value = Members<'de>;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a JSON object with `model` and `messages`")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
                use serde::de::Error;
                let mut members: Vec<(Cow<'de, str>, &'de RawValue)> = Vec::with_capacity(16);
                while let Some((key, value)) = map.next_entry::<Text<'de>, &'de RawValue>()? {
                    if members.iter().any(|(name, _)| *name == key.0) {
                        return Err(A::Error::custom(format_args!(
                            "the member `{}` appears twice; keep one",
                            key.0
                        )));
                    }
                    if members.len() >= MAX_FIELDS {
                        return Err(A::Error::custom(format_args!(
                            "it has more than {MAX_FIELDS} members"
                        )));
                    }
                    members.push((key.0, value));
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(MembersVisitor)
    }
}

#[cfg(test)]
mod tests;
