//! `router_settings`.

use super::Support::{Inert, Unenforced, Used};
use super::{Known, Section};

pub const ROUTER: Section = Section {
    name: "router_settings",
    known: &[
        Known {
            names: &[
                "routing_strategy",
                "num_retries",
                "timeout",
                "stream_timeout",
                "cooldown_time",
                "allowed_fails",
                "disable_cooldowns",
                "fallbacks",
                "default_fallbacks",
                "context_window_fallbacks",
                "content_policy_fallbacks",
                "model_group_alias",
            ],
            support: Used,
        },
        Known {
            names: &["retry_policy", "model_group_retry_policy"],
            support: Inert("`num_retries` counts for every kind of error."),
        },
        Known {
            names: &["allowed_fails_policy"],
            support: Inert("`allowed_fails` counts for every kind of error."),
        },
        Known { names: &["retry_after"], support: Inert("The next attempt starts at once.") },
        Known {
            names: &["max_fallbacks"],
            support: Inert("`dragoman.limits.max_attempts` bounds what one request may try."),
        },
        Known {
            names: &["default_litellm_params"],
            support: Inert("Set defaults in each deployment's `litellm_params`."),
        },
        Known {
            names: &["default_max_parallel_requests"],
            support: Unenforced("Deployments get every request that is routed to them."),
        },
        Known {
            names: &["provider_budget_config"],
            support: Unenforced("Nothing stops requests when the budget is spent."),
        },
        Known {
            names: &[
                "enable_tag_filtering",
                "tag_filtering_match_any",
                "tag_routing_prefix",
                "weights",
                "routing_groups",
                "routing_strategy_args",
                "optional_pre_call_checks",
                "deployment_affinity_ttl_seconds",
                "model_group_affinity_config",
                "enable_weighted_failover",
                "plugins",
                "auto_router_capability_limit",
                "max_retries",
            ],
            support: Inert("Every healthy deployment of a group can get the request."),
        },
        Known {
            names: &["enable_pre_call_checks", "enable_pre_call_check"],
            support: Inert(
                "A prompt that is too long goes to the provider; its refusal leads to \
                 `context_window_fallbacks`.",
            ),
        },
        Known {
            names: &[
                "enable_health_check_routing",
                "health_check_staleness_threshold",
                "health_check_ignore_transient_errors",
                "background_health_check_model_groups",
            ],
            support: Inert("Failing deployments are cooled down by the requests that fail."),
        },
        Known {
            names: &["redis_url", "redis_host", "redis_port", "redis_password", "redis_db"],
            support: Inert("Each Envoy keeps its own counts."),
        },
        Known {
            names: &["cache_responses", "cache_kwargs", "caching_groups"],
            support: Inert("Every request goes to a provider."),
        },
        Known {
            names: &["set_verbose", "debug_level", "alerting_config"],
            support: Inert("Envoy's log level and metrics serve instead."),
        },
        Known {
            names: &["client_ttl", "polling_interval", "default_priority", "model_list"],
            support: Inert("Nothing here depends on it."),
        },
        Known {
            names: &["router_general_settings", "ignore_invalid_deployments"],
            support: Inert("A deployment that is wrong is an error."),
        },
        Known {
            names: &["assistants_config", "search_tools"],
            support: Inert("Only chat completions, embeddings and models are served."),
        },
        Known {
            names: &["guardrail_list"],
            support: Unenforced("Prompts and answers pass unchecked, so check them elsewhere."),
        },
    ],
};
