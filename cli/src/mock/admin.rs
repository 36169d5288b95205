//! `/__mock/…`: what a test asks the mock itself.

use hyper::{Method, StatusCode};
use serde_json::{Value, json};

use super::server::Mock;

pub const PREFIX: &str = "/__mock/";

/// Answers an admin request, or says what there is.
pub fn answer(mock: &Mock, method: &Method, path: &str) -> (StatusCode, Value) {
    match (method, path.strip_prefix(PREFIX)) {
        (&Method::GET, Some("stats")) => (StatusCode::OK, mock.stats.snapshot()),
        (&Method::GET, Some("requests")) => match mock.journal.recorded() {
            Some(requests) => (StatusCode::OK, requests),
            None => {
                let message = "Requests are not recorded; start the mock with --record.";
                (StatusCode::CONFLICT, json!({ "error": message }))
            }
        },
        (&Method::POST, Some("reset")) => {
            mock.journal.clear();
            mock.failures.clear();
            (StatusCode::OK, json!({ "reset": true }))
        }
        _ => {
            let message = "The mock has GET /__mock/stats, GET /__mock/requests and \
                           POST /__mock/reset.";
            (StatusCode::NOT_FOUND, json!({ "error": message }))
        }
    }
}
