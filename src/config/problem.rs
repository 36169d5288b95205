//! What is wrong with a configuration, or has no effect.

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The setting has no effect here; everything else works.
    Warning,
    /// The configuration cannot be used.
    Error,
}

/// One finding, to be shown with the line of its path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub severity: Severity,
    /// Such as `model_list[2].litellm_params.weight`.
    pub path: String,
    /// Whole sentences: what is there, what was expected, what to do.
    pub message: String,
}
