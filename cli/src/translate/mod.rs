//! `dragoman translate`: the translation alone, without Envoy, for debugging and for tests.

mod batch;
mod case;
mod clock;
mod target;

use anyhow::{Context, Result, bail};
use case::{Case, Direction, Outcome, ResponseCase};
use clap::{Parser, Subcommand};
use clock::Clock;
use dragoman::session::headers::HeaderText;
use serde_json::{Map, Value};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(Debug, Parser)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
    /// The time to use instead of the clock's, such as 2026-01-01T00:00:00Z; ids become
    /// deterministic too.
    #[arg(long, global = true, value_name = "RFC3339")]
    now: Option<String>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Reads an OpenAI request, prints what the provider would get: {"method","url","headers","body"}.
    Request {
        #[command(flatten)]
        to: To,
    },
    /// Reads a provider's response body, prints what the client would get: JSON, or the stream's bytes.
    Response {
        #[command(flatten)]
        to: To,
        /// The OpenAI request that caused the response.
        #[arg(long, value_name = "FILE")]
        request: Option<PathBuf>,
        /// The response's status.
        #[arg(long, default_value_t = 200)]
        status: u16,
        /// A response header, `name:value`; repeatable.
        #[arg(long = "header", value_name = "NAME:VALUE")]
        headers: Vec<String>,
        /// Feed the bytes this many at a time.
        #[arg(long, value_name = "N")]
        split: Option<usize>,
    },
    /// Reads one case a line, prints one result a line.
    Batch,
}

#[derive(Debug, clap::Args)]
struct To {
    /// The provider and its model, such as anthropic/claude-sonnet-4-5.
    #[arg(long, value_name = "PROVIDER/MODEL")]
    to: String,
    /// The endpoint the client calls: chat, embeddings.
    #[arg(long, default_value = "chat")]
    endpoint: String,
    /// A litellm_params setting, `name=value`; the value is JSON, or else a text. Repeatable.
    #[arg(long = "param", value_name = "NAME=VALUE", num_args = 1..)]
    params: Vec<String>,
}

/// Runs the subcommand. The exit code is 1 where the result is an error.
///
/// # Errors
/// When the input cannot be read or the arguments make no sense.
pub fn run(args: &Args) -> Result<ExitCode> {
    let clock = Clock::new(args.now.as_deref())?;
    match &args.command {
        Command::Batch => batch::run(&clock),
        Command::Request { to } => {
            let case = case_of(to, Direction::Request, Some(read_input()?), None)?;
            print(&case.run(&clock))
        }
        Command::Response { to, request, status, headers, split } => {
            let body = request.as_deref().map(read_file).transpose()?;
            let response = ResponseCase {
                status: *status,
                headers: headers.iter().map(|text| header(text)).collect::<Result<_>>()?,
                bytes: read_input()?,
                split: *split,
            };
            let case = case_of(to, Direction::Response, body, Some(response))?;
            print(&case.run(&clock))
        }
    }
}

fn case_of(
    to: &To,
    direction: Direction,
    body: Option<Vec<u8>>,
    response: Option<ResponseCase>,
) -> Result<Case> {
    Ok(Case {
        id: Value::from("1"),
        direction,
        to: to.to.clone(),
        endpoint: to.endpoint.clone(),
        params: to.params.iter().map(|text| param(text)).collect::<Result<Map<_, _>>>()?,
        body,
        response,
    })
}

/// Prints a result as a person or a pipe wants it: a stream as its bytes, all else as JSON.
fn print(outcome: &Outcome) -> Result<ExitCode> {
    let mut out = std::io::stdout().lock();
    let code = match outcome {
        Outcome::Request(request) => {
            writeln!(out, "{}", serde_json::to_string(request)?)?;
            ExitCode::SUCCESS
        }
        Outcome::Json { json, .. } => {
            writeln!(out, "{json}")?;
            ExitCode::SUCCESS
        }
        Outcome::Stream { sse, .. } => {
            out.write_all(sse.as_bytes())?;
            ExitCode::SUCCESS
        }
        Outcome::Error(error) => {
            writeln!(out, "{}", serde_json::json!({"error": error}))?;
            ExitCode::FAILURE
        }
    };
    Ok(code)
}

fn read_input() -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    std::io::stdin().lock().read_to_end(&mut bytes).context("standard input cannot be read")?;
    Ok(bytes)
}

fn read_file(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("{} cannot be read", path.display()))
}

fn header(text: &str) -> Result<(HeaderText, HeaderText)> {
    match text.split_once(':') {
        Some((name, value)) => {
            Ok((name.trim().to_ascii_lowercase().into(), value.trim().to_owned().into()))
        }
        None => bail!("`{text}` is not a header; write it as name:value"),
    }
}

/// Parameters whose values are texts, also where they look like a number (`api_key=123`).
const TEXTS: [&str; 6] =
    ["api_key", "api_base", "base_url", "api_version", "organization", "custom_llm_provider"];

fn param(text: &str) -> Result<(String, Value)> {
    match text.split_once('=') {
        Some((name, value)) if TEXTS.contains(&name) => Ok((name.to_owned(), value.into())),
        Some((name, value)) => {
            let value = serde_json::from_str(value).unwrap_or_else(|_| Value::from(value));
            Ok((name.to_owned(), value))
        }
        None => bail!("`{text}` is not a parameter; write it as name=value"),
    }
}
