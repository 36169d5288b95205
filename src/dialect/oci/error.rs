//! Oracle's errors, `{"code": "NotAuthenticated", "message": "…"}`, in OpenAI's shape.
//!
//! Source: <https://docs.oracle.com/en-us/iaas/Content/API/References/apierrors.htm>.

use crate::dialect::failure;
use crate::openai::ApiError;
use serde_json::Value;

/// Statuses of the codes, for failures inside of streams, which state none.
const STATUSES: [(&str, u16); 12] = [
    ("InvalidParameter", 400),
    ("CannotParseRequest", 400),
    ("LimitExceeded", 400),
    ("NotAuthenticated", 401),
    ("NotAuthorized", 403),
    ("NotAuthorizedOrNotFound", 404),
    ("NotFound", 404),
    ("RequestPayloadTooLarge", 413),
    ("TooManyRequests", 429),
    ("InternalError", 500),
    ("InternalServerError", 500),
    ("ServiceUnavailable", 503),
];

/// Reads an error body, or what came in a 200 instead of an answer. The message may be a whole error
/// of the model's maker, which then speaks for itself.
#[must_use]
pub fn read(status: u16, body: &[u8]) -> ApiError {
    let error = outer(status, body);
    match serde_json::from_str::<Value>(&error.message) {
        Ok(inner)
            if ["message", "error"]
                .iter()
                .any(|name| !inner.get(*name).unwrap_or(&Value::Null).is_null()) =>
        {
            failure::api_error(error.status, error.message.as_bytes())
        }
        _ => error,
    }
}

fn outer(status: u16, body: &[u8]) -> ApiError {
    if (400..=599).contains(&status) {
        return failure::api_error(status, body);
    }
    let error = failure::hidden(body);
    match STATUSES.iter().find(|(code, _)| error.has_code(code)) {
        Some((_, status)) => failure::api_error(*status, body),
        None => error,
    }
}

/// 502: the answer is not what Oracle's API answers with.
#[must_use]
pub fn malformed(why: &str) -> ApiError {
    failure::malformed("Oracle's", why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_keep_their_words_and_codes() {
        let body = r#"{"code":"TooManyRequests","message":"Slow down."}"#;
        for (status, seen) in [(429, 429), (500, 500), (200, 429)] {
            let error = read(status, body.as_bytes());
            assert_eq!((error.status, error.code.as_deref()), (seen, Some("TooManyRequests")));
            assert_eq!(error.message, "Slow down.");
        }
        let nested = r#"{"code":"400","message":"{\"code\":\"Client specified an invalid argument\",\"error\":\"Invalid function schema.\"}"}"#;
        let error = read(400, nested.as_bytes());
        assert_eq!(error.message, "Invalid function schema.");
        assert_eq!(read(200, br#"{"code":"Strange","message":"x"}"#).status, 502);
    }
}
