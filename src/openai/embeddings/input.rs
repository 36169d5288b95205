//! What is to be embedded: texts, tokens, or whatever else a provider takes.

use crate::openai::ApiError;
use serde::de::{Deserialize, Deserializer, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;

/// Most inputs of one request that are read one by one. OpenAI's own limit; what goes to a provider
/// as it was written is not counted here.
pub const MAX_INPUTS: usize = 2048;

/// One thing to be embedded.
#[derive(Debug, Clone)]
pub enum Input<'a> {
    Text(Cow<'a, str>),
    /// A list of tokens, as it was written.
    Tokens(&'a str),
    /// An object, as it was written: multimodal models have such.
    Object(&'a str),
}

/// Looks whether `json` can be an input at all.
pub fn check(json: &str) -> Result<(), ApiError> {
    let wrong = |what: &str| Err(ApiError::invalid(what).with_param("input"));
    match json.as_bytes() {
        [b'"', b'"'] => wrong("`input` is an empty string."),
        [b'"', ..] => Ok(()),
        [b'[', inside @ .., b']'] if inside.trim_ascii().is_empty() => {
            wrong("`input` is an empty list. Send at least one text.")
        }
        [b'[', ..] => Ok(()),
        _ => wrong("`input` is wrong: it must be a text, a list of texts, or a list of tokens."),
    }
}

/// Reads an input that [`check`] let pass.
pub fn read(json: &str) -> Result<Vec<Input<'_>>, ApiError> {
    if json.starts_with('"') {
        return Ok(vec![Input::Text(text(json, || "input".to_owned())?)]);
    }
    let list: Items<'_> = serde_json::from_str(json).map_err(|_| too_many())?;
    // Numbers are the tokens of a single input.
    if list.0.first().is_some_and(|first| is_number(first.get())) {
        return match list.0.iter().position(|item| !is_number(item.get())) {
            Some(index) => Err(wrong(index)),
            None => Ok(vec![Input::Tokens(json)]),
        };
    }
    list.0
        .into_iter()
        .enumerate()
        .map(|(index, raw)| match raw.get().as_bytes().first() {
            Some(b'"') => Ok(Input::Text(text(raw.get(), || format!("input[{index}]"))?)),
            Some(b'[') => Ok(Input::Tokens(raw.get())),
            Some(b'{') => Ok(Input::Object(raw.get())),
            _ => Err(wrong(index)),
        })
        .collect()
}

/// Appends a list of inputs.
pub fn write(out: &mut String, inputs: &[Input<'_>]) {
    out.push('[');
    for (position, input) in inputs.iter().enumerate() {
        if position > 0 {
            out.push(',');
        }
        match input {
            // A text always has a JSON.
            Input::Text(text) => out.push_str(&serde_json::to_string(text).unwrap_or_default()),
            Input::Tokens(json) | Input::Object(json) => out.push_str(json),
        }
    }
    out.push(']');
}

fn is_number(json: &str) -> bool {
    json.starts_with(|c: char| c == '-' || c.is_ascii_digit())
}

fn wrong(index: usize) -> ApiError {
    let path = format!("input[{index}]");
    ApiError::invalid(format!("`{path}` is wrong: it must be a text or a list of tokens."))
        .with_param(path)
}

fn too_many() -> ApiError {
    ApiError::invalid(format!("`input` has more than {MAX_INPUTS} members. Send fewer at a time."))
        .with_param("input")
}

/// A JSON string; the one thing that can be wrong with it is half of a surrogate pair.
fn text<'a>(json: &'a str, path: impl Fn() -> String) -> Result<Cow<'a, str>, ApiError> {
    serde_json::from_str::<crate::wire::text::Text<'a>>(json).map(|text| text.0).map_err(|_| {
        let path = path();
        ApiError::invalid(format!("`{path}` is wrong: it is no text in Unicode.")).with_param(path)
    })
}

/// At most [`MAX_INPUTS`], or as many tokens as one of them can have.
struct Items<'a>(Vec<&'a RawValue>);

/// Most tokens of an input that is written as a list of them. The longest context of any embedding
/// model is 128,000 tokens.
const MAX_TOKENS: usize = 131_072;

impl<'de> Deserialize<'de> for Items<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ItemsVisitor;
        impl<'de> Visitor<'de> for ItemsVisitor {
            type Value = Items<'de>;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a list")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Items<'de>, A::Error> {
                let mut items: Vec<&'de RawValue> = Vec::new();
                while let Some(item) = seq.next_element::<&'de RawValue>()? {
                    let most = if is_number(item.get()) { MAX_TOKENS } else { MAX_INPUTS };
                    if items.len() >= most {
                        return Err(serde::de::Error::custom("too many"));
                    }
                    items.push(item);
                }
                Ok(Items(items))
            }
        }
        deserializer.deserialize_seq(ItemsVisitor)
    }
}
