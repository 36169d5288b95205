//! A changed configuration, taken over while requests run.

use super::Args;
use super::admin::{Admin, Resource};
use super::generation::{Generation, PluginVersion};
use super::state::State;
use super::watch::Watch;
use crate::render::input::{Input, Origin, environment};
use crate::render::site::Site;
use crate::render::variables;
use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long Envoy may take for each half: a new cluster's name has to be resolved first.
const APPLY_TIMEOUT: Duration = Duration::from_secs(30);

/// Watches the configuration and the plugin, and has Envoy follow.
pub struct Reloader<'a> {
    pub args: &'a Args,
    pub origin: &'a Origin,
    /// The plugin's file, which a build may replace.
    pub wasm: &'a Path,
    /// Its content at the current number.
    pub code: Vec<u8>,
    /// What Envoy has.
    pub input: Input,
    pub current: Generation,
    /// The last one that was written.
    pub version: u32,
    pub state: &'a State,
    pub admin: &'a Admin,
}

impl Reloader<'_> {
    /// Never returns. What goes wrong is printed, and Envoy goes on with what it has.
    pub async fn run(mut self) -> Infallible {
        let mut watch = Watch::new(self.watched(&self.input.files));
        loop {
            watch.changed().await;
            if let Err(error) = self.reload(&mut watch).await {
                eprintln!("{error:#} The former configuration stays.");
            }
        }
    }

    fn watched(&self, files: &[PathBuf]) -> Vec<PathBuf> {
        files.iter().cloned().chain([self.wasm.to_owned()]).collect()
    }

    async fn reload(&mut self, watch: &mut Watch) -> anyhow::Result<()> {
        let input = self.origin.load()?;
        watch.follow(self.watched(&input.files));
        let code = std::fs::read(self.wasm)?;
        if input.document == self.input.document && code == self.code {
            return Ok(());
        }
        eprint!("{}", input.findings);
        anyhow::ensure!(!input.reading.has_errors(), "The configuration has errors.");
        let plugin = self.keep_plugin(&code)?;
        let mut site = input.site(&plugin.path)?;
        super::use_flags(&mut site, self.args);
        site.require_files()?;
        self.report_what_needs_a_restart(&input, &site);
        let next = self.current.next(site, plugin);
        self.apply(&next).await?;
        self.current = next;
        self.input = input;
        self.code = code;
        eprintln!("Reloaded {}.", self.origin);
        Ok(())
    }

    fn keep_plugin(&self, code: &[u8]) -> anyhow::Result<PluginVersion> {
        let current = self.current.plugin();
        if code == self.code {
            return Ok(current.clone());
        }
        self.state.keep_plugin(current.number + 1, code)
    }

    /// Each step uses what the one before it made: clusters, a new inner hop if there is one, the
    /// gateway's configuration, the listener that leads to it. Envoy's workers take new listeners
    /// over one by one, so the inner hop must be there before the public listener uses it.
    async fn apply(&mut self, next: &Generation) -> anyhow::Result<()> {
        self.version += 1;
        self.tell(Resource::clusters(), |state, version| state.write_clusters(next, version))
            .await?;
        let listeners_differ = self.current.listeners_differ(next);
        if self.current.must_prepare(next) {
            let bridge = self.current.preparing(next);
            self.tell(Resource::listeners(), |state, version| {
                state.write_listeners(&bridge, version)
            })
            .await?;
            self.version += 1;
        }
        let gateway = Resource::gateway(&next.site.attempt);
        if self.current.site.attempt == next.site.attempt {
            self.tell(gateway, |state, version| state.write_gateway(next, version)).await?;
        } else {
            // Read together with the listener that names it.
            self.state.write_gateway(next, self.version)?;
        }
        if listeners_differ {
            self.tell(Resource::listeners(), |state, version| state.write_listeners(next, version))
                .await?;
        }
        Ok(())
    }

    /// Writes a file and waits until Envoy has taken it over.
    async fn tell(
        &self,
        resource: Resource,
        write: impl FnOnce(&State, u32) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let refusals = self.admin.refusals(&resource).await?;
        write(self.state, self.version)?;
        self.admin.wait_applied(&resource, self.version, refusals, APPLY_TIMEOUT).await
    }

    fn report_what_needs_a_restart(&self, input: &Input, site: &Site) {
        let current = &self.current.site;
        for (setting, new, old) in
            [("listen", &site.listen, &current.listen), ("admin", &site.admin, &current.admin)]
        {
            if new != old {
                eprintln!("`dragoman.{setting}` changed; {new} counts after a restart.");
            }
        }
        let known = variables::marked(&self.input.document);
        for name in variables::marked(&input.document).difference(&known) {
            if environment(name).is_none() {
                eprintln!(
                    "The environment variable `{name}` is new here and was not set when this \
                     program started: set it and start again."
                );
            }
        }
    }
}
