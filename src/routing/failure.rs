//! What a failed attempt means for the rest of the plan, and for its deployment.

use super::health::Verdict;
use crate::openai::ApiError;
use crate::openai::error::code;

/// Why an attempt failed, as far as routing is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// The deployment failed or is overloaded; another try may succeed, on it or elsewhere.
    Deployment,
    /// The deployment cannot serve this at all (its key or its model is wrong): only another one may.
    Unfit,
    /// The request is wrong for this kind of deployment; only another group may take it.
    Request,
    /// The prompt is too long for this model.
    ContextWindow,
    /// The provider refuses the content.
    ContentPolicy,
}

impl Failure {
    #[must_use]
    pub fn of(error: &ApiError) -> Self {
        if error.has_code(code::CONTEXT_LENGTH) {
            return Self::ContextWindow;
        }
        if error.has_code(code::CONTENT_POLICY) {
            return Self::ContentPolicy;
        }
        match error.status {
            401 | 403 | 404 => Self::Unfit,
            408 | 409 | 425 | 429 | 500.. => Self::Deployment,
            _ => Self::Request,
        }
    }
}

/// What the deployment's health learns from an error.
#[must_use]
pub fn verdict_of(error: &ApiError) -> Verdict {
    match (Failure::of(error), error.status) {
        (Failure::Unfit, _) => Verdict::Unfit { retry_after_ms: None },
        (Failure::Deployment, 429) => Verdict::Unfit { retry_after_ms: retry_after_ms(error) },
        (Failure::Deployment, _) => Verdict::Failed,
        _ => Verdict::Neutral,
    }
}

/// `Retry-After` as a number of seconds (RFC 9110, 10.2.3). Its other form, a date, is not used by
/// model providers; the configured cooldown stands in for it.
#[must_use]
pub fn retry_after_ms(error: &ApiError) -> Option<u64> {
    let seconds: f64 = error.retry_after.as_deref()?.trim().parse().ok()?;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // the cast saturates
    (seconds.is_finite() && seconds >= 0.0).then_some((seconds * 1000.0) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_told_by_code_and_then_by_status() {
        let of = |status| Failure::of(&ApiError::new(status, "x"));
        for status in [408, 409, 429, 500, 502, 503, 504, 529] {
            assert_eq!(of(status), Failure::Deployment, "{status}");
        }
        for status in [400, 413, 415, 422] {
            assert_eq!(of(status), Failure::Request, "{status}");
        }
        for status in [401, 403, 404] {
            assert_eq!(of(status), Failure::Unfit, "{status}");
        }
        let long = ApiError::invalid("x").with_code(code::CONTEXT_LENGTH);
        assert_eq!(Failure::of(&long), Failure::ContextWindow);
    }

    #[test]
    fn retry_after_decides_the_rest_of_a_rate_limited_deployment() {
        let limited = |after: &str| {
            verdict_of(&ApiError::new(429, "x").with_retry_after(Some(after.to_owned())))
        };
        assert_eq!(limited("1.5"), Verdict::Unfit { retry_after_ms: Some(1_500) });
        assert_eq!(limited("-1"), Verdict::Unfit { retry_after_ms: None });
        assert_eq!(
            limited("Wed, 21 Oct 2026 07:28:00 GMT"),
            Verdict::Unfit { retry_after_ms: None }
        );
    }
}
