//! `model_list`, and what belongs to it.

use super::Support::{Inert, Unenforced, Used};
use super::{Known, Section};

pub const ENTRY: Section = Section {
    name: "model_list[]",
    known: &[
        Known { names: &["model_name", "litellm_params", "model_info"], support: Used },
        Known {
            names: &["rpm", "tpm"],
            support: Inert("LiteLLM reads it from `litellm_params`: move it there."),
        },
        Known { names: &["blocked"], support: Unenforced("The deployment gets requests.") },
    ],
};

/// Other members of `litellm_params` are defaults for members of the request, or prices.
pub const PARAMS: Section = Section {
    name: "model_list[].litellm_params",
    known: &[
        Known {
            names: &[
                "model",
                "custom_llm_provider",
                "api_key",
                "api_base",
                "base_url",
                "api_version",
                "organization",
                "vertex_project",
                "vertex_location",
                "account_id",
                "project_id",
                "space_id",
                "litellm_credential_name",
                "timeout",
                "request_timeout",
                "stream_timeout",
                "cooldown_time",
                "weight",
                "rpm",
                "tpm",
                "order",
                "extra_headers",
                "drop_params",
                "additional_drop_params",
                "allowed_openai_params",
                "aws_bedrock_runtime_endpoint",
                "aws_access_key_id",
                "aws_secret_access_key",
                "aws_session_token",
                "aws_region_name",
                "aws_role_name",
                "aws_session_name",
                "aws_external_id",
                "aws_web_identity_token",
                "aws_sts_endpoint",
                "aws_credentials",
                "azure_ad_token",
                "tenant_id",
                "client_id",
                "client_secret",
                "azure_scope",
                "vertex_credentials",
                "vertex_ai_credentials",
                "oci_user",
                "oci_fingerprint",
                "oci_tenancy",
                "oci_key",
                "oci_key_file",
            ],
            support: Used,
        },
        Known {
            names: &["max_retries", "num_retries", "retry_policy", "retry_strategy"],
            support: Inert("`router_settings.num_retries` counts for every deployment."),
        },
        Known {
            names: &["fallbacks", "context_window_fallback_dict", "max_fallbacks"],
            support: Inert("Set fallbacks in `router_settings`."),
        },
        Known { names: &["messages", "stream"], support: Inert("Only the client says this.") },
        Known {
            names: &["max_parallel_requests", "itpm", "otpm", "max_file_size_mb"],
            support: Unenforced("The deployment gets every request that is routed to it."),
        },
        Known {
            names: &[
                "max_budget",
                "budget_duration",
                "default_api_key_tpm_limit",
                "default_api_key_rpm_limit",
            ],
            support: Unenforced("Nothing stops requests when the limit is reached."),
        },
        Known {
            names: &["guardrails"],
            support: Unenforced("Prompts and answers pass unchecked, so check them elsewhere."),
        },
        Known {
            names: &["tags", "tag_regex", "allowed_model_region", "region_name", "data_residency"],
            support: Unenforced(
                "The deployment gets requests whatever their tags or region; put it into a group \
                 of its own.",
            ),
        },
        Known {
            names: &["configurable_clientside_auth_params"],
            support: Inert("A client cannot choose the address or the key."),
        },
        Known {
            names: &["mock_response", "mock_timeout"],
            support: Inert("Requests go to the provider; `dragoman mock` plays one for tests."),
        },
        Known {
            names: &["timeout_by_service_tier", "stream_timeout_by_service_tier"],
            support: Inert("`timeout` and `stream_timeout` hold for every service tier."),
        },
        Known {
            names: &["ssl_verify"],
            support: Inert("Certificates are always checked, against `dragoman.ca_file`."),
        },
        Known {
            names: &["headers", "provider_specific_header"],
            support: Inert("Headers for the provider are set with `extra_headers`."),
        },
        Known {
            names: &[
                "azure_*",
                "aws_*",
                "vertex_*",
                "watsonx_*",
                "oci_*",
                "anthropic_*",
                "openai_identity_*",
                "openai_service_*",
                "use_xai_oauth",
            ],
            support: Inert(
                "It serves neither to sign in nor to find the provider; docs/authentication.md says \
                 what does.",
            ),
        },
        Known {
            names: &["s3_*", "gcs_*", "bucket_name", "bedrock_tags", "use_in_pass_through"],
            support: Inert("Only chat completions and embeddings are served."),
        },
        Known {
            names: &[
                "auto_router_*",
                "complexity_router_*",
                "adaptive_router_*",
                "quality_router_*",
                "silent_model",
                "model_list",
                "routing_strategy",
                "enable_tag_filtering",
                "fastest_response",
                "provider_affinity_header",
                "model_alias_map",
            ],
            support: Inert("The deployment is picked as `router_settings` says."),
        },
        Known {
            names: &["caching", "cache", "ttl", "caching_groups", "cache_key", "preset_cache_key"],
            support: Inert("Every request goes to the provider."),
        },
        Known {
            names: &[
                "prompt_id",
                "prompt_variables",
                "prompt_version",
                "prompt_environment",
                "prompt_label",
                "litellm_system_prompt",
                "custom_prompt_dict",
                "roles",
                "final_prompt_value",
                "initial_prompt_value",
                "bos_token",
                "eos_token",
                "hf_model_name",
                "supports_system_message",
                "supports_system_prompt",
                "ensure_alternating_roles",
                "user_continue_message",
                "assistant_continue_message",
                "disable_add_transform_inline_image_block",
                "enable_prompt_caching",
            ],
            support: Inert("Requests are sent as the client wrote them."),
        },
        Known {
            names: &[
                "keepalive_seconds",
                "allow_client_keepalive_override",
                "stream_chunk_size",
                "stream_response",
                "complete_response",
                "merge_reasoning_content_in_choices",
                "enable_json_schema_validation",
                "fireworks_forward_user_id",
            ],
            support: Inert("Answers are passed on as the provider gives them."),
        },
        Known {
            names: &[
                "use_litellm_proxy",
                "use_chat_completions_api",
                "azure",
                "use_client",
                "rust",
            ],
            support: Inert("The provider is the one that `model` names."),
        },
        Known {
            names: &[
                "litellm_*",
                "langfuse_*",
                "langsmith_*",
                "arize_*",
                "metadata",
                "turn_off_message_logging",
            ],
            support: Inert("Nothing is sent to logging services."),
        },
        Known {
            names: &[
                "logger_fn",
                "verbose",
                "no-log",
                "max_agentic_loops",
                "model_info",
                "base_model",
            ],
            support: Inert("Put what describes the model into `model_info`."),
        },
        Known {
            names: &["vector_store_id", "milvus_*", "valkey_*", "search_tool_name"],
            support: Inert("Only chat completions and embeddings are served."),
        },
    ],
};

