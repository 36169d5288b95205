//! The errors that Envoy makes itself, in the words a client gets.

use super::site::Site;
use serde::Serialize;

/// One row; the first whose condition holds answers.
#[derive(Serialize)]
pub struct LocalReply {
    /// A CEL expression over the response.
    when: String,
    message: String,
    r#type: &'static str,
    code: &'static str,
    /// Another deployment may do better.
    retry: bool,
}

impl LocalReply {
    /// `%…%` in the message is Envoy's own substitution.
    ///
    /// A reply that a filter makes carries no code details, and Envoy's always do: that is how the
    /// plugin's answers are told apart.
    fn new(condition: &str, kind: &'static str, code: &'static str, message: &str) -> Self {
        let when = format!("response.code_details != '' && {condition}");
        Self { when, message: message.to_owned(), r#type: kind, code, retry: false }
    }

    /// Envoy asks for the next attempt by itself: where the plugin holds an answer's headers back
    /// and the provider then resets, the reply passes the plugin by.
    fn or_elsewhere(self) -> Self {
        Self { retry: true, ..self }
    }
}

const INVALID: &str = "invalid_request_error";
const TIMEOUT: &str = "timeout_error";
const SERVER: &str = "server_error";

/// What can go wrong between a client and Envoy, and what comes from further inside.
#[must_use]
pub fn to_clients(site: &Site) -> Vec<LocalReply> {
    let mut rows = vec![
        LocalReply::new(
            "response.code == 413",
            INVALID,
            "request_too_large",
            &format!("The request body is longer than the limit of {} bytes.", site.request_limit),
        ),
        LocalReply::new(
            "response.code == 431",
            INVALID,
            "headers_too_large",
            "The request's headers are longer than the limit of 60 KiB.",
        ),
        LocalReply::new(
            "response.code == 426",
            INVALID,
            "http_version_not_supported",
            "HTTP/1.0 is not served: use HTTP/1.1 or HTTP/2.",
        ),
        LocalReply::new(
            "response.code == 408",
            TIMEOUT,
            "timeout",
            "The request did not arrive whole in time.",
        ),
        LocalReply::new(
            "response.code < 500",
            INVALID,
            "invalid_http",
            "The request is not valid HTTP (%RESPONSE_CODE_DETAILS%).",
        ),
    ];
    rows.extend(to_attempts(site));
    rows
}

/// What can go wrong between Envoy and a provider.
#[must_use]
pub fn to_attempts(site: &Site) -> Vec<LocalReply> {
    let limit = site.exchange_limit;
    vec![
        LocalReply::new(
            "response.code == 413",
            INVALID,
            "request_too_large",
            &format!("The translated request is longer than the limit of {limit} bytes."),
        ),
        LocalReply::new(
            "response.code_details == 'response_payload_too_large'",
            SERVER,
            "response_too_large",
            &format!("The provider's answer is longer than the limit of {limit} bytes."),
        ),
        LocalReply::new(
            "response.code_details.startsWith('wasm_')",
            SERVER,
            "internal_error",
            "Dragoman failed and has been restarted; send the request again.",
        ),
        LocalReply::new(
            "response.code == 504",
            TIMEOUT,
            "timeout",
            "The model's provider did not answer in time.",
        )
        .or_elsewhere(),
        LocalReply::new(
            "response.code_details.startsWith('upstream_reset_after')",
            SERVER,
            "upstream_unavailable",
            "The model's provider broke off before it had said anything (%RESPONSE_CODE_DETAILS%).",
        )
        .or_elsewhere(),
        LocalReply::new(
            "response.code == 503",
            SERVER,
            "upstream_unavailable",
            "The model's provider cannot be reached (%RESPONSE_CODE_DETAILS%).",
        )
        .or_elsewhere(),
        LocalReply::new(
            "response.code >= 400",
            SERVER,
            "internal_error",
            "Envoy could not handle the request (%RESPONSE_CODE_DETAILS%).",
        )
        .or_elsewhere(),
    ]
}
