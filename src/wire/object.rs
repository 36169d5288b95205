//! JSON objects of which some members are known and the rest must survive.
//!
//! `#[serde(flatten)]` would do the same in fewer lines, but it buffers the whole object first, which
//! loses raw slices (numbers and key order as they were written) and the position of errors.

use serde_json::value::RawValue;

/// A JSON value kept as it was written.
pub type RawJson = Box<RawValue>;

/// Members of an object that Dragoman has no field for, in their order.
pub type Extra = Vec<(String, RawJson)>;

/// A value that was kept as it was written, to be looked into after all.
#[must_use]
pub fn value(raw: &RawValue) -> serde_json::Value {
    // Raw values were checked when they were read; only extreme numbers or nesting can fail here.
    serde_json::from_str(raw.get())
        .unwrap_or_else(|_| serde_json::Value::String(raw.get().to_owned()))
}

/// Declares a struct read from a JSON object. Every field type must have a `Default`, which stands
/// where the member is absent; `null` is the same as absent. Members that are not listed go to
/// `extra`. A member that appears twice is an error: two parties could read it differently.
macro_rules! object {
    (
        $(#[$meta:meta])*
        $vis:vis struct $name:ident {
            $( $(#[$field_meta:meta])* $field:ident ( $key:literal ) : $ty:ty ),* $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Default)]
        $vis struct $name {
            $( $(#[$field_meta])* pub $field: $ty, )*
            /// Members that have no field here, as they were written.
            #[allow(dead_code, reason = "not every reader minds what it does not know")]
            pub extra: $crate::wire::object::Extra,
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct ObjectVisitor;
                impl<'de> serde::de::Visitor<'de> for ObjectVisitor {
                    type Value = $name;
                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str("an object")
                    }
                    fn visit_map<A: serde::de::MapAccess<'de>>(
                        self,
                        mut map: A,
                    ) -> Result<Self::Value, A::Error> {
                        $( let mut $field: Option<Option<$ty>> = None; )*
                        let mut extra: $crate::wire::object::Extra = Vec::new();
                        while let Some(key) = map.next_key::<$crate::wire::text::Text<'de>>()? {
                            match &*key.0 {
                                $( $key => {
                                    if $field.is_some() {
                                        return Err(serde::de::Error::duplicate_field($key));
                                    }
                                    $field = Some(map.next_value()?);
                                } )*
                                _ => extra.push((key.0.into_owned(), map.next_value()?)),
                            }
                        }
                        Ok($name {
                            $( $field: $field.flatten().unwrap_or_default(), )*
                            extra,
                        })
                    }
                }
                deserializer.deserialize_map(ObjectVisitor)
            }
        }
    };
}
pub(crate) use object;
