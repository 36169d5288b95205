//! Where in a configuration something stands, such as `model_list[0].litellm_params.model`.

use std::fmt;

/// A chain of steps back to the root. It is written out only for a problem, so that reading a good
/// configuration builds no strings.
#[derive(Debug, Clone, Copy)]
pub struct Path<'a> {
    parent: Option<&'a Path<'a>>,
    step: Step<'a>,
}

#[derive(Debug, Clone, Copy)]
enum Step<'a> {
    Root,
    Member(&'a str),
    Item(usize),
}

impl<'a> Path<'a> {
    /// The whole document; it is written as nothing.
    pub const ROOT: Path<'static> = Path { parent: None, step: Step::Root };

    #[must_use]
    pub fn member(&'a self, name: &'a str) -> Path<'a> {
        Path { parent: Some(self), step: Step::Member(name) }
    }

    #[must_use]
    pub fn item(&'a self, index: usize) -> Path<'a> {
        Path { parent: Some(self), step: Step::Item(index) }
    }

    /// The name of the member that stands here.
    #[must_use]
    pub fn name(&self) -> Option<&'a str> {
        match self.step {
            Step::Member(name) => Some(name),
            Step::Root | Step::Item(_) => None,
        }
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(parent) = self.parent {
            fmt::Display::fmt(parent, f)?;
        }
        let first = self.parent.is_none_or(|parent| matches!(parent.step, Step::Root));
        match self.step {
            Step::Root => Ok(()),
            Step::Item(index) => write!(f, "[{index}]"),
            Step::Member(name) if is_plain(name) && first => f.write_str(name),
            Step::Member(name) if is_plain(name) => write!(f, ".{name}"),
            // Model names hold dots and slashes. `{:?}` escapes quotes, so `["` marks the start.
            Step::Member(name) => write!(f, "[{name:?}]"),
        }
    }
}

fn is_plain(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
}

/// The written path of what holds the value at `path`; `None` for the root.
#[must_use]
pub fn parent(path: &str) -> Option<&str> {
    let at = if path.ends_with("\"]") {
        path.rfind("[\"")?
    } else if path.ends_with(']') {
        path.rfind('[')?
    } else if path.is_empty() {
        return None;
    } else {
        path.rfind('.').unwrap_or(0)
    };
    path.get(..at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_written_path_leads_back_to_the_root() {
        let list = Path::ROOT.member("model_list");
        let entry = list.item(3);
        let params = entry.member("litellm_params");
        assert_eq!(params.to_string(), "model_list[3].litellm_params");
        let odd = params.member("gpt-4.1 [\"x\"]");
        assert_eq!(odd.to_string(), r#"model_list[3].litellm_params["gpt-4.1 [\"x\"]"]"#);
        let mut walked = vec![odd.to_string()];
        while let Some(up) = walked.last().and_then(|path| parent(path)).map(str::to_owned) {
            walked.push(up);
        }
        assert_eq!(
            walked[1..],
            ["model_list[3].litellm_params", "model_list[3]", "model_list", ""]
        );
    }

    #[test]
    fn a_member_of_the_root_may_have_an_odd_name() {
        assert_eq!(Path::ROOT.member("a.b").to_string(), r#"["a.b"]"#);
        assert_eq!(parent(r#"["a.b"]"#), Some(""));
    }
}
