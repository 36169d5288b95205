//! A request's body, read once and kept as it came: an index of its top level.
//!
//! The client's bytes stay as they are. So a provider of OpenAI's own format is sent what the client
//! wrote, byte for byte, except for the members that are changed on purpose; only a dialect that must
//! look inside a member reads it.

use super::ApiError;
use super::error::code;
use crate::wire::edit::range;
use crate::wire::json::{self, JsonError, MAX_DEPTH};
use crate::wire::text::Text;
use serde::de::{Deserialize, DeserializeOwned, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::ops::Range;

/// Most top-level members a request may have. OpenAI's own API has some 40.
pub const MAX_FIELDS: usize = 256;

/// Longest name of a model, bytes. The longest real ones are ARNs of Bedrock's, which takes as many:
/// <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html>. Names get into
/// addresses, headers, errors and logs.
pub const MAX_MODEL_BYTES: usize = 2_048;

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
        json::read(self.json, self.name).map_err(wrong_type)
    }
}

/// A JSON object's text, and where each of its members is.
#[derive(Debug)]
pub struct Body {
    text: String,
    fields: Vec<Member>,
}

impl Body {
    /// Reads the bytes of a request that has the members `needed`.
    ///
    /// # Errors
    /// 400, naming the line and column of what is not JSON, or the member that is there twice.
    pub fn parse(bytes: Vec<u8>, needed: &str) -> Result<Self, ApiError> {
        let text = String::from_utf8(bytes).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            invalid_json(format!(
                "The request body is not UTF-8: the byte at offset {at} is wrong."
            ))
        })?;
        if text.trim_ascii().is_empty() {
            return Err(invalid_json(format!(
                "The request body is empty. Send a JSON object with {needed}."
            )));
        }
        if json::too_deep(text.as_bytes()) {
            return Err(invalid_json(format!(
                "The request body nests arrays and objects deeper than {MAX_DEPTH} levels."
            )));
        }
        let fields = index(&text)?;
        Ok(Self { text, fields })
    }

    /// The client's bytes.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Every top-level member, in the client's order.
    pub fn fields(&self) -> impl Iterator<Item = Field<'_>> {
        self.fields.iter().map(|member| Field {
            name: match &member.name {
                Name::Plain(range) => self.text.get(range.clone()).unwrap_or_default(),
                Name::Escaped(name) => name,
            },
            json: self.text.get(member.value.clone()).unwrap_or("null"),
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

    /// The member `name`, which must be there; `what` completes "It must be …".
    ///
    /// # Errors
    /// 400 naming it.
    pub fn required(&self, name: &str, what: &str) -> Result<Field<'_>, ApiError> {
        self.field(name).ok_or_else(|| {
            ApiError::invalid(format!("`{name}` is missing. It must be {what}.")).with_param(name)
        })
    }

    /// The model group that the client asks for.
    ///
    /// # Errors
    /// 400 where there is none, or it is longer than [`MAX_MODEL_BYTES`].
    pub fn model(&self) -> Result<String, ApiError> {
        let model: String = self.required("model", "the name of a model")?.read()?;
        if model.is_empty() {
            return Err(ApiError::invalid("`model` is an empty string.").with_param("model"));
        }
        if model.len() > MAX_MODEL_BYTES {
            let message = format!("`model` is longer than {MAX_MODEL_BYTES} bytes.");
            return Err(ApiError::invalid(message).with_param("model"));
        }
        Ok(model)
    }
}

fn wrong_type(error: JsonError) -> ApiError {
    ApiError::invalid(format!("`{}` is wrong: {}.", error.path, error.reason))
        .with_param(error.path)
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
    let place = |part: &str| range(body, part);
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
                f.write_str("a JSON object")
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
