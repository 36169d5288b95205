//! What happens to a parameter that a target cannot take: LiteLLM's three switches.

use crate::openai::ApiError;
use crate::openai::request::Field;

/// The switches, global ones and the deployment's own merged.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ParamPolicy {
    /// Leave out what the target cannot take, instead of refusing the request.
    pub drop_params: bool,
    /// Always leave these out: member names, or paths such as `tools[*].function.strict`.
    pub additional_drop_params: Vec<String>,
    /// Send these as they are, although the target is not known to take them.
    pub allowed_openai_params: Vec<String>,
}

/// Most names that are noted as left out: clients choose some of them.
const MAX_NOTED: usize = 64;

/// Collects the fate of parameters while one request is translated.
#[derive(Debug)]
pub struct Params<'a> {
    policy: &'a ParamPolicy,
    provider: &'a str,
    dropped: Vec<String>,
}

impl<'a> Params<'a> {
    #[must_use]
    pub fn new(policy: &'a ParamPolicy, provider: &'a str) -> Self {
        Self { policy, provider, dropped: Vec::new() }
    }

    /// Whether the configuration has it sent in any case.
    #[must_use]
    pub fn allows(&self, name: &str) -> bool {
        self.policy.allowed_openai_params.iter().any(|allowed| allowed == name)
    }

    /// Decides about a parameter that the target cannot take. `why` completes the sentence
    /// "`x` cannot be sent to anthropic: …" and ends without a full stop.
    ///
    /// Returns whether to send it as it is (`allowed_openai_params`); otherwise it was dropped.
    ///
    /// # Errors
    /// 400 naming it, unless `drop_params` is on.
    pub fn unsupported(&mut self, name: &str, why: &str) -> Result<bool, ApiError> {
        if self.allows(name) {
            return Ok(true);
        }
        if self.policy.drop_params {
            self.dropped.push(name.to_owned());
            return Ok(false);
        }
        let message = format!(
            "`{name}` cannot be sent to {}: {why}. Leave it out, set `drop_params: true` to have such \
             parameters dropped, or list `{}` in `additional_drop_params`.",
            self.provider,
            anywhere(name)
        );
        Err(ApiError::unsupported(name, message))
    }

    /// The same for a whole top-level member; see [`Params::unsupported`].
    ///
    /// # Errors
    /// 400 naming it.
    pub fn unsupported_field(&mut self, field: &Field<'_>, why: &str) -> Result<bool, ApiError> {
        self.unsupported(field.name, why)
    }

    /// Notes something that is left out because it says nothing to this target, such as the `name`
    /// of a speaker. For what changes the answer there is [`Params::unsupported`].
    pub fn leave_out(&mut self, name: &str) {
        if self.dropped.len() < MAX_NOTED && !self.dropped.iter().any(|known| known == name) {
            self.dropped.push(name.to_owned());
        }
    }

    /// The names of what was dropped.
    #[must_use]
    pub fn into_dropped(self) -> Vec<String> {
        self.dropped
    }
}

/// A path with `[*]` in the place of its indices, as `additional_drop_params` has it.
fn anywhere(path: &str) -> String {
    let mut parts = path.split('[');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits = part.trim_start_matches(|c: char| c.is_ascii_digit());
        let is_index = digits.len() < part.len() && digits.starts_with(']');
        out.push_str(if is_index { "[*" } else { "[" });
        out.push_str(if is_index { digits } else { part });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_says_how_to_have_the_parameter_dropped_everywhere_or_alone() {
        let policy = ParamPolicy::default();
        let mut params = Params::new(&policy, "p");
        let refused = params.unsupported("tools[12].function.strict", "it cannot").unwrap_err();
        assert_eq!(refused.param.as_deref(), Some("tools[12].function.strict"));
        assert!(refused.message.contains("`drop_params: true`"), "{}", refused.message);
        let listed = "list `tools[*].function.strict` in `additional_drop_params`";
        assert!(refused.message.contains(listed), "{}", refused.message);
    }

    #[test]
    fn only_indices_are_replaced_in_a_path() {
        assert_eq!(anywhere("a[0].b[10]"), "a[*].b[*]");
        assert_eq!(anywhere("a[x][1"), "a[x][1");
        assert_eq!(anywhere("n"), "n");
    }
}
