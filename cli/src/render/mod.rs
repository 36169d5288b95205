//! `dragoman render`: everything that runs a configuration elsewhere.

pub mod envoy;
pub mod input;
mod local_reply;
pub mod site;
mod template;
pub mod variables;

use anyhow::{Context as _, ensure};
use input::Input;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The command line of `dragoman render`.
#[derive(clap::Args)]
pub struct Args {
    /// What it is to run on.
    platform: Platform,
    /// A LiteLLM config.yaml; without one, the demo with its mock providers.
    config: Option<PathBuf>,
    /// The folder to write into.
    #[arg(short, long, value_name = "FOLDER")]
    output: PathBuf,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Platform {
    /// An Envoy of your own: one file.
    Envoy,
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

/// Writes the files and says what they are.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let input = match &args.config {
        Some(path) => Input::file(path)?,
        None => Input::demo(&[], false),
    };
    eprint!("{}", input.findings);
    ensure!(!input.reading.has_errors(), "The configuration has errors; nothing was written.");
    for file in files(args.platform, &input)? {
        write(&args.output.join(&file.path), &file.text)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn files(platform: Platform, input: &Input) -> anyhow::Result<Vec<File>> {
    match platform {
        Platform::Envoy => {
            Ok(vec![File::new("envoy.yaml", envoy::whole(&input.site("dragoman.wasm")?)?)])
        }
    }
}

fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(path, text))
        .with_context(|| format!("{} cannot be written.", path.display()))?;
    println!("{}", path.display());
    Ok(())
}
