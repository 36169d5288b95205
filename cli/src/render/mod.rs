//! `dragoman render`: everything that runs a configuration elsewhere.

mod compose;
pub mod envoy;
pub mod input;
mod istio;
mod local_reply;
pub mod site;
mod template;
#[cfg(test)]
mod tests;
pub mod variables;

use crate::demo;
use crate::run::find;
use anyhow::{Context as _, ensure};
use dragoman::config::is_secret;
use input::Input;
use serde_json::Value;
use site::PLUGIN_FILE;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The command line of `dragoman render`.
#[derive(clap::Args)]
pub struct Args {
    /// What it is to run on.
    platform: Platform,
    /// A LiteLLM config.yaml; without one, the demo (for Istio, an example).
    config: Option<PathBuf>,
    /// The folder to write into.
    #[arg(short, long, value_name = "FOLDER")]
    output: PathBuf,
    /// The plugin to put beside it; otherwise as for `dragoman run`.
    #[arg(long, value_name = "FILE")]
    wasm: Option<PathBuf>,
    /// Where Istio fetches the plugin: oci://…, https://… or file:///….
    #[arg(long, value_name = "URL", default_value = istio::IMAGE)]
    image: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Platform {
    /// An Envoy of your own: one file, and the plugin.
    Envoy,
    /// A folder for docker compose, with Prometheus, Grafana and Redis.
    Compose,
    /// Resources for an Istio ingress gateway.
    Istio,
}

/// A file to be written.
pub struct File {
    /// Below the output folder.
    pub path: String,
    pub text: String,
}

impl File {
    fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self { path: path.into(), text: text.into() }
    }
}

/// Writes the files and says which.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let mut input = read(args.platform, args.config.as_deref())?;
    eprint!("{}", input.findings);
    ensure!(!input.reading.has_errors(), "The configuration has errors; nothing was written.");
    let is_demo = args.config.is_none();
    for file in files(args.platform, &mut input, is_demo, &args.image)? {
        write(&args.output.join(&file.path), file.text.as_bytes())?;
    }
    if args.platform != Platform::Istio {
        copy(&find::plugin(args.wasm.clone())?, &args.output.join(PLUGIN_FILE))?;
    }
    if args.platform == Platform::Compose && is_demo {
        copy(&std::env::current_exe()?, &args.output.join("dragoman"))?;
    }
    if !is_demo && holds_secret(&input.document) {
        eprintln!(
            "These files hold keys that stand in the configuration. Write os.environ/NAME there to \
             keep them out."
        );
    }
    Ok(ExitCode::SUCCESS)
}

fn read(platform: Platform, config: Option<&Path>) -> anyhow::Result<Input> {
    match (platform, config) {
        (_, Some(path)) => Input::file(path),
        (Platform::Envoy, None) => Ok(Input::text("demo.yaml", demo::TEXT)),
        (Platform::Compose, None) => {
            let text = demo::with_providers_at(&compose::mock_addresses());
            Ok(Input::text("demo.yaml", &text))
        }
        (Platform::Istio, None) => Ok(Input::text("config.yaml", istio::EXAMPLE)),
    }
}

fn files(
    platform: Platform,
    input: &mut Input,
    is_demo: bool,
    image: &str,
) -> anyhow::Result<Vec<File>> {
    match platform {
        Platform::Envoy => {
            let site = input.site(PLUGIN_FILE)?;
            Ok(vec![File::new("envoy.yaml", envoy::whole(&site)?)])
        }
        Platform::Compose => compose::files(input, is_demo),
        Platform::Istio => {
            input.edit(istio::use_istio_names);
            istio::files(input, image)
        }
    }
}

/// Whether a credential stands in the document itself.
fn holds_secret(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(holds_secret),
        Value::Object(members) => members.iter().any(|(name, value)| match value {
            // These two say where it is.
            Value::String(text) => {
                is_secret(name) && ![variables::MARK, "oidc/"].iter().any(|m| text.starts_with(m))
            }
            value => holds_secret(value),
        }),
        _ => false,
    }
}

fn write(path: &Path, content: &[u8]) -> anyhow::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(path, content))
        .with_context(|| format!("{} cannot be written", path.display()))?;
    report(path);
    Ok(())
}

/// With its permissions.
fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    std::fs::copy(from, to)
        .with_context(|| format!("{} cannot be copied to {}", from.display(), to.display()))?;
    report(to);
    Ok(())
}

/// Names a file that was written. Nobody may be listening any more, as with `| head`.
fn report(path: &Path) {
    let _ = writeln!(std::io::stdout(), "{}", path.display());
}
