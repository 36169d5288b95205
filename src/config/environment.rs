//! `os.environ/NAME`: values that stand outside the file.

use hashbrown::HashMap;

/// Marks a string that is the name of an environment variable, as LiteLLM writes it.
pub const MARK: &str = "os.environ/";

/// The process's variables, and before them those that the file itself declares.
pub struct Environment<'a> {
    pub outside: &'a dyn Fn(&str) -> Option<String>,
    /// `environment_variables`.
    pub declared: HashMap<String, String>,
}

impl Environment<'_> {
    #[must_use]
    pub fn get(&self, name: &str) -> Option<String> {
        self.declared.get(name).cloned().or_else(|| (self.outside)(name))
    }

    /// The first of `names` that is set to something.
    #[must_use]
    pub fn first<'n>(&self, names: impl IntoIterator<Item = &'n str>) -> Option<(&'n str, String)> {
        names.into_iter().find_map(|name| {
            self.get(name).filter(|value| !value.trim().is_empty()).map(|value| (name, value))
        })
    }
}
