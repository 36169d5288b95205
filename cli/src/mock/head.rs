//! A request body's top level, without its depths.
//!
//! A benchmark's answer depends on three or four fields of the request; building a tree of the
//! hundred kilobytes of messages beside them would make the mock the bottleneck. So the first
//! reading keeps every value as its text.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;

#[derive(Debug, Default)]
pub struct Head<'a> {
    fields: Vec<(Cow<'a, str>, &'a RawValue)>,
}

impl<'a> Head<'a> {
    pub fn parse(body: &'a [u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(body)
    }

    /// The field's JSON text; `null` counts as absent.
    pub fn raw(&self, name: &str) -> Option<&'a str> {
        let (_, value) = self.fields.iter().find(|(field, _)| field == name)?;
        Some(value.get()).filter(|text| *text != "null")
    }

    pub fn get<T: Deserialize<'a>>(&self, name: &str) -> Option<T> {
        serde_json::from_str(self.raw(name)?).ok()
    }

    pub fn is_true(&self, name: &str) -> bool {
        self.raw(name) == Some("true")
    }

    /// Whether the field is an array without elements.
    pub fn is_empty_array(&self, name: &str) -> bool {
        let inner = self.raw(name).and_then(|text| text.strip_prefix('[')?.strip_suffix(']'));
        inner.is_some_and(|inner| inner.trim().is_empty())
    }

    pub fn is_array(&self, name: &str) -> bool {
        self.raw(name).is_some_and(|text| text.starts_with('['))
    }

    /// The first field that is not in the list of known ones.
    pub fn unknown_field(&self, known: &[&str]) -> Option<&str> {
        let mut names = self.fields.iter().map(|(name, _)| name.as_ref());
        names.find(|name| !known.contains(name))
    }

    /// A count of words that needs no parsing: good enough for the prompt of a fixed-size answer.
    pub fn estimated_words(&self) -> u64 {
        let spaces = |text: &str| text.bytes().filter(|byte| *byte == b' ').count() as u64;
        self.fields.iter().map(|(_, value)| spaces(value.get())).sum::<u64>() + 1
    }
}

#[derive(Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'de> Deserialize<'de> for Head<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;
        impl<'de> Visitor<'de> for Fields {
            type Value = Head<'de>;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Head<'de>, A::Error> {
                let mut fields = Vec::with_capacity(8);
                while let Some((Name(name), value)) = map.next_entry()? {
                    fields.push((name, value));
                }
                Ok(Head { fields })
            }
        }
        deserializer.deserialize_map(Fields)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_top_level_is_read_without_its_depths() {
        let body = br#"{"model":"m","stream":true,"seed":null,"messages":[ ],"tools":[{}]}"#;
        let head = Head::parse(body).unwrap();
        assert_eq!(head.get::<String>("model").as_deref(), Some("m"));
        assert!(head.is_true("stream") && !head.is_true("model"));
        assert_eq!(head.raw("seed"), None);
        assert!(head.is_empty_array("messages") && !head.is_empty_array("tools"));
        assert_eq!(head.unknown_field(&["model", "stream", "seed", "messages"]), Some("tools"));
    }

    #[test]
    fn what_is_not_an_object_is_an_error() {
        for body in ["", "[]", "{\"a\":", "garbage", "{} {}"] {
            assert!(Head::parse(body.as_bytes()).is_err(), "{body}");
        }
    }
}
