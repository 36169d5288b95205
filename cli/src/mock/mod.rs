//! `dragoman mock`: one process that answers like the real providers do.
//!
//! It exists so that a gateway can be tested and measured without keys, cost or luck. Three things
//! follow from that. Answers are *deterministic*: the same request gives the same words and the
//! same usage. Requests are *judged the way the provider judges them*, so that a translation that
//! the real API would refuse is refused here too. And every *misbehavior* that a gateway must
//! survive can be asked for by name, per process or per request (see [`settings`] and [`fault`]).
//!
//! A request passes through the files in this order: [`server`] accepts the connection,
//! [`respond`] finds the [`format`](mod@format) that serves the path and reads the [`settings`], the format
//! validates the [`head`] and reads the [`conversation`], [`answer`] decides what to say, the
//! format renders it as a [`stream`], and [`script`] plays that stream with its pauses and faults.
//!
//! Another provider format is one more file that implements [`format::Format`] and one more row in
//! [`format::FORMATS`].

mod admin;
mod answer;
mod anthropic;
mod aws_keys;
mod azure;
mod claude;
mod cohere;
mod connection;
mod conversation;
mod converse;
mod embeddings;
mod event_stream;
mod fault;
mod format;
mod gemini;
mod head;
mod journal;
mod models;
mod oci;
mod ollama;
mod openai;
mod replicate;
mod respond;
mod sagemaker;
mod schema;
mod script;
mod server;
mod settings;
mod stats;
mod stream;
#[cfg(test)]
mod tests;
mod token;
mod triton;

use std::{net::SocketAddr, path::PathBuf};

use anyhow::Context as _;
use settings::Settings;

/// The command line of `dragoman mock`.
#[derive(clap::Args)]
pub struct Args {
    /// Address to listen on; repeat it for several, port 0 picks a free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:9000")]
    listen: Vec<SocketAddr>,
    /// Write the chosen addresses to this file as JSON: {"listeners": ["127.0.0.1:9000"]}.
    #[arg(long, value_name = "FILE")]
    ports_file: Option<PathBuf>,
    /// The name that answers give instead of the provider's, to tell several mocks apart.
    #[arg(long)]
    name: Option<String>,
    /// Threads that serve requests.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=512))]
    workers: u16,
    /// Print nothing when ready.
    #[arg(long)]
    quiet: bool,
    /// Append one JSON line per request to this file, headers with their secrets included.
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,
    /// Keep the last 1000 requests for GET /__mock/requests.
    #[arg(long)]
    record: bool,
    #[command(flatten)]
    settings: Settings,
}

/// Serves until Ctrl-C or SIGTERM.
pub fn run(args: Args) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(usize::from(args.workers))
        .enable_all()
        .build()
        .context("The runtime could not be started.")?;
    let served = runtime.block_on(serve(args));
    // Stalled requests would otherwise keep the process alive.
    runtime.shutdown_background();
    served
}

async fn serve(args: Args) -> anyhow::Result<()> {
    // Listen for signals first: one that comes right after the ready line must not be missed.
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    let mock = server::Mock::new(args.settings, args.name, args.record, args.log.as_deref())?;
    let addresses = server::start(mock, &args.listen).await?;
    if let Some(path) = &args.ports_file {
        write_ports(path, &addresses)?;
    }
    if !args.quiet {
        for address in &addresses {
            println!("dragoman mock is listening on http://{address}");
        }
    }
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted.context("Ctrl-C cannot be caught.")?,
        _ = terminate.recv() => {}
    }
    Ok(())
}

/// Starts a provider inside this process at `preferred`, or at any free port if that is taken, and
/// returns where it is.
pub async fn start_beside(preferred: SocketAddr, tps: u32) -> anyhow::Result<SocketAddr> {
    let settings = Settings { tps, ..Settings::default() };
    let mock = server::Mock::new(settings, None, false, None)?;
    let addresses = match server::start(mock.clone(), &[preferred]).await {
        Ok(addresses) => addresses,
        Err(_) => server::start(mock, &[SocketAddr::new(preferred.ip(), 0)]).await?,
    };
    addresses.first().copied().context("The mock has no address.")
}

/// Written beside and renamed, so that a script waiting for the file never reads half of it.
fn write_ports(path: &std::path::Path, addresses: &[SocketAddr]) -> anyhow::Result<()> {
    let draft = path.with_extension("part");
    let text = serde_json::json!({ "listeners": addresses }).to_string();
    std::fs::write(&draft, text)
        .and_then(|()| std::fs::rename(&draft, path))
        .with_context(|| format!("The ports file {} cannot be written.", path.display()))
}
