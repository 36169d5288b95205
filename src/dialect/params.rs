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

    /// Decides about a parameter that the target cannot take. `why` completes the sentence
    /// "`x` cannot be sent to anthropic: …" and ends without a full stop.
    ///
    /// Returns whether to send it as it is (`allowed_openai_params`); otherwise it was dropped.
    ///
    /// # Errors
    /// 400 naming it, unless `drop_params` is on.
    pub fn unsupported(&mut self, name: &str, why: &str) -> Result<bool, ApiError> {
        if self.policy.allowed_openai_params.iter().any(|allowed| allowed == name) {
            return Ok(true);
        }
        if self.policy.drop_params {
            self.dropped.push(name.to_owned());
            return Ok(false);
        }
        let message = format!(
            "`{name}` cannot be sent to {}: {why}. Leave it out, or set `drop_params: true` to have \
             such parameters dropped.",
            self.provider
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
