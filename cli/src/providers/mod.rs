//! `dragoman providers`: the catalogue, for people and for machines.

mod detail;
#[cfg(test)]
mod page;
mod table;
#[cfg(test)]
mod tests;
mod words;

use anyhow::{Result, bail};
use dragoman::catalog::{self, Provider};
use dragoman::dialect::Side;
use dragoman::operation::Operation;
use std::io::Write;
use std::process::ExitCode;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Only this provider, and everything about it.
    name: Option<String>,
    /// Print the rows of the catalogue as JSON.
    #[arg(long)]
    json: bool,
}

/// Prints the catalogue, or one provider of it, to stdout.
///
/// # Errors
/// No provider has that name.
pub fn run(args: &Args) -> Result<ExitCode> {
    let rows: Vec<&Provider> = match &args.name {
        Some(name) => catalog::all().iter().filter(|row| row.is_called(name)).collect(),
        None => catalog::all().iter().collect(),
    };
    if let (Some(name), true) = (&args.name, rows.is_empty()) {
        bail!("`{name}` is not a provider. `dragoman providers` lists them all.");
    }
    let text = match (args.json, &args.name) {
        (true, _) => serde_json::to_string_pretty(&rows)? + "\n",
        (false, Some(_)) => detail::text(&rows),
        (false, None) => table::text(&rows),
    };
    // A reader that has seen enough (`| head`) is no failure.
    let _ = std::io::stdout().lock().write_all(text.as_bytes());
    Ok(ExitCode::SUCCESS)
}

/// The format a provider is spoken to in, as the catalogue names it.
fn dialect(row: &Provider) -> String {
    let name = serde_json::to_value(row.dialect).unwrap_or_default();
    name.as_str().unwrap_or_default().to_owned()
}

/// What clients can ask of it.
fn endpoints(row: &Provider) -> Vec<&'static str> {
    let served = |operation: &Operation| Side::of(*operation, row).is_some();
    Operation::ALL.into_iter().filter(served).map(Operation::name).collect()
}

/// Its name with its other names, and the models that the row is for where it is not for all.
fn name(row: &Provider) -> String {
    let mut name = row.names().collect::<Vec<_>>().join(", ");
    if !row.models.is_empty() {
        let models: Vec<String> = row.models.iter().map(|model| format!("{model}*")).collect();
        name.push_str(&format!(" ({})", models.join(", ")));
    }
    name
}
