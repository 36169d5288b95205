//! AWS's errors in OpenAI's shape.
//!
//! [`failure`] reads `{"message"}` as it reads every provider's. The error's type stands in the
//! header `x-amzn-errortype`, in the body's `__type`, or is the name of a stream's event. Source:
//! "Errors" of `Converse` and `ConverseStream` in the API reference, and
//! <https://docs.aws.amazon.com/bedrock/latest/APIReference/CommonErrors.html>.

use crate::dialect::failure;
use crate::openai::ApiError;
use crate::openai::error::{code, kind_of};
use serde_json::Value;

/// The status that a type stands for where a stream states none, by the beginning of its name in
/// lower case.
const STATUSES: [(&str, u16); 13] = [
    ("validation", 400),
    ("servicequota", 400),
    ("unrecognizedclient", 403),
    ("accessdenied", 403),
    ("expiredtoken", 403),
    ("resourcenotfound", 404),
    ("modeltimeout", 408),
    ("throttling", 429),
    ("modelnotready", 429),
    ("internalserver", 500),
    ("modelstreamerror", MODEL_FAILED),
    ("modelerror", MODEL_FAILED),
    ("serviceunavailable", 503),
];

/// AWS's word for a model that broke down, which is the client's fault nowhere else.
const MODEL_FAILED: u16 = 424;

/// Whether a stream's event of this name is a failure.
#[must_use]
pub fn is_failure(event: &str) -> bool {
    event.ends_with("Exception") || event.ends_with("Error")
}

/// Reads an error body or the data of a failed event. `kind` is the type where the body does not say
/// it; `status` the response's, which gives way to the type's where it is no error.
#[must_use]
pub fn read(status: u16, kind: &str, body: &[u8]) -> ApiError {
    let value: Value = serde_json::from_slice(body).unwrap_or_default();
    let inside = [value.pointer("/__type"), value.pointer("/Output/__type"), value.get("code")];
    let inside = inside.into_iter().flatten().find_map(Value::as_str);
    let kind = bare(if kind.is_empty() { inside.unwrap_or_default() } else { kind });
    let lower = kind.to_ascii_lowercase();
    let is = |beginning: &str| lower.starts_with(beginning);
    let implied = STATUSES.iter().find(|(beginning, _)| is(beginning)).map(|(_, status)| *status);
    let status = match (status, implied) {
        (400..=599, _) => status,
        (_, Some(implied)) => implied,
        _ => 500,
    };
    let mut error = failure::api_error(status, body);
    if status == MODEL_FAILED {
        // Nothing but another try helps; what the model itself answered with says more.
        let original = value.get("originalStatusCode").and_then(Value::as_u64);
        let original = original.and_then(|status| u16::try_from(status).ok());
        error.status = original.filter(|status| (400..=599).contains(status)).unwrap_or(500);
    }
    error.kind = kind_of(error.status).into();
    let known = error.code.as_deref();
    if !matches!(known, Some(code::CONTEXT_LENGTH | code::CONTENT_POLICY)) {
        error.code = if is("throttling") || is("servicequota") {
            Some("rate_limit_exceeded".into())
        } else if is("resourcenotfound") || error.message.contains("model identifier is invalid") {
            Some(code::MODEL_NOT_FOUND.into())
        } else if ["unrecognizedclient", "expiredtoken", "invalidsignature"].into_iter().any(is) {
            Some("invalid_api_key".into())
        } else if is("modeltimeout") {
            Some(code::TIMEOUT.into())
        } else if is("validation") || kind.is_empty() {
            None
        } else {
            Some(kind.to_owned().into())
        };
    }
    error
}

/// The name in `com.amazon.coral.service#ThrottlingException` and in
/// `ThrottlingException:http://internal.amazon.com/…`.
fn bare(kind: &str) -> &str {
    let kind = kind.split(':').next().unwrap_or(kind);
    kind.rsplit('#').next().unwrap_or(kind)
}

/// 502: what came is not Converse's format.
#[must_use]
pub fn malformed(what: &str) -> ApiError {
    failure::malformed("Bedrock's", what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_become_status_and_code() {
        const LIMIT: Option<&str> = Some("rate_limit_exceeded");
        for (status, kind, body, expected) in [
            (
                429,
                "ThrottlingException:http://x/",
                r#"{"message":"Too many requests"}"#,
                (429, LIMIT),
            ),
            (429, "", r#"{"__type":"a.b#ThrottlingException","message":"x"}"#, (429, LIMIT)),
            (400, "ValidationException", r#"{"message":"x"}"#, (400, None)),
            (
                400,
                "ValidationException",
                r#"{"message":"Input is too long for requested model."}"#,
                (400, Some(code::CONTEXT_LENGTH)),
            ),
            (
                400,
                "ValidationException",
                r#"{"message":"The provided model identifier is invalid."}"#,
                (400, Some(code::MODEL_NOT_FOUND)),
            ),
            (403, "UnrecognizedClientException", "{}", (403, Some("invalid_api_key"))),
            (404, "ResourceNotFoundException", "{}", (404, Some(code::MODEL_NOT_FOUND))),
            (424, "ModelErrorException", "{}", (500, Some("ModelErrorException"))),
            // in a stream of status 200
            (200, "throttlingException", r#"{"message":"x"}"#, (429, LIMIT)),
            (
                200,
                "modelStreamErrorException",
                r#"{"message":"x","originalStatusCode":503}"#,
                (503, Some("modelStreamErrorException")),
            ),
            (200, "validationException", "{}", (400, None)),
            (200, "newException", "{}", (500, Some("newException"))),
        ] {
            let error = read(status, kind, body.as_bytes());
            assert_eq!((error.status, error.code.as_deref()), expected, "{status} {kind} {body}");
        }
    }
}
