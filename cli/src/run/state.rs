//! The private folder that a running Envoy reads its configuration from.

use super::generation::{Generation, PluginVersion};
use crate::render::envoy::{self, Update};
use crate::render::site::{Attempt, Site};
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
                        .with_context(|| format!("{} cannot be made", folder.display()));
                }
            }
        }
        anyhow::bail!("No folder can be made in {}.", base.display())
    }

    pub fn bootstrap(&self) -> PathBuf {
        self.folder.join("bootstrap.yaml")
    }

    /// Keeps the plugin as it is now: a later build must not change what a running VM is made of.
    pub fn keep_plugin(&self, number: u32, code: &[u8]) -> anyhow::Result<PluginVersion> {
        let name = format!("dragoman-{number}.wasm");
        self.write(&name, code)?;
        let path = self.folder.join(name).to_string_lossy().into_owned();
        Ok(PluginVersion { path, number })
    }

    /// Everything, before Envoy starts.
    pub fn write_all(&self, generation: &Generation, version: u32) -> anyhow::Result<()> {
        let bootstrap = envoy::bootstrap(&generation.site, self.folder_text()?)?;
        self.write("bootstrap.yaml", bootstrap.as_bytes())?;
        self.write_clusters(generation, version)?;
        self.write_gateway(generation, version)?;
        self.write_listeners(generation, version)
    }

    pub fn write_clusters(&self, generation: &Generation, version: u32) -> anyhow::Result<()> {
        let site = generation.with_former();
        let text = self.update(&site, &generation.attempts, version)?.clusters()?;
        self.write("clusters.yaml", text.as_bytes())
    }

    pub fn write_gateway(&self, generation: &Generation, version: u32) -> anyhow::Result<()> {
        let site = &generation.site;
        let text = self.update(site, &generation.attempts, version)?.gateway()?;
        self.write(&format!("{}.yaml", site.attempt.gateway), text.as_bytes())
    }

    pub fn write_listeners(&self, generation: &Generation, version: u32) -> anyhow::Result<()> {
        let text = self.update(&generation.site, &generation.attempts, version)?.listeners()?;
        self.write("listeners.yaml", text.as_bytes())
    }

    fn update<'a>(
        &'a self,
        site: &'a Site,
        attempts: &'a [Attempt],
        version: u32,
    ) -> anyhow::Result<Update<'a>> {
        Ok(Update { site, attempts, directory: self.folder_text()?, version })
    }

    fn folder_text(&self) -> anyhow::Result<&str> {
        self.folder.to_str().context("The name of the folder for temporary files is not UTF-8.")
    }

    /// Beside and renamed: Envoy waits for the rename, and never sees half a file.
    fn write(&self, name: &str, content: &[u8]) -> anyhow::Result<()> {
        let draft = self.folder.join(format!("{name}.new"));
        let path = self.folder.join(name);
        write_private(&draft, content)
            .and_then(|()| std::fs::rename(&draft, &path))
            .with_context(|| format!("{} cannot be written", path.display()))
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
