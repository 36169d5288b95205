//! The choices of an answer, of which there is nearly always one: a list of one needs no allocation,
//! which counts where there is one in every chunk of a stream.

use super::read::Choice;
use serde::de::{Deserialize, Deserializer, SeqAccess, Visitor};

/// In the provider's order.
#[derive(Debug)]
#[allow(clippy::large_enum_variant, reason = "short-lived, and the usual case is the large one")]
pub enum Choices<'a> {
    One(Choice<'a>),
    /// None, or several.
    List(Vec<Choice<'a>>),
}

impl<'a> Choices<'a> {
    #[must_use]
    pub fn as_slice(&self) -> &[Choice<'a>] {
        match self {
            Self::One(choice) => std::slice::from_ref(choice),
            Self::List(list) => list,
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Choices<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ChoicesVisitor;
        impl<'de> Visitor<'de> for ChoicesVisitor {
            type Value = Choices<'de>;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a list of choices")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Choices<'de>, A::Error> {
                let Some(first) = seq.next_element()? else { return Ok(Choices::List(Vec::new())) };
                let Some(second) = seq.next_element()? else { return Ok(Choices::One(first)) };
                let mut list = vec![first, second];
                while let Some(choice) = seq.next_element()? {
                    list.push(choice);
                }
                Ok(Choices::List(list))
            }
        }
        deserializer.deserialize_seq(ChoicesVisitor)
    }
}
