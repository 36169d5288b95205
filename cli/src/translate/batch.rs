//! Thousands of cases in one process: JSON lines in, JSON lines out, one for one.

use super::case::{Case, Direction, Outcome, ResponseCase, error_value};
use super::clock::Clock;
use anyhow::Result;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use dragoman::openai::ApiError;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};
use std::io::{BufRead, BufWriter, Write};
use std::process::ExitCode;

/// A case as a line holds it.
#[derive(Debug, Deserialize)]
struct Line {
    #[serde(default)]
    id: Value,
    direction: String,
    to: String,
    #[serde(default)]
    endpoint: Option<String>,
    #[serde(default)]
    params: Option<Map<String, Value>>,
    #[serde(default)]
    body: Option<Box<RawValue>>,
    #[serde(default)]
    status: Option<u16>,
    #[serde(default)]
    headers: Option<Map<String, Value>>,
    #[serde(default)]
    b64: Option<String>,
    #[serde(default)]
    split: Option<usize>,
}

/// Translates every line of standard input. A line that fails has an `error` for its result.
///
/// # Errors
/// When reading or writing fails.
pub fn run(clock: &Clock) -> Result<ExitCode> {
    let mut out = BufWriter::new(std::io::stdout().lock());
    for line in std::io::stdin().lock().split(b'\n') {
        let line = line?;
        if line.trim_ascii().is_empty() {
            continue;
        }
        let (id, outcome) = match read(&line) {
            Ok(case) => (case.id.clone(), run_one(&case, clock)),
            Err(failed) => (failed.0, Outcome::Error(error_value(&failed.1))),
        };
        serde_json::to_writer(&mut out, &result(&id, &outcome))?;
        out.write_all(b"\n")?;
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// Whatever goes wrong in one case is that case's result.
fn run_one(case: &Case, clock: &Clock) -> Outcome {
    let run = std::panic::AssertUnwindSafe(|| case.run(clock));
    std::panic::catch_unwind(run).unwrap_or_else(|_| {
        let error = ApiError::new(500, "Dragoman failed on this case; please report it.");
        Outcome::Error(error_value(&error))
    })
}

/// The case in a line, or its id and what is wrong with it.
fn read(bytes: &[u8]) -> Result<Case, Box<(Value, ApiError)>> {
    let line: Line = serde_json::from_slice(bytes).map_err(|error| {
        let whole: Option<Value> = serde_json::from_slice(bytes).ok();
        let id = whole.and_then(|line| line.get("id").cloned()).unwrap_or_default();
        Box::new((id, ApiError::invalid(format!("The case cannot be read: {error}."))))
    })?;
    let invalid = |message: String| Box::new((line.id.clone(), ApiError::invalid(message)));
    let direction = match line.direction.as_str() {
        "request" => Direction::Request,
        "response" => Direction::Response,
        other => {
            return Err(invalid(format!("`direction` is `{other}`; use `request` or `response`.")));
        }
    };
    let bytes = line
        .b64
        .as_deref()
        .map(|text| STANDARD.decode(text))
        .transpose()
        .map_err(|error| invalid(format!("`b64` is not base64: {error}.")))?;
    let headers = line.headers.unwrap_or_default().into_iter().map(|(name, value)| {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        (name.to_ascii_lowercase().into(), value.into())
    });
    let response = bytes.map(|bytes| ResponseCase {
        status: line.status.unwrap_or(200),
        headers: headers.collect(),
        bytes,
        split: line.split,
    });
    Ok(Case {
        id: line.id,
        direction,
        to: line.to,
        endpoint: line.endpoint.unwrap_or_else(|| "chat".to_owned()),
        params: line.params.unwrap_or_default(),
        body: line.body.map(|body| body.get().as_bytes().to_vec()),
        response,
    })
}

#[derive(Serialize)]
#[serde(untagged)]
enum Out<'a> {
    Request { id: &'a Value, request: &'a super::case::RequestOut },
    Json { id: &'a Value, status: u16, headers: &'a Map<String, Value>, json: &'a RawValue },
    Other(Value),
}

fn result<'a>(id: &'a Value, outcome: &'a Outcome) -> Out<'a> {
    match outcome {
        Outcome::Request(request) => Out::Request { id, request },
        Outcome::Json { status, headers, json } => Out::Json { id, status: *status, headers, json },
        Outcome::Stream { status, headers, sse } => {
            Out::Other(json!({"id": id, "status": status, "headers": headers, "sse": sse}))
        }
        Outcome::Error(error) => Out::Other(json!({"id": id, "error": error})),
    }
}
