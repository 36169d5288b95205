//! `dragoman check`: everything that is wrong with a configuration, or has no effect.

use crate::yaml::{self, Document, Finding};
use dragoman::config::{Config, Severity};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// The configuration.
    #[arg(default_value = "config.yaml")]
    file: PathBuf,
    /// Print one JSON object instead of text.
    #[arg(long)]
    json: bool,
    /// Fail on warnings as on errors.
    #[arg(long)]
    strict: bool,
}

/// Checks the file and prints what it found to stdout. Fails if there are errors.
///
/// # Errors
/// The file cannot be read.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let document = yaml::load(&args.file)?;
    let (reading, mut findings) = document.read(&|name| std::env::var(name).ok());
    if args.strict {
        findings.iter_mut().for_each(|finding| finding.problem.severity = Severity::Error);
    }
    if args.json {
        println!("{:#}", as_json(&document, &reading.config, &findings));
    } else {
        print!("{}", as_text(&document, &findings));
        println!("{}", summary(&reading.config, &findings));
    }
    let failed = count(&findings, Severity::Error) > 0;
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// The findings as text: file, line, path and message, and the line itself without credentials.
pub fn as_text(document: &Document, findings: &[Finding]) -> String {
    let mut text = String::new();
    for Finding { problem, place } in findings {
        let source = document.sources.get(place.file);
        let file = source.map(|source| source.path.display().to_string()).unwrap_or_default();
        let line = if place.line == 0 { String::new() } else { format!(":{}", place.line) };
        let path = if problem.path.is_empty() { "" } else { &format!("{}: ", problem.path) };
        // Writing to a string cannot fail.
        let _ =
            writeln!(text, "{file}{line}: {}: {path}{}", problem.severity.name(), problem.message);
        let shown = source.map(|source| source.shown(place.line)).unwrap_or_default();
        if !shown.trim().is_empty() {
            let _ = writeln!(text, "{:>6} | {shown}", place.line);
        }
    }
    text
}

/// `3 deployments in 2 groups; 1 error, 2 warnings`.
pub fn summary(config: &Config, findings: &[Finding]) -> String {
    format!(
        "{} in {}; {}, {}",
        counted(config.deployments.len(), "deployment"),
        counted(config.groups.len(), "group"),
        counted(count(findings, Severity::Error), "error"),
        counted(count(findings, Severity::Warning), "warning"),
    )
}

fn as_json(document: &Document, config: &Config, findings: &[Finding]) -> Value {
    let problem = |Finding { problem, place }: &Finding| {
        let file = document.sources.get(place.file).map(|source| &source.path);
        json!({
            "severity": problem.severity.name(),
            "file": file,
            "line": place.line,
            "column": place.column,
            "path": problem.path,
            "message": problem.message,
        })
    };
    json!({
        "deployments": config.deployments.len(),
        "groups": config.groups.len(),
        "errors": count(findings, Severity::Error),
        "warnings": count(findings, Severity::Warning),
        "problems": findings.iter().map(problem).collect::<Vec<_>>(),
    })
}

fn count(findings: &[Finding], severity: Severity) -> usize {
    findings.iter().filter(|finding| finding.problem.severity == severity).count()
}

fn counted(count: usize, name: &str) -> String {
    format!("{count} {name}{}", if count == 1 { "" } else { "s" })
}
