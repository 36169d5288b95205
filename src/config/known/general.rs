//! `general_settings`.

use super::Support::{Inert, Unenforced, Used};
use super::{Known, Section};

pub const GENERAL: Section = Section {
    name: "general_settings",
    known: &[
        Known {
            names: &["master_key", "max_request_size_mb", "max_response_size_mb"],
            support: Used,
        },
        Known {
            names: &["database_url"],
            support: Unenforced(
                "Virtual keys, and the budgets and limits that hang on them, are not known: only \
                 `master_key` is checked.",
            ),
        },
        Known {
            names: &["custom_auth", "custom_auth_*", "enable_jwt_auth", "litellm_jwtauth"],
            support: Unenforced(
                "Only `master_key` is checked; Envoy's own JWT or external authorization filter \
                 can stand before Dragoman.",
            ),
        },
        Known {
            names: &[
                "enable_oauth2_auth",
                "enable_oauth2_proxy_auth",
                "oauth2_config_mappings",
                "allow_user_auth",
                "role_permissions",
                "enforce_rbac",
                "custom_sso",
                "custom_ui_sso_sign_in_handler",
                "litellm_key_header_name",
            ],
            support: Unenforced("Only `master_key` is checked."),
        },
        Known {
            names: &["allowed_ips"],
            support: Unenforced(
                "Every address can connect; restrict them with Envoy's RBAC filter or a firewall.",
            ),
        },
        Known {
            names: &["allowed_routes", "public_routes", "admin_only_routes", "use_x_forwarded_for"],
            support: Unenforced("All routes have the same rule: `master_key`."),
        },
        Known {
            names: &[
                "max_parallel_requests",
                "global_max_parallel_requests",
                "max_in_flight_requests_per_worker",
                "max_queued_requests_per_worker",
                "admission_queue_timeout_seconds",
                "token_rate_limit_type",
                "fail_closed_rate_limit_enforcement",
                "fail_closed_budget_enforcement",
            ],
            support: Unenforced("Requests are not counted or held back."),
        },
        Known {
            names: &[
                "enforce_user_param",
                "enforced_params",
                "reject_clientside_metadata_tags",
                "missing_session_id",
                "enforce_fallback_model_access",
                "default_team_disabled",
                "max_file_size_mb",
                "max_batch_file_*",
                "max_file_downloads_per_minute",
                "allowed_file_extensions",
                "blocked_file_extensions",
                "service_account_settings",
                "user_url_validation",
                "user_url_allowed_hosts",
                "provider_url_destination_allowed_hosts",
                "vector_store_deny_by_default",
                "search_tool_deny_by_default",
            ],
            support: Unenforced("Requests pass without that check."),
        },
        Known {
            names: &[
                "key_management_system",
                "key_management_settings",
                "use_google_kms",
                "use_azure_key_vault",
            ],
            support: Inert("Keys are read from the file and from environment variables only."),
        },
        Known {
            names: &["completion_model", "infer_model_from_keys", "embedding_model"],
            support: Inert("The model is always the one that the request names."),
        },
        Known {
            names: &["moderation_model", "image_generation_model", "pass_through_*"],
            support: Inert("Only chat completions, embeddings and models are served."),
        },
        Known {
            names: &[
                "plugins",
                "passthrough_*",
                "mcp_*",
                "user_mcp_management_mode",
                "search_tools",
            ],
            support: Inert("Only chat completions, embeddings and models are served."),
        },
        Known {
            names: &["forward_client_headers_to_llm_api", "forward_openai_org_id"],
            support: Inert("A client's headers do not reach the provider."),
        },
        Known {
            names: &["forward_llm_provider_auth_headers", "allow_client_side_credentials"],
            support: Inert("A client's own provider keys are not passed on."),
        },
        Known {
            names: &["background_health_checks", "health_check_*", "use_shared_health_check"],
            support: Inert("Failing deployments are cooled down by the requests that fail."),
        },
        Known {
            names: &[
                "background_health_check_model_groups",
                "enable_health_check_routing",
                "model_list_healthy_only",
            ],
            support: Inert("Failing deployments are cooled down by the requests that fail."),
        },
        Known {
            names: &["alerting", "alert_*", "alerting_*", "otel", "tracing", "spend_*"],
            support: Inert("Envoy's metrics and access log tell what happened."),
        },
        Known {
            names: &["disable_spend_*", "disable_error_logs", "maximum_*", "use_spend_logs_*"],
            support: Inert("Nothing is written to a database."),
        },
        Known {
            names: &["database_*", "store_*", "proxy_*", "disable_prisma_schema_update"],
            support: Inert("There is no database."),
        },
        Known {
            names: &[
                "allow_requests_on_db_unavailable",
                "supported_db_objects",
                "use_redis_transaction_buffer",
                "coordination_redis",
                "user_api_key_cache_*",
                "disable_reset_budget",
                "disable_budget_reservation",
                "apply_user_budget_to_team_keys",
                "disable_adding_master_key_hash_to_db",
                "disable_retry_on_max_parallel_request_limit_error",
                "scheduled_job_stagger",
            ],
            support: Inert("There is no database."),
        },
        Known {
            names: &[
                "ui_access_mode",
                "disable_master_key_return",
                "disable_password_login_when_sso_enabled",
                "disable_env_credential_login",
                "password_policy_*",
                "failed_login_*",
                "max_failed_login_*",
                "auto_redirect_ui_login_to_sso",
                "hide_default_credentials_hint",
                "enable_public_model_hub",
                "control_plane_url",
                "allow_cli_sso_*",
                "enable_claude_code_gateway",
                "claude_code_gateway_*",
                "custom_key_*",
                "disable_key_generate_for_org_admin",
                "disable_custom_api_keys",
                "team_metadata_*",
                "custom_team_metadata_validate",
                "use_team_public_model_name",
                "disable_auto_add_proxy_admin_to_teams",
            ],
            support: Inert("There is no admin interface; the file is the configuration."),
        },
        Known {
            names: &[
                "litellm_license",
                "include_call_id_in_error_body",
                "expose_fallback_errors_to_caller",
                "cancel_on_disconnect",
                "always_include_stream_usage",
                "dangerously_permit_weak_or_unset_master_key",
                "allow_public_health_readiness_details",
                "user_header_name",
                "user_header_mappings",
                "trusted_proxy_ranges",
                "enable_drain_endpoint",
                "drain_endpoint_token",
                "transcribe_media_buckets",
                "enable_openai_websocket_passthrough",
                "responses_websocket_session_limit_seconds",
                "disable_responses_id_security",
                "allow_unmanaged_response_ids",
            ],
            support: Inert("Everything works the same without it."),
        },
    ],
};
