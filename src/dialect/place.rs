//! Places in the conversation, for errors.

use crate::openai::ApiError;
use std::fmt;

/// Where a part stands: `messages[2].content[0]`. Written out only for an error.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    pub message: usize,
    pub part: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "messages[{}].content[{}]", self.message, self.part)
    }
}

impl Place {
    /// 400: `member` of the part `what` ("is missing", "must be …").
    #[must_use]
    pub fn wrong(self, member: &str, what: &str) -> ApiError {
        let path = format!("{self}.{member}");
        ApiError::invalid(format!("`{path}` {what}.")).with_param(path)
    }
}
