//! Configuration files: YAML in, JSON out, and where in the files each value stands.
//!
//! The files mean what they mean to LiteLLM (PyYAML, YAML 1.1): `yes` and `on` are true, `20_000` is a
//! number, `<<` merges, `include` adds files. What PyYAML passes over in silence is reported: a key
//! that stands twice, a second document.

mod account;
mod convert;
mod include;
mod scalar;
mod source;
mod tree;

pub use source::{Place, Source};

use dragoman::config::{Problem, Reading, Severity, parent};
use serde_json::Value;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// A configuration with the files it came from.
#[derive(Debug)]
pub struct Document {
    /// The whole, with what it includes. `null` where the YAML itself is broken.
    pub value: Value,
    /// By the path of each value; of a member, the place of its name.
    pub positions: HashMap<String, Place>,
    /// The first is the file that was asked for; the others are what it includes.
    pub sources: Vec<Source>,
    /// What is wrong with the YAML, before anybody asks what it means.
    pub findings: Vec<Finding>,
    /// Further files that became part of it, which hold keys.
    pub accounts: Vec<PathBuf>,
}

/// A problem with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub problem: Problem,
    pub place: Place,
}

impl Finding {
    fn new(severity: Severity, path: String, place: Place, message: impl Into<String>) -> Self {
        Self { problem: Problem { severity, path, message: message.into() }, place }
    }
}

/// Reads a file, what it includes, and the accounts that it names.
///
/// # Errors
/// The file cannot be read. Whatever is wrong inside it is a finding.
pub fn load(path: &Path) -> anyhow::Result<Document> {
    let mut document = parse(Source::read(path)?);
    account::inline(&mut document, &|name| std::env::var(name).ok());
    Ok(document)
}

/// The same for a file that is in memory.
#[must_use]
pub fn parse(first: Source) -> Document {
    let mut findings = Vec::new();
    let mut sources = vec![first];
    let value = include::load_all(&mut sources, &mut findings)
        .map(|root| convert::convert(&root, &mut sources, &mut findings));
    let (value, positions) = value.unwrap_or_default();
    Document { value, positions, sources, findings, accounts: Vec::new() }
}

impl Document {
    /// What the document says, and all findings in the order of the lines. The problems of the
    /// reading are among them.
    pub fn read(&self, env: &dyn Fn(&str) -> Option<String>) -> (Reading, Vec<Finding>) {
        let mut reading = dragoman::config::read(&self.value, env);
        if self.value.is_null() && !self.findings.is_empty() {
            // A document that could not be read holds nothing more to say.
            reading.problems.clear();
        }
        let placed = reading
            .problems
            .iter()
            .map(|problem| Finding { place: self.place(&problem.path), problem: problem.clone() });
        let mut findings: Vec<Finding> = self.findings.iter().cloned().chain(placed).collect();
        reading.problems = findings.iter().map(|finding| finding.problem.clone()).collect();
        findings.sort_by_key(|finding| (finding.place.file, finding.place.line));
        (reading, findings)
    }

    /// Where the value at `path` stands, or what should hold it.
    fn place(&self, path: &str) -> Place {
        let mut path = Some(path);
        while let Some(at) = path {
            if let Some(place) = self.positions.get(at) {
                return *place;
            }
            path = parent(at);
        }
        Place::default()
    }
}

#[cfg(test)]
mod tests;
