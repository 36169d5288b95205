//! `dragoman`: what LiteLLM has no word for.

use super::Support::Used;
use super::{Known, Section};

pub const DRAGOMAN: Section = Section {
    name: "dragoman",
    known: &[Known {
        names: &[
            "role",
            "listen",
            "admin",
            "workers",
            "limits",
            "cluster_name_format",
            "loop_cluster",
            "ca_file",
            "access_log",
        ],
        support: Used,
    }],
};

pub const LIMITS: Section = Section {
    name: "dragoman.limits",
    known: &[Known {
        names: &[
            "max_request_body_mb",
            "max_request_body_bytes",
            "max_response_body_mb",
            "max_response_body_bytes",
            "max_attempts",
        ],
        support: Used,
    }],
};
