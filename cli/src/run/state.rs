//! The private folder that a running Envoy reads its configuration from.

use super::generation::{Generation, PluginVersion};
use crate::render::envoy;
use crate::render::site::Site;
use anyhow::Context as _;
use std::fs::{DirBuilder, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

/// Removed when dropped. Keys may stand in the configuration, so nobody else can look inside.
pub struct State {
    folder: PathBuf,
}

impl State {
    pub fn create() -> anyhow::Result<Self> {
        let base = std::env::temp_dir();
        // A number that is not taken: a program that was killed leaves its folder behind.
        for number in 0..1000 {
            let folder = base.join(format!("dragoman-{}-{number}", std::process::id()));
            match DirBuilder::new().mode(0o700).create(&folder) {
                Ok(()) => return Ok(Self { folder }),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => {
                    return Err(error)
                        .with_context(|| format!("{} cannot be made.", folder.display()));
                }
            }
        }
        anyhow::bail!("No folder can be made in {}.", base.display())
    }

    pub fn bootstrap(&self) -> PathBuf {
        self.folder.join("bootstrap.yaml")
    }

    pub fn write_bootstrap(&self, site: &Site) -> anyhow::Result<()> {
        let folder = self.folder.to_str().context("The temporary folder's name is not UTF-8.")?;
        self.write("bootstrap.yaml", envoy::bootstrap(site, folder)?.as_bytes())
    }

    /// Keeps the plugin as it is now: a later build must not change what a running VM is made of.
    pub fn keep_plugin(&self, number: u32, code: &[u8]) -> anyhow::Result<PluginVersion> {
        let name = format!("dragoman-{number}.wasm");
        self.write(&name, code)?;
        let path = self.folder.join(name).to_string_lossy().into_owned();
        Ok(PluginVersion { path, number })
    }

    pub fn write_clusters(&self, generation: &Generation, version: u32) -> anyhow::Result<()> {
        let text = envoy::clusters(&generation.with_former(), &generation.attempts, version)?;
        self.write("clusters.yaml", text.as_bytes())
    }

    pub fn write_listeners(&self, generation: &Generation, version: u32) -> anyhow::Result<()> {
        let text = envoy::listeners(&generation.site, &generation.attempts, version)?;
        self.write("listeners.yaml", text.as_bytes())
    }

    /// Beside and renamed: Envoy waits for the rename, and never sees half a file.
    fn write(&self, name: &str, content: &[u8]) -> anyhow::Result<()> {
        let draft = self.folder.join(format!("{name}.new"));
        let path = self.folder.join(name);
        write_private(&draft, content)
            .and_then(|()| std::fs::rename(&draft, &path))
            .with_context(|| format!("{} cannot be written.", path.display()))
    }
}

impl Drop for State {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn write_private(path: &Path, content: &[u8]) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    let mut file = options.write(true).create(true).truncate(true).mode(0o600).open(path)?;
    file.write_all(content)
}
