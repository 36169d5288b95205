//! `dragoman run`: a configuration, running, in one command.
//!
//! Envoy reads its clusters, its listeners and the gateway's configuration from files in a private
//! folder, and is told of a change by new files. Most changes concern the gateway's configuration
//! and the clusters only: the next request on any connection is served by the new configuration,
//! running ones go on under the one they began with, and no connection is closed.

mod admin;
pub mod child;
pub mod find;
mod generation;
mod port;
mod reload;
mod state;
mod summary;
mod watch;

use crate::render::input::Origin;
use crate::render::site::Site;
use crate::{demo, mock};
use admin::{Admin, Resource};
use anyhow::{Context as _, ensure};
use generation::Generation;
use reload::Reloader;
use state::State;
use std::ffi::OsString;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{ExitCode, ExitStatus};
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};

/// How long Envoy may take to load the plugin and resolve its clusters' names.
const START_TIMEOUT: Duration = Duration::from_secs(60);

/// Of the files that Envoy reads.
const FIRST_VERSION: u32 = 1;

/// How long a request that began before a reload may go on, seconds.
const DRAIN_S: u32 = 3600;

/// The command line of `dragoman run`.
#[derive(clap::Args)]
pub struct Args {
    /// A LiteLLM config.yaml; without one, a demo with mock providers.
    config: Option<PathBuf>,
    /// Listen on this port instead of the configuration's.
    #[arg(long)]
    port: Option<u16>,
    /// Serve Envoy's admin interface on this port instead of the configuration's.
    #[arg(long)]
    admin_port: Option<u16>,
    /// Envoy's binary; otherwise $DRAGOMAN_ENVOY, or `envoy` on the PATH.
    #[arg(long, value_name = "FILE")]
    envoy: Option<PathBuf>,
    /// The plugin; otherwise $DRAGOMAN_WASM, or dragoman.wasm beside this program.
    #[arg(long, value_name = "FILE")]
    wasm: Option<PathBuf>,
    /// Envoy's worker threads; otherwise the configuration's, or one for each core.
    #[arg(long, value_name = "N")]
    workers: Option<u32>,
}

/// Runs until Ctrl-C, SIGTERM or Envoy's end, and passes Envoy's exit code on.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    // One thread: Envoy's life is tied to the thread that starts it.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let result = runtime.block_on(serve(args));
    runtime.shutdown_background();
    result
}

async fn serve(args: &Args) -> anyhow::Result<ExitCode> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;

    let envoy = find::Envoy::find(args.envoy.clone())?;
    let wasm = find::plugin(args.wasm.clone())?;
    let code =
        std::fs::read(&wasm).with_context(|| format!("{} cannot be read", wasm.display()))?;
    let origin = match &args.config {
        Some(path) => Origin::File(path.clone()),
        None => Origin::Demo(start_demo_providers().await?),
    };
    let input = origin.load()?;
    eprint!("{}", input.findings);
    ensure!(!input.reading.has_errors(), "The configuration has errors; nothing was started.");

    let state = State::create()?;
    let plugin = state.keep_plugin(1, &code)?;
    let mut site = input.site(&plugin.path)?;
    use_flags(&mut site, args);
    site.require_files()?;
    port::check_free(&site.listen, "--port")?;
    port::check_free(&site.admin, "--admin-port")?;
    let current = Generation::first(site, plugin);
    state.write_all(&current, FIRST_VERSION)?;

    let workers = args.workers.or(input.reading.tool.workers);
    let mut child = child::Envoy::start(&envoy.path, &arguments(&state, workers))?;
    let admin = Admin::new(&current.site.admin);
    let work = async {
        admin.wait_ready(START_TIMEOUT).await?;
        for resource in Resource::all(&current.site.attempt) {
            admin.wait_applied(&resource, FIRST_VERSION, 0, START_TIMEOUT).await?;
        }
        let summary = summary::text(&input, &current.site, &envoy, origin.is_demo());
        // Whether anybody reads it makes no difference to those who are served.
        let _ = std::io::stdout().write_all(summary.as_bytes());
        let (origin, wasm, state, admin) = (&origin, &*wasm, &state, &admin);
        let version = FIRST_VERSION;
        let reloader = Reloader { args, origin, wasm, code, input, current, version, state, admin };
        anyhow::Ok(reloader.run().await)
    };
    let outcome = tokio::select! {
        status = child.wait() => return Ok(exit_code(status?)),
        result = work => result.map(|never| match never {}),
        _ = interrupt.recv() => Ok(ExitCode::SUCCESS),
        _ = terminate.recv() => Ok(ExitCode::SUCCESS),
    };
    child.stop().await;
    outcome
}

/// Starts the demo's providers, on other ports where theirs are taken.
async fn start_demo_providers() -> anyhow::Result<Vec<String>> {
    let mut addresses = Vec::new();
    for address in demo::provider_sockets() {
        addresses.push(mock::start_beside(address, demo::TOKENS_PER_SECOND).await?.to_string());
    }
    Ok(addresses)
}

/// What the command line says goes before what the configuration says.
fn use_flags(site: &mut Site, args: &Args) {
    site.listen.port = args.port.unwrap_or(site.listen.port);
    site.admin.port = args.admin_port.unwrap_or(site.admin.port);
    site.use_ca_of_this_machine();
}

fn arguments(state: &State, workers: Option<u32>) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = vec![
        "--config-path".into(),
        state.bootstrap().into(),
        "--log-level".into(),
        "warning".into(),
        "--log-format".into(),
        "%l: %v".into(),
        // Several may run on one machine; none restarts hot.
        "--disable-hot-restart".into(),
        // Old connections are told to leave at once, and have this long to finish what runs on them.
        "--drain-strategy".into(),
        "immediate".into(),
        "--drain-time-s".into(),
        DRAIN_S.to_string().into(),
    ];
    if let Some(workers) = workers {
        arguments.extend(["--concurrency".into(), workers.to_string().into()]);
    }
    arguments
}

/// Envoy's own, or 128 and the signal that ended it, as shells have it.
fn exit_code(status: ExitStatus) -> ExitCode {
    use std::os::unix::process::ExitStatusExt as _;
    let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal));
    eprintln!("Envoy ended by itself ({status}).");
    ExitCode::from(code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1))
}
