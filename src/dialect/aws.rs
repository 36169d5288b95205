//! What AWS's services have in common: failures inside of event streams.

use super::failure;
use crate::openai::ApiError;
use crate::wire::Event;

/// Statuses of the failures that a stream may end with, by their names.
///
/// Source: <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModelWithResponseStream.html>
/// and <https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpointWithResponseStream.html>.
const STATUSES: [(&str, u16); 11] = [
    ("accessDenied", 403),
    ("internalDependency", 502),
    ("internalServer", 500),
    ("internalStreamFailure", 500),
    ("modelNotReady", 429),
    ("modelStreamError", 502),
    ("modelTimeout", 504),
    ("resourceNotFound", 404),
    ("serviceUnavailable", 503),
    ("throttling", 429),
    ("validation", 400),
];

/// The failure that an event is, or `None` for an event of the answer, known or not. Failures are
/// named `throttlingException`, `ModelStreamError` and the like.
#[must_use]
pub fn failure_in(event: Event<'_>) -> Option<ApiError> {
    let known = STATUSES.iter().find(|(name, _)| {
        let begins = event.name.get(..name.len());
        begins.is_some_and(|begins| begins.eq_ignore_ascii_case(name))
    });
    let is_failure = known.is_some()
        || ["Exception", "Error", "Failure"].iter().any(|end| event.name.ends_with(end));
    if !is_failure {
        return None;
    }
    let stated = original_status(event.data);
    let status = stated.or(known.map(|(_, status)| *status)).unwrap_or(502);
    let mut error = failure::api_error(status, event.data);
    if event.data.is_empty() {
        error.message = format!("The provider's stream ended with `{}`.", event.name);
    }
    Some(error)
}

/// The status with which the model failed behind the service.
#[must_use]
pub fn original_status(body: &[u8]) -> Option<u16> {
    #[derive(serde::Deserialize)]
    struct Original {
        #[serde(alias = "OriginalStatusCode", alias = "originalStatusCode")]
        status: u16,
    }
    let original: Original = serde_json::from_slice(body).ok()?;
    Some(original.status).filter(|status| (400..600).contains(status))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(name: &str, data: &str) -> Option<(u16, String)> {
        failure_in(Event { name, data: data.as_bytes() }).map(|error| (error.status, error.message))
    }

    #[test]
    fn failures_are_told_by_their_names() {
        let slow = r#"{"message":"Too many requests"}"#;
        assert_eq!(failure("throttlingException", slow), Some((429, "Too many requests".into())));
        let model = r#"{"message":"It broke","originalStatusCode":424,"originalMessage":"x"}"#;
        assert_eq!(failure("modelStreamErrorException", model), Some((424, "It broke".into())));
        let broken = r#"{"ErrorCode":"ModelInvocationTimeExceeded","Message":"Too long"}"#;
        assert_eq!(failure("ModelStreamError", broken), Some((502, "Too long".into())));
        let (status, message) = failure("InternalStreamFailure", "").unwrap();
        assert_eq!(status, 500);
        assert!(message.contains("InternalStreamFailure"));
        assert_eq!(failure("unheardOfException", "{}").unwrap().0, 502);
        for name in ["chunk", "PayloadPart", "messageStart", "", "initial-response", "é"] {
            assert_eq!(failure(name, "{}"), None, "{name}");
        }
    }
}