/// Anything else in `model_info` is a remark.
pub const INFO: Section = Section {
    name: "model_list[].model_info",
    known: &[
        Known {
            names: &[
                "id",
                "mode",
                "base_model",
                "max_tokens",
                "max_input_tokens",
                "max_output_tokens",
            ],
            support: Used,
        },
        Known {
            names: &["team_id", "access_groups", "access_windows", "member_auto_router"],
            support: Unenforced("Every client can use the deployment."),
        },
        Known { names: &["blocked"], support: Unenforced("The deployment gets requests.") },
        Known {
            names: &["team_public_model_name", "enable_tag_filtering", "allow_fail_open"],
            support: Inert("Clients ask for the deployment by its `model_name`."),
        },
        Known {
            names: &["ptu_count", "cost_per_ptu_per_hour", "ptu_effective_*"],
            support: Inert("Cost is counted per token."),
        },
    ],
};

pub const CREDENTIAL: Section = Section {
    name: "credential_list[]",
    known: &[
        Known { names: &["credential_name", "credential_values"], support: Used },
        Known {
            names: &["credential_info"],
            support: Inert("It is a remark; nothing depends on it."),
        },
    ],
};

pub const ALIAS: Section = Section {
    name: "router_settings.model_group_alias.*",
    known: &[Known { names: &["model", "hidden"], support: Used }],
};
