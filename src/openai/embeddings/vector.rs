//! Vectors, as numbers or as base64 of little-endian 32-bit floats: OpenAI's two encodings.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// `encoding_format`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Encoding {
    #[default]
    Float,
    Base64,
}

/// A vector's JSON, a list of numbers or a string, in the encoding that is wanted, if one is. What
/// is in it already is copied unread. `None` where it is no vector.
#[must_use]
pub fn write(out: &mut Vec<u8>, json: &str, wanted: Option<Encoding>) -> Option<()> {
    match (json.as_bytes(), wanted) {
        ([b'[', inside @ .., b']'], Some(Encoding::Float) | None) => {
            // A list of lists is one vector per token: a model that does not embed texts as a whole.
            if inside.trim_ascii_start().starts_with(b"[") {
                return None;
            }
            out.extend_from_slice(json.as_bytes());
        }
        ([b'"', .., b'"'], Some(Encoding::Base64) | None) => out.extend_from_slice(json.as_bytes()),
        ([b'[', ..], Some(Encoding::Base64)) => {
            let numbers: Vec<f32> = serde_json::from_str(json).ok()?;
            let bytes: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
            out.push(b'"');
            out.extend_from_slice(STANDARD.encode(bytes).as_bytes());
            out.push(b'"');
        }
        ([b'"', ..], Some(Encoding::Float)) => {
            let text: crate::wire::text::Text<'_> = serde_json::from_str(json).ok()?;
            let bytes = STANDARD.decode(text.as_str()).ok()?;
            let (numbers, rest) = bytes.as_chunks::<4>();
            let numbers: Vec<f32> =
                numbers.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
            if !rest.is_empty() || !numbers.iter().all(|number| number.is_finite()) {
                return None;
            }
            serde_json::to_writer(out, &numbers).ok()?;
        }
        _ => return None,
    }
    Some(())
}

/// Whether a vector's JSON is in this encoding already.
#[must_use]
pub fn is(json: &str, encoding: Encoding) -> bool {
    json.starts_with(match encoding {
        Encoding::Float => '[',
        Encoding::Base64 => '"',
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(json: &str, wanted: Encoding) -> Option<String> {
        let mut out = Vec::new();
        write(&mut out, json, Some(wanted))?;
        Some(String::from_utf8(out).unwrap())
    }

    #[test]
    fn base64_is_of_little_endian_floats() {
        // 1.0 is 0x3f800000, -2.5 is 0xc0200000.
        let base64 = r#""AACAPwAAIMA=""#;
        assert_eq!(written("[1, -2.5]", Encoding::Base64).unwrap(), base64);
        assert_eq!(written(base64, Encoding::Float).unwrap(), "[1.0,-2.5]");
    }

    #[test]
    fn what_is_as_wanted_stays_as_it_was_written() {
        assert_eq!(written("[ 1.50, 2e-3]", Encoding::Float).unwrap(), "[ 1.50, 2e-3]");
        assert_eq!(written(r#""AACAPw==""#, Encoding::Base64).unwrap(), r#""AACAPw==""#);
    }

    #[test]
    fn what_is_no_vector_is_told() {
        for (json, wanted) in [
            ("[[1]]", Encoding::Float),
            ("[[1]]", Encoding::Base64),
            ("5", Encoding::Float),
            ("null", Encoding::Base64),
            (r#""AAA=""#, Encoding::Float),
            (r#""AADAfw==""#, Encoding::Float), // not a number
            (r#""?""#, Encoding::Float),
            (r#"["1"]"#, Encoding::Base64),
        ] {
            assert_eq!(written(json, wanted), None, "{json}");
        }
    }
}
