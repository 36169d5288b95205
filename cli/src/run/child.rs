//! Envoy as a child that never outlives this program.

use anyhow::Context as _;
use rustix::process::{Pid, Signal};
use std::ffi::OsString;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

/// The hidden subcommand between this program and Envoy; see [`become_envoy`].
pub const SUBCOMMAND: &str = "__envoy";

/// How long Envoy may take to stop before it is killed.
const STOP_TIMEOUT: Duration = Duration::from_secs(5);

/// The command line of the hidden subcommand.
#[derive(clap::Args)]
pub struct Args {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, required = true)]
    command: Vec<OsString>,
}

/// Asks the kernel to end this process when its parent dies, however that happens, and then becomes
/// Envoy. The wish survives the change of program; to set it in the child itself before `exec` would
/// need unsafe code.
pub fn become_envoy(args: &Args) -> anyhow::Result<std::convert::Infallible> {
    use std::os::unix::process::CommandExt as _;
    #[cfg(target_os = "linux")]
    rustix::process::set_parent_process_death_signal(Some(Signal::TERM))?;
    let (program, rest) = args.command.split_first().context("No program was named.")?;
    let error = std::process::Command::new(program).args(rest).exec();
    Err(error).with_context(|| format!("{} cannot be started", Path::new(program).display()))
}

/// A running Envoy. Its access log goes where this program's output goes, its own log is passed on
/// line by line.
pub struct Envoy {
    child: Child,
}

impl Envoy {
    pub fn start(program: &Path, arguments: &[OsString]) -> anyhow::Result<Self> {
        let this = std::env::current_exe().context("This program cannot find itself")?;
        let mut child = Command::new(this)
            .arg(SUBCOMMAND)
            .arg(program)
            .args(arguments)
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            // Ctrl-C in a terminal reaches the whole group; Envoy is stopped in good order instead.
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("{} cannot be started", program.display()))?;
        if let Some(log) = child.stderr.take() {
            tokio::spawn(async move {
                let mut lines = BufReader::new(log).split(b'\n');
                while let Ok(Some(line)) = lines.next_segment().await {
                    let line = String::from_utf8_lossy(&line);
                    if is_worth_reading(&line) {
                        eprintln!("envoy: {line}");
                    }
                }
            });
        }
        Ok(Self { child })
    }

    /// Waits for its end.
    pub async fn wait(&mut self) -> anyhow::Result<ExitStatus> {
        self.child.wait().await.context("Envoy's end could not be waited for")
    }

    /// Ends it: politely, then not.
    pub async fn stop(&mut self) {
        let pid = self.child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        if let Some(pid) = pid {
            let _ = rustix::process::kill_process(pid, Signal::TERM);
        }
        if tokio::time::timeout(STOP_TIMEOUT, self.child.wait()).await.is_err() {
            let _ = self.child.kill().await;
        }
    }
}

/// Not the answer to our own signal.
fn is_worth_reading(line: &str) -> bool {
    !line.trim().is_empty() && !line.contains("caught ENVOY_SIGTERM")
}
