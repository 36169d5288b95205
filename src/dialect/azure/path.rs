//! Azure's addresses.
//!
//! ```text
//! /openai/deployments/{deployment}/chat/completions?api-version=2025-02-01-preview
//! /openai/v1/chat/completions
//! ```
//!
//! The second, newer surface takes the deployment from the body. A base address may stop anywhere
//! along the way; what is missing is added.

use crate::dialect::segment::segment;
use crate::dialect::{Endpoint, Target};
use crate::openai::ApiError;
use crate::operation::Operation;

/// LiteLLM's default.
const DEFAULT_VERSION: &str = "2025-02-01-preview";

/// From this version on `stream_options` is known:
/// <https://learn.microsoft.com/en-us/azure/ai-services/openai/api-version-lifecycle>.
const STREAM_OPTIONS_SINCE: &str = "2024-09-01";

/// Which of Azure's API versions is spoken.
#[derive(Debug, PartialEq, Eq)]
pub enum Version {
    /// The surface without versions.
    V1,
    /// `2024-10-21`, `2025-02-01-preview`.
    Dated(String),
}

impl Version {
    /// The configured version, else the one in the base address, else the default.
    #[must_use]
    pub fn of(target: &Target) -> Self {
        let in_query = target
            .endpoint
            .query()
            .and_then(|query| query.split('&').find_map(|pair| pair.strip_prefix("api-version=")));
        let path = target.endpoint.base_path();
        match target.api_version.as_deref().or(in_query) {
            Some("v1" | "latest" | "preview") => Self::V1,
            None if path.ends_with("/openai/v1") || path.contains("/openai/v1/") => Self::V1,
            Some(version) => Self::Dated(version.to_owned()),
            None => Self::Dated(DEFAULT_VERSION.to_owned()),
        }
    }

    /// Older versions refuse the parameter, and then give no usage in streams at all.
    #[must_use]
    pub fn takes_stream_options(&self) -> bool {
        match self {
            Self::V1 => true,
            Self::Dated(version) => version.as_str() >= STREAM_OPTIONS_SINCE,
        }
    }
}

/// Path and query of an operation.
///
/// # Errors
/// 400 for a deployment that cannot stand in an address.
pub fn of(
    operation: Operation,
    endpoint: &Endpoint,
    deployment: &str,
    version: &Version,
) -> Result<String, ApiError> {
    let path = operation.path();
    let deployment = segment(deployment)?;
    let base = endpoint.base_path();
    let suffix = if base.ends_with(path) {
        String::new()
    } else if base.contains("/openai/deployments/") || base.ends_with("/openai/v1") {
        path.to_owned()
    } else {
        let openai = if base.ends_with("/openai") { "" } else { "/openai" };
        match version {
            Version::V1 => format!("{openai}/v1{path}"),
            Version::Dated(_) => format!("{openai}/deployments/{deployment}{path}"),
        }
    };
    let given = endpoint.query().is_some_and(|query| query.contains("api-version="));
    let query = match version {
        Version::Dated(version) if !given => format!("?api-version={}", segment(version)?),
        _ => String::new(),
    };
    Ok(endpoint.join(&format!("{suffix}{query}")))
}
