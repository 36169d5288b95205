//! Notices when a file changes.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// How often the files are looked at.
const PERIOD: Duration = Duration::from_millis(500);

/// Files whose content matters.
pub struct Watch {
    files: Vec<PathBuf>,
    seen: Vec<Option<Mark>>,
}

/// What shows that a file may have changed, without reading it.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Mark {
    modified: SystemTime,
    length: u64,
}

impl Watch {
    pub fn new(files: Vec<PathBuf>) -> Self {
        let seen = marks(&files);
        Self { files, seen }
    }

    /// Goes on with these files. What happened to one that was watched already is not forgotten.
    pub fn follow(&mut self, files: Vec<PathBuf>) {
        let known = |file: &PathBuf| {
            let at = self.files.iter().position(|known| known == file)?;
            self.seen.get(at).copied()
        };
        let seen = files.iter().map(|file| known(file).unwrap_or_else(|| mark(file))).collect();
        *self = Self { files, seen };
    }

    /// Returns after one of the files has changed and then rested for a period: an editor may write
    /// a file in several steps.
    pub async fn changed(&mut self) {
        loop {
            tokio::time::sleep(PERIOD).await;
            let mut now = marks(&self.files);
            if now == self.seen {
                continue;
            }
            loop {
                tokio::time::sleep(PERIOD).await;
                let later = marks(&self.files);
                if later == now {
                    break;
                }
                now = later;
            }
            self.seen = now;
            return;
        }
    }
}

fn marks(files: &[PathBuf]) -> Vec<Option<Mark>> {
    files.iter().map(|file| mark(file)).collect()
}

fn mark(file: &Path) -> Option<Mark> {
    let metadata = file.metadata().ok()?;
    Some(Mark { modified: metadata.modified().ok()?, length: metadata.len() })
}
