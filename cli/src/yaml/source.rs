//! The text of a file, and how a line of it may be shown.

use anyhow::Context;
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

/// Larger files are no configurations.
const MAX_BYTES: u64 = 16 * 1024 * 1024;

/// Where something begins.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Place {
    /// Index into the document's sources.
    pub file: usize,
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
}

/// One file.
#[derive(Debug)]
pub struct Source {
    pub path: PathBuf,
    pub text: String,
    /// The scalars of each line (from 1) by their first column (from 0).
    scalars: HashMap<usize, BTreeMap<usize, Scalar>>,
}

/// Where a scalar ends, and who may see it.
#[derive(Debug, Clone, Copy)]
struct Scalar {
    /// The column after it; `usize::MAX` where it goes on to the next line.
    end: usize,
    is_public: bool,
    /// Wins over `is_public`: an alias may stand in both kinds of places.
    is_secret: bool,
}

impl Source {
    pub fn new(path: &Path, text: String) -> Self {
        Self { path: path.to_owned(), text, scalars: HashMap::new() }
    }

    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let name = path.display();
        let size = std::fs::metadata(path).with_context(|| format!("{name} cannot be read"))?.len();
        anyhow::ensure!(size <= MAX_BYTES, "{name} is larger than {MAX_BYTES} bytes");
        let bytes = std::fs::read(path).with_context(|| format!("{name} cannot be read"))?;
        let text = String::from_utf8(bytes).with_context(|| format!("{name} is not UTF-8"))?;
        // Some editors of Windows write a byte order mark.
        let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
        Ok(Self::new(path, text))
    }

    /// Remembers a scalar that begins at `place`; its end is (line, column from 0). Nobody may see
    /// it until [`Source::show`] says so.
    pub fn add(&mut self, place: Place, end: (usize, usize)) {
        let end = if end.0 == place.line { end.1 } else { usize::MAX };
        let scalar = Scalar { end, is_public: false, is_secret: false };
        let line = self.scalars.entry(place.line).or_default();
        line.insert(place.column.saturating_sub(1), scalar);
    }

    /// Says whether the scalar that begins at `place` may be shown.
    pub fn show(&mut self, place: Place, is_public: bool) {
        let line = self.scalars.get_mut(&place.line);
        if let Some(scalar) = line.and_then(|line| line.get_mut(&place.column.saturating_sub(1))) {
            scalar.is_public |= is_public;
            scalar.is_secret |= !is_public;
        }
    }

    /// The line, without comments and with `…` for every value that may be a credential. Nothing of a
    /// line that is not understood (broken YAML) is shown but what stands before a colon.
    pub fn shown(&self, line: usize) -> String {
        let text = self.text.lines().nth(line.saturating_sub(1)).unwrap_or_default();
        let Some(scalars) = self.scalars.get(&line) else {
            return match text.split_once(':') {
                Some((name, value)) if value.trim().is_empty() => format!("{name}:"),
                Some((name, _)) => format!("{name}: …"),
                None => String::new(),
            };
        };
        let characters: Vec<char> = text.chars().collect();
        let mut shown = String::new();
        let mut at = 0;
        for (start, scalar) in scalars.range(..characters.len()) {
            shown.extend(characters.get(at..*start).unwrap_or_default());
            at = scalar.end.min(characters.len());
            if scalar.is_public && !scalar.is_secret {
                shown.extend(characters.get(*start..at).unwrap_or_default());
            } else {
                shown.push('…');
            }
        }
        let rest: String = characters.get(at..).unwrap_or_default().iter().collect();
        shown.push_str(rest.split('#').next().unwrap_or_default());
        shown.trim_end().to_owned()
    }
}
