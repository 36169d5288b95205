//! Percent-encoding as RFC 3986 and the signatures of AWS want it, and forms made of it.

use std::fmt::Write as _;

/// Appends `text`; everything but RFC 3986's unreserved characters becomes `%XX`.
pub fn encode(text: &str, out: &mut String) {
    encode_bytes(text.as_bytes(), out);
}

/// See [`encode`].
pub fn encode_bytes(bytes: &[u8], out: &mut String) {
    for byte in bytes {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(*byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
}

/// The bytes that a text stands for. What is not a valid escape stays as it is.
#[must_use]
pub fn decode(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let escape = (first == b'%')
            .then(|| tail.get(..2))
            .flatten()
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match escape {
            Some(byte) => {
                bytes.push(byte);
                rest = tail.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(first);
                rest = tail;
            }
        }
    }
    bytes
}

/// `application/x-www-form-urlencoded`.
#[must_use]
pub fn form<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut text = String::new();
    for (name, value) in pairs {
        if !text.is_empty() {
            text.push('&');
        }
        encode(name, &mut text);
        text.push('=');
        encode(value, &mut text);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_encoded_is_decoded_to_the_same() {
        let mut text = String::new();
        encode("a/b c%é&=", &mut text);
        assert_eq!(text, "a%2Fb%20c%25%C3%A9%26%3D");
        assert_eq!(decode(&text), "a/b c%é&=".as_bytes());
        assert_eq!(decode("%zz%4"), b"%zz%4");
    }

    #[test]
    fn a_form_keeps_names_and_values_apart() {
        assert_eq!(form([("a", "1&b=2"), ("c", "d e")]), "a=1%26b%3D2&c=d%20e");
    }
}
