//! Listeners and connections: HTTP/1.1 and h2c on the same port, told apart by their first bytes.

use std::{
    collections::HashMap,
    net::SocketAddr,
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64},
    },
};

use anyhow::Context as _;
use hyper::service::service_fn;
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto,
};
use tokio::net::{TcpListener, TcpSocket, TcpStream};

use super::{
    connection::Connection,
    journal::Journal,
    respond::respond,
    settings::Settings,
    stats::{ConnectionWatch, Stats},
};

/// A gateway in front may put thousands of requests on one HTTP/2 connection.
const HTTP2_STREAMS: u32 = 10_000;
const HTTP2_STREAM_WINDOW: u32 = 1 << 20;
const HTTP2_CONNECTION_WINDOW: u32 = 16 << 20;

/// Everything that the requests of one process share.
pub struct Mock {
    pub settings: Settings,
    pub name: Option<String>,
    pub journal: Journal,
    pub stats: Arc<Stats>,
    pub failures: Failures,
    /// Counts the answers; ids are made of it.
    pub serial: AtomicU64,
}

impl Mock {
    pub fn new(
        settings: Settings,
        name: Option<String>,
        record: bool,
        log: Option<&Path>,
    ) -> anyhow::Result<Arc<Self>> {
        Ok(Arc::new(Self {
            settings,
            name,
            journal: Journal::new(record, log)?,
            stats: Arc::default(),
            failures: Failures::default(),
            serial: AtomicU64::new(0),
        }))
    }
}

/// How often each model has failed, for `fail_first`.
#[derive(Default)]
pub struct Failures(Mutex<HashMap<String, u64>>);

impl Failures {
    /// Model names come from the client. Past this many the counts start over, which a test with
    /// so many would notice as further failures.
    const MODELS: usize = 100_000;

    /// Whether this request is among the first `limit` for the model.
    pub fn is_due(&self, model: &str, limit: u64) -> bool {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() >= Self::MODELS {
            counts.clear();
        }
        let count = counts.entry(model.to_owned()).or_default();
        let due = *count < limit;
        if due {
            *count += 1;
        }
        due
    }

    pub fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// Binds every address, starts serving, and returns the addresses with the ports that were chosen.
pub async fn start(mock: Arc<Mock>, listen: &[SocketAddr]) -> anyhow::Result<Vec<SocketAddr>> {
    let mut bound = Vec::with_capacity(listen.len());
    for address in listen {
        let listener = listen_on(*address).with_context(|| {
            format!("The mock cannot listen on {address}; choose another with --listen.")
        })?;
        bound.push((listener.local_addr()?, listener));
    }
    let addresses = bound.iter().map(|(address, _)| *address).collect();
    for (_, listener) in bound {
        tokio::spawn(accept(listener, mock.clone()));
    }
    Ok(addresses)
}

/// With room for a thousand connections at once, which is how a benchmark begins.
fn listen_on(address: SocketAddr) -> std::io::Result<TcpListener> {
    const BACKLOG: u32 = 4096;
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

async fn accept(listener: TcpListener, mock: Arc<Mock>) {
    loop {
        match listener.accept().await {
            Ok((socket, _)) => {
                tokio::spawn(serve(socket, mock.clone()));
            }
            Err(error) => {
                // Most likely too many open files: let some close.
                eprintln!("A connection could not be accepted: {error}.");
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            }
        }
    }
}

async fn serve(socket: TcpStream, mock: Arc<Mock>) {
    // Without this, small stream events wait for the acknowledgement of the one before.
    let _ = socket.set_nodelay(true);
    let reset = Arc::new(AtomicBool::new(false));
    let open = ConnectionWatch::new(mock.stats.clone());
    let connection = Connection::new(socket, reset.clone(), open);
    let service = service_fn(move |request| respond(request, mock.clone(), reset.clone()));
    let mut http = auto::Builder::new(TokioExecutor::new());
    http.http2()
        .max_concurrent_streams(HTTP2_STREAMS)
        .initial_stream_window_size(HTTP2_STREAM_WINDOW)
        .initial_connection_window_size(HTTP2_CONNECTION_WINDOW);
    // An error here is a client that left, or a fault that was asked for.
    let _ = http.serve_connection(TokioIo::new(connection), service).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_model_has_its_own_count_of_failures() {
        let failures = Failures::default();
        let due: Vec<bool> = (0..3).map(|_| failures.is_due("a", 2)).collect();
        assert_eq!(due, [true, true, false]);
        assert!(failures.is_due("b", 2));
        failures.clear();
        assert!(failures.is_due("a", 2));
    }
}
