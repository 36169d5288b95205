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
            Self::Demo(addresses) => Ok(Input::demo(addresses, true)),
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
}

impl Input {
    pub fn file(path: &Path) -> anyhow::Result<Self> {
        Ok(Self::new(yaml::load(path)?))
    }

    /// The demo, with its providers at `addresses`; `with_keys`: and the real ones that have a key.
    pub fn demo(addresses: &[String], with_keys: bool) -> Self {
        let mut document =
            yaml::parse(Source::new(Path::new("demo.yaml"), demo::with_providers_at(addresses)));
        if with_keys {
            demo::add_real_providers(&mut document.value, &environment);
        }
        Self { files: Vec::new(), ..Self::new(document) }
    }

    fn new(document: Document) -> Self {
        let (reading, findings) = document.read(&environment);
        let findings = check::as_text(&document, &findings);
        let files = document.sources.into_iter().map(|source| source.path).collect();
        Self { document: document.value, reading, files, findings }
    }

    /// For an Envoy that finds the plugin at `wasm`.
    pub fn site(&self, wasm: &str) -> anyhow::Result<Site> {
        let variables = variables::names(&self.document, &environment);
        Site::new(&self.document, &self.reading, wasm, variables)
    }
}

/// The environment of this process.
pub fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
