//! Model names inside URLs.

use crate::openai::ApiError;
use crate::wire::percent;

/// `name` as one segment of a path: everything but RFC 3986's unreserved characters is
/// percent-encoded, so it can neither leave its segment nor begin a query.
///
/// # Errors
/// 400 for a name that is empty, holds control characters, or would climb up the path (`..`).
pub fn segment(name: &str) -> Result<String, ApiError> {
    let wrong = |why: &str| {
        Err(ApiError::invalid(format!("The model name {name:?} {why}.")).with_param("model"))
    };
    if name.is_empty() {
        return wrong("is empty, so no address can be made of it");
    }
    if name.chars().any(char::is_control) {
        return wrong("holds control characters, which no address may hold");
    }
    if name.split(['/', '\\']).any(|piece| matches!(piece, "." | "..")) {
        return wrong("holds a `.` or `..` path segment, which no address may hold");
    }
    let mut out = String::with_capacity(name.len());
    percent::encode(name, &mut out);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stays_inside_its_segment() {
        assert_eq!(segment("gpt-4o_2.~").unwrap(), "gpt-4o_2.~");
        assert_eq!(segment("a/b?c#d e:é%").unwrap(), "a%2Fb%3Fc%23d%20e%3A%C3%A9%25");
    }

    #[test]
    fn names_that_could_lead_elsewhere_are_refused() {
        for bad in ["", "..", ".", "a/../b", "a\\..\\b", "a\nb", "a\0"] {
            assert_eq!(segment(bad).unwrap_err().status, 400, "{bad:?}");
        }
        assert!(segment("a..b").is_ok());
    }
}
