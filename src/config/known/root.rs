//! The top level.

use super::Support::{Inert, Unenforced, Used};
use super::{Known, Section};

pub const ROOT: Section = Section {
    name: "(top level)",
    known: &[
        Known {
            names: &[
                "model_list",
                "router_settings",
                "litellm_settings",
                "general_settings",
                "environment_variables",
                "credential_list",
                "include",
                "dragoman",
                "x-*",
            ],
            support: Used,
        },
        Known {
            names: &["guardrails"],
            support: Unenforced("Prompts and answers pass unchecked, so check them elsewhere."),
        },
        Known {
            names: &["policies", "policy_attachments"],
            support: Unenforced("Policies are not applied to any request."),
        },
        Known {
            names: &["enable_jwt_auth", "litellm_jwtauth"],
            support: Unenforced(
                "Tokens are not checked; Envoy's own JWT filter can stand before Dragoman.",
            ),
        },
        Known {
            names: &["mcp_servers", "mcp_tools", "agents", "agent_list", "search_tools"],
            support: Inert("Only chat completions, embeddings and models are served."),
        },
        Known {
            names: &["vector_store_registry", "sandbox_tools", "worker_registry", "plugins"],
            support: Inert("Only chat completions, embeddings and models are served."),
        },
        Known {
            names: &[
                "assistant_settings",
                "finetune_settings",
                "files_settings",
                "default_vertex_config",
                "pass_through_endpoints",
            ],
            support: Inert("Only chat completions, embeddings and models are served."),
        },
        Known {
            names: &["prompts"],
            support: Inert("Requests are sent as the client wrote them."),
        },
        Known {
            names: &["callback_settings"],
            support: Inert("Envoy's metrics and access log tell what happened."),
        },
    ],
};
