//! The configuration once it is read and found good: only what the plugin uses, in its own terms.

use super::labels::Labels;
use super::lookup::Lookup;
use super::pricing::Pricing;
use crate::dialect::{Secret, Side, Target};
use crate::operation::Operation;
use hashbrown::HashMap;

/// Everything a gateway knows. Shared by all requests that started under it.
#[derive(Debug, Default)]
pub struct Config {
    pub role: Role,
    /// In the order of `model_list`.
    pub deployments: Vec<Deployment>,
    /// Model groups by the name that clients ask for, in the order of `model_list`.
    pub groups: Vec<Group>,
    /// `router_settings.model_group_alias`: further names of groups.
    pub aliases: HashMap<String, Alias>,
    pub routing: Routing,
    pub limits: Limits,
    /// `general_settings.master_key`: clients must present it where it is set.
    pub master_key: Option<Secret>,
    /// `dragoman.loop_cluster`: the Envoy cluster that leads to the adapter's listener.
    pub loop_cluster: String,
    /// Something reads what the access log is told (`dragoman.access_log` is not `off`).
    pub access_log: bool,
    /// Built by the first [`Config::group`].
    pub lookup: Lookup,
}

/// A further name of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alias {
    /// The group, or a model that a wildcard group takes.
    pub group: String,
    /// `GET /v1/models` does not list it.
    pub hidden: bool,
}

/// Which of the plugin's faces a filter shows; `dragoman.role`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Role {
    /// The client's face, in front of the retrying router.
    Gateway,
    /// The provider's face, behind the internal listener.
    Adapter,
    /// Both in one filter, without retries across providers.
    #[default]
    Solo,
}

/// Deployments that answer to one name.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Group {
    /// `model_name`. One that holds `*` matches any model that fits, and what the `*` stood for goes
    /// into the deployment's model name.
    pub name: String,
    /// Indices into [`Config::deployments`], in the order of `model_list`.
    pub deployments: Vec<usize>,
}

/// One entry of `model_list`.
#[derive(Debug, Clone)]
pub struct Deployment {
    /// `model_info.id`, or one made from the entry's content (not its key), stable over restarts.
    pub id: String,
    /// `model_name`.
    pub group: String,
    /// Of its metrics.
    pub labels: Labels,
    pub target: Target,
    /// Where `target.credential` is absent and the provider wants one: what to do about it, as a whole
    /// sentence for the error that requests get.
    pub missing_key: Option<String>,
    /// The Envoy cluster that leads to `target.endpoint`.
    pub cluster: String,
    /// Weights for simple-shuffle: the first kind that any deployment of the group has decides.
    pub weight: Option<f64>,
    /// Requests per minute.
    pub rpm: Option<u64>,
    /// Tokens per minute.
    pub tpm: Option<u64>,
    /// `litellm_params.order`: lower is tried first; deployments without one come last.
    pub order: Option<u32>,
    /// Time for a whole answer, ms; `litellm_params.timeout`.
    pub timeout_ms: Option<u64>,
    /// Time until a stream's first content, ms; `litellm_params.stream_timeout`.
    pub stream_timeout_ms: Option<u64>,
    /// ms; `litellm_params.cooldown_time`.
    pub cooldown_ms: Option<u64>,
    pub pricing: Pricing,
    /// What the model is for: `model_info.mode`, else what the price list says; absent where neither
    /// does, and the provider decides.
    pub operation: Option<Operation>,
    /// `model_info`, as `GET /v1/models/{id}` may show it (no secrets live there).
    pub max_input_tokens: Option<u64>,
}

impl Deployment {
    /// Whether requests of this kind are for this model, as far as is known.
    #[must_use]
    pub fn is_for(&self, operation: Operation) -> bool {
        self.operation.is_none_or(|known| known == operation)
    }

    /// Whether model and provider can serve such requests, as far as is known.
    #[must_use]
    pub fn serves(&self, operation: Operation) -> bool {
        self.is_for(operation) && Side::of(operation, self.target.provider).is_some()
    }
}

/// `router_settings` and the parts of `litellm_settings` that mean the same.
#[derive(Debug, Clone, PartialEq)]
pub struct Routing {
    pub strategy: Strategy,
    /// Further tries within a group after the first.
    pub num_retries: u32,
    /// Time for a whole answer, ms; `timeout` / `request_timeout`.
    pub timeout_ms: u64,
    /// Time until a stream's first content, ms; where absent, `timeout_ms` counts.
    pub stream_timeout_ms: Option<u64>,
    pub cooldown_ms: u64,
    /// Failures within a minute that a deployment may have before it is cooled down.
    pub allowed_fails: u32,
    pub disable_cooldowns: bool,
    pub fallbacks: Fallbacks,
    /// Used instead of `fallbacks` when the prompt is too long.
    pub context_window_fallbacks: Fallbacks,
    /// Used instead of `fallbacks` when the provider refuses the content.
    pub content_policy_fallbacks: Fallbacks,
    /// Groups for every group that has no `fallbacks` of its own; `fallbacks: [{"*": …}]`.
    pub default_fallbacks: Vec<String>,
}

impl Default for Routing {
    /// LiteLLM's defaults.
    fn default() -> Self {
        Self {
            strategy: Strategy::SimpleShuffle,
            num_retries: 2,
            timeout_ms: 600_000,
            stream_timeout_ms: None,
            cooldown_ms: 5_000,
            allowed_fails: 3,
            disable_cooldowns: false,
            fallbacks: Fallbacks::default(),
            context_window_fallbacks: Fallbacks::default(),
            content_policy_fallbacks: Fallbacks::default(),
            default_fallbacks: Vec::new(),
        }
    }
}

/// Model group → the groups to try after it, in order. In the context window and content policy
/// lists, `*` stands for every group that has no list of its own.
pub type Fallbacks = HashMap<String, Vec<String>>;

/// How a deployment is picked among the healthy ones of the best order; `routing_strategy`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Strategy {
    /// By weight, at random.
    #[default]
    SimpleShuffle,
    /// The one with the fewest requests in flight.
    LeastBusy,
}

/// Bounds of what a client may send; under `dragoman.limits`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Longest request body, bytes. Envoy's buffers must be as large; the tool renders them so.
    pub max_request_body_bytes: usize,
    /// Longest whole (not streamed) response body, bytes.
    pub max_response_body_bytes: usize,
    /// Most attempts one request may take over all groups.
    pub max_attempts: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_request_body_bytes: 32 * 1024 * 1024,
            max_response_body_bytes: 32 * 1024 * 1024,
            max_attempts: 16,
        }
    }
}
