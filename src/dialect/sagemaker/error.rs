//! Errors: SageMaker's own, and those of the container that it reports.

use crate::dialect::{aws, failure};
use crate::openai::ApiError;
use serde::Deserialize;

/// What SageMaker says about a container that failed; its own status is 424 then.
///
/// Source: <https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html>,
/// "ModelError".
#[derive(Deserialize)]
struct ModelError {
    #[serde(rename = "OriginalMessage")]
    message: String,
}

/// Reads an error response.
#[must_use]
pub fn read(status: u16, body: &[u8]) -> ApiError {
    let Some(original) = aws::original_status(body) else {
        return failure::api_error(status, body);
    };
    match serde_json::from_slice::<ModelError>(body) {
        Ok(said) if !said.message.trim().is_empty() => {
            failure::api_error(original, said.message.as_bytes())
        }
        _ => failure::api_error(original, body),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_containers_own_error_is_told() {
        let body = br#"{"ErrorCode":"CLIENT_ERROR_FROM_MODEL","LogStreamArn":"arn:x","Message":"Received client error (422) from primary with message \"x\".","OriginalMessage":"{\"error\":\"Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096\",\"error_type\":\"validation\"}","OriginalStatusCode":422}"#;
        let error = read(424, body);
        assert_eq!((error.status, error.code.as_deref()), (422, Some("context_length_exceeded")));
        assert!(error.message.starts_with("Input validation error"));
        let error = read(404, br#"{"message":"Endpoint x not found"}"#);
        assert_eq!((error.status, error.message.as_str()), (404, "Endpoint x not found"));
        let plain = br#"{"Message":"Received server error (500)","OriginalStatusCode":500}"#;
        assert_eq!(read(424, plain).message, "Received server error (500)");
    }
}
