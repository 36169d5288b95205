//! Counters for `GET /__mock/stats`.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use serde_json::{Value, json};

#[derive(Debug, Default)]
pub struct Stats {
    requests: AtomicU64,
    faults: AtomicU64,
    open_connections: AtomicU64,
    open_streams: AtomicU64,
    /// Clients that left while the answer was still being waited for.
    disconnects_before_answer: AtomicU64,
    disconnects_mid_stream: AtomicU64,
}

impl Stats {
    pub fn request(&self) {
        self.requests.fetch_add(1, Ordering::Relaxed);
    }

    pub fn fault(&self) {
        self.faults.fetch_add(1, Ordering::Relaxed);
    }

    pub fn snapshot(&self) -> Value {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        json!({
            "requests": read(&self.requests),
            "faults": read(&self.faults),
            "open_connections": read(&self.open_connections),
            "open_streams": read(&self.open_streams),
            "client_disconnects_before_answer": read(&self.disconnects_before_answer),
            "client_disconnects_mid_stream": read(&self.disconnects_mid_stream),
        })
    }
}

/// Counts a connection as open for as long as it lives.
#[derive(Debug)]
pub struct ConnectionWatch(Arc<Stats>);

impl ConnectionWatch {
    pub fn new(stats: Arc<Stats>) -> Self {
        stats.open_connections.fetch_add(1, Ordering::Relaxed);
        Self(stats)
    }
}

impl Drop for ConnectionWatch {
    fn drop(&mut self) {
        self.0.open_connections.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Lives while an answer is prepared. Dropped without [`answered`](Self::answered), the client has
/// left: hyper drops a handler only then.
#[derive(Debug)]
pub struct AnswerWatch<'a> {
    stats: &'a Stats,
    answered: bool,
}

impl<'a> AnswerWatch<'a> {
    pub fn new(stats: &'a Stats) -> Self {
        Self { stats, answered: false }
    }

    pub fn answered(mut self) {
        self.answered = true;
    }
}

impl Drop for AnswerWatch<'_> {
    fn drop(&mut self) {
        if !self.answered {
            self.stats.disconnects_before_answer.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Lives as long as a stream's body. Dropped without [`finished`](Self::finished), the client has
/// left.
#[derive(Debug)]
pub struct StreamWatch {
    stats: Arc<Stats>,
    finished: bool,
}

impl StreamWatch {
    pub fn new(stats: Arc<Stats>) -> Self {
        stats.open_streams.fetch_add(1, Ordering::Relaxed);
        Self { stats, finished: false }
    }

    pub fn finished(mut self) {
        self.finished = true;
    }
}

impl Drop for StreamWatch {
    fn drop(&mut self) {
        self.stats.open_streams.fetch_sub(1, Ordering::Relaxed);
        if !self.finished {
            self.stats.disconnects_mid_stream.fetch_add(1, Ordering::Relaxed);
        }
    }
}
