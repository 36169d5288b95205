//! What is wrong with a configuration, or has no effect.

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The setting has no effect here; everything else works.
    Warning,
    /// The configuration cannot be used.
    Error,
}

impl Severity {
    /// `warning` or `error`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// One finding, to be shown with the line of its path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub severity: Severity,
    /// Such as `model_list[2].litellm_params.weight`; empty for the whole document. Of a member that
    /// is missing, where it should stand.
    pub path: String,
    /// Whole sentences: what is there, what was expected, what to do. Never a credential.
    pub message: String,
}
