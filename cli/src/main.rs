//! The `dragoman` command line tool. Each subcommand is a module; this file only dispatches.

mod mock;
mod render;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "dragoman", version, about = "The AI gateway inside your Envoy, from the shell")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run mock providers that speak the real wire formats, with latency, pace and faults.
    Mock(mock::Args),
}

fn main() -> anyhow::Result<()> {
    match Cli::parse().command {
        Command::Mock(args) => mock::run(args),
    }
}
