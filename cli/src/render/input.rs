//! A configuration that is to be rendered or run.

use super::site::Site;
use super::variables;
use crate::check;
use crate::demo;
use crate::yaml::{self, Document, Source};
use dragoman::config::Reading;
use std::path::{Path, PathBuf};

/// Where a configuration comes from.
pub enum Origin {
    File(PathBuf),
    /// The demo, with its providers at these addresses, and the real ones that have a key.
    Demo(Vec<String>),
}

impl Origin {
    /// Reads it, as often as one likes.
    pub fn load(&self) -> anyhow::Result<Input> {
        match self {
            Self::File(path) => Input::file(path),
            Self::Demo(addresses) => Ok(Input::demo_with_keys(addresses)),
        }
    }

    pub fn is_demo(&self) -> bool {
        matches!(self, Self::Demo(_))
    }
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::Demo(_) => f.write_str("the demo"),
        }
    }
}

/// What was read, and what is to be said about it.
pub struct Input {
    pub document: serde_json::Value,
    pub reading: Reading,
    /// Every file it came from.
    pub files: Vec<PathBuf>,
    /// All findings, for people; empty if there are none.
    pub findings: String,
    environment: Environment,
}

/// Looks an environment variable up.
type Environment = fn(&str) -> Option<String>;

impl Input {
    pub fn file(path: &Path) -> anyhow::Result<Self> {
        Ok(Self::new(yaml::load(path)?, environment))
    }

    /// A text that is in no file, and means the same in every environment.
    pub fn text(name: &str, text: &str) -> Self {
        Self { files: Vec::new(), ..Self::new(parse(name, text.to_owned()), |_| None) }
    }

    /// The demo, with its providers at `addresses`, and the real ones that have a key.
    pub fn demo_with_keys(addresses: &[String]) -> Self {
        let mut document = parse("demo.yaml", demo::with_providers_at(addresses));
        demo::add_real_providers(&mut document.value, &environment);
        Self { files: Vec::new(), ..Self::new(document, environment) }
    }

    fn new(document: Document, environment: Environment) -> Self {
        let (reading, findings) = document.read(&environment);
        let findings = check::as_text(&document, &findings);
        let files = document.sources.into_iter().map(|source| source.path);
        let files = files.chain(document.accounts).collect();
        Self { document: document.value, reading, files, findings, environment }
    }

    /// Changes the document and reads it again.
    pub fn edit(&mut self, change: impl FnOnce(&mut serde_json::Value)) {
        change(&mut self.document);
        self.reading = dragoman::config::read(&self.document, &self.environment);
    }

    /// For an Envoy that finds the plugin at `wasm`.
    pub fn site(&self, wasm: &str) -> anyhow::Result<Site> {
        let variables = variables::names(&self.document, &self.environment);
        Site::new(&self.document, &self.reading, wasm, variables)
    }
}

fn parse(name: &str, text: String) -> Document {
    yaml::parse(Source::new(Path::new(name), text))
}

/// The environment of this process.
pub fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
