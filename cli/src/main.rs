//! The `dragoman` command line tool. Each subcommand is a module; this file only dispatches.

mod check;
mod demo;
mod mock;
mod providers;
mod render;
mod run;
mod translate;
mod yaml;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

#[derive(Parser)]
#[command(name = "dragoman", version, about = "The AI gateway inside your Envoy, from the shell")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Start Envoy with a configuration, or with a demo, and follow its changes.
    Run(run::Args),
    /// Write what runs a configuration elsewhere: in your own Envoy, under compose, in Istio.
    Render(render::Args),
    /// Say everything that is wrong with a configuration, with its line.
    Check(check::Args),
    /// Run mock providers that speak the real wire formats, with latency, pace and faults.
    Mock(mock::Args),
    /// List the providers: addresses, environment variables, and how they differ from OpenAI.
    Providers(providers::Args),
    /// Translate requests and responses, without Envoy.
    Translate(translate::Args),
    #[command(name = run::child::SUBCOMMAND, hide = true)]
    Envoy(run::child::Args),
}

fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Run(args) => run::run(&args),
        Command::Render(args) => render::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Mock(args) => mock::run(args).map(|()| ExitCode::SUCCESS),
        Command::Providers(args) => providers::run(&args),
        Command::Translate(args) => translate::run(&args),
        Command::Envoy(args) => run::child::become_envoy(&args).map(|never| match never {}),
    };
    result.unwrap_or_else(|error| {
        eprintln!("dragoman: {error:#}");
        ExitCode::FAILURE
    })
}
